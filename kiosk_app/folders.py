"""Where a terminal keeps things. One folder, owned by the terminal's user, mode 0700."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path("/var/lib/doorstep")


@dataclass(frozen=True, slots=True)
class Folders:
    """The paths of one terminal."""

    root: Path

    @property
    def provision(self) -> Path:
        """Identity and signed profile."""
        return self.root / "provision"

    @property
    def arrived(self) -> Path:
        """A reference bundle that came with the enrolment on a stick: the first start takes it and removes it."""
        return self.root / "arrived.bundle"

    @property
    def store(self) -> Path:
        """The encrypted store."""
        return self.root / "store" / "store.db"

    @property
    def key(self) -> Path:
        """The store's key file."""
        return self.root / "store" / "key"

    @property
    def clips(self) -> Path:
        """The baked speech of service packages; public, so it is no part of the store."""
        return self.root / "clips"

    @property
    def signs(self) -> Path:
        """Clips in sign language, put there by whoever sets the terminal up (docs/signs.md)."""
        return self.root / "signs"

    @property
    def control(self) -> Path:
        """The control socket."""
        return self.root / "control.sock"

    @property
    def partner(self) -> Path:
        """How the machine is given back to whose it is; written by whoever sets it up."""
        return self.root / "partner.json"

    @property
    def log(self) -> Path:
        """The line log."""
        return self.root / "log.jsonl"

    @property
    def front(self) -> Path:
        """The few public words of the first frame."""
        return self.root / "front.json"


def folders(path: Path | None = None) -> Folders:
    """Return the folders at `path`, at $DOORSTEP_STATE, or at the place of an installed terminal."""
    if path is None:
        path = Path(os.environ.get("DOORSTEP_STATE") or DEFAULT)
    return Folders(path)
