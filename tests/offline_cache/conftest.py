from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

SMALL = 8 * 2**20
EXT4_IOC_SHUTDOWN = 0x8004587D
NOLOGFLUSH = 2


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: a kill leaves what the kernel has, so no flush has to be waited for."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared, prefix="doorstep-test-") as folder:
        yield Path(folder)


class PowerDisk:
    """An ext4 file system whose power can be cut: what was not flushed is gone."""

    def __init__(self, folder: Path) -> None:
        self.image, self.place = folder / "power.image", folder / "power"
        self.place.mkdir()
        self.image.touch()
        os.truncate(self.image, 2 * SMALL)
        _run("mkfs.ext4", "-q", "-F", str(self.image))
        _run("mount", "-o", "loop", str(self.image), str(self.place))

    def cut(self) -> None:
        """Every write fails from now on, and the journal is not flushed."""
        handle = os.open(self.place, os.O_RDONLY)
        fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        os.close(handle)

    def back(self) -> None:
        """The power is back."""
        _run("umount", str(self.place))
        _run("mount", "-o", "loop", str(self.image), str(self.place))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def power_disk(tmp_path: Path) -> Iterator[PowerDisk]:
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("a power cut needs root and e2fsprogs")
    try:
        made = PowerDisk(tmp_path)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop mount here: {error.stderr.decode().strip()[:100]}")
    yield made
    _run("umount", str(made.place))


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
