"""Whoever only hears gets the transcript and nothing else, and is lost when a sentence that counts is not said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.lab.ear_process import RemoteEars
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import read_script
from tests.acceptance.silenced import up_to_the_outcome

CARD = Path(__file__).parent / "visits" / "card-online.yaml"


class Stage:
    def ask(self, **request: Any) -> Mapping[str, Any]:
        return {"said": [{"text": "您好", "clips": [], "node": "page"}], "count": 1, "focused": "page", "view": {}}


class World:
    stage = Stage()


@pytest.mark.parametrize("request_", [{"view": True}, {"cases": True}, {"said": 0, "view": True}, {"touch": "x"}, {}])
def test_hands_that_only_hear_get_nothing_else(request_: Mapping[str, Any]) -> None:
    with pytest.raises(WorldError, match="only hear"):
        RemoteEars(World())._asked(request_)  # type: ignore[arg-type]


def test_what_they_hear_is_words_and_nothing_about_them() -> None:
    ears = RemoteEars(World())  # type: ignore[arg-type]
    assert ears._asked({"said": 0}) == {"said": [{"text": "您好"}], "count": 1}
    assert ears._asked({"key": "DOWN"}) == {}


def test_one_sentence_less_and_the_journey_is_lost(runner: Runner) -> None:
    script = up_to_the_outcome(read_script(CARD))
    heard = runner.run(script, "voice-only")
    assert heard.passed, heard.error
    words = runner.relied[-1]
    runner.silenced = lambda text: text == words
    lost = runner.run(script, "voice-only")
    runner.silenced = lambda _: False
    assert not lost.passed
    assert "not heard" in lost.error
