"""Packages that somebody lays into the folder of a running platform: what changes with them, and what is taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from central_platform.catalogue import Catalogue, PackageError

Stamp = tuple[tuple[str, int, int], ...]
"""Path, time of change in nanoseconds and size of every file: equal when nobody touched the folder."""


def stamp(folder: Path) -> Stamp:
    """Return the stamp of a folder; what vanishes meanwhile is not in it."""
    return tuple(sorted(_files(os.fspath(folder))))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                else:
                    found = entry.stat(follow_symlinks=False)
                    yield entry.path, found.st_mtime_ns, found.st_size
    except FileNotFoundError:
        return


def taken(folder: Path, current: Catalogue, *, judged: bool = True) -> Catalogue:
    """Read the folder anew. What is gone from it stays published until the platform is started again: a package that is
    being replaced is not there for a moment.

    Raises:
        PackageError: a package cannot be published, or is an older one than is published now.
    """
    found = Catalogue.load(folder, judged=judged)
    for name, package in found.packages.items():
        published = current.packages.get(name)
        if published is not None and package.version < published.version:
            raise PackageError(
                f"{folder / name / 'service.json'}: version {package.version} is older than the published "
                f"{published.version}"
            )
    packages = dict(sorted({**current.packages, **found.packages}.items()))
    return replace(
        found, packages=packages, reference=found.reference or current.reference, voice=found.voice or current.voice
    )
