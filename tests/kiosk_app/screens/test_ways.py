"""Ways to use it, reading aloud, a helper: every word is used, what is said stands there, nothing is too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.lab.samples import KNOWN, ONLINE, desk, pages
from kiosk_app.screens import view
from kiosk_app.visit.state import Aloud, Form, Help, Prefs, State, Ways
from kiosk_app.words import table
from ui.view import Action, Node, Role, ScreenView, Slot

NAMES = [name for name, state in pages().items() if isinstance(state.cover, Ways | Aloud | Help)]
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=Ways())
MOST_LETTERS = {"zh": 16, "en": 46}
"""A switch has one line to say what it does."""


def shown(state: State, lang: str = "zh") -> ScreenView:
    return view(replace(state, prefs=replace(state.prefs, lang=lang)), desk())


def switches(page: ScreenView) -> list[Node]:
    return [n for n in page.nodes if n.role is Role.TOGGLE and n.slot is Slot.BODY]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_that_is_said_stands_on_the_page(name: str, lang: str) -> None:
    page = shown(pages()[name], lang)
    words = " ".join([page.title, page.lead, *(f"{n.text} {n.note} {n.value}" for n in page.nodes)])
    assert [s for s in page.intro if s not in words] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_of_the_ways_is_shown_somewhere(lang: str) -> None:
    plugged = replace(FORM, world=replace(FORM.world, headphones=True))
    states = [FORM, plugged, *(pages()[name] for name in NAMES)]
    found = {w for state in states for page in [shown(state, lang)] for w in _words(page)}
    wanted = {key: text for key, text in table(lang).items() if key.startswith(("ways.", "aloud."))}
    assert [key for key, text in wanted.items() if text not in found] == []


def _words(page: ScreenView) -> list[str]:
    return [page.title, page.lead, *(w for n in page.nodes for w in (n.text, n.note))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_switch_says_in_one_line_what_it_does(lang: str) -> None:
    for node in switches(shown(FORM, lang)):
        assert node.note
        assert len(node.note) <= MOST_LETTERS[lang], node.note
        assert node.checked is not None


def test_a_closed_switch_says_why() -> None:
    closed = [n for n in switches(shown(FORM)) if not n.enabled]
    assert [n.id for n in closed] == ["ways.screen_off"]
    assert all("先" in n.note for n in closed)


def test_all_the_ways_are_there() -> None:
    names = {n.id.removeprefix("ways.") for n in shown(FORM).nodes if n.id.startswith("ways.")}
    assert names == {
        *("voice", "text_only", "contrast", "lowglare", "hold", "steady", "explore", "screen_off", "aloud"),
        *("slower", "faster", "softer", "louder", "helper"),
    }


def test_where_nothing_is_private_nothing_is_read_aloud_and_nobody_helps() -> None:
    page = shown(replace(ONLINE, cover=Ways()))
    assert page.node("ways.aloud") is None
    assert page.node("ways.helper") is None


def test_silence_has_no_speed() -> None:
    page = shown(replace(FORM, prefs=Prefs(text_only=True)))
    tunes = [n for n in page.nodes if n.id in {"ways.slower", "ways.faster", "ways.softer", "ways.louder"}]
    assert len(tunes) == 4
    assert not [n for n in tunes if n.enabled]


@pytest.mark.parametrize("name", NAMES)
def test_there_is_always_a_way_back_and_somebody_who_helps(name: str) -> None:
    active = {n.id for n in shown(pages()[name]).nodes if Action.PRESS in n.actions and n.enabled}
    assert {"cover.close", "dock.help"} <= active
