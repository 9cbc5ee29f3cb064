"""What a profile says beyond who and where, and that every wrong field is named."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.site import Accessibility, Screen, SiteFieldError, SiteFields, Volume, read_site

WORDS = {"zh": "有事请找社区工作人员", "en": "Please ask the people here"}


def test_a_profile_that_says_nothing_of_it_is_as_usual() -> None:
    assert read_site({}) == SiteFields()


def test_every_field_is_read() -> None:
    found = read_site(
        {
            "hours": "08:30-17:30",
            "volume": {"cap": 6, "usual": 5},
            "screen": {"width_mm": 336, "height_mm": 598, "lower_edge_mm": 750},
            "accessibility": {"size": 125, "theme": "dark", "lang": "en", "voice": True, "seated": True},
            "help": {"words": WORDS, "phone": "010-8888 0000", "where": WORDS},
            "partner": {"name": WORDS, "exit": "hook"},
        }
    )
    assert found.volume == Volume(6, 5)
    assert found.screen == Screen(336, 598, 750)
    assert found.accessibility == Accessibility(125, "dark", "en", True, True)
    assert found.help is not None
    assert found.help.words.en == WORDS["en"]
    assert found.partner is not None
    assert found.partner.exit == "hook"


def test_a_low_cap_lowers_the_usual_step_too() -> None:
    assert read_site({"volume": {"cap": 4}}).volume == Volume(4, 4)


@pytest.mark.parametrize(
    ("screen", "reached"),
    [
        (Screen(336, 598, 760), True),
        (Screen(336, 598, 981), False),
        (Screen(336, 598, 300), False),
    ],
)
def test_keys_of_the_seated_look_are_within_reach_between_380_and_1220_mm(screen: Screen, reached: bool) -> None:
    assert screen.seated_reach == reached


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"hours": "all day"}, "hours"),
        ({"volume": 5}, "volume"),
        ({"volume": {"cap": 0}}, "volume.cap"),
        ({"volume": {"cap": True}}, "volume.cap"),
        ({"volume": {"cap": 5, "usual": 6}}, "volume.usual"),
        ({"screen": {"width_mm": 336, "height_mm": 598}}, "screen.lower_edge_mm"),
        ({"screen": {"width_mm": 336, "height_mm": 598, "lower_edge_mm": 9999}}, "screen.lower_edge_mm"),
        ({"accessibility": {"size": 1.25}}, "accessibility.size"),
        ({"accessibility": {"theme": "pink"}}, "accessibility.theme"),
        ({"accessibility": {"voice": 1}}, "accessibility.voice"),
        ({"help": {"words": WORDS, "where": {"zh": "门口"}}}, "help.where.en"),
        ({"help": {"words": {"zh": "请" * 17, "en": "Ask"}, "where": WORDS}}, "help.words.zh"),
        ({"help": {"words": WORDS, "where": WORDS, "phone": "ask me"}}, "help.phone"),
        ({"partner": {"name": WORDS, "exit": "rm -rf"}}, "partner.exit"),
    ],
)
def test_a_wrong_field_is_named(value: dict[str, Any], path: str) -> None:
    with pytest.raises(SiteFieldError) as caught:
        read_site(value)
    assert str(caught.value) == path
