"""Every driver with a far end of its own on a scripted line: what to ask it, and what a good answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from drivers.biometric import BiometricModule, Compare, Compared, Decision, Modality
from drivers.biometric.virtual_module import VirtualModule
from drivers.card_reader import Card, ReadCard, SamCardReader, codec
from drivers.card_reader.cards import card_from_json, encode_text
from drivers.card_reader.codec import FrameParser, unframe
from drivers.card_reader.virtual_sam import VirtualSam
from drivers.code_reader import CodeRead, ReadCode, SerialCodeReader
from drivers.code_reader.virtual_reader import READERS
from drivers.device import Command, Completion
from drivers.owner import BackOff, DeviceOwner
from drivers.receipt_printer import Bitmap, EscposPrinter, FileJournal, Outcome, Print, Printed
from drivers.receipt_printer.simulator.machine import Machine
from drivers.receipt_printer.simulator.paper import Paper
from drivers.relays import RelayBoard, Switch, Switched, Wiring
from drivers.relays.boards import ModbusBoard
from drivers.relays.virtual_board import ModbusFarEnd, VirtualBoard
from drivers.social_card import ReadSocialCard, SocialCard, SocialCardReader, load_profile
from drivers.social_card import frames as card_frames
from drivers.social_card.address import Address
from drivers.social_card.remote import RemoteSlot
from drivers.social_card.simulator import VirtualSlot
from tests.drivers.card_reader.people import RESIDENT
from tests.drivers.line import Line, LineClock
from tests.drivers.social_card.people import PERSON

DEADLINE_S = 20.0
BACK_OFF = BackOff(2.0, 4.0)
"""Such pauses pass on the line's clock and cost nothing; shorter ones a busy machine sits out before a command ends."""
REAL_BACK_OFF = BackOff(0.001, 0.002)
"""For the printer, which waits for real."""
CODE = "https://example.invalid/家门口"
SUBJECT = bytes(range(32))
SLIP = Bitmap(16, 8, bytes(range(1, 17)))


@dataclass
class End:
    """One driver on one line."""

    line: Line
    driver: DeviceOwner
    command: Callable[[str], Command]
    good: Callable[[Completion], bool]
    receipts: Callable[[], int] = lambda: 0


def card_reader(clock: LineClock, folder: Path) -> End:
    sam, parser = VirtualSam(clock.monotonic), FrameParser(codec.SHORTEST_REQUEST)
    text, photo = card_from_json(RESIDENT)

    def far_end(data: bytes) -> bytes:
        answers = [sam.answer(unframe(frame, codec.SHORTEST_REQUEST)) for frame in parser.feed(data)]
        return b"".join(answer.data for answer in answers if answer is not None)

    def put_back() -> None:
        # Without power the module forgets the card; half a command in its buffer is gone as well.
        parser.reset()
        sam.present(encode_text(text), photo)

    put_back()
    line = Line(clock, far_end)
    line.replug = put_back
    driver = SamCardReader("card", line.transport, clock=clock, wait=clock.wait, back_off=BACK_OFF)
    return End(line, driver, lambda name: ReadCard(name, DEADLINE_S, fresh=False), lambda d: isinstance(d.result, Card))


def code_reader(clock: LineClock, folder: Path, dialect: str) -> End:
    virtual = READERS[dialect]
    heard = bytearray()

    def far_end(data: bytes) -> bytes:
        heard.extend(data)
        for request, answer in virtual.answers.items():
            if heard.endswith(request):
                heard.clear()
                return answer + (virtual.pack(CODE.encode()) if request == virtual.counted else b"")
        return b""

    line = Line(clock, far_end)
    line.replug = heard.clear
    driver = SerialCodeReader(
        "code", line.transport, clock=clock, dialect=virtual.dialect, wait=clock.wait, back_off=BACK_OFF
    )
    good = CodeRead(CODE)
    return End(line, driver, lambda name: ReadCode(name, DEADLINE_S), lambda d: d.result == good)


