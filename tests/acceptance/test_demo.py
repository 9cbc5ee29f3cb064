"""`kiosk demo --headless`: drawn from the seed, everything it leaves agrees, and it says so by its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", [11, pytest.param(4711, marks=pytest.mark.matrix)])
def test_demo_leaves_proof_of_one_visit(seed: int, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    command = [sys.executable, "-m", "kiosk_app.cli", "demo", "--headless", "--seed", str(seed), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in out.iterdir()}
    assert {"receipt.png", "transcript.txt", "platform.json", "requests.log"} <= names
    assert len([name for name in names if name.startswith("page-")]) >= 8
    record = json.loads((out / "platform.json").read_text("utf-8"))[0]
    assert record["status"] == "accepted"
    assert "GET /receipts/" in (out / "requests.log").read_text("utf-8")


def test_visit_for_a_service_is_told_as_json() -> None:
    command = [sys.executable, "-m", "kiosk_app.cli", "visit", "--service", "XF01", "--seed", "3", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told[0]["passed"]
    assert {"screen", "said", "ms"} <= set(told[0]["steps"][0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.yaml"], "nowhere.yaml:0: cannot be read"),
        ([], "name visit scripts"),
        (["--service", "ZZ99"], "--service is one of"),
    ],
)
def test_wrong_use_of_visit_exits_with_two(arguments: list[str], words: str) -> None:
    command = [sys.executable, "-m", "kiosk_app.cli", "visit", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 2
    assert words in done.stderr
