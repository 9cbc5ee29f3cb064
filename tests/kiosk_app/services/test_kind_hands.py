"""Which keys the laboratory's hands press to fill a field of the newer kinds."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from kiosk_app.lab.by_ear import answers
from kiosk_app.lab.clock import LabClock
from kiosk_app.lab.journeys import _answer
from kiosk_app.lab.panels import Keystroke, strokes
from kiosk_app.lab.people import draw
from kiosk_app.lab.processes import WorldError
from kiosk_app.services import compile_form, guessed, options, problems
from tests.kiosk_app.services.data import ELDER, TODAY, reference
from tests.kiosk_app.services.kinds import COMPANY, GREEN_PLATE, PROPERTIES, form, made


def field(scope: str, lang: str = "zh", **held: str) -> dict[str, Any]:
    """A field as the hands see it."""
    spec = form().field(scope)
    assert spec is not None
    return {
        "id": f"form.{scope}",
        "panel": spec.panel,
        "options": [asdict(option) for option in options(spec, held, lang)],
        "picks": max(1, spec.max_items),
    }


def nodes(keys: list[Keystroke]) -> list[str]:
    return [key.node for key in keys]


def test_a_year_is_one_choice() -> None:
    assert nodes(list(strokes(field("year"), "2024"))) == ["key.2024"]


def test_a_city_is_chosen_in_its_province() -> None:
    found = list(strokes(field("city", city="130100"), "130100"))
    assert [(key.node, key.word) for key in found] == [("key.130000", "河北省"), ("key.130100", "石家庄市")]
    assert {key.more for key in found} == {"key.more"}


def test_a_municipality_is_one_choice() -> None:
    assert nodes(list(strokes(field("city"), "310000"))) == ["key.310000"]


def test_several_choices_are_looked_for_on_all_pages_both_ways() -> None:
    found = list(strokes(field("hospitals", "en"), "H10,H01"))
    assert [(key.node, key.word) for key in found] == [
        ("key.H10", "Desheng Community Clinic"),
        ("key.H01", "Peking University First Hospital"),
    ]
    assert {(key.more, key.back) for key in found} == {("key.more", "key.previous")}


def test_a_choice_that_is_not_offered_is_refused() -> None:
    with pytest.raises(WorldError, match="not offered"):
        list(strokes(field("hospitals"), "H10,H99"))


def test_of_a_code_the_digits_have_keys_of_their_own() -> None:
    found = list(strokes(field("company"), COMPANY))
    assert nodes(found) == [f"key.{char}" for char in COMPANY]
    assert [key.digit for key in found] == [*COMPANY[:-1], ""]


def test_a_plate_begins_with_the_words_of_its_province() -> None:
    found = list(strokes(field("plate", "en"), GREEN_PLATE))
    assert (found[0].node, found[0].word) == ("key.京", "Jing, Beijing, 京")
    assert [key.word for key in found[1:]] == list(GREEN_PLATE[1:])
    with pytest.raises(WorldError, match="province"):
        list(strokes(field("plate"), "A12345"))


def test_a_pin_is_typed_by_its_digits() -> None:
    assert [key.digit for key in strokes(field("pin"), "274195")] == list("274195")


@pytest.mark.parametrize(
    "text", ["More, Not available now, button", "下一屏，现在不能用，按钮", "北京友谊医院，现在不能用，复选框，未选中"]
)
def test_by_ear_what_is_closed_is_passed_by(text: str) -> None:
    assert not answers(text, ["More", "下一屏", "北京友谊医院"], whole=True)


@dataclass
class World:
    clock: LabClock


@pytest.mark.parametrize("seed", range(40))
def test_every_kind_has_answers_that_are_right(seed: int) -> None:
    """Drawn for a journey; a list without an enum comes from the reference data."""
    source = random.Random(seed)
    resident = draw(source, TODAY)
    world = World(LabClock())
    book = {**reference(), "hospitals": [{"id": f"R{n}", "name": {"zh": "院", "en": "h"}} for n in range(1, 7)]}
    today = world.clock.now().date()
    found = {
        name: _answer(name, prop, source, resident, world, book, "")  # type: ignore[arg-type]
        for name, prop in PROPERTIES.items()
    }
    compiled = compile_form(made(), book, today)
    assert problems(compiled, found, today) == ()
    assert guessed(compiled, found, [ELDER]) == ()
