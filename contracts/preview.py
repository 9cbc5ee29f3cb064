"""The camera's preview in shared memory: how a frame lies there, so that who writes and who draws need not meet.

One POSIX shared-memory object: a header of 64 bytes, then `slots` frames one after the other. Pixels are 32-bit BGRX
with X = 255, top row first, already mirrored. The writer fills a slot, then stores its `sequence` (odd while writing,
even when whole) in the slot's word and the slot's number in `newest`. A reader that sees the slot's sequence change
while it copied throws the copy away. Nothing here touches memory: these are the positions and their packing.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

MAGIC = b"DSPV"
VERSION = 1
HEADER_BYTES = 64
MAX_SLOTS = 4
BYTES_PER_PIXEL = 4
_FIXED = struct.Struct("<4sHHHHI")
_WORDS = struct.Struct("<I")
_NEWEST_AT = _FIXED.size
_SEQUENCE_AT = _NEWEST_AT + _WORDS.size
NOTHING = 0xFFFFFFFF
"""`newest` before the first frame and after the last."""
FOLDER = "/dev/shm"  # noqa: S108  the kernel's place of POSIX shared memory, the objects in it are 0600
_NAME = re.compile(r"doorstep-preview-([1-9][0-9]{0,9})-[0-9a-f]{32}", re.ASCII)


def name_of(owner: int, random: bytes) -> str:
    """Return the name of a new object: the process id of who unlinks it, and 16 random bytes.

    Raises:
        ValueError: not 16 bytes, or no process id.
    """
    name = f"doorstep-preview-{owner}-{random.hex()}"
    if owner_of(name) != owner:
        raise ValueError("a preview's name is a process id and 16 random bytes")
    return name


def owner_of(name: str) -> int | None:
    """Return the process id in an object's name; None when it is no name of ours (so no path can hide in it)."""
    match = _NAME.fullmatch(name)
    return int(match.group(1)) if match else None


def path_of(name: str) -> str:
    """Return where the kernel shows the object of this name.

    Raises:
        ValueError: it is no name of ours.
    """
    if owner_of(name) is None:
        raise ValueError("not the name of a preview")
    return f"{FOLDER}/{name}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Size in pixels and number of slots (2 to 4)."""

    width: int
    height: int
    slots: int = 3

    def __post_init__(self) -> None:
        if not (0 < self.width <= 4096 and 0 < self.height <= 4096 and 2 <= self.slots <= MAX_SLOTS):
            raise ValueError("a preview is at most 4096 by 4096 in 2 to 4 slots")

    @property
    def stride(self) -> int:
        """Bytes of one row."""
        return self.width * BYTES_PER_PIXEL

    @property
    def frame_bytes(self) -> int:
        """Bytes of one frame."""
        return self.stride * self.height

    @property
    def total_bytes(self) -> int:
        """Bytes of the whole object."""
        return HEADER_BYTES + self.slots * self.frame_bytes

    def frame_at(self, slot: int) -> int:
        """Where the frame of a slot begins."""
        return HEADER_BYTES + slot * self.frame_bytes

    def sequence_at(self, slot: int) -> int:
        """Where the sequence number of a slot stands."""
        return _SEQUENCE_AT + slot * _WORDS.size

    @property
    def newest_at(self) -> int:
        """Where the number of the newest slot stands."""
        return _NEWEST_AT

    def header(self) -> bytes:
        """The header of an object that holds no frame yet."""
        fixed = _FIXED.pack(MAGIC, VERSION, self.slots, self.width, self.height, self.frame_bytes)
        return (fixed + word(NOTHING) + word(0) * MAX_SLOTS).ljust(HEADER_BYTES, b"\0")


def read_layout(header: bytes) -> Layout:
    """Return the layout that a header tells.

    Raises:
        ValueError: it is no header of ours.
    """
    if len(header) < HEADER_BYTES:
        raise ValueError("the header is cut short")
    magic, version, slots, width, height, size = _FIXED.unpack_from(header)
    if magic != MAGIC or version != VERSION:
        raise ValueError("not a preview of this version")
    layout = Layout(width, height, slots)
    if size != layout.frame_bytes:
        raise ValueError("the header contradicts itself")
    return layout


def word(value: int) -> bytes:
    """One word as it lies in memory."""
    return _WORDS.pack(value)


def read_word(memory: bytes | memoryview, at: int) -> int:
    """The word at a place."""
    return int(_WORDS.unpack_from(memory, at)[0])
