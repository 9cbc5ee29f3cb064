"""A disk that fails on demand: a FUSE file system that holds what was not flushed in memory, and forgets it when cut.

`python -m tests.faults.fuse_disk MOUNT KEPT` serves it; `FuseDisk` runs that as a child and gives it orders.

- A write is volatile until fsync of its file; names are durable after the next fsync of anything, as with a journal.
- `space N`: at most N bytes, then ENOSPC. `fsync fail`: EIO, and as Linux does, what was to be flushed counts as clean
  from then on: a later fsync does not bring it back. `fsync ok`: works again.
- A cut keeps what is durable in the folder KEPT and ends; the next mount starts from there.

Needs fuse3 and mfusepy (requirements/fuse.txt).
"""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BLOCK = 4096


class NoFuseError(Exception):
    """There can be no such disk here; the text says what is missing."""


class Inode:
    """One file: what programs see, what is on the disk, and the writes in between."""

    def __init__(self, durable: bytes = b"") -> None:
        self.seen = bytearray(durable)
        self.durable = bytearray(durable)
        self.pending: list[tuple[int, bytes | None]] = []

    def write(self, offset: int, data: bytes) -> None:
        """Write where programs see it."""
        _put(self.seen, offset, data)
        self.pending.append((offset, data))

    def truncate(self, length: int) -> None:
        """Set the length."""
        _put(self.seen, length, None)
        self.pending.append((length, None))

    def flush(self) -> None:
        """Bring the pending writes to the disk."""
        for offset, data in self.pending:
            _put(self.durable, offset, data)
        self.pending.clear()


