"""The mechanism: state and faults, the receive buffer, printing row by row, replies.

Time is handed in. While something blocks, data are held and printed as soon as it no longer does: that is what real
printers do, and why a second sending after "no paper" comes out twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from drivers.receipt_printer.simulator.letters import Letters, Line, Style, qr_rows
from drivers.receipt_printer.simulator.panel import Panel
from drivers.receipt_printer.simulator.paper import WIDTH_BYTES, Paper
from drivers.receipt_printer.simulator.stream import Command, RealTime, RealTimeScanner, Text, Token, next_token

__all__ = ["Machine", "Panel"]

DOTS_PER_MM = 8
LINE_DOTS = 30
CUT_SECONDS = 0.3
_BASE_UNIT = 203


class Machine:
    """One printer. `send(data, delay_s)` puts bytes on the wire; `speed` is in mm/s, None = no waiting.

    `clone` is a printer without process ID and without real-time clearing.
    """

    def __init__(
        self, paper: Paper, send: Callable[[bytes, float], None], speed: float | None, *, clone: bool = False
    ) -> None:
        self.paper = paper
        self.panel = Panel()
        self._send = send
        self._row_seconds = 1 / (speed * DOTS_PER_MM) if speed else 0.0
        self._clone = clone
        self._letters = Letters()
        self.recoveries = 0
        self._triggers: list[tuple[int, Callable[[], None]]] = []
        self._reset()

    def _reset(self) -> None:
        """Power-on defaults; what was held is lost."""
        self._buffer = bytearray()
        self._scanner = RealTimeScanner()
        self._rows: deque[bytes] = deque()
        self._line = Line()
        self._style = Style()
        self._spacing = LINE_DOTS
        self._centred = False
        self._qr = b""
        self._module = 3
        self._asb = 0
        self._unit = _BASE_UNIT
        self._waiting = False
        self._busy_until = 0.0
        self._working = False
        self._ask: Command | None = None

    # What people do.

    def set(self, values: Mapping[str, object]) -> None:
        """Flip some of the panel.

        Raises:
            ValueError: see `Panel.changed`.
        """
        before, old = self._asb_bytes(), self.panel
        self.panel = old.changed(values)
        if old.paper in ("out", "jammed") and self.panel.paper in ("full", "low"):
            self.paper.tear()
        stuck = old.paper == "jammed" or old.cutter == "error"
        if stuck and not self._mechanical:
            # A mechanical error stays until DLE ENQ says what to do with the data, or the power goes.
            self._waiting = True
        self._tell(before)

    def power_cycle(self) -> None:
        """Off and on: the buffer is lost, what is printed stays."""
        self._reset()

    def after_rows(self, count: int, action: Callable[[], None]) -> None:
        """Do `action` when `count` more rows have been printed."""
        self._triggers.append((self.paper.printed_rows + count, action))

    @property
    def held(self) -> int:
        """Bytes and picture rows received and not printed, in bytes."""
        return len(self._buffer) + sum(map(len, self._rows))

    # What the wire brings.

    def receive(self, data: bytes) -> None:
        """Take bytes off the wire."""
        done = 0
        for command in self._scanner.feed(data):
            self._buffer += data[done : command.end]
            done = command.end
            if bytes(self._buffer) == command.data and not self._rows:
                # Nothing waits before it, so it is no part of a picture and need not wait to be skipped.
                self._buffer.clear()
            self._real_time(command)
        self._buffer += data[done:]

    def run(self, now: float) -> float | None:
        """Do everything that is due; return when to be called again, None when only input or a person can move it."""
        if not self._working:
            self._busy_until = max(self._busy_until, now)
        self._working = True
        while not self._blocked:
            if now < self._busy_until:
                return self._busy_until
            if self._rows:
                self._burn()
            elif self._ask is not None:
                self._acknowledge()
            else:
                token = next_token(self._buffer)
                if token is None:
                    break
                self._obey(token)
        self._working = False
        return None

    # The mechanism.

    @property
    def _mechanical(self) -> bool:
        return self.panel.paper == "jammed" or self.panel.cutter == "error"

    @property
    def _blocked(self) -> bool:
        panel = self.panel
        passing = panel.hot or panel.feed_button or panel.offline
        broken = self._mechanical or panel.unrecoverable or self._waiting
        return panel.paper == "out" or panel.cover == "open" or passing or broken

    def _burn(self) -> None:
        self.paper.print_row(self._rows.popleft())
        self._busy_until += self._row_seconds
        due = [action for at, action in self._triggers if self.paper.printed_rows >= at]
        self._triggers = [(at, action) for at, action in self._triggers if self.paper.printed_rows < at]
        for action in due:
            action()

    def _feed(self, units: int) -> None:
        self._rows += [bytes(WIDTH_BYTES)] * round(units * _BASE_UNIT / self._unit)

    def _obey(self, token: Token) -> None:
        match token:
            case Text(data):
                self._line.add(data, self._style)
            case Command(b"\n" | b"\x1bd" as name, data):
                self._print_line()
                self._rows += [bytes(WIDTH_BYTES)] * (self._spacing * (0 if name == b"\n" else data[0]))
            case Command(b"\x1bJ", data):
                self._print_line(empty=False)
                self._feed(data[0])
            case Command(b"\x1b3", data):
                self._spacing = data[0]
            case Command(b"\x1ba", data):
                self._centred = data[0] in (1, 49)
            case Command(b"\x1bE", data):
                self._style = replace(self._style, bold=bool(data[0] & 1))
            case Command(b"\x1d!", data):
                self._style = replace(self._style, wide=(data[0] >> 4 & 7) + 1, tall=(data[0] & 7) + 1)
            case Command(b"\x1c&" | b"\x1c.", _):
                self._style = replace(self._style, chinese=token.name == b"\x1c&")
            case Command(b"\x1d(k", data):
                self._code(data)
            case Command(b"\x1dv", data):
                width = int.from_bytes(data[2:4], "little")
                self._rows += [data[at : at + width] for at in range(6, len(data), width)] if width else []
            case Command(b"\x1dV", data):
                self._print_line(empty=False)
                self.paper.cut()
                self._busy_until += CUT_SECONDS if self._row_seconds else 0.0
            case Command(b"\x1b@", _):
                self._line = Line()
                self._style, self._spacing, self._centred, self._qr = Style(), LINE_DOTS, False, b""
                self._asb, self._unit = 0, _BASE_UNIT
            case Command(b"\x1dP", data):
                self._unit = data[1] or _BASE_UNIT
            case Command(b"\x1da", data):
                self._asb = data[0]
                if self._asb:
                    self._reply(self._asb_bytes())
            case Command(b"\x1dr", data) if data[0] in (1, 49):
                self._reply(bytes([self._paper_bits()]))
            case Command(b"\x1d(H", data) if not self._clone:
                self._ask = token
            case _:
                return

    def _print_line(self, *, empty: bool = True) -> None:
        """LF: what is in the line, at least one line's height; with `empty` False only if something is in it."""
        line, self._line = self._line, Line()
        if not line.parts and not empty:
            return
        text, rows = self._letters.draw(line, self._centred)
        if text:
            self.paper.print_text(text)
        self._rows += rows + [bytes(WIDTH_BYTES)] * max(0, self._spacing - len(rows))

    def _code(self, data: bytes) -> None:
        """GS ( k: a QR code is set up, stored, and printed."""
        match data[2:4], data[4:]:
            case b"\x31\x43", size if size:
                self._module = size[0]
            case b"\x31\x50", stored:
                self._qr = stored[1:]
            case b"\x31\x51", _ if self._qr:
                self._print_line(empty=False)
                self._rows += qr_rows(self._qr, self._module, self._centred)
            case _:
                return

    def _acknowledge(self) -> None:
        """GS ( H 48: everything before it is on paper."""
        command, self._ask = self._ask, None
        if command is None or command.data[2:4] != b"\x30\x30":
            return
        answer = b"\x37\x22" + command.data[4:8] + b"\x00"
        match self.panel.ack:
            case "ok":
                self._reply(answer)
            case "late":
                self._reply(answer, self.panel.ack_delay_s)
            case "duplicate":
                self._reply(answer)
                self._reply(answer)
            case _:
                return

    # Replies.

    def _real_time(self, command: RealTime) -> None:
        match command.data[1], command.data[2]:
            case 0x04, n if 1 <= n <= 4:
                self._reply(bytes([self._realtime_bytes()[n - 1]]))
            case 0x05, n if n in (1, 2) and (self._waiting or self._mechanical):
                before = self._asb_bytes()
                self.recoveries += 1
                if n == 2:
                    self._drop_data()
                self._waiting = False
                self._tell(before)
            case 0x14, 8 if not self._clone:
                self._drop_data()
                self._reply(b"\x37\x25\x00")
            case _:
                return

    def _drop_data(self) -> None:
        self._buffer.clear()
        self._rows.clear()
        self._line = Line()
        self._ask = None

    def _reply(self, data: bytes, delay: float = 0.0) -> None:
        if not self.panel.silent:
            self._send(data, delay)

    def _tell(self, before: bytes) -> None:
        muted = self.panel.asb == "never" or (self.panel.asb == "online" and self._blocked)
        if self._asb and not muted and self._asb_bytes() != before:
            self._reply(self._asb_bytes())

    def _realtime_bytes(self) -> tuple[int, int, int, int]:
        panel = self.panel
        error = panel.paper == "jammed" or panel.cutter == "error" or panel.hot or panel.unrecoverable
        near, end = self._paper_sensors
        return (
            0x12
            | (0x04 if panel.drawer == "high" else 0)
            | (0x08 if self._blocked else 0)
            | (0x20 if self._waiting else 0)
            | (0x40 if panel.feed_button else 0),
            0x12
            | (0x04 if panel.cover == "open" else 0)
            | (0x08 if panel.feed_button else 0)
            | (0x20 if panel.paper == "out" else 0)
            | (0x40 if error else 0),
            0x12 | self._errors,
            0x12 | (0x0C if near else 0) | (0x60 if end else 0),
        )

    @property
    def _errors(self) -> int:
        """Bits of EOT 3 and of the second automatic byte, which agree."""
        panel = self.panel
        return (
            (0x04 if panel.paper == "jammed" else 0)
            | (0x08 if panel.cutter == "error" else 0)
            | (0x20 if panel.unrecoverable else 0)
            | (0x40 if panel.hot else 0)
        )

    @property
    def _paper_sensors(self) -> tuple[bool, bool]:
        """Near end and end, as the sensors see them."""
        panel = self.panel
        end = panel.paper == "out" or (panel.cover == "open" and panel.lid == "paper")
        return panel.near_sensor and (end or panel.paper == "low"), end

    def _paper_bits(self) -> int:
        near, end = self._paper_sensors
        return (0x03 if near else 0) | (0x0C if end else 0)

    def _asb_bytes(self) -> bytes:
        panel = self.panel
        return bytes(
            (
                0x10
                | (0x04 if panel.drawer == "high" else 0)
                | (0x08 if self._blocked else 0)
                | (0x20 if panel.cover == "open" else 0)
                | (0x40 if panel.feed_button else 0),
                self._errors | (0x01 if self._waiting else 0) | (0x02 if panel.feed_button else 0),
                self._paper_bits(),
                0,
            )
        )
