"""The oldest part of the audit goes when it was kept long enough: its bytes too, at any crash, and never more."""

from __future__ import annotations

import json
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import key_id, sign
from contracts.heads import KEPT_DAYS, Head, KnownHead, head_statement
from offline_cache import Fault, PlatformClient, Store, SyncEngine, SyncSettings, proven_start, verify_chain
from offline_cache.http.answers import AuditAnswer
from offline_cache.store.pages import scan
from offline_cache.store.pruning import Signed, due, start_of
from offline_cache.sync.countersigned import Countersigned
from tests.offline_cache.support import KEY, SHANGHAI, RealClock, killed_at, open_at, until

TERMINAL = "XC-0042"
SIGNER = Ed25519PrivateKey.generate()
RAW = SIGNER.public_key().public_bytes_raw()
TRUSTED = {key_id(RAW): RAW}
BEGIN = datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)
PER_DAY = 40
HOLDING = (b"visit_ended", b"audit_pruned", b"audit.start", b"audit_head/")
"""What stands on the pages that matter to a chain that was cut."""


def side_of(store: Store) -> Countersigned:
    return Countersigned(store, TERMINAL, lambda: TRUSTED, lambda report: None)


def day(store: Store, number: int, count: int = PER_DAY) -> None:
    """A day of visits and the platform's countersignature at its end, by the platform's own time."""
    for n in range(count):
        store.append_audit_later({"event": "visit_ended", "fields": {"visit": f"day{number:04}n{n:03}", "how": "done"}})
    store.append_audit({"event": "back_in_service", "fields": {}})
    side = side_of(store)
    claim = side.claim()
    at = BEGIN + timedelta(days=number)
    head = KnownHead(TERMINAL, 0, 1, claim["seq"], claim["hash"], at.isoformat())
    side.took(claim, AuditAnswer(sign(head_statement(head), SIGNER)))


def start(store: Store) -> Head:
    """The proven start, as who verifies a chain finds it."""
    proof = store.heads.start()
    if proof is None:
        return Head()
    proven = proven_start(proof, TRUSTED, TERMINAL)
    assert proven is not None
    return Head(proven[0].seq, proven[0].hash)


def whole(store: Store) -> bool:
    begin = start(store)
    verdict = verify_chain(store.audit_rows(), start=begin)
    first = store.read_audit(limit=1)[0]
    return verdict.ok and first.seq == begin.seq + 1 == store.read(start_of).seq + 1


@pytest.fixture(scope="module")
def half_a_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("half-a-year")
    with open_at(folder) as store:
        for number in (0, 1, 2, 191, 192):
            day(store, number)
    return folder


def test_what_was_kept_long_enough_goes_and_the_chain_stays_whole(half_a_year: Path, tmp_path: Path) -> None:
    shutil.copytree(half_a_year, tmp_path / "copy")
    with open_at(tmp_path / "copy") as store:
        assert side_of(store).prune() == 3 * (PER_DAY + 1)
        assert start(store).seq == 3 * (PER_DAY + 1)
        assert whole(store)
        said = [row.entry for row in store.read_audit() if row.entry["event"] == "audit_pruned"]
        assert [entry["fields"]["last"] for entry in said] == [PER_DAY + 1, 2 * (PER_DAY + 1), 3 * (PER_DAY + 1)]
        assert side_of(store).prune() == 0
        day(store, 193)
        assert whole(store)
        assert side_of(store).claim()["since"]["hash"] is not None
    with open_at(tmp_path / "copy") as store:
        assert whole(store)
        assert store.damage is None


def test_the_sync_engine_prunes_by_itself(half_a_year: Path, tmp_path: Path) -> None:
    shutil.copytree(half_a_year, tmp_path / "copy")
    client = PlatformClient("http://127.0.0.1:1", None, RealClock(), trusted=TRUSTED)
    with open_at(tmp_path / "copy") as store:
        engine = SyncEngine(
            store, client, RealClock(), random.random, lambda report: None, terminal=TERMINAL,
            about=lambda: {"version": "1", "state": "ok", "devices": []}, settings=SyncSettings(),
        )  # fmt: skip
        engine.start()
        until(lambda: store.read(start_of).seq == 3 * (PER_DAY + 1))
        engine.stop()
        assert whole(store)


