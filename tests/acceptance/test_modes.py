"""The same intents by finger, keys, two switches, from a chair, in the elder edition, in silence and by ear."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.lab.journeys import journey
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import MODES, read_script

CARD = Path(__file__).parent / "visits" / "card-online.yaml"


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "touch"])
def test_card_visit_in_mode(mode: str, runner: Runner) -> None:
    result = runner.run(read_script(CARD), mode)
    assert result.passed, result.error


def test_the_keypad_needs_at_most_half_more_actions_than_a_finger(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: Counter[str] = Counter()
    ask = runner.world.stage.ask

    def counting(**request: Any) -> Any:
        done.update(word for word in ("touch", "key") if word in request)
        return ask(**request)

    # The laboratory's own lead, not the product: each action passes here on its way to the terminal.
    monkeypatch.setattr(runner.world.stage, "ask", counting)
    drawn = journey("SB01", random.Random(2), runner.world)
    # Nothing is changed at the review: the way back to one answer costs more by keys (docs/STATE.md).
    assert not any(str(step.value).startswith("review.") for step in drawn.script.steps)
    monkeypatch.setattr(runner, "people", drawn.people)
    for mode in ("touch", "keypad-only"):
        result = runner.run(drawn.script, mode)
        assert result.passed, result.error
    assert 0 < done["key"] <= 1.5 * done["touch"]
