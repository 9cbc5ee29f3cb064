"""A short campaign of cases with scans against the real platform; the long one is `make soak`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import scan_sender
from tests.faults.proxy import Weather, proxied
from tests.faults.real_platform import real_platform
from tests.faults.scans import Outcome, ScanPlace, drain, judge, rage

SMALL = 600_000


def test_scans_arrive_whole_and_once_and_a_changed_byte_would_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_sender, "MOST", SMALL)
    monkeypatch.setenv("SCAN_MOST", str(SMALL))
    weather = Weather(lose_answer=0.25, reset=0.1)
    with real_platform(tmp_path) as platform, proxied(("127.0.0.1", platform.port), weather, 3) as proxy:
        terminal, files = platform.enrol()
        place = ScanPlace(tmp_path / "store", f"https://127.0.0.1:{proxy.port}", files, terminal)
        ours = Outcome(client_kills=1)
        said = rage(platform, place, "promise", ours, 3, 0.3, 0.6)
        drain(place, ours, 60.0)
        judge(platform, said, ours)
        assert ours.clean, ours
        assert proxy.done["lose_answer"] > 0
        with closing(sqlite3.connect(platform.data / "platform.db")) as connection, connection:
            connection.execute("UPDATE blob_part SET data = zeroblob(length(data)) WHERE rowid = 1")
            connection.execute("DELETE FROM matter WHERE rowid = 1")
        again = Outcome()
        judge(platform, said | {10_000}, again)
        assert (again.lost, again.doubled > 0, again.unequal > 0) == (1, True, True)


def test_any_wrong_count_is_no_clean_outcome() -> None:
    assert Outcome(acknowledged=3, scans=3).clean
    assert not Outcome(acknowledged=3).clean
    wrong = ("lost", "doubled", "unequal", "refused", "damaged", "left")
    assert not any(Outcome(acknowledged=3, scans=3, **{name: 1}).clean for name in wrong)
