"""The chain on the disk: what cannot be hidden in a table, what a heartbeat says, what damage leaves behind."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import GM, key_id, sign
from contracts.heads import GENESIS, HEAD_KIND, KnownHead, head_statement, surplus
from offline_cache import AuditAlarm, Fault, Store, StoreError, SyncReport, verify_chain
from offline_cache.http.answers import AuditAnswer, read_heartbeat
from offline_cache.http.shapes import ShapeError
from offline_cache.store import audit
from offline_cache.store.audit import LATEST, MOST
from offline_cache.store.salvage import AUDIT_JUMP
from offline_cache.sync.countersigned import Countersigned
from tests.offline_cache.support import open_at

PAGE = 4096
COUNT = 150
TERMINAL = "XC-0042"
SIGNER, STRANGER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
RAW = SIGNER.public_key().public_bytes_raw()
TRUSTED = {key_id(RAW): RAW}


def fill(store: Store, count: int = 5) -> None:
    for n in range(count):
        store.append_audit({"event": "visit_ended", "fields": {"visit": f"v{n}", "how": "done"}})


def known(store: Store, seq: int | None = None, life: int = 0, at: datetime | None = None) -> KnownHead:
    row = store.read_audit()[(seq or 0) - 1]
    when = at or datetime(2026, 11, 22, tzinfo=UTC)
    return KnownHead(TERMINAL, life, 1, row.seq, row.hash, when.isoformat())


def test_the_chain_is_whole_and_a_change_breaks_it(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.append_audit({"event": "started"})
        store.append_audit_later({"event": "enrolled", "count": 2})
        store.append_audit({"event": "stopped"})
        assert [row.entry["event"] for row in store.read_audit()] == ["started", "enrolled", "stopped"]
        assert verify_chain(store.audit_rows()).ok
        store.write(lambda c: c.execute("""UPDATE audit SET entry = '{"event":"x"}' WHERE seq = 2""").rowcount)
        found = verify_chain(store.audit_rows())
        assert (found.fault, found.at) == (Fault.CHANGED, 2)
        store.write(lambda c: c.execute("DELETE FROM audit WHERE seq = 2").rowcount)
        found = verify_chain(store.audit_rows())
        assert (found.fault, found.at) == (Fault.MISSING, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET entry = CAST(x'ff' AS TEXT) WHERE seq = 3",
        "UPDATE audit SET entry = '{' WHERE seq = 3",
        "UPDATE audit SET entry = replace(entry, ':', ': ') WHERE seq = 3",
        """UPDATE audit SET entry = '{"event":"x",' || substr(entry, 2) WHERE seq = 3""",
        "UPDATE audit SET at = at || char(0) WHERE seq = 3",
        "UPDATE audit SET prev = upper(prev) WHERE seq = 3",
        "UPDATE audit SET hash = 'sm3:' || hash WHERE seq = 5",
        "INSERT INTO audit (seq, at, entry, prev, hash) SELECT -7, at, entry, prev, hash FROM audit WHERE seq = 1",
        "INSERT INTO audit (seq, at, entry, prev, hash) "
        "SELECT 9223372036854775807, at, entry, prev, hash FROM audit WHERE seq = 1",
    ],
)
def test_nothing_can_be_hidden_in_the_table(tmp_path: Path, statement: str) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        assert verify_chain(store.audit_rows()).ok
        store.write(lambda c: c.execute(statement).rowcount)
        assert not verify_chain(store.audit_rows()).ok


def test_a_table_that_is_gone_is_a_typed_error(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.write(lambda c: c.execute("DROP TABLE audit").rowcount)
        with pytest.raises(StoreError):
            verify_chain(store.audit_rows())


def test_the_whole_chain_is_read_however_long(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        entry = {"event": "back_in_service", "fields": {}}
        store.write(lambda c: [audit.append(c, "2026-11-22T09:00:00+08:00", entry) for _ in range(2500)])
        fill(store, 1)
        assert verify_chain(store.audit_rows()).count == 2501


def test_a_store_opened_with_the_other_suite_says_so_in_its_chain(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        fill(store, 2)
    with open_at(tmp_path, suite=GM) as store:
        fill(store, 2)
        rows = store.read_audit()
        assert [row.entry["event"] for row in rows[2:]] == ["chain_suite", "visit_ended", "visit_ended"]
        assert [row.hash[:4] == "sm3:" for row in rows] == [False, False, True, True, True]
        assert verify_chain(store.audit_rows()).ok


# Countersigned heads


def test_a_claim_says_where_the_chain_ends_and_how_it_goes_on(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        assert store.heads.claim() == {"seq": 0, "hash": GENESIS, "lost": 0}
        fill(store)
        rows = store.read_audit()
        assert store.heads.claim() == {"seq": 5, "hash": rows[4].hash, "lost": 0}
        head = known(store, 2)
        store.heads.keep(head, sign(head_statement(head), SIGNER))
        assert store.heads.claim()["since"] == {"seq": 2, "hash": rows[1].hash}
        assert store.heads.claim(ask=3)["since"] == {"seq": 3, "hash": rows[2].hash}
        assert store.heads.claim(ask=99)["since"] == {"seq": 99, "hash": None}


@pytest.mark.parametrize("name", ["audit_head/", "audit_head/x", "audit_head/999999/1e9", "audit_head/9/" + "9" * 40])
def test_facts_that_somebody_spoilt_do_not_stop_the_heartbeat(tmp_path: Path, name: str) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        store.meta.set(name, "?")
        store.meta.set("audit.lost", name)
        claim = store.heads.claim()
        assert (claim["seq"], claim["lost"], claim["since"]) == (5, 0, {"seq": 0, "hash": None})
        beats = Beats(store)
        beats.beat()
        assert len(store.heads.all()) == 2


def test_the_latest_heads_stay_and_of_older_days_the_last_one(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        fill(store, 1)
        day = datetime(2026, 11, 1, tzinfo=UTC)
        for n in range(LATEST + 30):
            head = KnownHead(TERMINAL, 0, 1, n + 1, GENESIS, (day + timedelta(hours=6 * n)).isoformat())
            store.heads.keep(head, sign(head_statement(head), SIGNER))
        seqs = [int(text.split('"seq": ')[1].split(",")[0].rstrip("}")) for text in store.heads.all()]
        assert seqs[:LATEST] == list(range(LATEST + 30, 30, -1))
        assert seqs[LATEST:] == [28, 24, 20, 16, 12, 8, 4]


def test_heads_of_many_years_are_bounded(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        names = [(f"audit_head/000000/{n:016d}", f'{{"signed": {{"at": "{n:010d}"}}}}') for n in range(1, MOST + 1)]
        store.write(lambda c: c.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", names).rowcount)
        head = KnownHead(TERMINAL, 0, 1, MOST + 1, GENESIS, "2030-01-01T00:00:00+08:00")
        store.heads.keep(head, sign(head_statement(head), SIGNER))
        assert len(store.heads.all()) == MOST
        assert store.heads.claim()["since"]["seq"] == MOST + 1


def test_a_day_keeps_its_last_head() -> None:
    days = [(9, "d3"), (8, "d3"), (7, "d2"), (6, "d2"), (5, "d1")]
    assert surplus(days, 1) == [8, 6]
    assert surplus(days, 3) == [6]
    assert surplus(days, 9) == []


class Beats:
    """The audit part of heartbeats, without a network."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.reports: list[SyncReport] = []
        self.side = Countersigned(store, TERMINAL, lambda: TRUSTED, self.reports.append)

    def beat(self, key: Ed25519PrivateKey = SIGNER, **other: Any) -> Mapping[str, Any]:
        claim = self.side.claim()
        head = KnownHead(TERMINAL, 0, 1, claim["seq"], claim["hash"], "2026-11-22T09:00:00+08:00")
        self.side.took(claim, AuditAnswer(sign({**head_statement(head), **other}, key)))
        return claim


