"""What is shown is said and what is said is shown, on every page of identification (requirements C)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.lab.samples import desk, pages
from kiosk_app.screens import view
from ui.view import Action, Privacy, Role, ScreenView, Slot

OURS = ("identify", "face", "consent-", "body-", "code-", "guardian", "known", "notice-")
NAMES = [name for name in pages() if name.startswith(OURS)]


def page(name: str, lang: str) -> ScreenView:
    state = pages()[name]
    return view(replace(state, prefs=replace(state.prefs, lang=lang)), desk())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_that_is_said_stands_on_the_page(name: str, lang: str) -> None:
    shown = page(name, lang)
    words = " ".join([shown.title, shown.lead, *(f"{n.text} {n.note} {n.value}" for n in shown.nodes)])
    assert [s for s in shown.intro if s not in words] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_went_wrong_is_the_first_thing_that_is_said(name: str) -> None:
    shown = page(name, "zh")
    warned = [n.text for n in shown.nodes if n.role is Role.NOTICE and n.style == "warn"]
    assert not warned or shown.intro[0] == warned[0]


@pytest.mark.parametrize("name", NAMES)
def test_no_private_word_is_said_aloud(name: str) -> None:
    shown = page(name, "zh")
    secrets = [n.value for n in shown.nodes if n.privacy is Privacy.PRIVATE and len(n.value) > 1]
    assert not [s for s in secrets for said in shown.intro if s in said]


@pytest.mark.parametrize("name", NAMES)
def test_there_is_always_an_end_and_somebody_who_helps(name: str) -> None:
    shown = page(name, "zh")
    active = {n.id for n in shown.nodes if Action.PRESS in n.actions and n.enabled}
    assert {"actions.end", "dock.help"} <= active


@pytest.mark.parametrize("name", NAMES)
def test_three_keys_a_row_are_the_most(name: str) -> None:
    assert len([n for n in page(name, "en").nodes if n.slot is Slot.ACTIONS]) <= 3
