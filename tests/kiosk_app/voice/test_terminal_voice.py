"""The voice in the running terminal: conductor, narrator and their joint, onto a mouth that only remembers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.device import Completion, DeviceEvent
from kiosk_app.conductor import Conductor
from kiosk_app.documents import page_of
from kiosk_app.documents.page import Caption, Fact, Item, Mark, Notice, Number, Small, Title
from kiosk_app.documents.words import words
from kiosk_app.equipment.speaking import Speaking
from kiosk_app.folders import Folders
from kiosk_app.lab.samples import DONE, KNOWN, ONLINE, PENDING, desk
from kiosk_app.loop import PlainLoop
from kiosk_app.receipts import receipt_of
from kiosk_app.visit import State
from kiosk_app.visit.events import HeadphonesChanged, Resume, Suspend, TimerFired
from kiosk_app.visit.state import Attract, Farewell, Form, Home, Outcome, PrintState, Receipt, Review, Timer
from kiosk_app.voice import SpeakNow
from kiosk_app.voice.baked import CLIPS
from kiosk_app.voice.speakable import speakable
from kiosk_app.voice.words import PHRASES
from ui.view import Act, Edit, Key, ScreenView, Touched

SECRETS = ("赵秀兰", "一三八，零零一三", "六二二二", "二零二，零零", "新风街", "one three eight", "six two two two")
DEMO = desk()


class Mouth:
    """A speech device that only remembers: the real one has its own tests."""

    def __init__(self, *_: object, **__: object) -> None:
        self.did: list[str] = []

    def submit(self, _command: object) -> None:
        self.did.append("speak")

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.did.append(name)


class Stage:
    """A terminal's loop thread with everything that speaks, and what was handed to the speech device."""

    def __init__(self, state: State) -> None:
        self.clock = DEMO.now
        self.site = DEMO.site
        self.seconds = 0.0
        self.said: list[SpeakNow] = []
        self.pages: list[ScreenView] = []
        self.loop = loop = PlainLoop(lambda: self.seconds)
        self.conductor = Conductor(loop, self.desk, self.pages.append, lambda *_: None, lambda: "v1")
        terminal: Any = SimpleNamespace(
            conductor=self.conductor,
            options=SimpleNamespace(said=(self.said.append,), folders=Folders(Path("/nowhere"))),
            shelf=SimpleNamespace(desk=self.desk),
            screen=loop,
            post=self.conductor.post,
        )
        self.speaking = Speaking(None, terminal.options, terminal, lambda *_: None)
        self.speaking.join(self.conductor)
        self.mouth: Any = self.speaking._device
        self.conductor.wipers.add("voice", self.speaking.wipe)
        self.conductor.state = state
        self.conductor.show()
        self.said.clear()

    def desk(self) -> Any:
        return replace(DEMO, now=self.clock, site=self.site)

    def jack(self, plugged: bool, after: float = 5.0) -> None:
        self.clock += timedelta(seconds=after)
        self.conductor.dispatch(HeadphonesChanged(plugged))

    def run_due(self) -> None:
        """Fire the timers that are due."""
        self.loop.after(0.0, self.loop.quit)
        self.loop.run()

    def press(self, *nodes: str) -> None:
        for node in nodes:
            self.conductor.input(Touched(self.seconds))
            self.conductor.input(Act(node))

    @property
    def words(self) -> str:
        """Everything said so far."""
        return "\n".join(one.utterance.text for one in self.said)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Callable[[State], Stage]:
    monkeypatch.setattr("kiosk_app.equipment.speaking.Speech", Mouth)
    return Stage


Make = Callable[[State], Stage]
REVIEW = replace(ONLINE, place=Review(), visit=KNOWN)
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)


def outcome(case: Any, **more: Any) -> State:
    return replace(ONLINE, place=Outcome(), visit=replace(KNOWN, case=replace(case, **more)))


# 听回执


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


NO_DATA = ("machine", "hotline", "help", "scan", "scan.pending")
"""Lines around the fields: whose machine it is, what the eye finds where. The hotlines' numbers are fields."""


