from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SMALL = 8 * 2**20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB that really runs full."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root to mount it")
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "small", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no mount here: {done.stderr.decode().strip()[:100]}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
