from __future__ import annotations

from drivers.speech.readings import Readings
from voice_baking.in_words import words_for

READINGS = Readings({"张": "zhang1", "开": "kai1", "紧": "jin3", "水": "shui3", "井": "jing3", "重": "zhong4"})


def test_a_syllable_is_listened_to_in_the_first_word_that_has_it_as_a_terminal_reads_it() -> None:
    found = words_for(["zhang1", "kai1", "jin3", "shui2", "jing3"], READINGS, ["紧张", "张开", "水井"])
    assert found == {
        "jin3": ("jin3", "zhang1"),
        "zhang1": ("jin3", "zhang1"),
        "kai1": ("zhang1", "kai1"),
        "shui2": ("shui2", "jing3"),
        "jing3": ("shui2", "jing3"),
    }


def test_a_syllable_of_no_word_stands_in_a_name() -> None:
    assert words_for(["nou2", "zhang1", "wang2", "ming2"], READINGS, [])["nou2"] == ("wang2", "nou2", "ming2")


def test_a_word_with_a_syllable_that_was_never_baked_is_passed_over() -> None:
    assert words_for(["kai1", "zhang1"], READINGS, ["紧张", "张开"])["zhang1"] == ("zhang1", "kai1")
