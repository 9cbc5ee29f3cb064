"""Ways to use it: from every page, in two actions, losing nothing; reading aloud ends with its page."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from kiosk_app.identity import Level
from kiosk_app.lab.samples import DONE, ELDER, FOREIGNER, KNOWN, ONLINE, PENDING, desk, pages
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Replay, StartTimer, Tune
from kiosk_app.visit.events import CardRead, Edited, Event, HeadphonesChanged, KeyPressed, Pressed, Stirred, TimerFired
from kiosk_app.visit.face import running
from kiosk_app.visit.remark import Remarking
from kiosk_app.visit.state import (
    Aloud,
    Attract,
    Case,
    Form,
    Help,
    Home,
    Identify,
    IdleWarning,
    Materials,
    Outcome,
    OutOfService,
    PaperTask,
    Prefs,
    Receipt,
    Review,
    Suspended,
    Timer,
    Verdict,
    Visit,
    Way,
    Ways,
)
from kiosk_app.visit.supplied import ScanStage
from kiosk_app.visit.talk import Chatting
from ui.view import Action, ScreenView, Slot

DESK = desk()
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)
REVIEW = replace(ONLINE, place=Review(), visit=KNOWN)
SWITCHES = ("voice", "text_only", "contrast", "lowglare", "hold", "steady", "explore", "screen_off")
MODES: tuple[Event, ...] = (
    *(Pressed(f"dock.{name}") for name in ("elder", "size", "contrast", "voice", "low", "lang")),
    *(Pressed(f"ways.{name}") for name in (*SWITCHES, "aloud", "slower", "faster", "softer", "louder")),
    KeyPressed("corner"),
    HeadphonesChanged(True),
    HeadphonesChanged(False),
)


def walk(state: State, *events: Event | str) -> State:
    for event in events:
        state, _ = step(state, Pressed(event) if isinstance(event, str) else event, DESK)
        view(state, DESK)
    return state


def shown(state: State) -> ScreenView:
    return view(state, DESK)


def opened(state: State) -> State:
    return walk(state, "dock.help", "cover.ways")


def watched(state: State) -> bool:
    """A camera looks, at a face or at a paper."""
    return running(state) or (isinstance(state.place, Materials) and state.place.stage is ScanStage.AIM)


@pytest.mark.parametrize("name", [n for n in pages() if not n.startswith("ways-helped")])
def test_two_actions_lead_there_from_every_page_and_one_back(name: str) -> None:
    before = replace(pages()[name], cover=None, visit=replace(pages()[name].visit, helped=False))
    there = opened(before)
    assert isinstance(there.cover, Ways)
    assert shown(there).page.startswith("Ways.")
    back = walk(there, "cover.close")
    # A talk with staff, or what is being said, lies over its page as soon as nothing else does.
    over = Chatting() if before.visit.talk.shown else Remarking() if before.visit.remark.shown else None
    assert back.cover == over
    assert (back.visit, back.prefs) == (before.visit, before.prefs)
    # No camera goes on under a cover: it stands ready to begin again.
    assert back.place == before.place or (watched(before) and not watched(back))


@pytest.mark.parametrize("cover", [Suspended("paper"), PaperTask("no_paper")])
def test_help_is_there_under_a_cover_too(cover: Suspended | PaperTask) -> None:
    assert "dock.help" in {n.id for n in shown(replace(FORM, cover=cover)).nodes}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_switches_and_switches_back(name: str) -> None:
    start = opened(replace(FORM, prefs=Prefs(voice=True)) if name == "screen_off" else FORM)
    on = walk(start, f"ways.{name}")
    node = shown(on).node(f"ways.{name}")
    assert node is not None
    assert node.checked
    assert on.prefs != start.prefs
    off = walk(on, f"ways.{name}")
    node = shown(off).node(f"ways.{name}")
    assert node is not None
    assert not node.checked
    assert off.prefs == start.prefs


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("text_only", Prefs(text_only=True)),
        ("lowglare", Prefs(theme="lowglare")),
        ("contrast", Prefs(theme="dark")),
        ("hold", Prefs(hold_s=0.6)),
        ("steady", Prefs(strike_s=1.0)),
        ("explore", Prefs(explore=True)),
    ],
)
def test_each_switch_sets_its_preference(name: str, wanted: Prefs) -> None:
    assert walk(opened(FORM), f"ways.{name}").prefs == wanted


def test_text_only_and_the_voice_exclude_each_other() -> None:
    silent = walk(opened(FORM), "ways.voice", "ways.text_only")
    assert (silent.prefs.voice, silent.prefs.text_only) == (False, True)
    for speaks in ("ways.voice", "dock.voice"):
        spoken = walk(silent, speaks)
        assert (spoken.prefs.voice, spoken.prefs.text_only) == (True, False)


def test_the_screen_goes_dark_only_for_somebody_who_listens() -> None:
    assert not walk(opened(FORM), "ways.screen_off").prefs.screen_off
    node = shown(opened(FORM)).node("ways.screen_off")
    assert node is not None
    assert not node.enabled
    dark = walk(opened(FORM), "ways.voice", "ways.screen_off")
    assert dark.prefs.screen_off
    assert not walk(dark, "ways.voice").prefs.screen_off
    assert walk(opened(walk(FORM, HeadphonesChanged(True))), "ways.screen_off").prefs.screen_off


def test_speed_and_volume_are_the_voices_own() -> None:
    for how in ("slower", "faster", "softer", "louder"):
        assert Tune(how) in step(opened(FORM), Pressed(f"ways.{how}"), DESK)[1]
    silent = walk(opened(FORM), "ways.text_only")
    assert not [e for e in step(silent, Pressed("ways.louder"), DESK)[1] if isinstance(e, Tune)]


def typed_walk() -> list[State]:
    """A walk in which something was typed: every state of it."""
    form = walk(
        ONLINE, CardRead(ELDER), "service.XF01", "actions.start", Edited("form.content", "楼道灯坏了两周没人修")
    )
    states = [form]
    for event in ("actions.next", "dock.help", "cover.close", "actions.next", "actions.next", "consent"):
        states.append(walk(states[-1], event))
    code = Identify(Level.L2, way=Way.PHONE, phone="13800138000", challenge="c1", code="1234", asking="code")
    pin = Identify(Level.L2, way=Way.WITNESS, host_id="110102198807210034", pin="246", asking="pin")
    states += [
        replace(ONLINE, place=code, visit=KNOWN),
        replace(ONLINE, place=pin, visit=KNOWN),
        replace(form, cover=IdleWarning(20)),
        replace(form, cover=Suspended("paper")),
        REVIEW,
        replace(REVIEW, cover=Aloud()),
        replace(ONLINE, place=Outcome(), visit=replace(KNOWN, case=DONE)),
        replace(ONLINE, place=Receipt(), visit=replace(KNOWN, case=PENDING)),
    ]
    return states


@pytest.mark.parametrize("mode", MODES, ids=repr)
def test_every_mode_can_change_at_every_step_and_loses_nothing_typed(mode: Event) -> None:
    for before in typed_walk():
        start = replace(before, cover=Ways()) if isinstance(mode, Pressed) and mode.node.startswith("ways.") else before
        after = walk(start, mode)
        assert after.visit.answers == before.visit.answers
        assert after.visit.evidence == before.visit.evidence
        assert after.visit.consent == before.visit.consent
        assert type(after.place) is type(before.place)
        if isinstance(before.place, Identify) and isinstance(after.place, Identify):
            typed = ("phone", "code", "pin", "asking", "challenge", "host_id")
            assert [getattr(after.place, f) for f in typed] == [getattr(before.place, f) for f in typed]
        else:
            assert after.place == before.place


def test_modes_compose() -> None:
    names = ("contrast", "hold", "steady", "explore", "voice", "screen_off")
    orders = list(itertools.permutations(names, 3))
    for order in orders:
        state = walk(opened(FORM), *(f"ways.{name}" for name in order), "cover.close")
        assert state.visit == FORM.visit
        assert state.prefs.explore == ("explore" in order)


def test_everything_resets_after_the_visit() -> None:
    state = walk(opened(FORM), *(f"ways.{name}" for name in SWITCHES), "cover.close")
    assert state.prefs != Prefs()
    ended = walk(state, KeyPressed("help"), "actions.end")
    ended = walk(replace(state, cover=None), "actions.end", *[TimerFired(Timer.FAREWELL)] * 5)
    assert ended.place == Attract()
    assert ended.prefs == Prefs()


def test_back_leaves_it() -> None:
    assert walk(opened(FORM), KeyPressed("back")).cover is None
    assert walk(replace(REVIEW, cover=Aloud()), KeyPressed("back")).cover is None


def test_at_the_waiting_terminal_it_does_not_stay_open_for_ever() -> None:
    there, effects = step(opened(ONLINE), Stirred(), DESK)
    assert any(isinstance(e, StartTimer) and e.name == Timer.IDLE for e in effects)
    assert walk(there, TimerFired(Timer.IDLE)).cover is None


@pytest.mark.parametrize("name", ["corner", "wake"])
def test_keys_guide_somebody_who_comes_to_a_waiting_terminal(name: str) -> None:
    state = walk(ONLINE, KeyPressed(name))
    assert state.prefs.voice
    assert state.place == Home()


def test_the_corner_guides_at_every_step_and_introduces_the_page() -> None:
    for state in (FORM, REVIEW, replace(FORM, cover=Help())):
        after = walk(state, KeyPressed("corner"))
        assert after.prefs.voice
        assert after.page > state.page
        assert after.visit == state.visit


def test_nobody_is_helped_where_nothing_is_private() -> None:
    for place in (Attract(), OutOfService("store")):
        state = walk(replace(ONLINE, place=place, cover=Ways()), "ways.helper")
        assert not state.visit.helped


# Reading aloud


def test_private_words_are_asked_about_before_others_hear_them() -> None:
    asked = walk(REVIEW, "actions.listen")
    assert asked.cover == Aloud("page")
    assert not asked.aloud
    yes, effects = step(asked, Pressed("cover.aloud"), DESK)
    assert yes.aloud
    assert yes.cover is None
    assert Replay("page") in effects
    assert not walk(asked, "cover.close").aloud


def test_nobody_is_asked_who_listens_in_private() -> None:
    state, effects = step(walk(REVIEW, HeadphonesChanged(True)), Pressed("actions.listen"), DESK)
    assert state.cover is None
    assert Replay("page") in effects


def outcome(case: Case) -> State:
    return replace(ONLINE, place=Outcome(), visit=replace(KNOWN, case=case))


@pytest.mark.parametrize("state", [outcome(DONE), outcome(PENDING), replace(outcome(PENDING), place=Receipt())])
def test_the_receipt_can_be_heard_printed_or_not(state: State) -> None:
    assert "actions.listen" in {n.id for n in shown(state).nodes if n.actions}
    assert walk(state, "actions.listen").cover == Aloud("receipt")
    heard, effects = step(walk(state, "actions.listen"), Pressed("cover.aloud"), DESK)
    assert Replay("receipt") in effects
    assert heard.place == state.place


def test_where_there_is_no_receipt_the_page_is_read() -> None:
    state = outcome(replace(PENDING, verdict=Verdict.REFUSED))
    assert Replay("page") in step(state, Pressed("actions.listen"), DESK)[1]


def test_the_choice_ends_with_its_page() -> None:
    loud = walk(REVIEW, "actions.listen", "cover.aloud")
    assert loud.aloud
    for leave in ("actions.back", "review.phone", "actions.end", TimerFired(Timer.IDLE)):
        assert not walk(loud, leave).aloud, leave


def test_the_choice_is_in_the_ways_too_and_not_for_headphones() -> None:
    assert walk(opened(FORM), "ways.aloud", "cover.close").aloud
    assert not walk(opened(FORM), "ways.aloud", "ways.aloud").aloud
    assert not walk(opened(walk(FORM, HeadphonesChanged(True))), "ways.aloud").aloud
    assert not walk(opened(FORM), "ways.aloud", "ways.text_only").aloud


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_question_names_its_danger_and_its_remedy(lang: str) -> None:
    page = shown(replace(REVIEW, cover=Aloud(), prefs=Prefs(lang=lang)))
    assert page.focus == "cover.close", "the careful answer has the focus"
    assert [n.text for n in page.nodes if n.slot is Slot.COVER][:3] == list(page.intro)
    assert {n.id for n in page.nodes if Action.PRESS in n.actions and n.slot is Slot.COVER} == {
        "cover.aloud",
        "cover.close",
    }


def test_a_foreign_card_can_be_heard() -> None:
    from kiosk_app.visit.state import CardShown

    state = replace(ONLINE, place=CardShown(FOREIGNER, "foreigner_2023"), visit=Visit(started=True))
    assert walk(state, "actions.listen").cover == Aloud("page")