def biometric(clock: LineClock, folder: Path) -> End:
    module = VirtualModule(Modality.PALM)

    def far_end(data: bytes) -> bytes:
        return module.received(data, clock.monotonic()) + module.due(clock.monotonic())

    line = Line(clock, far_end)
    line.replug = module.power_cycle
    driver = BiometricModule(
        "palm",
        line.transport,
        modality=Modality.PALM,
        clock=clock,
        random_bytes=bytes,
        wait=clock.wait,
        back_off=BACK_OFF,
    )
    good = Compared(Decision.ACCEPT)
    return End(line, driver, lambda name: Compare(name, DEADLINE_S, SUBJECT), lambda d: d.result == good)


def social_card(clock: LineClock, folder: Path) -> End:
    slot, parsers = VirtualSlot(), [card_frames.FrameParser()]
    slot.control({"present": PERSON})

    def far_end(data: bytes) -> bytes:
        answers = [slot.answer(payload) for payload in parsers[0].feed(data)]
        return b"".join(card_frames.encode(answer) for answer in answers if answer is not None)

    def replug() -> None:
        parsers[0] = card_frames.FrameParser()

    line = Line(clock, far_end)
    line.replug = replug
    address = Address(lambda: RemoteSlot(line.transport(), clock.monotonic), load_profile())
    driver = SocialCardReader("social", address, clock=clock, wait=clock.wait, back_off=BACK_OFF)
    return End(
        line,
        driver,
        lambda name: ReadSocialCard(name, DEADLINE_S, fresh=False),
        lambda d: isinstance(d.result, SocialCard),
    )


def printer(clock: LineClock, folder: Path) -> End:
    waiting = bytearray()
    machine = Machine(Paper(folder), lambda data, _delay: waiting.extend(data), None)

    def far_end(data: bytes) -> bytes:
        machine.receive(data)
        machine.run(clock.monotonic())
        said = bytes(waiting)
        waiting.clear()
        return said

    line = Line(clock, far_end)
    journal = FileJournal(folder / "journal")
    driver = EscposPrinter("printer", line.transport, journal, clock, lambda n: b"\x21" * n, back_off=REAL_BACK_OFF)

    def good(done: Completion) -> bool:
        return isinstance(done.result, Printed) and done.result.outcome is Outcome.PRINTED

    return End(
        line,
        driver,
        lambda name: Print(name, DEADLINE_S, job=name, pages=(SLIP,)),
        good,
        lambda: len(machine.paper.receipts),
    )


def _dialect(name: str) -> Callable[[LineClock, Path], End]:
    return lambda clock, folder: code_reader(clock, folder, name)


def relay_board(clock: LineClock, folder: Path) -> End:
    board = VirtualBoard(doors={3: 1})
    ends = [ModbusFarEnd(board)]

    def replug() -> None:
        ends[0] = ModbusFarEnd(board)

    line = Line(clock, lambda data: ends[0].received(data))
    line.replug = replug
    wiring = Wiring({"light": 1, "locker-1": 3}, {"locker-1": 1}, frozenset({"locker-1"}))
    driver = RelayBoard(
        "relays",
        line.transport,
        lambda wire: ModbusBoard(wire, clock, 4, 1, 1),
        wiring,
        clock=clock,
        wait=clock.wait,
        back_off=BACK_OFF,
    )
    good = Switched(True, True)
    return End(line, driver, lambda name: Switch(name, DEADLINE_S, "light", True), lambda d: d.result == good)


ENDS: Mapping[str, Callable[[LineClock, Path], End]] = {
    "card_reader": card_reader,
    "biometric": biometric,
    "social_card": social_card,
    "printer": printer,
    "relay_board": relay_board,
    **{f"code_reader-{name}": _dialect(name) for name, virtual in READERS.items() if virtual.counted},
}
"""Code readers that only send by themselves have no exchange, and so no place to cut one."""
