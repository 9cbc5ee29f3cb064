"""Profiles and addresses: what is understood, what is refused and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.social_card import PinPadMissingError, ProfileError, load_profile, parse_address
from drivers.social_card.profile import LONGEST_FILE, Addressing, parse_profile, shipped
from drivers.transport import UriError

RECORDS = [
    {"field": "id_number", "tag": "08", "bytes": 18, "as": "ascii"},
    {"field": "name", "tag": "09", "bytes": 30, "as": "gbk"},
]
SMALL: dict[str, Any] = {
    "name": "small",
    "applications": ["A000000001"],
    "select_file": "00",
    "records": "by_number",
    "files": [{"id": "EF06", "records": RECORDS}],
}


def test_every_shipped_profile_loads() -> None:
    assert set(shipped()) == {"by_number", "national"}
    assert {load_profile(name).name for name in shipped()} == set(shipped())


def test_toml_says_the_same_as_json(tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(SMALL))
    (tmp_path / "small.toml").write_text(
        'name = "small"\napplications = ["A000000001"]\nselect_file = "00"\nrecords = "by_number"\n[[files]]\n'
        'id = "EF06"\n[[files.records]]\nfield = "id_number"\ntag = "08"\nbytes = 18\nas = "ascii"\n'
        '[[files.records]]\nfield = "name"\ntag = "09"\nbytes = 30\nas = "gbk"\n'
    )
    assert load_profile(str(tmp_path / "small.json")) == load_profile(str(tmp_path / "small.toml"))


def test_numbers_follow_the_order_in_the_file() -> None:
    profile = parse_profile(json.dumps(SMALL))
    assert profile.addressing is Addressing.BY_NUMBER
    assert [record.number for record in profile.files[0].records] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        {"records": "by_chance"},
        {"applications": []},
        {"applications": ["XY"]},
        {"applications": ["00" * 17]},
        {"select_file": "0002"},
        {"files": []},
        {"files": [{"id": "EF06", "records": RECORDS[:1]}]},
        {"files": [{"id": "EF06", "records": [*RECORDS, RECORDS[0]]}]},
        {"files": [{"id": "EF", "records": RECORDS}]},
        {"files": [{"id": "EF06", "records": [{**RECORDS[0], "bytes": 0}, RECORDS[1]]}]},
        {"files": [{"id": "EF06", "records": [{**RECORDS[0], "bytes": True}, RECORDS[1]]}]},
        {"files": [{"id": "EF06", "records": [{**RECORDS[0], "field": "address"}, RECORDS[1]]}]},
        {"surprise": 1},
        {"files": "EF06"},
        {"files": [7]},
    ],
    ids=str,
)
def test_a_profile_that_is_wrong_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProfileError):
        parse_profile(json.dumps(SMALL | change))


@pytest.mark.parametrize("text", ["", "[]", "7", "{", '{"name": "x"}', "[" * 100_000])
def test_a_text_that_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(ProfileError):
        parse_profile(text)


def test_a_profile_with_a_pin_is_refused_for_what_is_missing() -> None:
    with pytest.raises(PinPadMissingError, match="no PIN pad"):
        parse_profile(json.dumps(SMALL | {"pin": True}))


def test_a_file_that_is_too_large_or_missing_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (LONGEST_FILE + 1))
    for name in (str(large), str(tmp_path / "none.json"), "elsewhere", "../national"):
        with pytest.raises(ProfileError):
            load_profile(name)


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("pcsc:0", "pcsc:0"),
        ("pcsc:ACS ACR39U ICC Reader 00 00", "pcsc:ACS ACR39U ICC Reader 00 00"),
        ("pcsc:ACS%20ACR39U?profile=by_number", "pcsc:ACS ACR39U"),
        ("tcp-card://127.0.0.1:9000", "tcp-card://127.0.0.1:9000"),
    ],
)
def test_addresses_are_understood(uri: str, name: str) -> None:
    assert parse_address(uri).slot().name == name


@pytest.mark.parametrize(
    "uri",
    [
        "pcsc:",
        "pcsc: ",
        "pcsc:0?baud=9600",
        "pcsc:0?profile",
        "pcsc:0?profile=elsewhere",
        "pcsc:%00",
        "tcp-card://127.0.0.1",
        "tcp-card:/dev/ttyS0",
        "tcp-card://127.0.0.1:9000/x",
        "serial:/dev/ttyS0",
        "",
    ],
)
def test_other_addresses_are_refused(uri: str) -> None:
    with pytest.raises(UriError):
        parse_address(uri)
