"""Each check word must be able to fail, and then name the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import CHECKS, read_script

NEGATIVE = sorted((Path(__file__).parent / "visits" / "negative").glob("*.yaml"))
SHORT = frozenset(
    {"expect-log", "expect-not-screen", "expect-on-phone", "expect-said", "expect-state", "expect-receipt"}
)
"""The suite tries these; `make acceptance` tries all of them."""
SHARED = [pytest.param(path, marks=[] if path.stem in SHORT else [pytest.mark.matrix]) for path in NEGATIVE]


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_check_fails_at_its_line(path: Path, runner: Runner) -> None:
    marked = [at for at, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "# fails" in line]
    runner.patience = 0.3
    result = runner.run(read_script(path))
    assert not result.passed
    assert result.error.startswith(f"{path}:{marked[0]}: {path.stem}"), result.error


def test_every_check_word_has_a_script_that_fails() -> None:
    assert {path.stem for path in NEGATIVE} == set(CHECKS)
