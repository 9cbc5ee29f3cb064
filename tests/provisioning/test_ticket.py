"""The slip's QR text and the hand-typed code."""

from __future__ import annotations

import json

import pytest

from provisioning import parse_ticket
from provisioning.errors import TicketMalformedError
from provisioning.ticket import normal_code

GOOD = {
    "url": "https://platform.example:8443",
    "terminal": "XC-0042",
    "code": "7K3M-Q2XW-9A",
    "ca_fingerprint": "ab" * 32,
}


def test_slip_is_read() -> None:
    ticket = parse_ticket(json.dumps(GOOD))
    assert (ticket.code, ticket.terminal, ticket.ca_fingerprint) == ("7K3MQ2XW9A", "XC-0042", "ab" * 32)


def test_fingerprint_with_colons_is_read() -> None:
    colons = ":".join(["AB"] * 32)
    assert parse_ticket(json.dumps({**GOOD, "ca_fingerprint": colons})).ca_fingerprint == "ab" * 32


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://platform.example"},
        {"code": ""},
        {"ca_fingerprint": "ab"},
        {"ca_fingerprint": "zz" * 32},
        {"url": ""},
    ],
)
def test_bad_slip_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(TicketMalformedError):
        parse_ticket(json.dumps({**GOOD, **change}))


@pytest.mark.parametrize("text", ["", "[]", "null", "https://elsewhere.example"])
def test_text_that_is_no_slip_is_refused(text: str) -> None:
    with pytest.raises(TicketMalformedError):
        parse_ticket(text)


def test_look_alike_letters_are_read_as_digits() -> None:
    assert normal_code("oil0-23456") == "011023456"


def test_code_is_not_in_the_repr() -> None:
    assert "7K3MQ2XW9A" not in repr(parse_ticket(json.dumps(GOOD)))
