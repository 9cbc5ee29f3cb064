"""The plug is pulled at the recorded points of every step; see `tests.provisioning.crash_points`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import Any

import pytest

from tests.provisioning.real_platform import Running
from tests.tools.software_tpm import SoftwareTpm

AT_LEAST = 40
"""Points of one enrolment and one application of a profile."""


def played(running: Running, *more: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.provisioning.crash_points"]
    command += ["--data", str(running.data), "--url", running.url, *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    hurt = [line for line in lines if line["wrong"]]
    if "--control" in more:
        return hurt
    assert hurt == []
    assert done.returncode == 0, done.stderr
    return lines


def test_a_drawn_few_of_the_points_leave_a_terminal_that_works_and_a_step_that_can_be_repeated(
    running: Running,
) -> None:
    seed = random.SystemRandom().randrange(1 << 16)
    lines = played(running, "--sample", "1", "--seed", str(seed))
    counts = {line["scene"]: line["of"] for line in lines}
    assert counts["first enrol"] + counts["apply"] >= AT_LEAST
    assert set(counts) == {"first enrol", "enrol again", "apply", "renew", "request", "take bundle"}


@pytest.mark.matrix
@pytest.mark.timeout(600)
def test_every_point_leaves_a_terminal_that_works_and_a_step_that_can_be_repeated(running: Running) -> None:
    lines = played(running)
    assert len(lines) > 3 * AT_LEAST
    assert {"before fsync", "after replace", "before POST", "after POST"} <= {line["at"] for line in lines}


@pytest.mark.matrix
@pytest.mark.timeout(600)
def test_a_few_points_with_the_key_in_a_tpm(running: Running, tpm: SoftwareTpm) -> None:
    assert len(played(running, "--tpm", tpm.tcti, "--sample", "5")) == 30


@pytest.mark.matrix
@pytest.mark.timeout(600)
def test_a_careless_ceremony_is_hurt(running: Running) -> None:
    assert played(running, "--control")
