"""The composition root: joins screen, visit, store, platform, devices and voice into one terminal.

The first frame needs nothing but the visit and a screen. Everything else is imported and opened on a thread of its own
(`_boot`) while the attract page is already answering touches, and joins the conductor by `post`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from kiosk_app.clock import SystemClock
from kiosk_app.conductor import Conductor
from kiosk_app.folders import Folders
from kiosk_app.front import read_front, write_front
from kiosk_app.loop import Loop
from kiosk_app.shelf import Shelf
from kiosk_app.visit import Site
from kiosk_app.visit.enrolment import OFFERED
from kiosk_app.visit.events import ClockTicked, Event, Halted, Restored, SiteChanged
from kiosk_app.visit.hours import prefs_of
from kiosk_app.visit.nearby import FRESH, Nearby
from kiosk_app.visit.state import State
from kiosk_app.wiping import Wipers
from ui.keymap import USUAL
from ui.view import Input, ScreenView

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom
    from kiosk_app.equipment.machine import Surroundings
    from kiosk_app.health.probes import Machine

VERSION = "0.1.0"
MINUTE_CHECK_S = 10.0


class Screen(Loop, Protocol):
    """A loop that can show pages: `ui.Shell`, or a plain one in tests."""

    on_input: Callable[[Input], None]

    def present(self, view: ScreenView) -> object:
        """Show a page."""

    def wipe(self) -> None:
        """Forget the visit that has just ended."""

    def use_keys(self, names: Iterable[str], extra: Mapping[str, str]) -> None:
        """Go by these key maps, and these keys of the site, from the next press on.

        Raises:
            ValueError: there is no such map or meaning.
        """

    def use_screen(self, width_mm: int, height_mm: int) -> None:
        """The picture is so large, millimetres."""


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> Any:
        """Return the wall time, aware."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""


@dataclass(frozen=True, slots=True)
class Options:
    """How this terminal is run.

    `checkpoint` is called at the named points of a save and a send (fault tools stop the process there); `strict` makes
    an undeclared log field an error; `simulated` is written into the start-up log line; `self_test`: it tests itself
    at boot and every night, and serves nobody before the platform has its first report that says ready; `said` hears
    each utterance; `wipers_off` are not run and `machine` is a drawn one, for tests and the laboratory; `around` is how
    a machine that is not enrolled is looked at, None as it is.
    """

    folders: Folders
    clock: Clock = field(default_factory=SystemClock)
    random_bytes: Callable[[int], bytes] = os.urandom
    checkpoint: Callable[[str], None] = lambda name: None
    strict: bool = False
    simulated: bool = False
    log: Callable[[str], None] | None = None
    beat_s: float = 30.0
    self_test: bool = False
    said: tuple[Callable[[Any], None], ...] = ()
    wipers_off: frozenset[str] = frozenset()
    machine: Machine | None = None
    around: Surroundings | None = None


SETTLED_S = 0.5
"""After a visit's end, until what was let go has really been freed."""


