"""Every shipped visit, played against simulators and a platform of its own.

The suite plays one or two of each family; their relatives are played by `make acceptance`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import read_script

VISITS = sorted((Path(__file__).parent / "visits").glob("*.yaml"))
RELATIVES = frozenset(
    {
        "around",
        "around-faults",
        "attack-flat-video",
        "attack-moved-photo",
        "attack-photo",
        "attack-wrong-order",
        "camera-black",
        "camera-frozen",
        "camera-unplugged",
        "chat-by-ear",
        "chat-keypad-en",
        "code-city-app",
        "code-medical",
        "code-network-id",
        "face-aiming",
        "face-wrong-person",
        "package-broken-schema",
        "my-certificate",
        "paper-out-before",
        "finding-by-ear",
        "licence-by-ear",
        "licence-revoked",
        "listening-by-ear",
        "listening-two-switch",
        "papers-by-ear",
        "papers-unplugged",
        "pay-left",
        "pay-network-lost",
        "pay-no-matter",
        "pay-power-cut-unpaid",
        "pay-provider-fails",
        "pay-refused",
        "platform-500",
        "platform-html",
        "power-cut-after-answer",
        "power-cut-after-post",
        "power-cut-before-commit",
        "power-cut-during-print",
        "social-card",
        "store-flipped-byte",
        "technician-touch",
        "rating-low-by-ear",
        "store-wrong-key",
        "unreadable-twice",
        "voiceprint",
        "witness-locked",
        "supplement-by-ear",
        "supplement-late",
        "supplement-offline",
        "supplement-twice",
    }
)
"""Visits of which another one of the same kind stays in the suite."""
SHARED = [pytest.param(path, marks=[pytest.mark.matrix] if path.stem in RELATIVES else []) for path in VISITS]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_visit_goes_as_written(path: Path, runner: Runner) -> None:
    result = runner.run(read_script(path))
    assert result.passed, result.error


def test_every_relative_is_a_visit() -> None:
    assert {path.stem for path in VISITS} > RELATIVES