def test_nothing_goes_before_its_time_by_the_platforms_clock(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        for number in (0, 189):
            day(store, number, 3)
        assert side_of(store).prune() == 0
        day(store, 190, 3)
        assert side_of(store).prune() == 4


def test_a_setting_below_half_a_year_counts_as_half_a_year() -> None:
    def one(seq: int, days: int) -> Signed:
        at = (BEGIN + timedelta(days=days)).isoformat()
        return Signed(KnownHead(TERMINAL, 0, 1, seq, "0" * 64, at), {"signed": {}, "signatures": []})

    heads = [one(5, 0), one(9, 10), one(20, KEPT_DAYS)]
    assert [cut.start.head.seq for cut in due(heads, 1)] == [5]
    assert due(heads, KEPT_DAYS + 1) == []
    assert due(heads, 1, behind=5) == []
    assert due([], 1) == []
    odd = Signed(KnownHead(TERMINAL, 0, 1, 3, "0" * 64, "yesterday"), heads[0].envelope)
    assert [cut.start.head.seq for cut in due([odd, *heads], 1)] == [5]


def test_a_head_that_is_not_this_chains_cuts_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        day(store, 0, 3)
        store.write(lambda c: c.execute("UPDATE audit SET hash = ? WHERE seq = 4", ("ab" * 32,)).rowcount)
        day(store, 200, 3)
        assert side_of(store).prune() == 0
        assert len(store.read_audit()) == 8


def test_a_head_of_a_stranger_cuts_nothing(half_a_year: Path, tmp_path: Path) -> None:
    shutil.copytree(half_a_year, tmp_path / "copy")
    with open_at(tmp_path / "copy") as store:
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        side = Countersigned(store, TERMINAL, lambda: {key_id(other): other}, lambda report: None)
        assert side.prune() == 0


def visible(folder: Path, text: bytes) -> bool:
    """Whether a page of the file or a frame of the log still holds it."""
    log = folder / "store.db-wal"
    found = scan(folder / "store.db", log.read_bytes() if log.exists() else b"", KEY)
    pages = [(n, raw) for n, versions in found.versions.items() for raw in versions if raw is not None]
    return any(text in found.cipher.decrypt(n, raw) for n, raw in pages)


def test_the_bytes_are_gone_and_the_room_is_used_again(half_a_year: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(half_a_year, copy)
    with open_at(copy) as store:
        assert visible(copy, b"day0000n001")
        assert visible(copy, b"day0002n039")
        side_of(store).prune()
        assert not visible(copy, b"day000")
        # The search finds what is there.
        assert visible(copy, b"day0191n001")
        free = store.read(lambda c: c.execute("PRAGMA freelist_count").fetchone()[0])
        assert free > 0
        pages = store.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        day(store, 193, PER_DAY // 2)
        assert store.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0]) == pages


def test_a_kill_at_any_step_leaves_a_chain_that_is_whole(half_a_year: Path, tmp_path: Path) -> None:
    quick = tmp_path / "copy"
    starts = []
    for step in range(1, 99):
        shutil.rmtree(quick, ignore_errors=True)
        shutil.copytree(half_a_year, quick)

        def prune(die: object) -> None:
            with open_at(quick, checkpoint=lambda name: die() if name == "prune" else None) as store:  # type: ignore[operator]
                side_of(store).prune()

        died = killed_at(step, prune)
        with open_at(quick) as store:
            assert store.damage is None
            assert whole(store)
            starts.append(start(store).seq)
            side_of(store).prune()
            assert start(store).seq == 3 * (PER_DAY + 1)
            assert whole(store)
        if not died:
            break
    cut = PER_DAY + 1
    # Before, within (rolled back) and after each of three transactions; the last run was not killed.
    assert starts == [0, 0, cut, cut, cut, 2 * cut, 2 * cut, 2 * cut, 3 * cut, 3 * cut]


def test_damage_after_a_cut_brings_nothing_back_and_is_called_damage(half_a_year: Path, tmp_path: Path) -> None:
    pruned, copy = tmp_path / "pruned", tmp_path / "copy"
    shutil.copytree(half_a_year, pruned)
    with open_at(pruned) as store:
        side_of(store).prune()
    content, found = scan(pruned / "store.db", b"", KEY), set()
    holding = [n for n in content.versions if any(word in (content.newest(n) or b"") for word in HOLDING)]
    assert len(holding) > 4
    for page in [0, *(n - 1 for n in holding)]:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(pruned, copy)
        data = bytearray((copy / "store.db").read_bytes())
        data[page * 4096 + 700] ^= 1
        (copy / "store.db").write_bytes(data)
        with open_at(copy) as store:
            verdict = verify_chain(store.audit_rows(), start=start(store))
            assert all(row.seq > 3 * (PER_DAY + 1) for row in store.read_audit())
            found.add(verdict.fault)
            if store.heads.start() is None:
                # The proof itself was on that page.
                assert verdict.losses[0].first == 1
    assert found == {None, Fault.DAMAGED}


def test_a_chain_that_moved_its_start_without_saying_so_lacks_entries(half_a_year: Path, tmp_path: Path) -> None:
    shutil.copytree(half_a_year, tmp_path / "copy")
    with open_at(tmp_path / "copy") as store:
        texts = [json.loads(text) for text in store.heads.all()]
        proof = json.dumps({"start": texts[-1], "witness": texts[0]})
        store.write(lambda c: c.execute("DELETE FROM audit WHERE seq <= ?", (PER_DAY + 1,)).rowcount)
        store.meta.set("audit.start", proof)
        found = verify_chain(store.audit_rows(), start=start(store))
        assert (found.fault, found.at) == (Fault.MISSING, PER_DAY + 2)
