"""One thread, one state: events in, pages and effects out.

The conductor steps the visit, shows the page, lets the voice speak and hands every effect to whoever performs it.
It knows no device, no store and no screen: equipment registers itself after the first frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from kiosk_app.loop import Loop, Timer
from kiosk_app.screens import view
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, Effect, Log, StartTimer, Wipe
from kiosk_app.visit.events import Edited, Event, HeadphonesChanged, Held, KeyPressed, Pressed, Stirred, TimerFired
from kiosk_app.visit.state import Attract, State, World
from kiosk_app.visit.step import listening, step
from kiosk_app.wiping import Wipers
from ui.view import Act, Action, Edit, Focus, Heard, Input, Key, ScreenView, Slot, Touched

Performer = Callable[[Any], None]
Record = Callable[[str, Mapping[str, str | int | bool]], None]
OF_A_VISIT = frozenset({"visit_began", "visit_ended", "identified"})


class Voice(Protocol):
    """What speaks. Called on the loop's thread; never blocks."""

    def page(self, before: ScreenView | None, after: ScreenView) -> None:
        """A page was shown: introduce it when it is new, announce what changed."""

    def heard(self, heard: Heard) -> None:
        """The focus came to something, or it changed."""

    def hush(self) -> None:
        """Be silent in this very turn."""

    def key(self, name: str) -> bool:
        """A key about the voice itself (louder, slower, repeat); True when it was one."""

    def overlay(self) -> tuple[str, str]:
        """The caption to show and the node that is being spoken."""


class Silence:
    """The voice before there is one, and where there is none."""

    def page(self, before: ScreenView | None, after: ScreenView) -> None:
        """Nothing to say."""

    def heard(self, heard: Heard) -> None:
        """Nothing to say."""

    def hush(self) -> None:
        """Already silent."""

    def key(self, name: str) -> bool:
        """No key is about no voice."""
        return False

    def overlay(self) -> tuple[str, str]:
        """No caption."""
        return "", ""


