r"""USB relays of the LCUS class (a CH340 bridge, 9600 8N1), pure: `A0 | channel | 00 off, 01 on | sum`.

A switch is never answered. Some boards answer the query FF: with a text `CH1:ON \r\nCH2:OFF \r\n`, or with one byte
0 or 1 for each channel; many say nothing at all.
"""

from __future__ import annotations

import re

BAUD = 9600
HEAD = 0xA0
QUERY = b"\xff"
_TEXT = re.compile(rb"CH(\d{1,2}):\s*(ON|OFF)\b")


def encode_switch(channel: int, on: bool) -> bytes:
    """Return the frame that switches a channel (1 to 16)."""
    if not 1 <= channel <= 16:
        raise ValueError(f"channel {channel}: expected 1 to 16")
    return bytes((HEAD, channel, on, HEAD + channel + on & 0xFF))


def decode_switch(raw: bytes) -> tuple[int, bool] | None:
    """Return channel and state of a whole frame, None if it is none; for simulators."""
    if len(raw) != 4 or raw[0] != HEAD or sum(raw[:3]) & 0xFF != raw[3] or raw[2] > 1:
        return None
    return raw[1], bool(raw[2])


def states_in(answer: bytes, channels: int) -> dict[int, bool] | None:
    """Return channel -> on from the answer to QUERY; None while it is not whole, or is none."""
    found = {int(match[1]): match[2] == b"ON" for match in _TEXT.finditer(answer)}
    if set(range(1, channels + 1)) <= found.keys():
        return {channel: found[channel] for channel in range(1, channels + 1)}
    if not found and len(answer) == channels and set(answer) <= {0, 1}:
        return {channel: bool(state) for channel, state in enumerate(answer, 1)}
    return None
