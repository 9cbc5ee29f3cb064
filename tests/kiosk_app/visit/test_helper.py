"""Somebody helps: nothing private is seen or said until it is handed back, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.identity import Level
from kiosk_app.lab.samples import KNOWN, ONLINE, desk, pages
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Replay
from kiosk_app.visit.events import Edited, Event, HeadphonesChanged, Held, Pressed
from kiosk_app.visit.helper import COVER, covered, restored
from kiosk_app.visit.state import Form, Help, Identify, Review, Visit, Way, Ways
from kiosk_app.voice import Hearers
from kiosk_app.voice.phrases import describe, introduce, read
from ui.view import Action, Heard, Privacy, ScreenView

DESK = desk()
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)
REVIEW = replace(ONLINE, place=Review(), visit=KNOWN)
PHONE = replace(ONLINE, place=Identify(Level.L2, way=Way.PHONE, phone="1380013"), visit=KNOWN)
ALONE = Hearers(headphones=True)


def walk(state: State, *events: Event | str) -> State:
    for event in events:
        state, _ = step(state, Pressed(event) if isinstance(event, str) else event, DESK)
        view(state, DESK)
    return state


def helped(state: State) -> State:
    return walk(state, "dock.help", "cover.ways", "ways.helper", "cover.close")


def everything(page: ScreenView) -> str:
    """All that the page shows, and all that a voice would say of it to somebody with headphones."""
    seen = [page.title, page.lead, *page.intro]
    seen += [w for n in page.nodes for w in (n.text, n.value, n.note, n.source, n.hint, n.spoken)]
    said = [introduce(page, ALONE).text, read(page, ALONE).text]
    said += [describe(page, Heard(n.id, "", n.text, n.value, ""), ALONE).text for n in page.nodes]
    return "\n".join([*seen, *said])


def secrets(state: State) -> list[str]:
    """The private values of a page as its owner sees and hears them."""
    page = view(state, DESK)
    found = [w for n in page.nodes if n.privacy is Privacy.PRIVATE for w in (n.value, n.spoken)]
    return [w for w in found if len(w) > 2]


PRIVATE = sorted(name for name, state in pages().items() if secrets(replace(state, cover=None)))


def test_there_are_pages_with_private_values() -> None:
    assert {"review", "form-bank", "identify-phone", "home-known", "known-hmt"} <= set(PRIVATE)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PRIVATE)
def test_no_private_value_is_shown_or_said_while_somebody_helps(name: str, lang: str) -> None:
    state = replace(pages()[name], cover=None)
    state = replace(state, prefs=replace(state.prefs, lang=lang), visit=replace(state.visit, helped=False))
    hidden = secrets(state)
    words = everything(view(replace(state, visit=replace(state.visit, helped=True)), DESK))
    assert [s for s in hidden if s in words] == []


@pytest.mark.parametrize("name", PRIVATE)
def test_the_page_lies_the_way_it_lay(name: str) -> None:
    state = replace(pages()[name], cover=None)
    state = replace(state, visit=replace(state.visit, helped=False))
    own = view(state, DESK)
    other = view(replace(state, visit=replace(state.visit, helped=True)), DESK)
    assert [(n.id, n.role, n.actions) for n in own.nodes] == [(n.id, n.role, n.actions) for n in other.nodes]


def test_looking_is_for_the_resident_alone() -> None:
    state = helped(REVIEW)
    node = view(state, DESK).node("reveal")
    assert node is not None
    assert not node.enabled
    for look in (Held("reveal", down=True), Pressed("reveal")):
        after, effects = step(state, look, DESK)
        assert not after.visit.reveal
        assert effects is not None
    revealed = walk(REVIEW, "reveal")
    assert revealed.visit.reveal
    assert not helped(revealed).visit.reveal


def test_handing_back_shows_everything_again_and_nothing_was_lost() -> None:
    for state in (FORM, REVIEW, PHONE):
        back = walk(helped(state), "dock.help", "ways.hand_back")
        assert back.visit == state.visit
        assert back.place == state.place
        assert back.cover is None
    assert walk(helped(REVIEW), "dock.help", "ways.hand_back", "reveal").visit.reveal


def test_it_is_handed_back_from_the_page_that_says_so_too() -> None:
    there = walk(REVIEW, "dock.help", "cover.ways", "ways.helper")
    assert isinstance(there.cover, Ways)
    assert there.visit.helped
    assert {"ways.hand_back", "cover.close"} == {
        n.id for n in view(there, DESK).nodes if Action.PRESS in n.actions and not n.id.startswith("dock.")
    }
    assert not walk(there, "ways.hand_back").visit.helped


def test_nothing_private_is_read_to_anybody_meanwhile() -> None:
    state = helped(walk(REVIEW, "actions.listen", "cover.aloud"))
    assert not state.aloud
    for heard in (state, walk(state, HeadphonesChanged(True))):
        after, effects = step(heard, Pressed("actions.listen"), DESK)
        assert Replay("helped") in effects
        assert after.cover is None


def test_the_visit_of_the_next_resident_is_their_own() -> None:
    assert walk(helped(REVIEW), "actions.end").visit == Visit(card_on_pad=True, started=True)


def test_a_helper_types_what_they_are_told_behind_the_cover() -> None:
    state = helped(PHONE)
    for digit in "8000":
        shown = view(state, DESK).node("identify.phone")
        assert shown is not None
        assert set(shown.value) == {COVER}
        state = walk(state, Edited("identify.phone", shown.value + digit))
    assert isinstance(state.place, Identify)
    assert state.place.phone == "13800138000"
    shown = view(state, DESK).node("identify.phone")
    assert shown is not None
    state = walk(state, Edited("identify.phone", shown.value[:-1]))
    assert isinstance(state.place, Identify)
    assert state.place.phone == "1380013800"


def test_an_answer_that_is_chosen_anew_replaces_the_covered_one() -> None:
    state = walk(helped(FORM), Edited("form.bank", "6222"))
    assert state.visit.answers["bank"] == "6222"


def test_an_address_that_is_put_together_from_choices_is_seen_until_the_page_is_left() -> None:
    address = replace(ONLINE, place=Form("addr"), visit=replace(KNOWN, prefilled=frozenset({"phone"})))
    old = view(helped(address), DESK).node("form.addr")
    assert old is not None
    assert set(old.value) == {COVER}
    state = walk(helped(address), Edited("form.addr", "西城区 德胜街道 "))
    node = view(state, DESK).node("form.addr")
    assert node is not None
    assert node.value == "西城区 德胜街道 "
    assert "13800138000" not in everything(view(state, DESK))
    later = walk(state, "form.phone")
    assert "德胜街道" not in everything(view(later, DESK)).replace(desk().site.place["zh"], "")
    assert walk(state, "dock.help", "ways.hand_back").visit.answers["addr"] == "西城区 德胜街道 "


def test_a_helper_can_call_people() -> None:
    assert isinstance(walk(helped(FORM), "dock.help").cover, Help)


@given(st.text("abc123", max_size=12), st.text("xyz", max_size=4), st.integers(0, 12), st.integers(0, 12))
def test_what_is_typed_between_covered_characters_is_put_between_them(
    old: str, typed: str, front: int, back: int
) -> None:
    front = min(front, len(old))
    back = min(back, len(old) - front)
    text = covered(old[:front]) + typed + covered(old[len(old) - back :] if back else "")
    if typed:
        assert restored(old, text) == old[:front] + typed + (old[len(old) - back :] if back else "")
    else:
        assert restored(old, text) == old[: front + back]
