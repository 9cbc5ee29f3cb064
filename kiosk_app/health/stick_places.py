"""Which USB stick a technician means: the one that is mounted and may be written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MOUNTS, BLOCKS = Path("/proc/self/mounts"), Path("/sys/class/block")
_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class StickPlace:
    """A mounted stick."""

    device: str
    folder: Path
    writable: bool


def sticks(mounts: Path = MOUNTS, blocks: Path = BLOCKS) -> tuple[StickPlace, ...]:
    """Return the mounted partitions of devices that were plugged in by USB."""
    try:
        rows = [row.split() for row in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ()
    found: dict[str, StickPlace] = {}
    for row in rows:
        if len(row) < 4 or not row[0].startswith("/dev/"):
            continue
        name = Path(row[0]).name
        if name not in found and _plugged(blocks / name):
            # A space in a name stands as \040 there.
            folder = _ESCAPE.sub(lambda octal: chr(int(octal[1], 8)), row[1])
            found[name] = StickPlace(name, Path(folder), "ro" not in row[3].split(","))
    return tuple(found.values())


def choose(found: tuple[StickPlace, ...]) -> tuple[Path | None, str]:
    """Return where to write, or None and why not: no-stick, several, read-only."""
    if not found:
        return None, "no-stick"
    if len(found) > 1:
        return None, "several"
    return (found[0].folder, "") if found[0].writable else (None, "read-only")


def _plugged(block: Path) -> bool:
    # The link leads through the bus that it hangs on.
    try:
        return any(part.startswith("usb") for part in block.resolve(strict=True).parts)
    except OSError:
        return False
