from __future__ import annotations

from dataclasses import dataclass

import pytest

from kiosk_app.identity import check_witness, witness_entry

HOST = witness_entry("值班员甲", "11010519491231002X", "246810", bytes(range(16)))
SECOND = witness_entry("值班员乙", "440524188001010014", "135790", bytes(range(16, 32)))
PROFILE = [HOST, SECOND]


@dataclass(frozen=True)
class Witness:
    name: str
    card_hash: str
    salt: str
    pin_hash: str


@pytest.mark.parametrize(
    ("number", "pin", "name"),
    [
        ("11010519491231002X", "246810", "值班员甲"),
        ("11010519491231002x", "246810", "值班员甲"),
        ("440524188001010014", "135790", "值班员乙"),
        ("440524188001010014", "246810", None),
        ("11010519491231002X", "", None),
        ("810000199408230021", "246810", None),
        ("", "", None),
    ],
)
def test_only_the_card_with_its_own_pin_vouches(number: str, pin: str, name: str | None) -> None:
    assert check_witness(PROFILE, number, pin) == name


def test_nobody_vouches_on_a_site_without_witnesses() -> None:
    assert check_witness([], "11010519491231002X", "246810") is None


def test_an_entry_without_hashes_vouches_for_nobody() -> None:
    assert check_witness([{"name": "值班员甲", "salt": "", "card_hash": "", "pin_hash": ""}], "", "") is None


def test_profile_objects_do_as_well_as_mappings() -> None:
    assert check_witness([Witness(**HOST)], "11010519491231002X", "246810") == "值班员甲"


def test_a_long_pin_hash_is_compared_whole() -> None:
    import hashlib

    long = hashlib.scrypt(b"246810", salt=bytes(range(16)), n=2**14, r=8, p=1).hex()
    assert check_witness([{**HOST, "pin_hash": long}], "11010519491231002X", "246810") == "值班员甲"
    assert check_witness([{**HOST, "pin_hash": long[:-2] + "00"}], "11010519491231002X", "246810") is None


def test_an_entry_holds_neither_number_nor_pin() -> None:
    assert not any(secret in str(HOST) for secret in ("11010519491231002X", "246810"))
