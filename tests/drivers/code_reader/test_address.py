from __future__ import annotations

import pytest

from drivers.code_reader import HidCodeReader, SerialCodeReader, reader
from drivers.code_reader.dialects import DIALECTS
from drivers.transport import UriError
from tests.drivers.transport.support import RealClock


def made(uri: str, **options: str) -> object:
    return reader("code", uri, clock=RealClock(), options=options)


def line_of(device: object) -> tuple[str, str]:
    """The dialect and the line of a reader, as a technician sees them."""
    assert isinstance(device, SerialCodeReader)
    return device.dialect.name, device.line


def test_a_serial_address_without_options_is_the_gm65_class_at_its_speed() -> None:
    assert line_of(made("serial:/dev/ttyACM0")) == ("gm65", "serial:/dev/ttyACM0?baud=9600")


@pytest.mark.parametrize("name", DIALECTS)
def test_each_dialect_brings_its_own_speed(name: str) -> None:
    expected = f"serial:/dev/ttyACM0?baud={DIALECTS[name].baud}"
    assert line_of(made(f"serial:/dev/ttyACM0?dialect={name}")) == (name, expected)


def test_a_speed_in_the_address_wins() -> None:
    made_of = made("serial:/dev/ttyACM0?baud=115200&dialect=vguang")
    assert line_of(made_of) == ("vguang", "serial:/dev/ttyACM0?baud=115200")


def test_options_of_the_profile_are_heard_and_the_address_wins() -> None:
    assert line_of(made("serial:/dev/a", dialect="newland"))[0] == "newland"
    assert line_of(made("serial:/dev/a?dialect=plain", dialect="newland"))[0] == "plain"


def test_a_tunnel_has_a_dialect_and_no_speed() -> None:
    assert line_of(made("tcp://192.0.2.7:4001?dialect=honeywell")) == ("honeywell", "tcp://192.0.2.7:4001")


def test_an_input_node_is_a_scanner_that_types() -> None:
    assert isinstance(made("input:/dev/input/by-id/usb-X-event-kbd?suffix=tab&gap_ms=100"), HidCodeReader)


@pytest.mark.parametrize(
    "uri",
    [
        "serial:/dev/ttyACM0?dialect=klingon",
        "serial:/dev/ttyACM0?speed=1",
        "serial:ttyACM0",
        "input:event3",
        "input:/dev/input/event3?suffix=comma",
        "input:/dev/input/event3?gap_ms=5",
        "input:/dev/input/event3?gap_ms=x",
        "input:/dev/input/event3?baud=9600",
        "input://host/dev/input/event3",
        "smoke:/dev/ttyACM0",
        "serial:/dev/ttyACM0?dialect",
        "",
    ],
)
def test_an_address_that_makes_no_sense_is_refused(uri: str) -> None:
    with pytest.raises(UriError):
        made(uri)
