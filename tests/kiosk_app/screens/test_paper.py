"""The pictures of the paper task: every step has words for the eye and the ear, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.lab.samples import ONLINE, desk, pages
from kiosk_app.screens import view
from kiosk_app.screens.paper import offer_row
from kiosk_app.visit.paper import STEPS
from kiosk_app.visit.state import DeviceFact, PaperTask, Prefs, State
from ui.view import Role, ScreenView

NOTES = ("", "open", "out", "low", "jammed", "silent", "fault")


def tasks() -> dict[str, State]:
    """One state for every picture and every note."""
    found = {
        f"{trouble}-{steps[n]}": replace(ONLINE, cover=PaperTask(trouble, n))
        for trouble, steps in STEPS.items()
        for n in range(len(steps))
    }
    return found | {f"note-{note}": replace(ONLINE, cover=PaperTask("jammed", 1, note=note)) for note in NOTES}


def shown(state: State, lang: str) -> ScreenView:
    return view(replace(state, prefs=Prefs(lang=lang)), desk())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", tasks())
def test_every_picture_is_told_in_words(name: str, lang: str) -> None:
    page = shown(tasks()[name], lang)
    picture = page.node("cover.picture")
    assert page.cover == "paper"
    assert picture is not None
    assert picture.role is Role.PICTURE
    assert picture.value.startswith("paper:")
    assert picture.text in page.intro
    assert page.focus == "cover.step"
    assert all(node.text for node in page.nodes if node.id.startswith("cover."))


def test_a_note_is_said_first() -> None:
    page = shown(tasks()["note-jammed"], "zh")
    note = page.node("cover.note")
    assert note is not None
    assert page.intro[0] == note.text


def test_the_first_picture_has_no_way_back_and_every_one_a_way_out() -> None:
    assert shown(tasks()["no_paper-open"], "zh").node("cover.before") is None
    assert shown(tasks()["no_paper-roll"], "zh").node("cover.before") is not None
    assert all(shown(state, "zh").node("cover.leave") is not None for state in tasks().values())


def test_a_page_with_a_full_action_row_offers_it_in_its_body() -> None:
    from kiosk_app.screens.chrome import Words

    out = {**ONLINE.world.devices, "receipt_printer": DeviceFact("user_action", {"paper": "out", "cover": "closed"})}
    state = replace(ONLINE, world=replace(ONLINE.world, devices=out))
    assert [node.id for node in offer_row(state, Words("zh"))] == ["actions.paper"]
    assert offer_row(ONLINE, Words("zh")) == ()
    page = pages()["outcome-accepted"]
    assert page.visit.case is not None