class Terminal:
    """One terminal from its first frame to its end."""

    def __init__(self, screen: Screen, options: Options) -> None:
        self.screen = screen
        self.options = options
        front = read_front(options.folders.front)
        self.shelf = Shelf(options.clock.now, front.site, front.catalogue)
        self.shelf.near = front.near
        self.conductor = Conductor(
            screen,
            self.shelf.desk,
            screen.present,
            self._record,
            lambda: options.random_bytes(8).hex(),
            Wipers(options.wipers_off),
        )
        world = replace(self.conductor.state.world, usual=prefs_of(front.site.usual), card_left=front.card_left)
        self.conductor.state = replace(self.conductor.state, world=world, prefs=world.waiting)
        self.room: EngineRoom | None = None
        self.on_return: Callable[[int], None] = lambda code: None
        """Called when the machine is given back by an exit code."""
        self._card_left = front.card_left
        self._near_kept = front.near.known_at
        self.restart: Callable[[], None] = lambda: None
        """Has a fresh process take over; of whoever started this one."""
        self.glass: Callable[[], tuple[int, int, float, float] | None] = lambda: None
        """The screen in pixels and millimetres, where there is one."""
        self._early: list[tuple[str, Mapping[str, str | int | bool]]] = []
        self._sink: Callable[[str, Mapping[str, str | int | bool]], None] | None = None
        self._ready = threading.Event()
        self._stopped = False
        self.relieve: Callable[[], None] | None = None
        """Asks for a fresh process; None where no keeper could start one."""
        screen.on_input = self.conductor.input
        self.conductor.wipers.add("screen", screen.wipe)
        self.conductor.on_step.append(lambda _event, state: self._keep_card(state))

    def show(self) -> None:
        """Draw the first page. Call it before the loop runs."""
        self.conductor.show()

    def boot(self) -> None:
        """Bring everything else up on its own thread; call it when the first frame is on the glass."""
        threading.Thread(target=self._boot, name="boot", daemon=True).start()
        self.screen.after(MINUTE_CHECK_S, self._minute)

    def wait_ready(self, seconds: float) -> bool:
        """Wait until the boot has ended, well or not. Not for the loop's thread."""
        return self._ready.wait(seconds)

    @property
    def idle(self) -> bool:
        """True when everything is up (or out of service) and nothing is being printed."""
        return self.room is not None and self.room.idle

    def stop(self) -> None:
        """End everything that was started."""
        self._stopped = True
        if self.room is not None:
            self.room.stop()

    def have_relief(self) -> None:
        """What this process began with is no longer so: a fresh one, where a keeper can start it. Loop's thread."""
        if self.relieve is not None:
            self.relieve()

    def renew(self) -> None:
        """Begin anew, enrolled now: by a fresh process, or in this one where there is no keeper. Loop's thread."""
        if self.relieve is not None:
            self.relieve()
        else:
            threading.Thread(target=self._reopen, name="reopen", daemon=True).start()

    def _reopen(self) -> None:
        room, self.room = self.room, None
        if room is not None:
            room.stop()
        if self._open():
            self.post(Restored())

    def _boot(self) -> None:
        from kiosk_app import heap

        heap.narrow()
        # A moment later: what the wipers let go is freed by then, in Qt's own time.
        self.conductor.after_wipe = lambda: self.screen.after(SETTLED_S, heap.give_back)
        try:
            self._open()
        finally:
            self._ready.set()

    def _open(self) -> bool:
        """Open the engine room; false when nobody can be served, which the page says."""
        from kiosk_app.engine_room import EngineRoom, HaltedError

        room = EngineRoom(self.options, self)
        try:
            room.open()
            return True
        except HaltedError as halted:
            if halted.word not in OFFERED:
                self.post(Halted(halted.word))
                return False
            bench = room.open_bench()
            self.post(Halted(halted.word, enrol=True))
            bench.start()
            return False
        finally:
            self.room = room
            if self._stopped:
                room.stop()

    def post(self, event: Event) -> None:
        """Hand an event to the conductor; any thread."""
        self.conductor.post(event)

    def log_with(self, sink: Callable[[str, Mapping[str, str | int | bool]], None]) -> None:
        """From now on log lines go here; those that were kept go first."""
        early, self._early = self._early, []
        for name, fields in early:
            sink(name, fields)
        self._sink = sink

    def enter(self, site: Site, keypad: Mapping[str, Any] | None = None) -> None:
        """The signed profile says where this is: show it, and keep the public part for the next first frame.

        `keypad` are the options of its keypad: `keys` names maps of `ui.keymap`, `extra` single keys (a jack's).
        """
        wanted = keypad or {}
        names = wanted.get("keys", USUAL)
        try:
            self.screen.use_keys(names, wanted.get("extra", {}))
        except (ValueError, TypeError, AttributeError):
            # A profile for another release must not leave a resident without a keypad.
            names = USUAL
            self.screen.use_keys(names, {})
        if site.screen is not None:
            self.screen.use_screen(site.screen.width_mm, site.screen.height_mm)
        self.shelf.site = replace(site, keypad=next(iter(names), USUAL[0]))
        self.keep_front()
        self.conductor.dispatch(SiteChanged())

    def neighbours(self, near: Nearby) -> None:
        """The platform told of the terminals around. Kept for when it cannot: what changed at once, else now and then.
        Loop's thread.
        """
        former, self.shelf.near = self.shelf.near, near
        kept = self._near_kept
        if former.found != near.found or kept is None or (near.known_at and near.known_at - kept >= FRESH / 2):
            self._near_kept = near.known_at
            self.keep_front()

    def keep_front(self) -> None:
        """Keep what is public of the first pages for the next start."""
        write_front(self.options.folders.front, self.shelf.desk(), card_left=self._card_left)

    def _keep_card(self, state: State) -> None:
        """The process that takes over after this one must not read out a card that was left."""
        if state.world.card_left != self._card_left:
            self._card_left = state.world.card_left
            self.keep_front()

    def _record(self, name: str, fields: Mapping[str, str | int | bool]) -> None:
        if self._sink is None:
            self._early.append((name, dict(fields)))
        else:
            self._sink(name, fields)

    def _minute(self) -> None:
        if not self._stopped:
            self.conductor.dispatch(ClockTicked())
            self.screen.after(MINUTE_CHECK_S, self._minute)
