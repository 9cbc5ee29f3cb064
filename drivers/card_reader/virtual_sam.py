"""What a SAM answers, for the simulator: commands in, replies out, with every fault on demand. Touches no wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.card_reader import codec
from drivers.card_reader.codec import BAUDS, Sw3
from drivers.transport.faults import Faults

FAULTS = (
    "bad-chk",
    "truncate",
    "noise",
    "split",
    "silent",
    "lift-mid-read",
    "unplug-mid-read",
    "find-80",
    "select-81",
    "read-41",
    "sam-32",
    "sam-66",
    "selftest-60",
    "unknown-type",
    "address-21",
    "address-silent",
    "twice",
    "late",
)
SAM_ID = bytes.fromhex("05000100074F00004E61BC00B168DE3A")
NOISE = bytes.fromhex("00FFAA00AAAAAA966900")
LATE_S = 1.2
"""How late a late answer is: after its question's time is over, but for reads."""
CARD_ERROR = 0x6A82
"""What the card itself says when `read-41` is on: it is there, and does not give the file."""


@dataclass(slots=True)
class Answer:
    """What goes on the wire: whole, in pieces of `chunk` bytes; then perhaps the cable."""

    data: bytes
    is_read: bool = False
    chunk: int = 64
    unplug: bool = False
    new_baud: int | None = None
    delay: float = 0.0


class VirtualSam:
    """A SAM with a pad for one card. `keep_found`: a card that was read is found again without being lifted."""

    def __init__(self, monotonic: Callable[[], float], *, keep_found: bool = False) -> None:
        self._monotonic = monotonic
        self.keep_found = keep_found
        self._card: tuple[bytes, bytes] | None = None
        self._addresses = b""
        self._found = self._selected = self._latched = False
        self.faults = Faults(FAULTS)
        self.commands = self.finds = self.reads = 0
        self.shortest_find_gap: float | None = None
        self._last_find: float | None = None

    # The world around it.

    def present(self, text: bytes, photo: bytes, addresses: bytes = b"") -> None:
        """Put a card on the pad; `addresses` are those added later, 70 bytes each."""
        self._card = text, photo
        self._addresses = addresses
        self._found = self._selected = self._latched = False

    def remove(self) -> None:
        """Lift the card."""
        self._card = None
        self._found = self._selected = self._latched = False

    @property
    def card_present(self) -> bool:
        """True while a card lies there."""
        return self._card is not None

    def power_cycle(self) -> None:
        """Forget what a module forgets without power."""
        self._found = self._selected = self._latched = False

    # The module.

    def answer(self, body: bytes) -> Answer | None:
        """Return the answer to one checked command body (CMD, parameter, data), None for silence."""
        self.commands += 1
        if self.faults.happens("silent"):
            return None
        if self.faults.happens("sam-66"):
            return self._plain(Sw3.SAM_NOT_AUTHORISED)
        if self.faults.happens("selftest-60"):
            return self._plain(Sw3.SELF_TEST_FAILED)
        match body[0], body[1]:
            case 0x10, 0xFF:
                self.power_cycle()
                return self._plain(Sw3.OK)
            case (0x11, 0xFF) | (0x61, 0xFF):
                return self._plain(Sw3.OK)
            case 0x12, 0xFF:
                return self._plain(Sw3.OK, SAM_ID)
            case 0x20, 0x01:
                return self._find()
            case 0x20, 0x02:
                return self._select()
            case 0x30, 0x01 | 0x10:
                return self._read(with_fingerprint=body[1] == 0x10)
            case 0x30, 0x03:
                return self._read_addresses()
            case 0x30, 0x05:
                return self._plain(Sw3.ITEM_EMPTY if self._selected else Sw3.READ_FAILED)
            case 0x60, number if number < len(BAUDS):
                answer = self._plain(Sw3.OK)
                answer.new_baud = BAUDS[number]
                return answer
            case _:
                return self._plain(Sw3.BAD_COMMAND)

    def refuse(self) -> Answer:
        """Return the answer to a command that arrived damaged."""
        return self._plain(Sw3.RX_CHECKSUM)

    def _find(self) -> Answer:
        now = self._monotonic()
        if self._last_find is not None:
            gap = now - self._last_find
            self.shortest_find_gap = gap if self.shortest_find_gap is None else min(gap, self.shortest_find_gap)
        self._last_find = now
        self.finds += 1
        self._selected = False
        self._found = self._card is not None and (self.keep_found or not self._latched)
        if self.faults.happens("find-80"):
            self._found = False
        return self._plain(Sw3.CARD_FOUND, bytes(4)) if self._found else self._plain(Sw3.NO_CARD)

    def _select(self) -> Answer:
        if not self._found or self._card is None or self.faults.happens("select-81"):
            return self._plain(Sw3.SELECT_FAILED)
        self._selected = True
        return self._plain(Sw3.OK, bytes(8))

    def _read(self, *, with_fingerprint: bool) -> Answer:
        self.reads += 1
        if self._card is not None and self.faults.happens("lift-mid-read"):
            self.remove()
        if self._card is None or not self._selected:
            return self._fail(Sw3.READ_FAILED)
        if self.faults.happens("read-41"):
            return self._fail(Sw3.READ_FAILED, CARD_ERROR)
        if self.faults.happens("sam-32"):
            return self._fail(Sw3.SAM_REJECTS_CARD)
        text, photo = self._card
        if self.faults.happens("unknown-type"):
            text = text[:248] + "Q".encode("utf-16-le") + text[250:]
        lengths = [len(text), len(photo)] + ([0] if with_fingerprint else [])
        head = b"".join(length.to_bytes(2, "big") for length in lengths)
        self._latched = True
        answer = self._plain(Sw3.OK, head + text + photo, is_read=True)
        if self.faults.happens("unplug-mid-read"):
            answer.data, answer.unplug = answer.data[: len(answer.data) // 2], True
        return answer

    def _read_addresses(self) -> Answer | None:
        if self.faults.happens("address-silent"):
            return None
        if self.faults.happens("address-21"):
            return self._plain(Sw3.BAD_COMMAND)
        if self._card is None or not self._selected:
            return self._plain(Sw3.READ_FAILED)
        return self._plain(Sw3.OK, self._addresses) if self._addresses else self._plain(Sw3.ITEM_EMPTY)

    def _fail(self, status: Sw3, card_status: int = 0) -> Answer:
        # A card that could not be read must be lifted before it is found again.
        self._latched, self._selected = True, False
        return self._plain(status, card_status=card_status, is_read=True)

    def _plain(self, status: Sw3, data: bytes = b"", card_status: int = 0, *, is_read: bool = False) -> Answer:
        frame = codec.encode(card_status.to_bytes(2, "big") + bytes([status]) + data)
        # Damage on the wire befalls the longest answers: the others are too short to be worth a fault.
        if is_read and status is Sw3.OK:
            if self.faults.happens("bad-chk"):
                frame = frame[:-1] + bytes([frame[-1] ^ 0x01])
            if self.faults.happens("truncate"):
                frame = frame[: len(frame) // 2]
        if self.faults.happens("noise"):
            frame = NOISE + frame
        if self.faults.happens("twice"):
            frame += frame
        late = LATE_S if self.faults.happens("late") else 0.0
        return Answer(frame, is_read, chunk=1 if self.faults.happens("split") else 64, delay=late)
