"""Two threads between the window and the world: one asks for the state, one carries the actions over.

An action may take seconds (a terminal that starts again); the picture of the world keeps moving meanwhile.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ui.lab.client import GoneError, ask

POLL_S = 0.5
STATE_TIMEOUT_S = 5.0
ACTION_TIMEOUT_S = 60.0
"""Power back on starts a whole terminal."""


class Link(QObject):
    """Emits on its own threads: connect queued. `told` only when something changed."""

    told = Signal(object)
    lost = Signal()
    answered = Signal(object, bool, str)
    """The request, whether it was done, why not."""

    def __init__(self, path: Path, poll_s: float = POLL_S) -> None:
        super().__init__()
        self._path = path
        self._poll_s = poll_s
        self._actions: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._look_now = threading.Event()
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, name="lab-watch", daemon=True),
            threading.Thread(target=self._act, name="lab-act", daemon=True),
        ]

    def start(self) -> None:
        """Begin to ask."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask no more; an action under way is not waited for."""
        self._over.set()
        self._look_now.set()
        self._actions.put(None)
        self._threads[0].join(STATE_TIMEOUT_S)

    def send(self, request: Mapping[str, Any]) -> None:
        """Carry one action over, after those that wait."""
        self._actions.put(dict(request))

    def _watch(self) -> None:
        last: dict[str, Any] | None = None
        while not self._over.is_set():
            self._look_now.clear()
            try:
                state = ask(self._path, {"do": "state"}, STATE_TIMEOUT_S)
            except GoneError:
                last = None
                self.lost.emit()
            else:
                if state != last and not self._over.is_set():
                    last = state
                    self.told.emit(state)
            self._look_now.wait(self._poll_s)

    def _act(self) -> None:
        while (request := self._actions.get()) is not None:
            try:
                answer = ask(self._path, request, ACTION_TIMEOUT_S)
            except GoneError:
                answer = {"ok": False, "why": ""}
            if self._over.is_set():
                return
            self.answered.emit(request, answer.get("ok") is True, str(answer.get("why", "")))
            self._look_now.set()
