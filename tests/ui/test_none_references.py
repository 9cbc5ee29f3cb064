"""PySide6 6.12.0 loses one reference to None per call on CPython 3.11 and the process crashes within minutes."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from ui.node_model import NodeModel
from ui.shell import Shell

CALLS = 2000
LOST_AT_MOST = 50

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from CPython 3.12 on")


def references_lost(call: Callable[[], None]) -> int:
    """Return how many references to None `CALLS` calls lose (negative: gained)."""
    call()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        call()
    return before - sys.getrefcount(None)


def nothing(_: object) -> None:
    """Drop a value."""


class Emitter(QObject):
    fired = Signal(object)


def _calls(shell: Shell) -> dict[str, Callable[[], None]]:
    emitter = Emitter()
    emitter.fired.connect(lambda _: None)
    timer = QTimer()
    model = NodeModel(lambda _: None)
    item = shell.root()

    def property_of_nothing() -> None:
        item.property("there is no such property")

    def parent() -> None:
        emitter.parent()

    return {
        "set object name": lambda: emitter.setObjectName("x"),
        "emit None": lambda: emitter.fired.emit(None),
        "timer": timer.stop,
        "model data": lambda: nothing(model.data(QModelIndex())),
        "missing property": property_of_nothing,
        "no parent": parent,
        "set opacity": lambda: item.setOpacity(1.0),
        "polish": lambda: item.polish(),
        "post": lambda: shell.post(lambda: None),
    }


def test_no_reference_to_none_is_lost(shell: Shell, present: Callable[..., None]) -> None:
    from tests.ui.samples import build

    present(build("attract"))
    lost = {name: references_lost(call) for name, call in _calls(shell).items()}
    shell.app.processEvents()
    assert {name: n for name, n in lost.items() if n > LOST_AT_MOST} == {}


def test_the_check_notices_a_call_that_loses_one() -> None:
    def leaking_double() -> None:
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(None))

    ctypes.pythonapi.Py_DecRef.argtypes = [ctypes.py_object]
    ctypes.pythonapi.Py_IncRef.argtypes = [ctypes.py_object]
    try:
        assert references_lost(leaking_double) > LOST_AT_MOST
    finally:
        for _ in range(CALLS + 1):
            ctypes.pythonapi.Py_IncRef(None)
