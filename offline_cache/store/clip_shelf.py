"""The baked speech of services and of the catalogue: public files that the speech process reads by itself."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path

from contracts.clips import MANIFEST, OWNER, ServiceVoice, read_manifest
from offline_cache.faces import Checkpoint, no_checkpoint

DIGEST = "digest"


class ClipShelf:
    """`<root>/<service>/<lang>/manifest.json` with its Opus files, and `<root>/<service>/digest`. One thread at a time.

    What is being made or dropped lies in `<root>.new`, what is being replaced in `<root>.old`: beside the root, where
    nobody looks for clips. A folder cannot take the place of another in one step, so a crash may leave the old one
    aside; opening the shelf puts it back.
    """

    def __init__(self, root: Path, checkpoint: Checkpoint = no_checkpoint) -> None:
        """Open the shelf; it need not exist yet. `checkpoint` is called with `clips` before each step of a change."""
        self._root = root
        self._new = root.with_name(root.name + ".new")
        self._old = root.with_name(root.name + ".old")
        self._checkpoint = checkpoint
        # What cannot be put right now is tried again before the next change; without clips there is the fallback.
        with contextlib.suppress(OSError):
            self._settle()

    def services(self) -> frozenset[str]:
        """Return the services that have clips here."""
        return frozenset(folder.name for folder in _folders(self._root))

    def digest(self, service: str) -> str | None:
        """Return the digest of the document that a service's clips came in; None without any, or when one is damaged.

        Reads every clip: a file that the disk lost is fetched again.
        """
        folder = self._root / service
        try:
            found = (folder / DIGEST).read_text("utf-8")
            return found if all(map(_whole, _folders(folder))) else None
        except (OSError, ValueError):
            return None

    def put(self, service: str, voice: ServiceVoice, digest: str) -> None:
        """Take clips in place of those that were here; durable when this returns.

        Raises:
            ValueError: `service` is not the id of one.
            OSError: the disk is full or fails; what was here stays.
        """
        if not OWNER.fullmatch(service):
            raise ValueError("not the id of a service")
        self._settle()
        new, old, here = (place / service for place in (self._new, self._old, self._root))
        for place in (self._new, self._old, self._root):
            place.mkdir(parents=True, exist_ok=True)
        self._write(new, voice, digest)
        if here.exists():
            self._move(here, old)
        self._move(new, here)
        self._remove(old)

    def keep(self, services: Collection[str]) -> frozenset[str]:
        """Drop the clips of all other services; return which had some.

        Raises:
            OSError: the disk fails.
        """
        dropped = self.services() - frozenset(services)
        for service in sorted(dropped):
            self._new.mkdir(parents=True, exist_ok=True)
            self._remove(self._new / service)
            self._move(self._root / service, self._new / service)
            self._remove(self._new / service)
        return dropped

    def _settle(self) -> None:
        """Put back what was moved aside and not replaced; drop what is half made, half dropped or replaced."""
        for old in _folders(self._old):
            if not (self._root / old.name).exists():
                self._root.mkdir(parents=True, exist_ok=True)
                self._move(old, self._root / old.name)
        for place in (self._new, self._old):
            if place.exists():
                self._remove(place)

    def _write(self, folder: Path, voice: ServiceVoice, digest: str) -> None:
        files = {Path(lang) / MANIFEST: part.manifest.encode() for lang, part in voice.folders.items()}
        for lang, part in voice.folders.items():
            files |= {Path(lang) / f"{key}.opus": clip for key, clip in part.clips.items()}
        for name, data in {**files, Path(DIGEST): digest.encode()}.items():
            self._checkpoint("clips")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        # One by one after all are written: the first takes most of them along.
        for path in (*folder.rglob("*"), folder, folder.parent):
            _sync(path)

    def _move(self, source: Path, target: Path) -> None:
        self._checkpoint("clips")
        source.rename(target)
        _sync(target.parent)
        _sync(source.parent)

    def _remove(self, folder: Path) -> None:
        self._checkpoint("clips")
        if folder.exists():
            shutil.rmtree(folder)


def _folders(place: Path) -> Iterator[Path]:
    return (folder for folder in place.iterdir() if folder.is_dir()) if place.is_dir() else iter(())


def _whole(folder: Path) -> bool:
    entries = read_manifest((folder / MANIFEST).read_text("utf-8")).clips.values()
    return all(sha256((folder / f"{e.key}.opus").read_bytes()).hexdigest() == e.digest for e in entries)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
