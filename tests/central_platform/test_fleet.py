"""The list of many sites, their slips, and which terminal is near another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central_platform.fleet import COLUMNS, ListError, Slip, read_sites, slips_page
from central_platform.nearby import ALIVE, FARTHEST_M, Site, metres, nearest
from central_platform.presence import Sign

GOOD = "XC-0001,一号机,No. 1,一号社区,Community 1,39.9400,116.3700"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def listed(folder: Path, *rows: str, head: str = ",".join(COLUMNS)) -> Path:
    path = folder / "sites.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def test_each_line_is_a_slot_with_words_and_a_place_of_its_own(tmp_path: Path) -> None:
    (one,) = read_sites(listed(tmp_path, GOOD))
    assert one.terminal == "XC-0001"
    assert one.fields["name"] == {"zh": "一号机", "en": "No. 1"}
    assert one.fields["position"] == {"lat": "39.9400", "lon": "116.3700"}


def test_a_list_that_a_spreadsheet_wrote_with_its_mark_is_read(tmp_path: Path) -> None:
    path = listed(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_sites(path)) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (GOOD.replace("XC-0001", "1"), "line 3: id looks like"),
        (GOOD, "line 3: XC-0001 stands there twice"),
        (GOOD.replace("XC-0001", "XC-0002").replace("No. 1", ""), "line 3: name_en is empty"),
        (GOOD.replace("XC-0001", "XC-0002").replace("39.9400", "north"), "line 3: lat is degrees"),
        (GOOD.replace("XC-0001", "XC-0002").replace("39.9400", "99"), "line 3: lat is degrees"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(ListError, match=why):
        read_sites(listed(tmp_path, GOOD, row))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="there is no column lat"):
        read_sites(listed(tmp_path, GOOD, head=",".join(COLUMNS).replace("lat", "latitude")))


def test_words_of_a_site_cannot_break_out_of_the_page_of_slips(tmp_path: Path) -> None:
    (one,) = read_sites(listed(tmp_path, GOOD.replace("一号机", "<script>")))
    page = slips_page([Slip(one, {"terminal": "XC-0001", "code": "7K3MQ2XW9A", "ca_fingerprint": "ab"})])
    assert "<script>" not in page
    assert "7K3MQ2XW9A" in page
    assert "<svg" in page


def site(name: str, lat: float) -> Site:
    return Site(name, (lat, 116.37), {"zh": name, "en": name}, {"zh": name, "en": name})


FLEET = [site("A", 39.940), site("B", 39.950), site("C", 39.944), site("D", 39.942), site("E", 40.2)]


def alive(*names: str, ago: timedelta = timedelta(seconds=30), state: str = "in_service") -> dict[str, Sign]:
    return {name: Sign(NOW - ago, 0, {"state": state}) for name in names}


def test_distance_is_that_of_the_sphere() -> None:
    assert metres((39.94, 116.37), (39.95, 116.37)) == pytest.approx(1112, abs=2)
    assert metres((39.94, 116.37), (39.94, 116.38)) == pytest.approx(853, abs=2)


def test_the_nearest_come_first_and_the_terminal_itself_never() -> None:
    found = nearest("A", FLEET, alive("A", "B", "C", "D", "E").get, NOW)
    assert [one["name"]["zh"] for one in found] == ["D", "C", "B"]
    assert metres(FLEET[0].at, FLEET[4].at) > FARTHEST_M


def test_nobody_is_sent_to_a_terminal_that_is_silent_or_says_that_it_cannot_serve() -> None:
    signs = alive("B") | alive("C", ago=ALIVE + timedelta(seconds=1)) | alive("D", state="out_of_service")
    assert [one["name"]["zh"] for one in nearest("A", FLEET, signs.get, NOW)] == ["B"]


def test_a_terminal_whose_place_nobody_knows_is_told_of_none() -> None:
    assert nearest("Z", FLEET, alive("B").get, NOW) == []
