"""A short campaign of tampering; the long one is `python -m tests.faults.tampering 1000`."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from central_platform import audit
from kiosk_app.audit.verify import Finding, Report, judge
from offline_cache import AuditAlarm
from offline_cache.store.pages import PAGE, scan
from tests.central_platform.world import TERMINAL, build
from tests.faults.audited import KEY, STORE, Terminal, build_scene
from tests.faults.prune_tampers import OF_PRUNED
from tests.faults.tampering import Tally, attempt, campaign
from tests.faults.tampers import BLIND, TAMPERS, cut_tail_and_heads, rebuild_and_delete_heads, yesterdays_disk


def test_every_tampering_is_found_with_the_platforms_heads(tmp_path: Path) -> None:
    tallies, missed, passed = campaign(40, 7, tmp_path, controls=10)
    assert (missed, passed) == (0, 10)
    assert sum(tallies[tamper.__name__].done for tamper in (*TAMPERS, *OF_PRUNED)) == 40
    assert all(tallies[tamper.__name__].done for tamper in (*TAMPERS, *OF_PRUNED))
    # The judge can miss something: what the documentation calls invisible is.
    assert all(tallies[tamper.__name__].platform == 0 < tallies[tamper.__name__].done for tamper in BLIND)


def test_each_witness_sees_what_the_one_before_cannot(tmp_path: Path) -> None:
    rng = Random(3)
    scene = build_scene(tmp_path / "scene", rng)
    for tamper, word in (
        (rebuild_and_delete_heads, Finding.REBUILT),
        (cut_tail_and_heads, Finding.ROLLED_BACK),
        (yesterdays_disk, Finding.ROLLED_BACK),
    ):
        tally = Tally()
        assert attempt(scene, tamper, rng, tmp_path / "copy", tally)
        # Without the platform's heads, whoever holds the key leaves no trace of these.
        assert (tally.alone, tally.saved, tally.platform, list(tally.words)) == (0, 0, 1, [word])


def test_a_damaged_disk_is_reported_as_damage_and_not_as_an_attack(tmp_path: Path) -> None:
    scene = build_scene(tmp_path / "scene", Random(4))
    found = set()
    for page in range((scene.today / STORE).stat().st_size // 4096):
        store = scene.copy(tmp_path / "copy")
        data = bytearray(store.read_bytes())
        data[page * 4096 + 500] ^= 4
        store.write_bytes(data)
        with scene.open(store) as opened:
            report = scene.judge(opened)
            assert opened.damage is not None
            found.add(report.finding)
            assert bool(report.losses) == (report.finding is Finding.DAMAGED)
    assert found == {Finding.WHOLE, Finding.DAMAGED}


@pytest.mark.parametrize("which", ["first", "last"])
def test_damage_is_an_alarm_until_an_operator_accepts_it_and_a_note_after(tmp_path: Path, which: str) -> None:
    world = build(tmp_path / "world")
    rng = Random(5)
    terminal = Terminal(world, TERMINAL, tmp_path / "disk", world.terminal)
    terminal.serve(20, rng)
    assert terminal.beat() is None
    terminal.store.close()
    store = tmp_path / "disk" / STORE
    found = scan(store, b"", KEY)
    leaves = [n for n in found.versions if b"visit_ended" in (found.newest(n) or b"")]
    data = bytearray(store.read_bytes())
    data[(leaves[0 if which == "first" else -1] - 1) * PAGE + 77] ^= 1
    store.write_bytes(data)

    terminal = Terminal(world, TERMINAL, tmp_path / "disk", world.terminal)
    assert [terminal.beat(), terminal.beat()] == ["damaged", "damaged"]
    assert terminal.reports == [AuditAlarm("damaged")]
    trust = {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}

    def verdict() -> Report:
        document = audit.signed_heads(world.platform, TERMINAL)
        return judge(terminal.store.audit_rows(), terminal.store.heads.all(), document, TERMINAL, trust)

    assert (verdict().finding, verdict().alarm) == (Finding.DAMAGED, "damaged")
    assert audit.acknowledge(world.platform, TERMINAL) == (1, True)
    assert [terminal.beat(), terminal.beat()] == [None, None]
    after = verdict()
    assert (after.finding, after.alarm, after.agreed) == (Finding.WHOLE, None, after.last)
    assert after.losses
    terminal.store.close()
    world.platform.close()
