from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SMALL = 8 * 2**20


@pytest.fixture(params=["tmpfs", "ext4"])
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of 8 MiB (ext4: a little less) that really runs full."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root to mount it")
    place = tmp_path / "small"
    place.mkdir()
    if request.param == "tmpfs":
        words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "small", str(place)]
    else:
        if shutil.which("mkfs.ext4") is None:
            pytest.skip("a small disk needs e2fsprogs")
        image = tmp_path / "image"
        image.write_bytes(b"")
        os.truncate(image, SMALL)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", "-J", "size=1", str(image)], check=True)
        words = ["mount", "-o", "loop", str(image), str(place)]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no mount here: {done.stderr.decode().strip()[:100]}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
