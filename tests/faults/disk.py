"""A disk whose power can be cut: a file system on a loop device is shut down without flushing its log.

What is lost is what a power cut loses: the page cache and the unflushed journal. A disk that lies about its own
flush is not modelled. Needs root, a loop device and e2fsprogs or xfsprogs.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are one number."""
NOLOGFLUSH = 2
SIZES = {"ext4": "64M", "xfs": "320M"}
"""The image is sparse; mkfs.xfs refuses less than 300 MB."""


class NoDiskError(Exception):
    """There can be no such disk here; the text says what is missing."""


class Disk:
    """A file system in an image file."""

    def __init__(self, folder: Path, kind: str = "ext4") -> None:
        """Make the file system; it is not mounted yet.

        Raises:
            NoDiskError: root, a loop device or the maker of this file system is missing.
        """
        if os.geteuid() != 0 or not os.path.exists("/dev/loop-control"):
            raise NoDiskError("a power cut needs root and a loop device")
        maker = shutil.which(f"mkfs.{kind}")
        if maker is None:
            raise NoDiskError(f"a power cut on {kind} needs mkfs.{kind}")
        self.kind = kind
        self.image, self.mount_point = folder / f"image.{kind}", folder / f"mnt.{kind}"
        self.mount_point.mkdir()
        run("truncate", "-s", SIZES[kind], str(self.image))
        run(maker, "-q", "-F" if kind == "ext4" else "-f", str(self.image))

    def mount(self) -> None:
        """Mount, and replay the journal as a restart does.

        Raises:
            NoDiskError: this kernel does not mount it.
        """
        try:
            run("mount", "-o", "loop", str(self.image), str(self.mount_point))
        except subprocess.CalledProcessError as error:
            raise NoDiskError(f"no loop mount here: {error.stderr.decode().strip()[:100]}") from None

    def unmount(self) -> None:
        """Unmount."""
        run("umount", str(self.mount_point))

    def cut(self) -> None:
        """Cut the power: nothing reaches the disk from here on."""
        handle = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        finally:
            os.close(handle)

    def restart(self) -> None:
        """What the next power-on does."""
        self.unmount()
        self.mount()


@contextmanager
def mounted(folder: Path, kind: str) -> Iterator[Disk]:
    """Give a mounted disk.

    Raises:
        NoDiskError: there can be none here.
    """
    disk = Disk(folder, kind)
    disk.mount()
    try:
        yield disk
    finally:
        if os.path.ismount(disk.mount_point):
            disk.unmount()


def run(*command: str) -> None:
    """Run a command that must succeed, quietly."""
    subprocess.run(command, check=True, capture_output=True)
