"""Real power cuts: a file system on a loop device is shut down under the writing process without flushing its log.

Needs root, a loop device and e2fsprogs; skipped with the reason where they are missing.
"""

from __future__ import annotations

import fcntl
import os
import random
import select
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offline_cache.support import open_at

EXT4_IOC_SHUTDOWN = 0x8004587D
NOLOGFLUSH = 2
BITES = 25
CUTS = 8


class Disk:
    """An ext4 file system in an image file."""

    def __init__(self, folder: Path) -> None:
        self.image, self.mount_point = folder / "image", folder / "mnt"
        self.mount_point.mkdir()
        run("truncate", "-s", "64M", str(self.image))
        run("mkfs.ext4", "-q", "-F", str(self.image))

    def mount(self) -> None:
        run("mount", "-o", "loop", str(self.image), str(self.mount_point))

    def unmount(self) -> None:
        run("umount", str(self.mount_point))

    def cut(self) -> None:
        handle = os.open(self.mount_point, os.O_RDONLY)
        fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        os.close(handle)


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if os.geteuid() != 0 or not os.path.exists("/dev/loop-control"):
        pytest.skip("a power cut needs root and a loop device")
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("a power cut needs e2fsprogs")
    try:
        found = Disk(tmp_path)
        found.mount()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop mount here: {error.stderr.decode().strip()[:100]}")
    yield found
    if os.path.ismount(found.mount_point):
        found.unmount()


def promise_until_cut(disk: Disk, level: str, seconds: float) -> set[str]:
    """Return the ids that were promised before the power went."""
    command = [sys.executable, "-m", "tests.offline_cache.promiser", str(disk.mount_point), level]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        said = b""
        select.select([child.stdout], [], [], 20)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline or select.select([child.stdout], [], [], 0)[0]:
            ready = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]
            if not ready:
                break
            said += os.read(child.stdout.fileno(), 65536)
            if time.monotonic() > deadline + 1:
                break
        disk.cut()
        child.kill()
    return {line.decode() for line in said.split(b"\n")[:-1]}


def found_after(disk: Disk) -> tuple[set[str], bool]:
    """Mount again as a restart would; return what is there and whether the store called itself damaged."""
    disk.unmount()
    disk.mount()
    with open_at(disk.mount_point) as store:
        return {row.id for row in store.list_items()}, store.damage is not None


def test_what_was_promised_survives_a_power_cut(disk: Disk) -> None:
    draw = random.Random(11)
    promised: set[str] = set()
    for _ in range(CUTS):
        promised |= promise_until_cut(disk, "FULL", draw.uniform(0.02, 0.2))
        there, damaged = found_after(disk)
        assert promised <= there
        assert not damaged
    assert len(promised) >= CUTS


def test_the_power_cut_bites(disk: Disk) -> None:
    """Without the flush at commit, promises are broken: so the test above proves something."""
    draw = random.Random(12)
    for _ in range(BITES):
        promised = promise_until_cut(disk, "NORMAL", draw.uniform(0.1, 0.5))
        there, _ = found_after(disk)
        if promised - there:
            return
    pytest.fail("no promise was broken although nothing was flushed")