def _put(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write at an offset, or without data make it so long."""
    if data is None:
        del content[offset:]
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is not None:
        content[offset : offset + len(data)] = data


class Disk:
    """The operations, as mfusepy calls them; paths are flat or in folders."""

    use_ns = True

    def __init__(self, kept: Path) -> None:
        self._gate = threading.Lock()
        self.space = 64 * 2**20
        self.failing = False
        self.files: dict[str, Inode] = {}
        self.folders = {"/"}
        for path in sorted(kept.rglob("*")):
            name = "/" + str(path.relative_to(kept))
            if path.is_dir():
                self.folders.add(name)
            else:
                self.files[name] = Inode(path.read_bytes())
        self.durable_files = dict(self.files)
        self.durable_folders = set(self.folders)
        self._handles: dict[int, Inode] = {}
        self._next_handle = 1

    def keep(self, kept: Path) -> None:
        """Write down what a power cut leaves."""
        with self._gate:
            shutil.rmtree(kept, ignore_errors=True)
            for name in sorted(self.durable_folders):
                (kept / name.lstrip("/")).mkdir(parents=True, exist_ok=True)
            for name, inode in self.durable_files.items():
                (kept / name.lstrip("/")).write_bytes(inode.durable)

    def _room(self, growth: int) -> None:
        if growth > 0 and sum(len(inode.seen) for inode in self.files.values()) + growth > self.space:
            raise OSError(errno.ENOSPC, "")

    def _at(self, path: str, handle: int | None) -> Inode:
        found = self._handles.get(handle) if handle is not None else None
        found = found or self.files.get(path)
        if found is None:
            raise OSError(errno.ENOENT, "")
        return found

    def _open(self, inode: Inode) -> int:
        self._next_handle += 1
        self._handles[self._next_handle] = inode
        return self._next_handle

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        """Sizes and kinds."""
        with self._gate:
            now = time.time_ns()
            common = {"st_uid": os.getuid(), "st_gid": os.getgid(), "st_atime": now, "st_mtime": now, "st_ctime": now}
            if path in self.folders:
                return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2, **common}
            return {
                "st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": len(self._at(path, fh).seen), **common
            }  # fmt: skip

    def readdir(self, path: str, _fh: int) -> list[str]:
        """Names in a folder."""
        with self._gate:
            inside = [name for name in (*self.files, *self.folders - {"/"}) if os.path.dirname(name) == path]
            return [".", "..", *(os.path.basename(name) for name in inside)]

    def create(self, path: str, _mode: int, _fi: object = None) -> int:
        """Make a file."""
        with self._gate:
            inode = self.files[path] = Inode()
            return self._open(inode)

    def open(self, path: str, _flags: int) -> int:
        """Open a file."""
        with self._gate:
            return self._open(self._at(path, None))

    def release(self, _path: str, fh: int) -> int:
        """Close it."""
        with self._gate:
            self._handles.pop(fh, None)
            return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        """Read what programs see."""
        with self._gate:
            return bytes(self._at(path, fh).seen[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        """Write, as far as there is space."""
        with self._gate:
            inode = self._at(path, fh)
            self._room(offset + len(data) - len(inode.seen))
            inode.write(offset, bytes(data))
            return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        """Set the length."""
        with self._gate:
            inode = self._at(path, fh)
            self._room(length - len(inode.seen))
            inode.truncate(length)
            return 0

    def fsync(self, path: str, _datasync: int, fh: int) -> int:
        """Flush one file, and with it the names of all."""
        with self._gate:
            inode = self._at(path, fh)
            if self.failing:
                inode.pending.clear()
                raise OSError(errno.EIO, "")
            inode.flush()
            self._commit_names()
            return 0

    def fsyncdir(self, _path: str, _datasync: int, _fh: int) -> int:
        """Flush the names."""
        with self._gate:
            if self.failing:
                raise OSError(errno.EIO, "")
            self._commit_names()
            return 0

    def _commit_names(self) -> None:
        self.durable_files = dict(self.files)
        self.durable_folders = set(self.folders)

    def unlink(self, path: str) -> int:
        """Remove a name; who has the file open keeps it."""
        with self._gate:
            self._at(path, None)
            del self.files[path]
            return 0

    def rename(self, old: str, new: str) -> int:
        """Give a file another name."""
        with self._gate:
            self.files[new] = self._at(old, None)
            del self.files[old]
            return 0

    def link(self, target: str, source: str) -> int:
        """Give a file a second name."""
        with self._gate:
            if target in self.files:
                raise OSError(errno.EEXIST, "")
            self.files[target] = self._at(source, None)
            return 0

    def mkdir(self, path: str, _mode: int) -> int:
        """Make a folder."""
        with self._gate:
            self.folders.add(path)
            return 0

    def chmod(self, _path: str, _mode: int) -> int:
        """Everything is its owner's anyway."""
        return 0

    def statfs(self, _path: str) -> dict[str, int]:
        """How full it is."""
        with self._gate:
            free = max(0, self.space - sum(len(inode.seen) for inode in self.files.values())) // BLOCK
            return {
                "f_bsize": BLOCK,
                "f_frsize": BLOCK,
                "f_blocks": self.space // BLOCK,
                "f_bfree": free,
                "f_bavail": free,
            }


class FuseDisk:
    """The disk from outside."""

    def __init__(self, folder: Path) -> None:
        """Prepare it; `mount` begins.

        Raises:
            NoFuseError: /dev/fuse, fuse3 or mfusepy is missing.
        """
        if not os.access("/dev/fuse", os.R_OK | os.W_OK) or shutil.which("fusermount3") is None:
            raise NoFuseError("a failing disk needs /dev/fuse and fuse3")
        if importlib.util.find_spec("mfusepy") is None:
            raise NoFuseError("a failing disk needs mfusepy (requirements/fuse.txt)")
        self.mount_point, self._kept = folder / "fuse", folder / "kept"
        self.mount_point.mkdir()
        self._kept.mkdir()
        self._child: subprocess.Popen[str] | None = None

    def mount(self) -> None:
        """Mount what is kept.

        Raises:
            NoFuseError: the kernel does not let us.
        """
        command = [sys.executable, "-m", "tests.faults.fuse_disk", str(self.mount_point), str(self._kept)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._child = subprocess.Popen(command, text=True, **pipes)
        deadline = time.monotonic() + 10
        while not os.path.ismount(self.mount_point):
            if self._child.poll() is not None or time.monotonic() > deadline:
                self._end()
                raise NoFuseError("this kernel mounts no FUSE file system for us")
            time.sleep(0.02)

    def tell(self, order: str) -> None:
        """Give an order and wait until it is in force."""
        assert self._child is not None
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(order + "\n")
        self._child.stdin.flush()
        assert self._child.stdout.readline() == "ok\n", order

    def cut(self) -> None:
        """Cut the power; whoever has a file open can do nothing with it any more."""
        self.tell("cut")
        self._end()

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait(10)
            for pipe in (self._child.stdin, self._child.stdout):
                assert pipe is not None
                pipe.close()
            self._child = None
        subprocess.run(["fusermount3", "-u", "-z", str(self.mount_point)], check=False, capture_output=True)


@contextmanager
def fuse_disk(folder: Path) -> Iterator[FuseDisk]:
    """Give a mounted disk.

    Raises:
        NoFuseError: there can be none here.
    """
    disk = FuseDisk(folder)
    disk.mount()
    try:
        yield disk
    finally:
        disk._end()


def _obey(disk: Disk, kept: Path) -> None:
    for line in sys.stdin:
        match line.split():
            case ["space", number]:
                disk.space = int(number)
            case ["fsync", how]:
                disk.failing = how == "fail"
            case ["cut"]:
                disk.keep(kept)
            case _:
                os._exit(2)
        os.write(1, b"ok\n")
    os._exit(0)


def main(mount_point: str, kept: Path) -> None:
    """Serve until killed."""
    import mfusepy  # type: ignore[import-not-found]  # installed by `make soak` only

    disk = Disk(kept)
    operations = type("Served", (Disk, mfusepy.Operations), {"__init__": lambda _self: None})()
    operations.__dict__.update(disk.__dict__)
    threading.Thread(target=_obey, args=(operations, kept), daemon=True).start()
    mfusepy.FUSE(operations, mount_point, foreground=True, nothreads=True, default_permissions=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
