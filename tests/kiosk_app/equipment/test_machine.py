"""What a machine shows of itself before it is enrolled: sticks by their mounts, the network by cable and route."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.equipment.machine import mounted_sticks, network

ROUTES = "Iface\tDestination\tGateway\neth0\t{to}\t0100000A\n"


def test_a_stick_is_what_is_mounted_where_sticks_are(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/KING\\040STON vfat rw 0 0\n/dev/sdc1 /run/media/t/USB vfat rw 0 0\n"
        "/dev/sdd1 /mnt/USB vfat rw 0 0\nbroken\n"
    )
    assert mounted_sticks(mounts) == {
        "KING STON": Path("/media/KING STON"),
        "USB": Path("/run/media/t/USB"),
        "/mnt/USB": Path("/mnt/USB"),
    }
    assert mounted_sticks(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("to", "carrier", "told"),
    [("00000000", "1", "up"), ("0000000A", "1", "no_address"), ("0000000A", "0", "no_cable")],
)
def test_a_network_is_a_way_out_and_a_cable_alone_is_none(tmp_path: Path, to: str, carrier: str, told: str) -> None:
    for name, state in (("lo", "1"), ("eth0", carrier)):
        (tmp_path / "net" / name).mkdir(parents=True)
        (tmp_path / "net" / name / "carrier").write_text(state + "\n")
    (tmp_path / "route").write_text(ROUTES.format(to=to))
    assert network(tmp_path / "net", tmp_path / "route") == told


def test_a_machine_without_any_interface_has_no_cable(tmp_path: Path) -> None:
    assert network(tmp_path / "none", tmp_path / "none") == "no_cable"
