"""Another key for the store: nothing is lost at any step, and the former key opens nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from offline_cache import (
    KeyMissing,
    KeyRefused,
    Keyring,
    StoreBusy,
    StoreError,
    StoreFull,
    WrongKey,
    open_store,
    rotate_key,
    verify_chain,
)
from offline_cache.store import pages
from offline_cache.store.custody import CredentialCustody, FileCustody
from tests.offline_cache.conftest import PowerDisk
from tests.offline_cache.support import LIMITS, RealClock, item, killed_at, open_at

NOW = RealClock().now


def ring(folder: Path) -> Keyring:
    return Keyring(folder / "key")


def filled(folder: Path) -> dict[str, object]:
    """A store with everything in it; returns the bodies that wait."""
    with open_at(folder, key=ring(folder)) as store:
        bodies = {store.submit(item(f"case-{n}", {"n": n, "text": "字" * 40 * n})).id: n for n in range(30)}
        sent = list(bodies)[:5]
        store.settle({one: {"number": "XC-1"} for one in sent}, {}, {})
        store.append_audit({"event": "submitted"})
        store.meta.set("platform", "abc")
        store.next_provisional("XC-0042")
    return {one: n for one, n in bodies.items() if one not in sent}


def check(folder: Path, bodies: dict[str, object]) -> bytes:
    """Everything is there; returns the key in force."""
    with open_at(folder, key=ring(folder)) as store:
        assert store.damage is None
        waiting = {row.id: store.show(row.id).body for row in store.list_items() if row.state != "sent"}
        assert {one: body["n"] for one, body in waiting.items() if body} == bodies
        assert store.verify().ok
        assert verify_chain(store.audit_rows()).ok
        assert len(store.read_audit()) == 1
        assert store.meta.get("platform") == "abc"
        assert store.next_provisional("XC-0042").endswith(("-0002", "-0003", "-0004"))
    key = ring(folder).current()
    assert not ring(folder).rotating
    assert pages.opens(folder / "store.db", key)
    left = {path.name for path in folder.iterdir()}
    assert left <= {"store.db", "store.db.lock", "store.db.unwritten", "key", "quarantine"}
    return key


def test_a_rotation_keeps_everything_and_the_former_key_opens_nothing(tmp_path: Path) -> None:
    bodies = filled(tmp_path)
    former = ring(tmp_path).current()
    rotate_key(tmp_path / "store.db", ring(tmp_path), NOW)
    assert check(tmp_path, bodies) != former
    assert not pages.opens(tmp_path / "store.db", former)
    with pytest.raises(WrongKey):
        open_at(tmp_path, key=former)


def killed_before(folder: Path, step: int) -> bool:
    """Rotate in a process that kills itself before its n-th step; False when it had fewer."""
    return killed_at(step, lambda die: rotate_key(folder / "store.db", ring(folder), NOW, checkpoint=die))


def test_killed_before_any_step_the_store_opens_with_a_key_that_is_kept(quick_path: Path) -> None:
    first = quick_path / "first"
    first.mkdir()
    bodies = filled(first)
    former = ring(first).current()
    keys: list[bytes] = []
    for step in range(1, 40):
        folder = quick_path / str(step)
        shutil.copytree(first, folder)
        if not killed_before(folder, step):
            break
        # What a power cut leaves may be read by any later start: twice in a row as well.
        keys.append(check(folder, bodies))
        assert check(folder, bodies) == keys[-1]
        shutil.rmtree(folder)
    assert len(keys) >= 9
    # The kills fell on both sides of the moment of truth: some stores are still under the former key, some are not.
    assert 2 <= keys.count(former) <= len(keys) - 2
    # And a rotation that was cut short can be done again.
    rotate_key(folder / "store.db", ring(folder), NOW)
    check(folder, bodies)


def test_power_cut_before_any_step_the_store_opens_with_a_key_that_is_kept(
    tmp_path: Path, power_disk: PowerDisk
) -> None:
    first = tmp_path / "first"
    first.mkdir()
    bodies = filled(first)
    former = ring(first).current()
    keys: list[bytes] = []
    for step in range(1, 40):
        folder = power_disk.place / str(step)
        shutil.copytree(first, folder)
        os.sync()
        whole = _rotated_until_cut(power_disk, folder, step)
        if whole:
            break
        power_disk.back()
        keys.append(check(folder, bodies))
        shutil.rmtree(folder)
    assert len(keys) >= 9
    assert 2 <= keys.count(former) <= len(keys) - 2


def _rotated_until_cut(disk: PowerDisk, folder: Path, step: int) -> bool:
    """True when the rotation had fewer steps than that."""
    passed = 0

    def cut(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == step:
            disk.cut()

    try:
        rotate_key(folder / "store.db", ring(folder), NOW, checkpoint=cut)
    except StoreError:
        assert passed >= step
    return passed < step


def test_without_the_coming_key_a_half_done_rotation_would_be_lost(quick_path: Path) -> None:
    """The kills above bite: at some step only the coming key opens the store."""
    bodies = filled(quick_path)
    lost = 0
    for step in range(1, 40):
        folder = quick_path / str(step)
        folder.mkdir()
        for name in ("store.db", "key"):
            shutil.copy2(quick_path / name, folder / name)
        if not killed_before(folder, step):
            break
        (folder / "key.next").unlink(missing_ok=True)
        try:
            check(folder, bodies)
        except WrongKey:
            lost += 1
    assert lost >= 1


def test_a_store_in_use_is_not_rotated(tmp_path: Path) -> None:
    filled(tmp_path)
    former = ring(tmp_path).current()
    with open_at(tmp_path, key=ring(tmp_path)), pytest.raises(StoreBusy):
        rotate_key(tmp_path / "store.db", ring(tmp_path), NOW)
    assert ring(tmp_path).current() == former
    assert not ring(tmp_path).rotating


def test_where_nothing_is_there_is_nothing_to_rotate(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="nothing to rotate"):
        rotate_key(tmp_path / "store.db", ring(tmp_path), NOW)
    assert ring(tmp_path).empty


def test_a_store_whose_key_is_gone_gets_no_new_one(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "key").unlink()
    with pytest.raises(KeyMissing, match="put the key back"):
        open_at(tmp_path, key=ring(tmp_path))
    assert not (tmp_path / "key").exists()


def test_the_key_moves_to_another_custodian_only_with_a_new_key(tmp_path: Path) -> None:
    bodies = filled(tmp_path)
    former = ring(tmp_path).current()
    credentials = tmp_path.parent / "credentials"
    credentials.mkdir()
    (credentials / "doorstep-store").write_bytes(b"c" * 48)
    both = Keyring(tmp_path / "key", (CredentialCustody(credentials), FileCustody()))
    rotate_key(tmp_path / "store.db", both, NOW, custodian="credential")
    assert both.current() != former
    assert both.current() not in (tmp_path / "key").read_bytes()
    with pytest.raises(KeyRefused):
        open_at(tmp_path, key=ring(tmp_path))
    with open_store(tmp_path / "store.db", both, RealClock(), "boot", LIMITS) as store:
        assert store.counts().ready == len(bodies)


def test_a_custodian_that_refuses_leaves_everything_as_it_was(tmp_path: Path) -> None:
    bodies = filled(tmp_path)
    former = ring(tmp_path).current()
    both = Keyring(tmp_path / "key", (CredentialCustody(None), FileCustody()))
    with pytest.raises(KeyRefused, match="not started by a unit"):
        rotate_key(tmp_path / "store.db", both, NOW, custodian="credential")
    assert check(tmp_path, bodies) == former


def test_quarantined_files_keep_the_key_that_opens_them(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "store.db"
    data = bytearray(path.read_bytes())
    data[-1000] ^= 0xFF
    path.write_bytes(data)
    former = ring(tmp_path).current()
    rotate_key(path, ring(tmp_path), NOW)
    rotate_key(path, ring(tmp_path), NOW)
    (folder,) = (tmp_path / "quarantine").iterdir()
    kept = Keyring(folder / "key").current()
    assert kept == former
    assert pages.opens(folder / "store.db", kept)
    assert not pages.opens(folder / "store.db", ring(tmp_path).current())


def test_no_room_for_a_second_file_is_said_before_anything_changes(tmp_path: Path, small_disk: Path) -> None:
    with open_at(small_disk, key=ring(small_disk)) as store:
        for n in range(6):
            store.submit(item(f"case-{n}", {"text": "x" * 400_000}))
    (small_disk / "ballast").write_bytes(bytes(2 * 2**20))
    former = ring(small_disk).current()
    with pytest.raises(StoreFull, match="no room"):
        rotate_key(small_disk / "store.db", ring(small_disk), NOW)
    assert ring(small_disk).current() == former
    with open_at(small_disk, key=ring(small_disk)) as store:
        assert store.counts().ready == 6
