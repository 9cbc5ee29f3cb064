"""`python -m bench --short` measures every group and writes rows that scripts can read. No figure is judged here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {"group", "name", "unit", "ours", "peer", "peer_value", "ratio", "goal", "met"}
QUICK = {"enqueue", "receipt"}
GROUPS = {"start", "memory", "touch", "card", "enqueue", "receipt", "codes", "preview"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
@pytest.mark.parametrize(
    "groups", [QUICK, pytest.param(GROUPS - QUICK, marks=pytest.mark.matrix)], ids=["quick", "others"]
)
def test_every_group_gives_rows_with_ratios(groups: set[str], tmp_path: Path) -> None:
    out, report = tmp_path / "bench.json", tmp_path / "benchmarks.md"
    # Speech needs a sound server that set-up does not install.
    only = [word for group in sorted(groups if groups == QUICK else groups | {"faces"}) for word in ("--only", group)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--short", "--json", str(out), "--report", str(report), *only],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = json.loads(out.read_text("utf-8"))
    # Faces are measured where set-up could fetch the portraits.
    assert {r["group"] for r in rows} - {"faces"} == groups
    for r in rows:
        assert set(r) >= FIELDS
        assert r["ours"] >= 0
        assert r["met"] in (True, False, None)
        if r["peer_value"]:
            assert r["ratio"] == pytest.approx(r["ours"] / r["peer_value"], rel=0.02, abs=0.001)
    assert not report.exists()
