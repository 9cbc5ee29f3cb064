"""How a code reader is told from other things on a port: a setting is asked for, and no lamp goes on.

Older Newland modules (ESC) and readers that only send lines have no such question: they are not found.
"""

from __future__ import annotations

import binascii

from drivers.code_reader.codec import Acknowledged, Declined
from drivers.code_reader.dialects import (
    GM65,
    HONEYWELL,
    NEWLAND,
    NEWLAND_ANSWER,
    NEWLAND_END,
    VGUANG,
    HoneywellParser,
    honeywell_command,
    newland_command,
)
from drivers.code_reader.driver import KIND
from drivers.identify import Match, Question

LISTEN_S = 0.4
GM65_SETTING = bytes.fromhex("7E000701000001ABCD")
"""Read one byte of the settings, from place 0."""
_GM65_HEAD = bytes.fromhex("02000001")


def find_gm65(heard: bytes) -> Match | None:
    """`02 00 00 01 | value | CRC-16`, the CRC over all but the 02."""
    at = heard.find(_GM65_HEAD)
    frame = heard[at : at + 7] if at >= 0 else b""
    if len(frame) < 7 or int.from_bytes(frame[5:], "big") != binascii.crc_hqx(frame[1:5], 0):
        return None
    return Match(KIND, {"baud": str(GM65.baud), "dialect": GM65.name})


def find_newland(heard: bytes) -> Match | None:
    """The setting comes back between a head and an end of its own."""
    at = heard.find(NEWLAND_ANSWER)
    if at < 0 or b"SCNMOD" not in heard[at:] or NEWLAND_END not in heard[at:]:
        return None
    return Match(KIND, {"baud": str(NEWLAND.baud), "dialect": NEWLAND.name})


def find_honeywell(heard: bytes) -> Match | None:
    """The setting comes back with a verdict."""
    said = HoneywellParser().feed(heard)
    if not any(isinstance(one, Acknowledged | Declined) for one in said):
        return None
    return Match(KIND, {"baud": str(HONEYWELL.baud), "dialect": HONEYWELL.name})


def find_vguang(heard: bytes) -> Match | None:
    """The state comes back in a frame with a sum."""
    if not any(isinstance(one, Acknowledged | Declined) for one in VGUANG.parser().feed(heard)):
        return None
    return Match(KIND, {"baud": str(VGUANG.baud), "dialect": VGUANG.name})


QUESTIONS = (
    Question("newland", NEWLAND.baud, newland_command("SCNMOD*"), LISTEN_S, find_newland),
    Question("gm65", GM65.baud, GM65_SETTING, LISTEN_S, find_gm65),
    Question("vguang", VGUANG.baud, VGUANG.trigger, LISTEN_S, find_vguang),
    Question("honeywell", HONEYWELL.baud, honeywell_command("TRGMOD?"), LISTEN_S, find_honeywell),
)