def test_a_countersignature_is_kept(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        beats = Beats(store)
        beats.beat()
        assert (len(store.heads.all()), beats.reports) == (1, [])
        beats.beat()
        assert len(store.heads.all()) == 1
        assert beats.side.claim()["since"]["seq"] == 5


@pytest.mark.parametrize(
    "other", [{"terminal": "XC-0001"}, {"seq": 4}, {"hash": GENESIS}, {"kind": "audit_heads"}, {"life": -1}]
)
def test_a_countersignature_of_something_else_is_not_kept(tmp_path: Path, other: dict[str, Any]) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        beats = Beats(store)
        beats.beat(**other)
        beats.beat(**other)
        assert (store.heads.all(), beats.reports) == ([], [AuditAlarm("signature")])
        beats.beat()
        assert len(store.heads.all()) == 1


def test_a_strangers_countersignature_is_not_kept(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        beats = Beats(store)
        beats.beat(STRANGER)
        assert (store.heads.all(), beats.reports) == ([], [AuditAlarm("signature")])


def test_what_the_platform_asks_is_answered_with_the_next_heartbeat(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        beats = Beats(store)
        assert beats.side.took(beats.side.claim(), AuditAnswer(ask=3))
        # A platform that asks again and again does not make it hurry.
        assert not beats.side.took(beats.side.claim(), AuditAnswer(ask=3))
        assert beats.side.claim()["since"] == {"seq": 3, "hash": store.read_audit()[2].hash}
        beats.beat()
        assert beats.side.claim()["since"]["seq"] == 5


@pytest.mark.parametrize(
    "audit_part", [[], "x", {"ask": -1}, {"ask": 2**70}, {"ask": True}, {"head": "x"}, {"head": []}, {"alarm": 7}]
)
def test_an_answer_of_the_wrong_shape_is_refused(audit_part: Any) -> None:
    answer = {"next_s": 30, "server_time": "2026-11-22T09:00:00+08:00", "commands": [], "etags": {}}
    assert read_heartbeat(answer).audit is None
    assert read_heartbeat({**answer, "audit": {"something": "new"}}).audit == AuditAnswer()
    with pytest.raises(ShapeError):
        read_heartbeat({**answer, "audit": audit_part})


def test_an_alarm_is_told_once(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        beats = Beats(store)
        for alarm in ("rolled_back", "rolled_back", None, "rolled_back"):
            beats.side.took(beats.side.claim(), AuditAnswer(alarm=alarm))
        beats.side.took(beats.side.claim(), None)
        assert beats.reports == [AuditAlarm("rolled_back")] * 2


def test_another_platforms_heads_are_dropped_with_its_documents(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        fill(store)
        Beats(store).beat()
        store.meta.set("audit_heading", "another fact")
        store.forget_catalogue()
        assert store.heads.all() == []
        assert store.meta.get("audit_heading") == "another fact"


# Damage


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full")
    with open_at(folder) as store:
        fill(store, COUNT)
        head = known(store, COUNT)
        store.heads.keep(head, sign(head_statement(head), SIGNER))
    return folder


def damaged_once_each(full: Path, into: Path) -> list[tuple[Fault | None, int, list[int], str]]:
    """Flip a byte in each page in turn: (verdict, losses told, numbers that are left, heads that are left)."""
    found = []
    for number in range((full / "store.db").stat().st_size // PAGE):
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(full, into)
        data = bytearray((into / "store.db").read_bytes())
        data[number * PAGE + 900] ^= 1
        (into / "store.db").write_bytes(data)
        with open_at(into) as store:
            verdict = verify_chain(store.audit_rows())
            left = [row.seq for row in store.read_audit() if row.seq <= COUNT]
            fill(store, 1)
            last = store.read_audit()[-1].seq
            assert last == COUNT + 1 or last > COUNT + AUDIT_JUMP
            assert verify_chain(store.audit_rows()).fault is verdict.fault
            claim = store.heads.claim(ask=COUNT)
            assert claim["lost"] == (0 if verdict.ok else last - 1)
            assert (claim["since"]["hash"] is None) == (COUNT not in left)
            found.append((verdict.fault, len(verdict.losses), left, str(claim["since"]["hash"])))
    return found


def test_damage_that_took_entries_is_declared_and_never_called_anything_else(full: Path, tmp_path: Path) -> None:
    found = damaged_once_each(full, tmp_path / "copy")
    assert {fault for fault, *_ in found} == {None, Fault.DAMAGED}
    whole = list(range(1, COUNT + 1))
    for fault, losses, left, _ in found:
        # Wherever an entry is gone, it is told; and where the end may be gone, that is told too.
        assert (left == whole) or (fault is Fault.DAMAGED and losses >= 1)
    taken = [left for _, _, left, _ in found if left != whole]
    assert len(taken) > 8
    # Some lost the middle, one the end, and damage elsewhere leaves the chain alone.
    assert any(left[-1] < COUNT for left in taken)
    assert any(left[-1] == COUNT and len(left) < COUNT for left in taken)
    assert sum(fault is None for fault, *_ in found) >= 5


def test_a_second_damage_declares_only_what_is_new(full: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(full, copy)
    with open_at(copy) as store:
        store.write(lambda c: c.execute("DELETE FROM audit WHERE seq BETWEEN 50 AND 60").rowcount)
    for _ in range(2):
        data = bytearray((copy / "store.db").read_bytes())
        data[900] ^= 1
        (copy / "store.db").write_bytes(data)
        with open_at(copy) as store:
            verdict = verify_chain(store.audit_rows())
            assert verdict.fault is Fault.DAMAGED
    ranges = [(loss.first, loss.last) for loss in verdict.losses]
    assert ranges[0] == (50, 60)
    assert len(ranges) == len(set(ranges)) == 3


def test_the_statement_of_a_head_names_its_kind() -> None:
    assert head_statement(KnownHead(TERMINAL, 0, 1, 1, GENESIS, ""))["kind"] == HEAD_KIND
