"""The terminal's end of the line to its keeper: asks to be relieved after a visit, and leaves when nobody is here."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kiosk_app.loop import Loop, Timer
from kiosk_app.roster import ALONE, DRAWN, LEAVE, STAYS, WANTS
from kiosk_app.visit.locked import WHY
from kiosk_app.visit.state import Attract, OutOfService, Search, State, Visit

if TYPE_CHECKING:
    from kiosk_app.conductor import Conductor

QUIET_S = 3.0
"""How long the attract page has been left alone before a fresh process is asked for."""
AGAIN_S = 60.0
"""When to ask again where no relief came."""


class Terminal(Protocol):
    """What is relieved."""

    conductor: Conductor

    def boot(self) -> None:
        """Take store and devices."""

    @property
    def idle(self) -> bool:
        """True when nothing is being printed or opened."""


def personal(state: State) -> bool:
    """Return whether a visit holds anything of a person: who it is, a number, what was typed."""
    visit = state.visit
    said = visit.talk.begun or visit.remark.personal or (isinstance(state.place, Search) and state.place.words)
    return bool(visit.person or visit.evidence or visit.phone or visit.answers or visit.guardian or said)


def vacant(state: State) -> bool:
    """True at the page that waits for somebody, or says that it is locked or withheld."""
    out = isinstance(state.place, OutOfService) and state.place.why in {WHY, state.world.withheld}
    return isinstance(state.place, Attract) or out


class Relief:
    """Joins one terminal to its keeper. Everything but `_listen` is for the loop's thread."""

    def __init__(self, terminal: Terminal, loop: Loop, quit_: Callable[[], None], lead: int, *, relieves: bool) -> None:
        """`lead` is the socket that the keeper gave; `relieves` when another process still has the store."""
        self._terminal = terminal
        self._loop = loop
        self._quit = quit_
        self._lead = socket.socket(fileno=lead)
        self._lead.set_inheritable(False)
        self._waits = relieves
        self._used = False
        self._timer: Timer | None = None
        terminal.conductor.on_step.append(lambda _, state: self._stepped(state))

    def relieve(self) -> None:
        """Have a fresh process take over although nobody was here."""
        self._used = True
        if self._timer is None:
            self._look_in(0.0)

    def drawn(self) -> None:
        """The first page is on the glass."""
        self._say(DRAWN)
        # Behind the first frame: the rooms of the terminal are not loaded before.
        from drivers.host_child import leave_no_core

        leave_no_core()
        if not self._waits:
            self._terminal.boot()
        threading.Thread(target=self._listen, name="lead", daemon=True).start()

    def _stepped(self, state: State) -> None:
        self._used = self._used or personal(state)
        if self._used and self._timer is None and vacant(state):
            self._look_in(QUIET_S)

    def _look_in(self, seconds: float) -> None:
        self._timer = self._loop.after(seconds, self._ask)

    def _ask(self) -> None:
        self._timer = None
        if not vacant(self._terminal.conductor.state):
            return
        if self._resting():
            self._say(WANTS)
            self._look_in(AGAIN_S)
        else:
            self._look_in(QUIET_S)

    def _resting(self) -> bool:
        conductor = self._terminal.conductor
        state = conductor.state
        silent = not conductor.voice.overlay()[0]
        nobody = vacant(state) and state.cover is None and state.visit == Visit()
        return nobody and silent and self._terminal.idle

    def _hear(self, word: str) -> None:
        if word == ALONE and self._waits:
            self._waits = False
            self._terminal.boot()
        elif word == LEAVE:
            if self._resting():
                self._quit()
            else:
                self._say(STAYS)

    def _say(self, word: str) -> None:
        with contextlib.suppress(OSError):
            self._lead.send(f"{word}\n".encode("ascii"))

    def _listen(self) -> None:
        """A thread of its own; a keeper that has gone takes the terminal along."""
        while True:
            try:
                data = self._lead.recv(256)
            except OSError:
                data = b""
            if not data:
                self._loop.post(self._quit)
                return
            for word in data.decode("ascii", "replace").split():
                self._loop.post(lambda word=word: self._hear(word))  # type: ignore[misc]
