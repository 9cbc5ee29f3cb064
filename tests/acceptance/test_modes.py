"""The same intents by finger, keys, two switches, from a chair, in the elder edition, in silence and by ear."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import MODES, read_script

CARD = Path(__file__).parent / "visits" / "card-online.yaml"


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "touch"])
def test_card_visit_in_mode(mode: str, runner: Runner) -> None:
    result = runner.run(read_script(CARD), mode)
    assert result.passed, result.error
