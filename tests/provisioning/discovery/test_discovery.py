"""Devices are found on a drawn machine, and asked on ptys with the real simulators behind them."""

from __future__ import annotations

import fcntl
import os
import pty
import threading
import time
import tty
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.identify import Match, Question, Sure
from drivers.presence.codec import Word
from drivers.transport import SerialTransport
from provisioning import DeviceSpec
from provisioning.discovery import (
    Asked,
    Machine,
    Outcome,
    Usb,
    ask_upsd,
    known,
    load_table,
    look,
    others,
    ports,
    probe,
    probe_all,
    suggest,
)
from provisioning.discovery.probing import PORT_S, QUESTIONS
from tests.drivers.transport.support import RealClock, Simulator, simulator
from tests.drivers.ups.test_driver import Upsd
from tests.provisioning.discovery.drawn import Drawn

TABLE = load_table()
CLOCK = RealClock()
BY_PATH = "pci-0000:00:14.0-usb-0:2:1.0-port0"


@pytest.fixture
def drawn(tmp_path: Path) -> Drawn:
    return Drawn(tmp_path)


def found(drawn: Drawn, *asked: Asked, specs: tuple[DeviceSpec, ...] = ()) -> list[tuple[str, str, Sure]]:
    machine = look(drawn.sys, drawn.dev)
    return [
        (one.kind, one.uri.replace(str(drawn.dev), "/dev"), one.sure) for one in suggest(machine, asked, TABLE, specs)
    ]


def test_the_table_is_whole() -> None:
    assert len(TABLE) >= 30
    for number, row in TABLE.items():
        vendor, product = number.split(":")
        assert int(vendor, 16) >= 0
        assert product == "*" or int(product, 16) >= 0
        assert row.what
        assert (row.role == "unsupported") == bool(row.why)
    assert known(Usb("1eab:1234", "1-1"), TABLE) == TABLE["1eab:*"]
    assert known(Usb("ffff:0001", "1-1"), TABLE) is None


def test_an_empty_machine_has_nothing(tmp_path: Path) -> None:
    assert look(tmp_path / "sys", tmp_path / "dev") == Machine()


def test_a_bridge_is_a_port_that_must_be_asked_and_its_link_outlives_a_plug(drawn: Drawn) -> None:
    path = drawn.tty("ttyUSB0", drawn.usb("1-2", "1a86:7523", names=("", "USB Serial")), link=BY_PATH)
    machine = look(drawn.sys, drawn.dev)
    ((node, free),) = ports(machine, ())
    assert free
    assert node.stable == str(drawn.dev / "serial/by-path" / BY_PATH)
    assert node.usb == Usb("1a86:7523", "1-2", "", "USB Serial", frozenset({0xFF}))
    assert suggest(machine, (), TABLE) == ()
    answer = Asked(str(path), Outcome.FOUND, Match("card_reader", {"baud": "115200"}))
    (one,) = suggest(machine, (answer,), TABLE)
    assert one.uri == f"serial:{drawn.dev}/serial/by-path/{BY_PATH}?baud=115200"
    assert "CH340" in one.why.zh
    assert one.stable


def test_a_port_without_a_link_is_suggested_and_said_to_move(drawn: Drawn) -> None:
    path = drawn.tty("ttyUSB0", drawn.usb("1-2", "1a86:7523"))
    answer = Asked(str(path), Outcome.FOUND, Match("presence", {"baud": "256000"}))
    (one,) = suggest(look(drawn.sys, drawn.dev), (answer,), TABLE)
    assert not one.stable
    assert one.as_json()["stable"] is False


def test_a_port_of_a_running_terminal_is_not_asked_by_whatever_name_it_goes(drawn: Drawn) -> None:
    drawn.tty("ttyUSB0", drawn.usb("1-2", "1a86:7523"), link=BY_PATH)
    machine = look(drawn.sys, drawn.dev)
    for owned in (drawn.dev / "ttyUSB0", drawn.dev / "serial/by-path" / BY_PATH):
        assert [free for _, free in ports(machine, [str(owned)])] == [False]


def test_ports_that_are_none_are_left_out(drawn: Drawn) -> None:
    board = drawn.sys / "devices/platform/serial8250"
    drawn.node("tty", "ttyS0", board, type="4")
    drawn.node("tty", "ttyS1", board / "second", type="0")
    drawn.node("tty", "ttyS2", board / "third", type="4")
    (drawn.sys / "class/tty/tty0").mkdir()
    (drawn.sys / "class/tty/console").mkdir()
    (drawn.sys / "class/tty/console/active").write_text("tty0 ttyS2\n")
    assert [node.name for node, _ in ports(look(drawn.sys, drawn.dev), ())] == ["ttyS0"]


