"""Which countersignatures bind, and what a technician is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import key_id, sign
from contracts.heads import Alarm, Head, KnownHead, KnownHeads, head_statement, heads_statement
from kiosk_app.audit import EVENTS
from kiosk_app.audit.findings import SENTENCES, compared, sentence
from kiosk_app.audit.verify import Finding, HeadsError, Report, judge
from offline_cache import AuditRow
from offline_cache.store.backlog import Batch
from offline_cache.store.chain import lost_entry, pruned_entry
from offline_cache.store.gap_mark import Gap
from tests.kiosk_app.audit.memory import MemoryChain
from tests.kiosk_app.audit.test_chain import Clock

TERMINAL = "XC-0042"
KEY, STRANGER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
RAW = KEY.public_key().public_bytes_raw()
TRUSTED = {key_id(RAW): RAW}


def made(count: int = 6, word: str = "done") -> list[AuditRow]:
    chain = MemoryChain(Clock())
    for n in range(count):
        chain.append_audit_later({"event": "visit_ended", "fields": {"visit": f"v{n}", "how": word}})
    return chain.rows


def head(row: AuditRow, life: int = 0, begin: int = 1, terminal: str = TERMINAL) -> KnownHead:
    return KnownHead(terminal, life, begin, row.seq, row.hash, "2026-11-22T09:00:00+08:00")


def saved(*heads: KnownHead, key: Ed25519PrivateKey = KEY) -> list[str]:
    return [json.dumps(sign(head_statement(one), key)) for one in heads]


def document(*heads: KnownHead, key: Ed25519PrivateKey = KEY, life: int = 0, alarm: str | None = None) -> Any:
    return sign(heads_statement(KnownHeads(TERMINAL, life, "2026-11-22T10:00:00+08:00", heads, alarm)), key)


def found(rows: list[AuditRow], own: list[str] | None = None, platform: Any = None) -> Report:
    return judge(rows, own or [], platform, TERMINAL, TRUSTED)


def test_a_whole_chain_says_how_far_it_is_attested() -> None:
    rows = made()
    report = found(rows, saved(head(rows[1])), document(head(rows[1]), head(rows[3])))
    assert (report.ok, report.count, report.last, report.agreed) == (True, 6, 6, 4)
    assert (report.saved, report.known) == (1, 2)
    assert "2" in compared(report, "en").split("the last ")[1]


def test_an_end_that_the_saved_heads_miss_was_cut_and_one_they_do_not_is_an_old_disk() -> None:
    rows = made()
    assert found(rows[:4], saved(head(rows[5]))).finding is Finding.CUT_SHORT
    assert found(rows[:4], saved(head(rows[3])), document(head(rows[5]))).finding is Finding.ROLLED_BACK
    assert found(rows[:4], saved(head(rows[3]))).finding is Finding.WHOLE
    assert found([], [], document(head(rows[5]))).finding is Finding.ROLLED_BACK


def test_a_chain_made_anew_names_the_last_number_that_agreed() -> None:
    rows, other = made(), made(6, "left")
    report = found(other, saved(head(rows[2])))
    assert (report.finding, report.at, report.agreed) == (Finding.REBUILT, 3, 0)


@pytest.mark.parametrize("own", [["{"], ["[]"], ['{"signed": 1.5, "signatures": []}'], ["null"]])
def test_saved_heads_that_are_none_are_called_forged(own: list[str]) -> None:
    assert found(made(), own).finding is Finding.FORGED


def test_heads_of_another_terminal_or_key_are_called_forged() -> None:
    rows = made()
    assert found(rows, saved(head(rows[2], terminal="XC-0001"))).finding is Finding.FORGED
    assert found(rows, saved(head(rows[2]), key=STRANGER)).finding is Finding.FORGED


def test_a_fault_of_the_chain_goes_before_a_forged_head() -> None:
    rows = made()
    assert found(rows[1:], ["{"]).finding is Finding.MISSING


@pytest.mark.parametrize(
    "given",
    [
        None.__class__,
        {},
        [],
        "x",
        document(key=STRANGER),
        sign(head_statement(head(made()[0])), KEY),
        sign({"kind": "audit_heads", "terminal": TERMINAL}, KEY),
        sign({**heads_statement(KnownHeads("XC-0001", 0, "", ())), "at": ""}, KEY),
        sign({**heads_statement(KnownHeads(TERMINAL, 0, "", ())), "heads": [{"seq": 2}]}, KEY),
        document(head(made()[3]), head(made()[1])),
        {"signed": {"n": 1.5}, "signatures": []},
    ],
)
def test_what_is_not_the_platforms_list_is_refused(given: Any) -> None:
    with pytest.raises(HeadsError):
        judge(made(), [], given, TERMINAL, TRUSTED)


def test_of_a_chain_with_a_new_life_only_its_heads_bind() -> None:
    old, new = made(), made(6, "left")
    before = saved(head(old[5]))
    assert found(new, before).finding is Finding.REBUILT
    assert found(new, saved(head(old[5]), head(new[4], life=1, begin=5))).ok
    # The operator has begun a new life, and nothing came in it yet.
    assert found(new, before, document(life=1)).ok
    assert found(new, saved(head(old[5], life=1)), document(head(new[4]))).finding is Finding.REBUILT


def damaged() -> list[AuditRow]:
    chain = MemoryChain(Clock())
    chain.rows = made()
    chain.append_audit_later(lost_entry(3, 4, chain.rows[1].hash))
    chain.append_audit_later({"event": "back_in_service", "fields": {}})
    del chain.rows[2:4]
    return chain.rows


def test_a_declared_loss_is_damage_until_a_life_begins_behind_it() -> None:
    rows = damaged()
    report = found(rows, saved(head(rows[-1])))
    assert (report.finding, report.losses) == (Finding.DAMAGED, ((3, 4),))
    assert "3-4" in sentence(report, "en")
    after = found(rows, saved(head(rows[-1], life=1, begin=rows[-1].seq)))
    assert (after.ok, after.losses) == (True, ((3, 4),))


def pruned(days: int = 190) -> tuple[list[AuditRow], str, str]:
    """A chain that was cut off behind its third entry, the proof of that, and a countersignature behind the cut."""
    chain = MemoryChain(Clock())
    chain.rows = made()
    early = head(chain.rows[2])
    late = replace(head(chain.rows[5]), at=(datetime.fromisoformat(early.at) + timedelta(days=days)).isoformat())
    proof = json.dumps({name: sign(head_statement(one), KEY) for name, one in (("start", early), ("witness", late))})
    chain.append_audit_later(pruned_entry(chain.rows[2].head, 3))
    return chain.rows[3:], proof, saved(late)[0]


def test_a_chain_may_begin_at_a_head_that_was_signed_long_enough_ago() -> None:
    rows, proof, late = pruned()
    report = judge(rows, [late], None, TERMINAL, TRUSTED, proof)
    assert (report.finding, report.count, report.last, report.pruned, report.agreed) == (Finding.WHOLE, 4, 7, 3, 6)
    assert "up to 3" in compared(report, "en")
    rows, proof, late = pruned(days=183)
    assert judge(rows, [late], None, TERMINAL, TRUSTED, proof).finding is Finding.MISSING


@pytest.mark.parametrize("proof", [None, "{", "[]", "{}", '{"start": {}, "witness": 7}', "null"])
def test_a_start_without_a_proof_lacks_what_was_in_front(proof: str | None) -> None:
    rows, _, late = pruned()
    report = judge(rows, [late], None, TERMINAL, TRUSTED, proof)
    assert (report.finding, report.at, report.pruned) == (Finding.MISSING, 4, 0)


def test_the_witness_of_a_start_binds() -> None:
    rows, proof, _ = pruned()
    other = made(6, "left")[3:]
    assert judge(rows, [], None, TERMINAL, TRUSTED, proof).ok
    assert judge(other, [], None, TERMINAL, TRUSTED, proof).finding is Finding.CHANGED
    assert judge(rows[:1], [], None, TERMINAL, TRUSTED, proof).finding is Finding.ROLLED_BACK


def test_another_platform_takes_a_chain_over_with_its_cut() -> None:
    rows, proof, _ = pruned()
    raw = STRANGER.public_key().public_bytes_raw()
    theirs = {key_id(raw): raw}

    def now(*heads: KnownHead) -> Finding:
        return judge(rows, saved(*heads, key=STRANGER), None, TERMINAL, theirs, proof).finding

    assert now() is Finding.MISSING
    # Its first head came before the cut was said: that proves nothing about it.
    assert now(head(rows[2], begin=6)) is Finding.MISSING
    assert now(head(rows[3], begin=7)) is Finding.WHOLE
    rows = rows[1:]
    assert now(head(rows[2], begin=7)) is Finding.MISSING


@pytest.mark.parametrize("lang", ["zh", "en", "xx"])
def test_every_finding_has_a_sentence_that_says_what_to_do(lang: str) -> None:
    for finding in Finding:
        report = Report(finding, 1, 9, 5, 4, 1, 2, "t", "silent", ((3, 4),))
        told = sentence(report, lang)
        assert "{" not in told
        assert len(told.splitlines()) == 1
    assert set(SENTENCES) == set(Finding)
    assert "silent" in compared(report, lang)


def test_what_the_store_writes_by_itself_is_declared() -> None:
    gap = Gap("id", 3, "2026-11-30T04:00:00.000+08:00", "2026-11-30T05:00:00.000+08:00")
    unwritten = [entry for _, entry in Batch(gap, (), gap, "id").written()]
    for entry in (lost_entry(1, 2, "ab" * 32), pruned_entry(Head(5, "ab" * 32), 5), *unwritten):
        declared = EVENTS[entry["event"]].fields
        assert set(entry["fields"]) == set(declared)
        assert all(declared[name].fits(value) for name, value in entry["fields"].items())
    assert len(unwritten) == 2
    assert EVENTS["chain_suite"].fields["suite"].fits("gm")
    assert all(EVENTS["audit_alarm"].fields["why"].fits(alarm.value) for alarm in Alarm)