class Conductor:
    """Runs one terminal. Every method is for the loop's thread; other threads use `loop.post`."""

    def __init__(
        self,
        loop: Loop,
        desk: Callable[[], Desk],
        present: Callable[[ScreenView], object],
        record: Record,
        new_id: Callable[[], str],
        wipers: Wipers | None = None,
    ) -> None:
        self.loop = loop
        self.state = State(world=World(looked=False))
        self.voice: Voice = Silence()
        self.record = record
        self.wipers = wipers or Wipers()
        self.on_listening: Callable[[frozenset[str]], None] = lambda wanted: None
        self.before_show: list[Callable[[State], None]] = []
        self.on_step: list[Callable[[Event, State], None]] = []
        self.after_wipe: Callable[[], object] = lambda: None
        self._new_id = new_id
        self._visit_id = "none"
        self._desk = desk
        self._present = present
        self._performers: dict[type[Effect], Performer] = {
            Log: self._log,
            StartTimer: self._start_timer,
            CancelTimer: self._cancel_timer,
            Wipe: self._wipe,
        }
        self._timers: dict[str, Timer] = {}
        self._waiting: deque[Event] = deque()
        self._busy = False
        self._shown: ScreenView | None = None

    def equip(self, performers: Mapping[type[Effect], Performer]) -> None:
        """Say who performs which effect; later words win."""
        self._performers.update(performers)

    def show(self) -> None:
        """Draw the page as it is now (time of day, caption, catalogue may have changed)."""
        desk = self._desk()
        page = view(self.state, desk)
        if self._shown is None or page.page != self._shown.page:
            self.record("screen_shown", {"screen": page.screen, "page": self.state.page})
        before, self._shown = self._shown, page
        self.voice.page(before, page)
        self._draw(page)

    def redraw(self) -> None:
        """Draw again because the voice went on; nothing is introduced anew."""
        if self._shown is not None:
            self._draw(self._shown)

    def dispatch(self, event: Event) -> None:
        """Answer an event; events that arise meanwhile wait their turn."""
        self._waiting.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._one(self._waiting.popleft())
        finally:
            self._busy = False

    def post(self, event: Event) -> None:
        """Answer an event soon; may be called from any thread."""
        self.loop.post(lambda: self.dispatch(event))

    def input(self, given: Input) -> None:
        """Take what a person did from the screen."""
        match given:
            case Touched():
                self.voice.hush()
                self.dispatch(Stirred())
            case Act(node, Action.HOLD):
                self.dispatch(Held(node, down=True))
            case Act(node, Action.RELEASE):
                self.dispatch(Held(node, down=False))
            case Act(node):
                self.dispatch(Pressed(node))
            case Edit(node, text):
                self.dispatch(Edited(node, text))
            case Key("jack_in" | "jack_out" as name):
                # A keypad with a jack of its own reports the plug as a key.
                self.dispatch(HeadphonesChanged(name == "jack_in"))
            case Key(name):
                self._key(name)
            case Heard():
                self.voice.heard(given)
            case Focus():
                # The focus also moves by itself, onto a cover for one; a hand that moves it is told by Touched.
                pass

    def _key(self, name: str) -> None:
        """A key of the keypad. Whoever presses any at the waiting terminal asks to be guided by the voice."""
        nobody = isinstance(self.state.place, Attract) and self.state.cover is None and not self.state.prefs.voice
        if nobody:
            self.dispatch(KeyPressed("wake"))
            if name == "help":
                self.dispatch(KeyPressed(name))
        elif name == "next":
            self.dispatch(self._main_key())
        elif self.voice.key(name):
            # Keys about the voice are somebody's too: the pause key is not told by Touched, which would hush.
            self.dispatch(Stirred())
        else:
            self.dispatch(KeyPressed(name))

    def _main_key(self) -> Event:
        """The press of the page's main key, or of its cover's; where there is none to press, somebody stirs."""
        shown = self._shown
        slot = Slot.COVER if shown is not None and shown.cover else Slot.ACTIONS
        nodes = shown.nodes if shown is not None else ()
        main = next((n for n in nodes if n.slot is slot and n.style == "primary" and n.enabled), None)
        return Pressed(main.id) if main is not None else Stirred()

    def _one(self, event: Event) -> None:
        before = listening(self.state)
        self.state, effects = step(self.state, event, self._desk())
        for told in self.before_show:
            # Who may hear the page is settled before any word of it is said.
            told(self.state)
        self.show()
        for effect in effects:
            performer = self._performers.get(type(effect))
            if performer is None:
                self.record("unexpected_event", {"state": "no_equipment", "event": type(effect).__name__})
            else:
                performer(effect)
        wanted = listening(self.state)
        if wanted != before:
            self.on_listening(wanted)
        for watch in self.on_step:
            watch(event, self.state)

    def _draw(self, page: ScreenView) -> None:
        caption, speaking = self.voice.overlay()
        self._present(replace(page, caption=caption, speaking=speaking))

    def _log(self, effect: Log) -> None:
        if effect.event == "visit_began":
            self._visit_id = self._new_id()
        of_visit = {"visit": self._visit_id} if effect.event in OF_A_VISIT else {}
        self.record(effect.event, {**effect.fields, **of_visit})

    def _start_timer(self, effect: StartTimer) -> None:
        self._cancel_timer(CancelTimer(effect.name))
        self._timers[effect.name] = self.loop.after(effect.seconds, lambda: self.dispatch(TimerFired(effect.name)))

    def _cancel_timer(self, effect: CancelTimer) -> None:
        timer = self._timers.pop(effect.name, None)
        if timer is not None:
            timer.cancel()

    def _wipe(self, effect: Wipe) -> None:
        failed = self.wipers.run()
        self.after_wipe()
        if self._shown is not None:
            # The words of the farewell went with everything else: a voice that knows nobody says them again.
            self.voice.page(None, self._shown)
        count, which = len(self.wipers.names), ",".join(failed) or "none"
        self.record("wipe_done", {"visit": self._visit_id, "count": count, "failed": len(failed), "which": which})