def test_what_is_known_by_its_number_needs_no_question(drawn: Drawn) -> None:
    drawn.usb("1-1", "0400:c35a", serial="A1")
    drawn.usb("1-2", "10c4:0007")
    printer = drawn.usb("1-3", "04b8:0e15", serial="X5", classes="07")
    drawn.node("usbmisc", "lp0", next(printer.glob("*:1.0")))
    drawn.usb("1-4", "abcd:0001", classes="07")
    drawn.usb("1-5", "076b:3031", names=("HID Global", "OMNIKEY"), classes="0b")
    camera = drawn.usb("1-6", "046d:0825", classes="0e 0e")
    for at in ("0", "1"):
        path = drawn.node("video4linux", f"video{at}", next(camera.glob("*:1.0")) / at, index=at)
        drawn.link("v4l/by-path", f"pci-usb-0:6:1.0-video-index{at}", path)
    scanner = drawn.usb("1-7", "1eab:0022", classes="03")
    keys = drawn.node("input", "event4", next(scanner.glob("*:1.0")) / "input9")
    drawn.link("input/by-id", "usb-Newland-event-kbd", keys)
    assert found(drawn) == [
        ("card_reader", "hid:10C4:0007", Sure.LIKELY),
        ("card_reader", "sdt-usb:0400:C35A?serial=A1", Sure.LIKELY),
        ("code_reader", "input:/dev/input/by-id/usb-Newland-event-kbd", Sure.LIKELY),
        ("receipt_printer", "usb:04B8:0E15?serial=X5", Sure.LIKELY),
        ("camera", "v4l2:/dev/v4l/by-path/pci-usb-0:6:1.0-video-index0", Sure.POSSIBLE),
        ("document_scanner", "v4l2:/dev/v4l/by-path/pci-usb-0:6:1.0-video-index0", Sure.POSSIBLE),
        ("receipt_printer", "usb:ABCD:0001", Sure.POSSIBLE),
        ("social_card_reader", "pcsc:HID Global OMNIKEY", Sure.POSSIBLE),
    ]


def test_what_cannot_be_used_is_said_and_why(drawn: Drawn) -> None:
    drawn.usb("1-1", "16c0:05df", names=("www.dcttech.com", "USBRelay2"))
    drawn.usb("1-2", "051d:0002", names=("APC", "Back-UPS"))
    assert found(drawn) == []
    told = dict(others(look(drawn.sys, drawn.dev), TABLE))
    assert "Modbus" in told["16c0:05df www.dcttech.com USBRelay2"].en
    assert "usbhid-ups" in told["051d:0002 APC Back-UPS"].zh


def test_the_device_of_the_profile_that_it_is_or_may_replace_is_named(drawn: Drawn) -> None:
    path = drawn.tty("ttyUSB0", drawn.usb("1-2", "1a86:7523"), link=BY_PATH)
    machine = look(drawn.sys, drawn.dev)
    answer = Asked(str(path), Outcome.FOUND, Match("code_reader", {"baud": "9600", "dialect": "gm65"}))
    where = f"serial:{drawn.dev}/serial/by-path/{BY_PATH}"
    for specs, device in (
        (
            (DeviceSpec("code-1", "code_reader", where + "?baud=9600"), DeviceSpec("b", "code_reader", "serial:/x")),
            "code-1",
        ),
        ((DeviceSpec("a", "code_reader", "serial:/y"),), "a"),
        ((DeviceSpec("a", "code_reader", "serial:/y"), DeviceSpec("b", "code_reader", "serial:/x")), ""),
        ((DeviceSpec("c", "card_reader", where),), ""),
    ):
        assert [found.device for found in suggest(machine, (answer,), TABLE, specs)] == [device]


def test_words_of_a_device_are_not_trusted(drawn: Drawn) -> None:
    folder = drawn.usb("1-1", "04b8:0202", classes="07")
    (folder / "serial").write_bytes(b"A&out=0x03\x00\xff\n")
    (folder / "product").write_bytes(b"\x1b[2Jname\x00" + b"x" * 5000)
    (usb,) = look(drawn.sys, drawn.dev).usb
    assert usb.serial == ""
    assert usb.name.isprintable()
    assert len(usb.name) <= 256


# Asking

PARTS = {
    "presence": ("drivers.presence.simulator", (), Match("presence", {"baud": "256000"})),
    "card": ("drivers.card_reader.simulator", ("--baud", "9600"), Match("card_reader", {"baud": "9600"})),
    **{
        name: (
            "drivers.code_reader.simulator",
            ("--dialect", name),
            Match("code_reader", {"baud": "57600" if name == "vguang" else "9600", "dialect": name}),
        )
        for name in ("gm65", "newland", "honeywell", "vguang")
    },
    "modbus": (
        "drivers.relays.simulator",
        ("--board", "modbus"),
        Match("relays", {"baud": "9600"}, {"board": "modbus", "unit": "1"}),
    ),
    "lcus": (
        "drivers.relays.simulator",
        ("--board", "lcus", "--query", "text", "--channels", "4"),
        Match("relays", {"baud": "9600"}, {"board": "lcus", "channels": "4"}, Sure.LIKELY),
    ),
    "palm": ("drivers.biometric.simulator", ("--modality", "palm"), Match("biometric_palm", {"baud": "115200"})),
}


