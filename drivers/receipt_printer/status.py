"""Status bits -> one word -> what the terminal says about the printer.

Bit tables: Epson command reference, DLE EOT and GS a. Each word has one row in `MEANINGS`; what is not a clean row is
never "ready".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.device import DeviceState, ErrorKind, Paper


class PrinterState(StrEnum):
    """One word for what the printer is, worst first."""

    UNKNOWN = "unknown"
    UNRECOVERABLE = "unrecoverable"
    CUTTER_ERROR = "cutter_error"
    MECHANICAL_ERROR = "mechanical_error"
    COVER_OPEN = "cover_open"
    PAPER_END = "paper_end"
    HEAD_HOT = "head_hot"
    WAITING_RECOVERY = "waiting_recovery"
    FEED_BUTTON = "feed_button"
    OFFLINE = "offline"
    NEAR_END = "near_end"
    READY = "ready"


class Cover(StrEnum):
    """Closed set of what the cover can be."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """What the terminal does about a state."""

    PRINT = "print"
    PRINT_ONE = "print_one"
    """Print one receipt, refuse more, tell the operators."""
    STOP = "stop"
    """A hand must help; the screen shows the number and a code."""
    WAIT = "wait"
    """It ends by itself soon (a hot head within a minute): a running job waits instead of failing."""
    RECOVER = "recover"
    """DLE ENQ 2, once; after that a hand must help."""
    OUT_OF_SERVICE = "out_of_service"
    NOT_READY = "not_ready"
    """Nothing is known: as good as no printer, asked again with back-off."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means for the terminal. `paper` None: as the sensors say."""

    action: Action
    device: DeviceState
    error: ErrorKind | None
    paper: Paper | None = None

    @property
    def passes(self) -> bool:
        """True when it ends by itself soon."""
        return self.action is Action.WAIT


MEANINGS: dict[PrinterState, Meaning] = {
    PrinterState.UNKNOWN: Meaning(Action.NOT_READY, DeviceState.OFFLINE, ErrorKind.OFFLINE, Paper.UNKNOWN),
    PrinterState.UNRECOVERABLE: Meaning(Action.OUT_OF_SERVICE, DeviceState.HARDWARE_ERROR, ErrorKind.DEVICE_FAULT),
    PrinterState.CUTTER_ERROR: Meaning(Action.RECOVER, DeviceState.HARDWARE_ERROR, ErrorKind.JAMMED, Paper.JAMMED),
    PrinterState.MECHANICAL_ERROR: Meaning(Action.RECOVER, DeviceState.HARDWARE_ERROR, ErrorKind.JAMMED, Paper.JAMMED),
    PrinterState.COVER_OPEN: Meaning(Action.STOP, DeviceState.USER_ACTION, ErrorKind.COVER_OPEN),
    PrinterState.PAPER_END: Meaning(Action.STOP, DeviceState.USER_ACTION, ErrorKind.NO_PAPER, Paper.OUT),
    PrinterState.HEAD_HOT: Meaning(Action.WAIT, DeviceState.BUSY, ErrorKind.DEVICE_FAULT),
    PrinterState.WAITING_RECOVERY: Meaning(Action.RECOVER, DeviceState.HARDWARE_ERROR, ErrorKind.JAMMED, Paper.JAMMED),
    PrinterState.FEED_BUTTON: Meaning(Action.WAIT, DeviceState.BUSY, ErrorKind.DEVICE_FAULT),
    PrinterState.OFFLINE: Meaning(Action.NOT_READY, DeviceState.HARDWARE_ERROR, ErrorKind.OFFLINE),
    PrinterState.NEAR_END: Meaning(Action.PRINT_ONE, DeviceState.ONLINE, None, Paper.LOW),
    PrinterState.READY: Meaning(Action.PRINT, DeviceState.ONLINE, None, Paper.FULL),
}

RECOVERABLE = frozenset(word for word, meaning in MEANINGS.items() if meaning.action is Action.RECOVER)
"""Worth one DLE ENQ 2; after that a person must look."""


@dataclass(frozen=True, slots=True)
class Bits:
    """The status bits that matter, from either way of asking."""

    offline: bool = False
    waiting: bool = False
    feed_button: bool = False
    cover_open: bool = False
    recoverable: bool = False
    cutter: bool = False
    unrecoverable: bool = False
    hot: bool = False
    near_end: bool = False
    paper_end: bool = False
    error: bool = False
    """Some error was said without its cause."""

    @property
    def state(self) -> PrinterState:
        """The worst word that is true."""
        table = (
            (self.unrecoverable, PrinterState.UNRECOVERABLE),
            (self.cutter, PrinterState.CUTTER_ERROR),
            (self.recoverable, PrinterState.MECHANICAL_ERROR),
            (self.cover_open, PrinterState.COVER_OPEN),
            (self.paper_end, PrinterState.PAPER_END),
            (self.hot, PrinterState.HEAD_HOT),
            (self.waiting, PrinterState.WAITING_RECOVERY),
            (self.feed_button, PrinterState.FEED_BUTTON),
            (self.offline or self.error, PrinterState.OFFLINE),
            (self.near_end, PrinterState.NEAR_END),
        )
        return next((word for true, word in table if true), PrinterState.READY)

    @property
    def paper(self) -> Paper:
        """Paper by the sensors, or jammed by the error."""
        by_word = MEANINGS[self.state].paper
        if by_word is not None:
            return by_word
        if self.paper_end:
            return Paper.OUT
        return Paper.LOW if self.near_end else Paper.FULL

    @property
    def cover(self) -> Cover:
        """The cover sensor."""
        return Cover.OPEN if self.cover_open else Cover.CLOSED


def from_realtime(printer: int, offline: int, error: int, paper: int) -> Bits:
    """Bits of the answers to DLE EOT 1, 2, 3 and 4. The drawer pin (04 of the first) says nothing about printing."""
    return Bits(
        offline=bool(printer & 0x08),
        waiting=bool(printer & 0x20),
        feed_button=bool(printer & 0x40 or offline & 0x08),
        cover_open=bool(offline & 0x04),
        error=bool(offline & 0x40),
        recoverable=bool(error & 0x04),
        cutter=bool(error & 0x08),
        unrecoverable=bool(error & 0x20),
        hot=bool(error & 0x40),
        near_end=bool(paper & 0x0C),
        paper_end=bool(offline & 0x20 or paper & 0x60),
    )


def from_status_back(data: bytes) -> Bits:
    """Bits of the four bytes of automatic status."""
    first, second, third, _ = data
    return Bits(
        offline=bool(first & 0x08),
        cover_open=bool(first & 0x20),
        feed_button=bool(first & 0x40 or second & 0x02),
        waiting=bool(second & 0x01),
        recoverable=bool(second & 0x04),
        cutter=bool(second & 0x08),
        unrecoverable=bool(second & 0x20),
        hot=bool(second & 0x40),
        near_end=bool(third & 0x03),
        paper_end=bool(third & 0x0C),
    )


def paper_sensor(value: int) -> Paper:
    """Paper by the answer to GS r 1."""
    if value & 0x0C:
        return Paper.OUT
    return Paper.LOW if value & 0x03 else Paper.FULL
