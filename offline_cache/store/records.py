"""SQLite's own file format, read only as far as salvage needs it: rows on table leaf pages.

Source: https://www.sqlite.org/fileformat2.html sections 1.6 (b-tree pages) and 2.1 (records).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

LEAF_TABLE = 0x0D
FILE_HEADER = 100
Value = int | float | str | bytes | None
Page = Callable[[int], bytes | None]
"""Returns the plain content of a page number, or None when it cannot be read."""


class RecordError(ValueError):
    """The bytes are not a record."""


def leaf_rows(number: int, content: bytes, page: Page) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Yield (rowid, values) of each row on one page; a row whose overflow cannot be read is left out.

    `content` is the page without its reserved tail, so its length is SQLite's "usable size".
    """
    start = FILE_HEADER if number == 1 else 0
    if content[start] != LEAF_TABLE:
        return
    count = int.from_bytes(content[start + 3 : start + 5], "big")
    for at in range(start + 8, start + 8 + 2 * count, 2):
        try:
            yield _cell(content, int.from_bytes(content[at : at + 2], "big"), page)
        except (RecordError, IndexError, struct.error, UnicodeDecodeError):
            continue


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return (value, next position) of a big-endian base-128 integer of at most 9 bytes."""
    value = 0
    for offset in range(8):
        byte = data[at + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + offset + 1
    value = value << 8 | data[at + 8]
    return (value - (1 << 64) if value >> 63 else value), at + 9


def record(payload: bytes) -> tuple[Value, ...]:
    """Decode one record: a header of serial types, then the values."""
    size, at = varint(payload, 0)
    body = size
    values: list[Value] = []
    while at < size:
        serial, at = varint(payload, at)
        value, body = _value(payload, serial, body)
        values.append(value)
    if body != len(payload):
        raise RecordError("the record does not fill its payload")
    return tuple(values)


def _cell(content: bytes, at: int, page: Page) -> tuple[int, tuple[Value, ...]]:
    size, at = varint(content, at)
    rowid, at = varint(content, at)
    usable = len(content)
    local = _local_size(size, usable)
    payload = content[at : at + local]
    if local < size:
        following = int.from_bytes(content[at + local : at + local + 4], "big")
        payload += _overflow(following, size - local, usable, page)
    if len(payload) != size:
        raise RecordError("the payload is cut short")
    return rowid, record(payload)


def _local_size(size: int, usable: int) -> int:
    largest = usable - 35
    if size <= largest:
        return size
    least = (usable - 12) * 32 // 255 - 23
    kept = least + (size - least) % (usable - 4)
    return kept if kept <= largest else least


def _overflow(number: int, size: int, usable: int, page: Page) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        content = page(number) if number else None
        if content is None:
            raise RecordError("an overflow page cannot be read")
        part = content[4 : 4 + min(size, usable - 4)]
        parts.append(part)
        size -= len(part)
        number = int.from_bytes(content[:4], "big")
    return b"".join(parts)


_INTEGER_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _value(data: bytes, serial: int, at: int) -> tuple[Value, int]:
    if serial == 0:
        return None, at
    if serial in _INTEGER_SIZES:
        end = at + _INTEGER_SIZES[serial]
        return int.from_bytes(data[at:end], "big", signed=True), end
    if serial == 7:
        return struct.unpack(">d", data[at : at + 8])[0], at + 8
    if serial in (8, 9):
        return serial - 8, at
    if serial < 12:
        raise RecordError("a reserved serial type")
    end = at + (serial - 12) // 2
    if end > len(data):
        raise RecordError("a value is cut short")
    return (data[at:end].decode() if serial % 2 else data[at:end]), end
