"""SAM frames wrapped in HID reports of 64 bytes, pure (Miaxis MR-300 and its kind, 10C4:0007).

    request  88 | number (2) | length (2, little-endian) | B1 | SAM frame | sum (2, little-endian)
    reply    AA | number (2) | length (2, little-endian) | status | 2 bytes | piece of a SAM frame | sum

The length counts what stands between it and the sum; the sum adds the bytes from the length on. Each reply report holds
one piece of the SAM's frame, whose first two bytes belong to the wrapping. Rests on one vendor's public program, read
for its facts; never tried on a reader.
"""

from __future__ import annotations

from drivers.card_reader.codec import LengthError

REPORT = 64
REQUEST = 0x88
REPLY = 0xAA
SAM_COMMAND = 0xB1
_HEAD = 5
_SUM = 2
_SKIPPED = 3
"""Status and the two bytes before a piece."""
LONGEST_FRAME = REPORT - _HEAD - 1 - _SUM
LONGEST_PIECE = REPORT - _HEAD - _SKIPPED - _SUM


def wrap(frame: bytes) -> bytes:
    """Return the one report that carries a SAM command.

    Raises:
        LengthError: longer than a report holds.
    """
    if len(frame) > LONGEST_FRAME:
        raise LengthError(f"{len(frame)} bytes do not fit into one report")
    counted = (len(frame) + 1).to_bytes(2, "little") + bytes([SAM_COMMAND]) + frame
    return (bytes([REQUEST, 0, 0]) + counted + _sum(counted)).ljust(REPORT, b"\0")


def wrap_reply(frame: bytes) -> list[bytes]:
    """Return the reports in which a reader sends a SAM's reply; for simulators and tests."""
    reports = []
    for at in range(0, len(frame), LONGEST_PIECE):
        data = bytes(_SKIPPED) + frame[at : at + LONGEST_PIECE]
        counted = len(data).to_bytes(2, "little") + data
        reports.append((bytes([REPLY, 0, 0]) + counted + _sum(counted)).ljust(REPORT, b"\0"))
    return reports


def unwrap(report: bytes) -> bytes:
    """Return the piece of the SAM's reply that a report carries, b"" for anything else or a wrong sum.

    A lost piece makes the SAM's own check fail, which asks again: that is why nothing is raised.
    """
    if len(report) < _HEAD + _SKIPPED + _SUM or report[0] != REPLY:
        return b""
    length = int.from_bytes(report[3:5], "little")
    end = _HEAD + length
    if length < _SKIPPED or end + _SUM > len(report) or _sum(report[3:end]) != report[end : end + _SUM]:
        return b""
    return report[_HEAD + _SKIPPED : end]


def _sum(data: bytes) -> bytes:
    return (sum(data) & 0xFFFF).to_bytes(2, "little")