def printed(state: State) -> list[str]:
    """Every field of the paper: labels and values."""
    model = receipt_of(state, DEMO)
    assert model is not None
    t = words(model.lang)
    found: list[str] = []
    for line in page_of(model).lines:
        match line:
            case Title(text) | Mark(text) | Small(text):
                found.append(text)
            case Notice(title, body):
                found += [title, body]
            case Number(label, value) | Fact(label, value, _):
                found += [label, value]
            case Item(_, text):
                found.append(text)
            case Caption(text) if text not in {t[key] for key in NO_DATA}:
                found += text.split(" · ")
    return found


STATES = {
    "printing": outcome(DONE, print=PrintState.PRINTING),
    "printed": outcome(DONE, print=PrintState.PRINTED),
    "not printed": outcome(DONE, print=PrintState.NONE),
    "saved": outcome(PENDING, print=PrintState.NONE),
    "no paper": replace(outcome(DONE, print=PrintState.NOT_PRINTED, print_cause="no_paper"), place=Receipt()),
    "unknown": replace(outcome(PENDING, print=PrintState.UNKNOWN), place=Receipt()),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", STATES)
def test_every_field_of_the_receipt_is_spoken_before_and_after_printing(stage: Make, name: str, lang: str) -> None:
    state = STATES[name]
    state = replace(state, prefs=replace(state.prefs, lang=lang))
    here = stage(state)
    here.jack(True)
    here.said.clear()
    here.press("actions.listen")
    said = here.said[-1]
    assert said.private
    assert said.headphones
    heard = bare(said.utterance.text)
    fields = printed(state)
    assert len(fields) > 12
    missing = [f for f in fields if bare(speakable(f, lang)) not in heard]
    assert missing == []


def test_the_receipt_is_not_read_to_others_unasked(stage: Make) -> None:
    here = stage(STATES["printed"])
    here.press("actions.listen")
    assert here.pages[-1].cover == "aloud"
    assert not [s for s in here.said if s.private]
    here.press("cover.aloud")
    assert here.pages[-1].cover == ""
    assert here.said[-1].private
    assert "受理编号" in here.said[-1].utterance.text


def test_who_listens_to_a_long_receipt_is_there(stage: Make) -> None:
    here = stage(STATES["printed"])
    here.jack(True)
    here.press("actions.listen")
    reading = here.said[-1].id
    here.seconds += 170
    here.speaking._report(DeviceEvent("speech", "speech_started", {"id": reading, "clip": "9"}))
    here.seconds += 30
    here.run_due()
    assert here.conductor.state.cover is None
    here.seconds += 180
    here.run_due()
    assert here.conductor.state.cover is not None


def test_news_of_the_printer_does_not_cut_the_receipt(stage: Make) -> None:
    from kiosk_app.visit.events import PrintEnded

    here = stage(STATES["printing"])
    here.jack(True)
    here.press("actions.listen")
    reading = here.said[-1]
    here.conductor.dispatch(PrintEnded("s1.0", "printed"))
    assert here.said[-1] is reading


# Privacy of sound


def test_private_words_stop_with_the_plug_and_are_repeated_masked(stage: Make) -> None:
    here = stage(REVIEW)
    here.jack(True)
    here.press("actions.listen")
    assert here.said[-1].private
    assert "六二二二" in here.said[-1].utterance.text
    here.jack(False)
    assert "耳机拔掉了" in here.said[-1].utterance.text
    here.conductor.input(Touched(0.0))
    here.conductor.input(Key("repeat"))
    assert not here.said[-1].private
    assert not [s for s in SECRETS if s in here.said[-1].utterance.text]


# Other clips


def test_other_clips_are_taken_at_once_when_nobody_is_here(stage: Make) -> None:
    here = stage(replace(ONLINE, place=Attract()))
    here.speaking.renew()
    assert here.mouth.did.count("restart") == 1
    here.conductor.dispatch(HeadphonesChanged(True))
    assert here.mouth.did.count("restart") == 1


def test_other_clips_are_not_taken_from_somebody_who_asked_the_waiting_terminal_to_speak(stage: Make) -> None:
    here = stage(replace(ONLINE, place=Attract()))
    here.conductor.state = replace(ONLINE, place=Attract(), prefs=replace(ONLINE.prefs, voice=True))
    here.speaking.renew()
    assert "restart" not in here.mouth.did


def test_other_clips_are_taken_when_the_visit_is_over_and_never_before(stage: Make) -> None:
    here = stage(FORM)
    here.speaking.renew()
    here.speaking.renew()
    here.conductor.dispatch(Suspend("technician"))
    here.conductor.dispatch(Resume())
    assert "restart" not in here.mouth.did
    here.conductor.state = replace(here.conductor.state, place=Farewell(how="done"))
    here.conductor.dispatch(TimerFired(Timer.FAREWELL))
    assert isinstance(here.conductor.state.place, Attract)
    assert here.mouth.did.count("restart") == 1


def test_the_voice_looks_for_clips_of_packages_after_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    class Made(Mouth):
        def __init__(self, *_: object, clips: object) -> None:
            super().__init__()
            given.append(clips)

    monkeypatch.setattr("kiosk_app.equipment.speaking.Speech", Made)
    Stage(FORM)
    assert given == [(CLIPS, Path("/nowhere/clips"))]


def test_a_plug_is_announced_before_the_page(stage: Make) -> None:
    here = stage(FORM)
    here.jack(True)
    first = here.said[0]
    assert "已插上耳机" in first.utterance.text
    assert (first.headphones, first.volume) == (True, 0.4)
    here.speaking.speaker.report(Completion("speech", first.id))
    assert here.said[-1].utterance.text.startswith(speakable(here.pages[-1].intro[0]))


def test_hints_speak_of_the_keypad_that_hangs_here(stage: Make) -> None:
    here = stage(FORM)
    here.site = replace(DEMO.site, keypad="ez-access")
    here.press("form.bank")
    here.conductor.input(Key("where"))
    assert "双左箭头键" in here.words


def test_a_keypad_that_has_the_jack_reports_it_as_keys(stage: Make) -> None:
    here = stage(FORM)
    here.conductor.input(Key("jack_in"))
    assert here.conductor.state.world.headphones
    here.conductor.input(Key("jack_out"))
    assert not here.conductor.state.world.headphones


def test_a_chattering_jack_lets_nothing_private_out_and_floods_nobody(stage: Make) -> None:
    here = stage(REVIEW)
    here.jack(True)
    here.press("actions.listen")
    here.said.clear()
    for n in range(40):
        here.jack(n % 2 == 1, after=0.05)
        if n % 5 == 0:
            here.press("actions.listen")
            here.press("cover.close")
    out_loud = [s for s in here.said if not s.headphones]
    assert not [s for s in out_loud if s.private]
    assert not [s for one in out_loud for s in SECRETS if s in one.utterance.text]
    announced = [s for s in here.said if "耳机拔" in s.utterance.text or "已插上耳机" in s.utterance.text]
    assert len(announced) <= 1
    here.conductor.dispatch(TimerFired(Timer.JACK))
    assert here.conductor.state.world.headphones
    assert "已插上耳机" in here.said[-1].utterance.text


def test_the_choice_to_read_aloud_ends_with_the_page(stage: Make) -> None:
    here = stage(REVIEW)
    here.press("actions.listen", "cover.aloud")
    assert "六二二二" in here.words
    here.said.clear()
    here.press("review.phone")
    assert isinstance(here.conductor.state.place, Form)
    here.conductor.input(Key("readback"))
    here.conductor.input(Key("where"))
    assert not [s for s in here.said if s.private]
    assert not [s for s in SECRETS if s in here.words]


def test_while_somebody_helps_nothing_private_is_read_even_in_headphones(stage: Make) -> None:
    here = stage(REVIEW)
    here.jack(True)
    here.press("dock.help", "cover.ways", "ways.helper", "cover.close")
    here.said.clear()
    here.press("actions.listen")
    assert here.said[-1].utterance.text == PHRASES["zh"]["helped"]
    here.conductor.input(Key("where"))
    assert not [s for s in SECRETS if s in here.words]
    here.press("dock.help", "ways.hand_back", "actions.listen")
    assert "六二二二" in here.said[-1].utterance.text


def test_loudness_and_speed_are_changed_from_the_ways_and_reset_after_the_visit(stage: Make) -> None:
    here = stage(replace(FORM, visit=replace(KNOWN, card_on_pad=False)))
    here.press("dock.help", "cover.ways", "ways.softer", "ways.softer", "ways.slower", "cover.close")
    assert (here.said[-1].volume, here.said[-1].rate) == (0.6, 0.75)
    here.press("actions.end")
    for _ in range(4):
        here.conductor.dispatch(TimerFired(Timer.FAREWELL))
    assert isinstance(here.conductor.state.place, Attract)
    assert (here.said[-1].volume, here.said[-1].rate) == (0.8, 1.0)


# Keys


@pytest.mark.parametrize("name", ["louder", "repeat", "where", "back", "wake", "corner", "slower", "pause"])
def test_any_key_at_the_waiting_terminal_begins_guidance(stage: Make, name: str) -> None:
    here = stage(ONLINE)
    here.conductor.input(Touched(0.0))
    here.conductor.input(Key(name))
    assert here.conductor.state.place == Home()
    assert here.conductor.state.prefs.voice
    assert "耳机孔" in here.words


def test_the_pause_key_stirs_and_the_voice_stands_still(stage: Make) -> None:
    here = stage(FORM)
    here.conductor.input(Key("where"))
    before = len(here.said)
    here.conductor.input(Key("pause"))
    assert here.pages[-1].caption == PHRASES["zh"]["paused"]
    here.conductor.input(Key("pause"))
    assert here.pages[-1].caption != PHRASES["zh"]["paused"]
    assert len(here.said) == before
    assert here.mouth.did[-2:] == ["pause", "resume"]


def test_the_next_key_presses_the_main_key_of_page_or_cover(stage: Make) -> None:
    here = stage(FORM)
    here.press("dock.help")
    here.conductor.input(Key("next"))
    assert here.conductor.state.cover is None
    here = stage(replace(REVIEW, visit=replace(KNOWN, consent=False)))
    here.conductor.input(Key("next"))
    assert isinstance(here.conductor.state.place, Review), "a closed key is not pressed"


def test_a_dark_screen_lights_up_when_touched_and_says_so(stage: Make) -> None:
    here = stage(replace(FORM, prefs=replace(FORM.prefs, voice=True, screen_off=True)))
    here.conductor.input(Touched(0.0))
    here.conductor.input(Key("screen"))
    assert not here.conductor.state.prefs.screen_off
    assert "屏幕亮了" in here.words


def test_who_leaves_is_not_shown_around_again(stage: Make) -> None:
    here = stage(FORM)
    here.conductor.input(Key("corner"))
    assert "耳机孔" in here.words
    here.said.clear()
    here.press("actions.end")
    assert isinstance(here.conductor.state.place, Farewell)
    assert here.said
    assert "耳机孔" not in here.words


# Typing and countdowns


def test_each_typed_character_is_echoed(stage: Make) -> None:
    here = stage(replace(FORM, visit=replace(KNOWN, answers={})))
    for text in ("6", "62", "622"):
        here.conductor.input(Touched(0.0))
        here.conductor.input(Edit("form.bank", text))
    assert [s.utterance.text for s in here.said] == ["已输入一位", "已输入两位", "已输入三位"]
    here.jack(True)
    here.said.clear()
    here.conductor.input(Touched(0.0))
    here.conductor.input(Edit("form.bank", "6227"))
    assert [s.utterance.text for s in here.said] == ["七"]


def test_the_countdown_is_heard_at_twenty_ten_and_five_whatever_else_is_said(stage: Make) -> None:
    from kiosk_app.visit.events import DeviceChanged

    here = stage(FORM)
    here.conductor.dispatch(TimerFired(Timer.IDLE))
    here.said.clear()
    for left in range(29, 0, -1):
        here.conductor.dispatch(TimerFired(Timer.TICK))
        if left in (21, 11, 6):
            here.speaking.speaker.say("别的话，很长很长")
            here.conductor.dispatch(DeviceChanged("receipt_printer", "online", {"paper": "low"}))
    counted = [s.utterance.text for s in here.said if "秒清屏" in s.utterance.text]
    assert [re.search("还有(.+)秒", text)[1] for text in counted] == ["二十", "十", "五"]  # type: ignore[index]
