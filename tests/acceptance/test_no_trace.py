"""After a visit the next resident, and whoever finds the machine, finds nothing of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.clock import SystemClock
from kiosk_app.lab.people import Resident
from kiosk_app.lab.runner import play_all
from kiosk_app.lab.script import read_script
from kiosk_app.lab.world import World
from offline_cache import ItemState, Keyring, open_store, verify_chain

VISITS = Path(__file__).parent / "visits"
TYPED = ("几号到账", "每月 15 号前后。", "别忘了带身份证。")
"""What resident and staff write to each other in chat.yaml."""


class Watched(World):
    """A world that remembers who came."""

    def resident(self, **given: Any) -> Resident:
        found = super().resident(**given)
        self.__dict__.setdefault("came", []).append(found)
        return found


@pytest.fixture(scope="module")
def after_two_visits() -> Iterator[Watched]:
    with Watched(seed=20261122) as world:
        scripts = [read_script(VISITS / name) for name in ("offline-then-reconnect.yaml", "chat.yaml")]
        results = play_all(scripts, world)
        assert [r.error for r in results if not r.passed] == []
        yield world


def needles(people: list[Resident]) -> set[bytes]:
    """What must not be found, in every way a program would write it."""
    words = {w for p in people for w in (p.name, p.id_no, p.phone, p.bank) if w}
    return {w.encode(code) for w in (*words, *TYPED) for code in ("utf-8", "utf-16-le", "gb18030")}


def found_in(folder: Path, wanted: set[bytes]) -> list[tuple[str, str]]:
    return [
        (str(file.relative_to(folder)), needle.hex())
        for file in folder.rglob("*")
        if file.is_file()
        for needle in wanted
        if needle in file.read_bytes()
    ]


def test_the_scan_finds_what_is_there(after_two_visits: Watched, tmp_path: Path) -> None:
    person = after_two_visits.__dict__["came"][0]
    (tmp_path / "leak.txt").write_text(f"... {person.id_no} ...", "utf-8")
    assert found_in(tmp_path, needles([person]))


def test_nothing_of_a_resident_is_in_the_terminals_folder(after_two_visits: Watched) -> None:
    people = after_two_visits.__dict__["came"]
    assert len(people) >= 2
    assert after_two_visits.state.store.exists()
    assert found_in(after_two_visits.state.root, needles(people)) == []


def test_nothing_of_a_resident_is_in_memory_backed_files(after_two_visits: Watched) -> None:
    assert found_in(Path("/dev/shm"), needles(after_two_visits.__dict__["came"])) == []


def test_no_word_that_was_typed_to_staff_is_in_the_platforms_request_log(after_two_visits: Watched) -> None:
    log = (after_two_visits.platform.folder / "requests.jsonl").read_text("utf-8")
    assert "/v1/chats:send" in log
    assert not any(words in log for words in TYPED)


def test_after_acceptance_the_store_keeps_no_body_and_a_whole_chain(after_two_visits: Watched) -> None:
    after_two_visits.power_off()
    key = Keyring(after_two_visits.state.key)
    with open_store(after_two_visits.state.store, key, SystemClock(), "test") as store:
        rows = store.list_items()
        assert rows
        assert {row.state for row in rows} == {ItemState.SENT}
        assert all(store.show(row.id).body is None for row in rows)
        assert verify_chain(store.audit_rows()).ok
        people = after_two_visits.__dict__["came"]
        words = repr(store.read_audit())
        assert not any(w in words for p in people for w in (p.name, p.id_no, p.phone))
