"""What a supply's words mean, and the lines they come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.transport import UriError
from drivers.ups import Fault, Power, supply_of, ups
from drivers.ups.codec import Code, LineError, ListParser, Refused, Variables, list_variables, quoted, words_of
from tests.drivers.transport.support import RealClock

LIST = b'BEGIN LIST VAR ups\nVAR ups ups.status "OB DISCHRG"\nVAR ups ups.mfr "A \\"B\\" \\\\"\nEND LIST VAR ups\n'


@pytest.mark.parametrize(
    ("status", "more", "power", "fault"),
    [
        ("OL", {}, Power.MAINS, None),
        ("OL CHRG LB", {"battery.charge": "5"}, Power.MAINS, None),
        ("OB DISCHRG", {"battery.charge": "80", "battery.runtime": "900"}, Power.BATTERY, None),
        ("OB LB", {}, Power.LOW, None),
        ("OB", {"battery.charge": "15"}, Power.LOW, None),
        ("OB", {"battery.runtime": "180.4"}, Power.LOW, None),
        ("OB", {"battery.charge": "many"}, Power.BATTERY, None),
        ("OL FSD", {}, Power.LOW, None),
        ("OL RB", {}, Power.MAINS, Fault.REPLACE_BATTERY),
        ("OB RB OVER", {}, Power.BATTERY, Fault.OVERLOAD),
        ("OL ALARM", {}, Power.MAINS, Fault.ALARM),
        ("BYPASS", {}, Power.MAINS, Fault.BYPASS),
        ("OFF", {}, Power.MAINS, Fault.OFF),
    ],
)
def test_what_the_words_mean(status: str, more: dict[str, str], power: Power, fault: Fault | None) -> None:
    supply = supply_of({"ups.status": status, **more})
    assert supply is not None
    assert (supply.power, supply.fault) == (power, fault)


@pytest.mark.parametrize("values", [{}, {"ups.status": ""}, {"ups.status": "WAIT"}])
def test_a_supply_that_does_not_say_is_none(values: dict[str, str]) -> None:
    assert supply_of(values) is None


@given(st.integers(1, 20))
def test_a_list_is_read_however_it_is_cut(step: int) -> None:
    parser = ListParser("ups")
    answers = [parser.feed(LIST[at : at + step]) for at in range(0, len(LIST), step)]
    assert answers[-1] == Variables({"ups.status": "OB DISCHRG", "ups.mfr": 'A "B" \\'})
    assert set(answers[:-1]) == ({None} if len(answers) > 1 else set())


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=40))
def test_a_value_in_quotes_comes_back(value: str) -> None:
    assert words_of(f"VAR ups x {quoted(value)}") == ["VAR", "ups", "x", value]


@pytest.mark.parametrize(("line", "code"), [("ERR DATA-STALE", Code.DATA_STALE), ("ERR SO-SO x", Code.OTHER)])
def test_errors_are_answers(line: str, code: Code) -> None:
    assert ListParser("ups").feed(line.encode() + b"\r\n") == Refused(code)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b'VAR ups ups.status "OL"\n',
        b"BEGIN LIST VAR other\n",
        b'BEGIN LIST VAR ups\nVAR other ups.status "OL"\n',
        b'BEGIN LIST VAR ups\nVAR ups ups.status "OL\n',
        b"BEGIN LIST VAR ups\n" * 2,
        b"x" * 600,
        b"\xff\xfe\n",
    ],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(LineError):
        ListParser("ups").feed(data)


@pytest.mark.parametrize(
    ("uri", "options"),
    [
        ("nut://host", {}),
        ("nut:///ups", {}),
        ("nut://host/two words", {}),
        ("nut://host/ups%0aSET", {}),
        ("nut://user:word@host/ups", {}),
        ("tcp://host:3493/ups", {}),
        ("nut://host:x/ups", {}),
        ("nut://host/ups", {"low_charge": "few"}),
    ],
)
def test_an_address_that_is_none_is_refused(uri: str, options: dict[str, str]) -> None:
    with pytest.raises(UriError):
        ups("ups-1", uri, clock=RealClock(), options=options)


def test_only_reading_is_asked_for() -> None:
    assert list_variables("ups") == b"LIST VAR ups\n"
