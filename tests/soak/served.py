"""The terminal that is measured: `kiosk_app.run.serve` as a kept process runs it, without the keeper that relieves it.

`python -m tests.soak.served --state DIR` listens on `stage.sock` beside `DIR` for what hands ask of the laboratory's
stage (touches and keys at pixels, the page), and for what the long run wants: hurry a timer, count, leak on purpose.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import QPoint, QPointF

from drivers.transport.far_end import ControlSocket
from kiosk_app.lab.clock import LabClock
from kiosk_app.lab.stage import Stage
from kiosk_app.run import serve
from kiosk_app.terminal import Terminal
from tests.tools.heap import malloc_mb
from ui import shell as ui
from ui.hearing import everything, id_of, node_of, walk_tree
from ui.robot import Robot

FINGER_S = 0.002


class Finger(Robot):
    """A quick finger: one look at the page for each touch. What it does not find is left to the patient one."""

    def touch(self, name: str, *, reveal: bool = True) -> None:
        """Press and release a node or key.

        Raises:
            RobotError: it is not there, covered, switched off or off the screen.
        """

        def press() -> QPoint | None:
            self._polish()
            item = next((i for i in walk_tree(self.shell.root()) if id_of(i) == name and self._seen(i)), None)
            node = node_of(item)
            if item is None or item.property("open") is False or (node is not None and not node.node.enabled):
                return None
            middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
            self._touch("press", middle)
            return middle

        point = self.shell.call(press)
        if point is None:
            super().touch(name, reveal=reveal)
            return
        self._rest(self.pause)
        self.shell.call(lambda: self._touch("release", point))


class Served(Stage):
    """What may be asked of the served terminal. Nothing is remembered here: this process is the one that is weighed."""

    def __init__(self, shell: ui.Shell, terminal: Terminal) -> None:
        super().__init__(shell, Finger(shell, FINGER_S), LabClock(), "fast")
        self.terminal = terminal
        self._leaked: list[object] = []

    def handlers(self) -> dict[str, Callable[[Any], dict[str, object]]]:
        """By the first key of the line."""
        own = {"hurry": self._hurry, "waiting": self._waiting, "counts": self._counts, "leak": self._leak}
        return super().handlers() | own

    def _hurry(self, name: object) -> dict[str, object]:
        """Let a timer of the visit fire now: Qt's own timer, through its own connection."""
        pending = cast("ui.Timer | None", self._terminal.conductor._timers.get(str(name)))
        if pending is None or pending._timer not in self.shell._timers:
            return {"hurried": False}
        pending._timer.start(0)
        return {"hurried": True}

    def _waiting(self, _argument: object) -> dict[str, object]:
        """How many items the platform has not answered yet."""
        room = self._terminal.room
        if room is None or room.store is None:
            raise ValueError("the store is not open")
        counts = room.store.counts()
        return {"waiting": counts.ready + counts.inflight}

    def _counts(self, _argument: object) -> dict[str, object]:
        # Nothing is looked for by findChildren: of each child that it makes an object for, something stays.
        return {
            "timers": len(self.shell._timers),
            "items": sum(1 for _ in everything(self.shell.root())),
            "objects": len(gc.get_objects()),
            "blocks": sys.getallocatedblocks(),
            "malloc_mb": malloc_mb(),
        }

    def _leak(self, kind: object) -> dict[str, object]:
        """From now on keep the views of every page, or at the end of each visit a picture, a handle or a file.

        Raises:
            ValueError: there is no such leak.
        """
        conductor = self._terminal.conductor
        match kind:
            case "views":
                conductor.on_step.append(lambda _event, state: self._leaked.append((state, self.shell.view)))
            case "picture":
                conductor.wipers.add(f"leak-{kind}", lambda: self._leaked.append(self.shell.window.grabWindow()))
            case "handle":
                conductor.wipers.add(f"leak-{kind}", lambda: self._leaked.append(os.open(os.devnull, os.O_RDONLY)))
            case "file":
                conductor.wipers.add(f"leak-{kind}", lambda: os.close(tempfile.mkstemp()[0]))
            case _:
                raise ValueError(f"leak: {kind} is none of {', '.join(LEAKS)}")
        return {}


LEAKS = ("views", "picture", "handle", "file")


def watch(shell: ui.Shell, terminal: Terminal) -> None:
    """Listen before the loop runs."""
    # The visits strike faster than a trembling hand; the filter has tests of its own.
    shell.bridge.strike_override = 0.0
    stage = Served(shell, terminal)
    ControlSocket(terminal.options.folders.root.with_name("stage.sock"), stage.answer)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:], watch))
