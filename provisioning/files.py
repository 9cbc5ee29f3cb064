"""Files that are whole or absent after a power cut: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from provisioning.ports import RandomBytes

PRIVATE = 0o600
PUBLIC = 0o644
_TEMPORARY = ".tmp"


def write_atomic(path: Path, data: bytes, random: RandomBytes, mode: int = PUBLIC) -> None:
    """Replace `path` by `data`: readers and power cuts see the old bytes or the new ones, never a mixture."""
    temporary = path.with_name(f".{path.name}.{random(6).hex()}{_TEMPORARY}")
    try:
        _write(temporary, data, mode)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_generation(link: Path, files: Mapping[str, tuple[bytes, int]], random: RandomBytes) -> Path:
    """Put `files` (name -> bytes, mode) in a new folder and let the symbolic link `link` name it, all at once.

    Returns:
        The new folder. The one that the link named before is removed.
    """
    stamp = random(6).hex()
    folder = link.with_name(f"{link.name}-{stamp}")
    folder.mkdir(mode=0o700)
    for name, (data, mode) in files.items():
        _write(folder / name, data, mode)
    sync_folder(folder)
    before = link.resolve() if link.is_symlink() else None
    pointer = link.with_name(f".{link.name}.{stamp}{_TEMPORARY}")
    pointer.symlink_to(folder.name)
    os.replace(pointer, link)
    sync_folder(link.parent)
    if before is not None and before != folder:
        shutil.rmtree(before, ignore_errors=True)
    return folder


def sweep(link: Path) -> None:
    """Remove what an interrupted write left behind: temporary names and generations that `link` does not name."""
    if not link.parent.is_dir():
        return
    current = link.resolve().name if link.is_symlink() else ""
    for item in link.parent.iterdir():
        if item.name.startswith(".") and item.name.endswith(_TEMPORARY):
            item.unlink(missing_ok=True)
        elif item.name.startswith(f"{link.name}-") and item.name != current:
            shutil.rmtree(item, ignore_errors=True)
    if link.is_dir():
        for item in link.iterdir():
            if item.name.startswith(".") and item.name.endswith(_TEMPORARY):
                item.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)
