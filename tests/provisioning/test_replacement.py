"""One part is replaced without enrolling again: same id, same kind, another address in the cabinet."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from provisioning import DeviceSpec, SiteProfile, enrol, load_identity, parse_profile
from provisioning.platform_http import PlatformHttp
from provisioning.replacement import (
    FILE,
    ReplacementDamagedError,
    ReplacementError,
    changed,
    check,
    read_rows,
    replace_part,
    with_replacements,
)
from tests.provisioning.double import CODE, FixedClock, Platform, profile_value

DEVICES = [
    {"id": "card-1", "kind": "card_reader", "uri": "serial:/dev/ttyUSB0?baud=115200"},
    {"id": "relays-1", "kind": "relays", "uri": "serial:/dev/ttyUSB1", "board": "lcus", "outputs": {"light": 1}},
    {"id": "printer-1", "kind": "receipt_printer", "uri": "tcp://192.168.1.40:9100"},
    {"id": "photos-1", "kind": "photo_decoder", "uri": "helper:/opt/x?sha256=00"},
    {"id": "code-1", "kind": "code_reader", "uri": "serial:/dev/ttyACM0", "fixed": True},
]
NEW = "serial:/dev/serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0?baud=115200"


@pytest.fixture
def folder(double: Platform, tmp_path: Path) -> Path:
    home = tmp_path / "kiosk"
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, home, FixedClock(), os.urandom)
    return home


SIGNED = profile_value()


def site(devices: list[dict[str, object]] = DEVICES) -> SiteProfile:
    return parse_profile({**SIGNED, "devices": devices})


def swap(folder: Path, device: str = "card-1", uri: str = NEW, **options: str) -> None:
    replace_part(folder, site(), device, uri, FixedClock(), os.urandom, options)


def spec(profile: SiteProfile, device: str) -> DeviceSpec:
    return next(one for one in profile.devices if one.id == device)


def test_the_device_keeps_its_id_and_its_kind_and_has_another_address(folder: Path) -> None:
    swap(folder)
    used = with_replacements(folder, site())
    assert spec(used, "card-1") == DeviceSpec("card-1", "card_reader", NEW)
    assert changed(site(), used) == {"card-1": NEW}
    assert [one.uri for one in used.devices[1:]] == [one.uri for one in site().devices[1:]]


def test_nothing_replaced_changes_nothing(folder: Path) -> None:
    assert with_replacements(folder, site()) == site()
    assert changed(site(), with_replacements(folder, site())) == {}


def test_a_second_replacement_takes_the_place_of_the_first_and_the_old_address_of_both(folder: Path) -> None:
    swap(folder, uri="serial:/dev/ttyUSB7")
    swap(folder)
    assert spec(with_replacements(folder, site()), "card-1").uri == NEW
    swap(folder, uri=DEVICES[0]["uri"])
    assert read_rows(folder, load_identity(folder)) == ()


def test_when_the_platform_has_learned_of_it_the_profile_is_right_alone(folder: Path) -> None:
    swap(folder, uri="serial:/dev/ttyUSB7")
    learned = site([{**DEVICES[0], "uri": NEW}])
    assert spec(with_replacements(folder, learned), "card-1").uri == NEW
    assert changed(learned, with_replacements(folder, learned)) == {}


def test_another_board_may_have_other_facts_and_keeps_what_hangs_on_it(folder: Path) -> None:
    swap(folder, "relays-1", "serial:/dev/ttyUSB9", board="modbus", unit="3")
    options = spec(with_replacements(folder, site()), "relays-1").options
    assert options == {"board": "modbus", "unit": "3", "outputs": {"light": 1}}


@pytest.mark.parametrize(
    ("device", "uri", "options"),
    [
        ("card-9", NEW, {}),
        ("card-1", "tcp://192.168.1.66:9100", {}),
        ("card-1", "serial://host/dev/ttyUSB0", {}),
        ("card-1", "helper:/opt/evil", {}),
        ("card-1", "serial:/dev/tty\nUSB0", {}),
        ("card-1", NEW, {"reference_key": "00"}),
        ("relays-1", NEW, {"locks": "light"}),
        ("printer-1", "tcp://192.168.1.66:9100", {}),
        ("printer-1", "usb:04B8:0202", {}),
        ("photos-1", "helper:/opt/y?sha256=11", {}),
        ("code-1", "serial:/dev/ttyACM1", {}),
    ],
)
def test_what_the_profile_does_not_allow_is_refused(
    folder: Path, device: str, uri: str, options: dict[str, str]
) -> None:
    with pytest.raises(ReplacementError):
        swap(folder, device, uri, **options)
    assert not (folder / FILE).exists()


def test_no_two_devices_are_at_one_place(folder: Path) -> None:
    with pytest.raises(ReplacementError, match="relays-1 is there"):
        swap(folder, uri="serial:/dev/ttyUSB1?baud=9600")
    swap(folder, "relays-1", "serial:/dev/ttyUSB2")
    swap(folder, uri="serial:/dev/ttyUSB1?baud=9600")
    with pytest.raises(ReplacementError, match="card-1 is there"):
        swap(folder, "relays-1", "serial:/dev/ttyUSB1")


def test_a_camera_is_never_replaced_by_a_film() -> None:
    camera = DeviceSpec("camera-1", "camera", "v4l2:/dev/video0")
    check(camera, "v4l2:/dev/v4l/by-path/x-video-index0", {})
    for uri in ("file:/tmp/face.mp4", "dir:/tmp", "mjpeg:/tmp/socket", "fault:black:v4l2:/dev/video0"):
        with pytest.raises(ReplacementError):
            check(camera, uri, {})


@pytest.mark.parametrize("how", ["uri", "signature", "terminal", "nonsense", "empty", "list", "huge"])
def test_a_record_that_this_terminal_did_not_write_counts_for_nothing(folder: Path, how: str) -> None:
    swap(folder)
    file = folder / FILE
    envelope = json.loads(file.read_bytes())
    match how:
        case "uri":
            envelope["signed"]["rows"][0]["uri"] = "serial:/dev/ttyUSB66"
        case "signature":
            envelope["signature"] = "00" * 70
        case "terminal":
            envelope["signed"]["terminal"] = "XC-9999"
    text = {"nonsense": "{", "empty": "", "list": "[]", "huge": " " * 70_000}.get(how, json.dumps(envelope))
    file.write_text(text)
    with pytest.raises(ReplacementDamagedError):
        with_replacements(folder, site())
    swap(folder)
    assert spec(with_replacements(folder, site()), "card-1").uri == NEW


def test_a_row_that_is_signed_and_may_not_be_any_more_changes_nothing(folder: Path) -> None:
    swap(folder)
    fixed = site([{**DEVICES[0], "fixed": True}])
    assert with_replacements(folder, fixed) == fixed


def test_only_its_owner_can_read_the_record(folder: Path) -> None:
    swap(folder)
    assert (folder / FILE).stat().st_mode & 0o077 == 0
