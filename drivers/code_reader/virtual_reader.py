"""The far side, for simulators: what readers of every dialect understand and answer, and how a scanner types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.code_reader import dialects
from drivers.code_reader.codec import ACK, TRIGGER
from drivers.code_reader.dialects import (
    HONEYWELL_OFF,
    HONEYWELL_ON,
    NEWLAND_ANSWER,
    NEWLAND_END,
    NOT_DONE,
    TAKEN,
    VGUANG_CODE,
    VGUANG_STATE,
    Dialect,
    newland_command,
    vguang_reply,
)
from drivers.code_reader.identify import GM65_SETTING
from drivers.code_reader.keys import DOWN, ENTER, PLAIN, SHIFTED, UP
from drivers.transport.input_node import EV_KEY, EV_SYN, EVENT


@dataclass(frozen=True, slots=True)
class VirtualReader:
    """`looks_by_itself` readers need no trigger. `answers` maps each request to its answer; all else is not heard."""

    dialect: Dialect
    answers: Mapping[bytes, bytes]
    """Everything it reacts to, with what it says at once (may be nothing)."""
    begins: bytes = b""
    ends: bytes = b""
    declined: bytes = b""
    """The answer of a reader that does not take the trigger."""
    other: bytes = b""
    """The answer to something that was not asked: another program's, or of a while ago."""
    pack: Callable[[bytes], bytes] = lambda raw: raw + b"\r"

    @property
    def looks_by_itself(self) -> bool:
        """True when no request begins a scan."""
        return not self.begins

    @property
    def counted(self) -> bytes:
        """The request by which triggers are counted; of a reader that looks by itself, the sign of life."""
        return self.begins or self.dialect.trigger


def _newland(setting: bytes, verdict: int) -> bytes:
    return NEWLAND_ANSWER + b"#" + setting + bytes([verdict]) + NEWLAND_END


def _vguang_pack(raw: bytes) -> bytes:
    return vguang_reply(VGUANG_CODE, 0, raw)


_ASKS_TRIGGER = dialects.honeywell_command("TRGMOD?")
_OLD = dialects.NEWLAND_OLD

_GM65 = VirtualReader(
    dialects.GM65,
    {TRIGGER: ACK, GM65_SETTING: bytes.fromhex("020000013EE4AC")},
    begins=TRIGGER,
    # The answer to reading one byte of its settings.
    other=bytes.fromhex("020000013EE4AC"),
)
_NEWLAND = VirtualReader(
    dialects.NEWLAND,
    {
        newland_command("SCNTRG1"): _newland(b"SCNTRG1", TAKEN),
        newland_command("SCNTRG0"): _newland(b"SCNTRG0", TAKEN),
        newland_command("SCNMOD*"): _newland(b"SCNMOD0", TAKEN),
    },
    begins=newland_command("SCNTRG1"),
    ends=newland_command("SCNTRG0"),
    declined=_newland(b"SCNTRG1", NOT_DONE),
    other=_newland(b"SCNMOD0", TAKEN),
)
_NEWLAND_OLD = VirtualReader(
    _OLD,
    {_OLD.trigger: bytes([TAKEN]), _OLD.stop: bytes([TAKEN])},
    begins=_OLD.trigger,
    ends=_OLD.stop,
    declined=bytes([NOT_DONE]),
    other=b"!",
)
_HONEYWELL = VirtualReader(
    dialects.HONEYWELL,
    {_ASKS_TRIGGER: b"TRGMOD0" + bytes([TAKEN]) + b"!", HONEYWELL_ON: b"", HONEYWELL_OFF: b""},
    begins=HONEYWELL_ON,
    ends=HONEYWELL_OFF,
    declined=b"TRGMOD?" + bytes([NOT_DONE]) + b"!",
    other=b"BEPBEP1" + bytes([TAKEN]) + b"!",
)
_VGUANG = VirtualReader(
    dialects.VGUANG,
    {dialects.VGUANG.trigger: vguang_reply(VGUANG_STATE, 0, b"")},
    declined=vguang_reply(VGUANG_STATE, 1, b""),
    other=vguang_reply(0x02, 0, b"V1.2"),
    pack=_vguang_pack,
)
_PLAIN = VirtualReader(dialects.PLAIN, {})

READERS: Mapping[str, VirtualReader] = {
    reader.dialect.name: reader for reader in (_GM65, _NEWLAND, _NEWLAND_OLD, _HONEYWELL, _VGUANG, _PLAIN)
}


def typed(text: str, at: float = 0.0, pace: float = 0.004, suffix: int | None = ENTER) -> bytes:
    """Return the events by which a scanner types ASCII `text`, beginning at `at` seconds.

    Raises:
        ValueError: a character that a US keyboard has not.
    """
    events: list[bytes] = []
    now = at

    def press(*moves: tuple[int, int]) -> None:
        for code, value in moves:
            events.append(EVENT.pack(int(now), int(now % 1 * 1e6), EV_KEY, code, value))
            events.append(EVENT.pack(int(now), int(now % 1 * 1e6), EV_SYN, 0, 0))

    plain = {char: code for code, char in reversed(PLAIN.items())}
    shifted = {char: code for code, char in reversed(SHIFTED.items())}
    for char in text:
        if char in plain:
            press((plain[char], DOWN), (plain[char], UP))
        elif char in shifted:
            press((42, DOWN), (shifted[char], DOWN), (shifted[char], UP), (42, UP))
        else:
            raise ValueError("a US keyboard has no such key")
        now += pace
    if suffix is not None:
        press((suffix, DOWN), (suffix, UP))
    return b"".join(events)
