"""Every shipped visit, played against simulators and a platform of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import read_script

VISITS = sorted((Path(__file__).parent / "visits").glob("*.yaml"))


@pytest.mark.parametrize("path", VISITS, ids=lambda path: path.stem)
def test_visit_goes_as_written(path: Path, runner: Runner) -> None:
    result = runner.run(read_script(path))
    assert result.passed, result.error