def test_every_device_is_told_by_its_own_answer_all_ports_at_once() -> None:
    with ExitStack() as stack:
        running: dict[str, Simulator] = {
            name: stack.enter_context(simulator(module, "--unpaced", *options))
            for name, (module, options, _) in PARTS.items()
        }
        began = time.monotonic()
        asked = {one.path: one for one in probe_all([str(one.link) for one in running.values()], RealClock(2.0))}
        assert time.monotonic() - began < PORT_S * 2
        for name, (_, _, match) in PARTS.items():
            told = asked[str(running[name].link)]
            assert (told.outcome, told.match) == (Outcome.FOUND, match), name
        assert running["modbus"].do(status=True)["moves"] == []
        assert running["lcus"].do(status=True)["moves"] == []
        assert Word.ENABLE_CONFIG not in running["presence"].do(status=True)["commands"]
        assert running["gm65"].do(status=True)["triggers"] == 0


class Port:
    """A pty that nobody of ours is behind."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def port() -> Port:
    made = Port()
    yield made
    made.close()


def test_a_printer_is_told_by_its_status_and_gets_nothing_else(port: Port) -> None:
    heard = bytearray()

    def printer() -> None:
        while b"\x10\x04\x04" not in heard[-3:]:
            heard.extend(os.read(port.master, 64))
        os.write(port.master, b"\x16\x12")

    threading.Thread(target=printer, daemon=True).start()
    asked = probe(port.path, CLOCK)
    assert asked.match == Match("receipt_printer", {"baud": "115200"}, sure=Sure.LIKELY)
    assert bytes(heard) == b"\x10\x04\x01\x10\x04\x04"


def test_a_silent_port_is_left_after_its_time_and_is_free_again(port: Port) -> None:
    quick = tuple(Question(one.name, one.baud, one.ask, 0.02, one.find) for one in QUESTIONS)
    assert probe(port.path, CLOCK, quick).outcome is Outcome.SILENT
    assert probe(port.path, CLOCK, quick, seconds=0.1).outcome is Outcome.LATE
    line = SerialTransport(port.path)
    line.open()
    line.close()


def test_a_port_that_talks_and_is_nobody_is_told_from_a_silent_one(port: Port) -> None:
    stop = threading.Event()

    def chatter() -> None:
        while not stop.wait(0.01):
            os.write(port.master, b"hello\r\n")

    talker = threading.Thread(target=chatter, daemon=True)
    talker.start()
    quick = tuple(Question(one.name, one.baud, one.ask, 0.05, one.find) for one in QUESTIONS)
    assert probe(port.path, CLOCK, quick).outcome is Outcome.TALKS
    stop.set()
    talker.join()


def test_a_port_that_somebody_holds_is_left_alone(port: Port) -> None:
    line = SerialTransport(port.path)
    line.open()
    try:
        assert probe(port.path, CLOCK).outcome is Outcome.IN_USE
        os.set_blocking(port.master, False)
        with pytest.raises(BlockingIOError):
            os.read(port.master, 64)
    finally:
        line.close()


def test_while_a_port_is_asked_nobody_else_gets_in_and_afterwards_anybody(port: Port) -> None:
    exclusive = 0x80045440  # TIOCGEXCL: whether a second open would be refused
    state: list[int] = []

    def look_at(heard: bytes) -> Match | None:
        state.append(int.from_bytes(fcntl.ioctl(port.slave, exclusive, bytes(4)), "little"))
        return Match("x")

    done = threading.Event()

    def chatter() -> None:
        # What came before the port was opened is thrown away there.
        while not done.wait(0.01):
            os.write(port.master, b"x")

    talker = threading.Thread(target=chatter, daemon=True)
    talker.start()
    found = probe(port.path, CLOCK, [Question("x", 9600, b"", 5.0, look_at)])
    done.set()
    talker.join()
    assert found.outcome is Outcome.FOUND
    assert state == [1]
    assert fcntl.ioctl(port.slave, exclusive, bytes(4)) == bytes(4)


def test_a_port_that_is_gone_is_no_error(tmp_path: Path) -> None:
    assert probe(str(tmp_path / "ttyUSB0"), CLOCK).outcome is Outcome.GONE


def test_the_supplies_of_an_upsd_are_found(tmp_path: Path) -> None:
    upsd = Upsd(tmp_path)
    try:
        host, _, rest = upsd.uri.removeprefix("nut://").partition(":")
        found = ask_upsd(CLOCK, host, int(rest.partition("/")[0]))
        assert [one.uri for one in found] == [upsd.uri]
        upsd.do(fault="hang")
        assert ask_upsd(CLOCK, host, int(rest.partition("/")[0])) == ()
        upsd.do(fault="unplug")
    finally:
        upsd.stop()
    assert ask_upsd(CLOCK, "127.0.0.1", 1) == ()
