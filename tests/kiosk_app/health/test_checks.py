"""Facts become verdicts with a cause and a next step."""

from __future__ import annotations

import dataclasses
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.site import Screen
from kiosk_app.health import (
    Facts,
    audio_present,
    check_all,
    disk_free,
    fonts_present,
    gather,
    open_swap,
    store_encrypted,
    voice_present,
)
from offline_cache import Reach, Unwritten
from provisioning import CheckState, enrol, load_identity
from provisioning.errors import IdentityCopiedError, TerminalRevokedError
from provisioning.identity import lock
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, FixedClock, platform

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
GOOD = Facts(
    store_encrypted=True,
    store_key="tpm",
    clock_skew_s=1.5,
    disk_free=40 << 30,
    certificate_from=NOW - timedelta(days=1),
    certificate_until=NOW + timedelta(days=13),
    profile_expires=NOW + timedelta(days=20),
    services=5,
    catalogue_version=7,
    fonts=True,
    voice=True,
    audio=True,
    unspoken=(),
    open_swap=(),
    audit=Unwritten(0, 0),
    reach=Reach.WELL,
    running=True,
)


def state(check: str, **changes: Any) -> CheckState:
    results = {result.id: result for result in check_all(dataclasses.replace(GOOD, **changes), NOW)}
    return results[check].state


def test_good_terminal_passes_everything() -> None:
    assert {result.state for result in check_all(GOOD, NOW)} == {CheckState.PASS}


def test_terminal_that_knows_nothing_of_itself_still_gets_every_sentence() -> None:
    for result in check_all(Facts(), NOW):
        assert result.state is not CheckState.PASS or result.id == "outbox"
        assert result.cause.zh.endswith("。")
        assert result.remedy.zh.endswith("。")
        assert result.cause.en.endswith(".")
        assert result.remedy.en.endswith(".")


@pytest.mark.parametrize(
    ("check", "changes", "wanted"),
    [
        ("store", {"store_encrypted": False}, "fail"),
        ("store", {"store_encrypted": None}, "warn"),
        ("store", {"damaged": 0}, "warn"),
        ("store", {"damaged": 2, "store_encrypted": False}, "fail"),
        ("store_key", {"store_key": "file"}, "warn"),
        ("store_key", {"store_key": "exposed"}, "fail"),
        ("store_key", {"store_key": "credential"}, "pass"),
        ("clock", {"clock_skew_s": 120.0}, "pass"),
        ("clock", {"clock_skew_s": -120.5}, "fail"),
        ("clock", {"clock_skew_s": None}, "warn"),
        ("disk", {"disk_free": 400 << 20}, "fail"),
        ("disk", {"disk_free": 1 << 30}, "warn"),
        ("disk", {"disk_free": None}, "warn"),
        ("disk", {"reserve": "given_up"}, "fail"),
        ("disk", {"reserve": "held"}, "pass"),
        ("audit", {"audit": Unwritten(3, 0)}, "fail"),
        ("audit", {"audit": Unwritten(0, 3)}, "warn"),
        ("audit", {"audit": Unwritten(0, 3, 3)}, "pass"),
        ("audit", {"audit": None}, "warn"),
        ("service", {"running": False}, "warn"),
        ("service", {"halted": "wrong_key"}, "fail"),
        ("service", {"halted": "for a reason of its own"}, "fail"),
        ("platform", {"reach": None}, "warn"),
        ("platform", {"reach": Reach.NO_ROUTE}, "warn"),
        ("platform", {"reach": Reach.STRANGER}, "fail"),
        ("profile", {"profile_refused": "profile-signature"}, "fail"),
        ("certificate", {"certificate_until": NOW}, "fail"),
        ("certificate", {"certificate_from": NOW + timedelta(hours=1)}, "fail"),
        (
            "certificate",
            {"certificate_from": NOW - timedelta(days=60)},
            "warn",
        ),
        ("certificate", {"certificate_from": None}, "fail"),
        ("profile", {"profile_expires": None}, "fail"),
        ("profile", {"profile_expires": NOW}, "warn"),
        ("outbox", {"outbox_dead": 1}, "fail"),
        ("outbox", {"outbox_ready": 3}, "pass"),
        ("catalogue", {"services": 0}, "fail"),
        ("catalogue", {"catalogue_version": None}, "fail"),
        ("catalogue", {"services": None}, "warn"),
        ("fonts", {"fonts": False}, "fail"),
        ("voice", {"voice": False}, "warn"),
        ("audio", {"audio": None}, "warn"),
        ("service_voice", {"unspoken": None}, "warn"),
        ("service_voice", {"unspoken": ("GA02",)}, "warn"),
    ],
)
def test_fact_out_of_order_is_found(check: str, changes: dict[str, Any], wanted: str) -> None:
    assert state(check, **changes) == wanted


def test_services_that_the_fallback_speaks_are_named() -> None:
    def told(*unspoken: str) -> tuple[str, str]:
        results = check_all(dataclasses.replace(GOOD, unspoken=unspoken), NOW)
        cause = next(result for result in results if result.id == "service_voice").cause
        return cause.zh, cause.en

    assert told("GA02", "XF01") == (
        "有 2 项没有自然语音。由备用语音念：GA02、XF01。",
        "Spoken by the fallback, without the natural voice: GA02, XF01.",
    )
    assert told(*(f"AA{n:02}" for n in range(9)))[0].endswith("AA05等。")


def test_slow_clock_is_told_as_slow() -> None:
    results = check_all(dataclasses.replace(GOOD, clock_skew_s=-600.0), NOW)
    told = next(result for result in results if result.id == "clock")
    assert (told.cause.zh, told.cause.en) == ("本机时间慢了 600 秒。", "The clock is 600 seconds slow.")


def test_plain_store_is_recognised_by_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"SQLite format 3\0" + bytes(84))
    (tmp_path / "cipher").write_bytes(bytes(range(100)))
    (tmp_path / "empty").touch()
    found = [store_encrypted(tmp_path / name) for name in ("plain", "cipher", "empty", "missing")]
    assert found == [False, True, None, None]


def test_disk_is_measured_where_the_folder_is(tmp_path: Path) -> None:
    assert (disk_free(tmp_path) or 0) > 0
    assert disk_free(tmp_path / "missing") is None


def test_shipped_font_is_found(tmp_path: Path) -> None:
    (tmp_path / "NotoSansSC-subset.otf").touch()
    assert fonts_present((tmp_path,))


def test_voice_probe_answers_without_loading_the_engine() -> None:
    import sys

    before = set(sys.modules)
    assert voice_present() in (True, False)
    assert "pyttsx3" not in set(sys.modules) - before


def test_no_soundcards_means_no_audio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    cards = tmp_path / "cards"
    cards.write_text("--- no soundcards ---\n")
    none = audio_present(cards)
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    assert (none, audio_present(cards)) == (False, True)


def test_empty_machine_is_gathered_without_a_crash(tmp_path: Path) -> None:
    facts = gather(tmp_path / "identity", tmp_path / "store.db", tmp_path / "store.key")
    assert (facts.store_encrypted, facts.store_key, facts.certificate_until) == (None, None, None)
    assert (facts.disk_free or 0) > 0


def test_an_identity_that_is_of_no_use_here_is_told_with_its_own_words(tmp_path: Path) -> None:
    own, copy, clock = tmp_path / "own", tmp_path / "copy", FixedClock()
    with platform(tmp_path / "server") as double:
        enrol(PlatformHttp(clock), double.url, CODE, double.ca.fingerprint, own, clock, os.urandom)
    shutil.copytree(own, copy, symlinks=True)

    def told(folder: Path) -> tuple[CheckState, str]:
        facts = gather(folder, tmp_path / "store.db", tmp_path / "store.key")
        (found,) = [c for c in check_all(facts, clock.now()) if c.id == "certificate"]
        return found.state, found.cause.en

    assert told(own)[0] is CheckState.PASS
    assert told(copy) == (CheckState.FAIL, IdentityCopiedError.cause.en)
    lock(load_identity(own), os.urandom)
    assert told(own) == (CheckState.FAIL, TerminalRevokedError.cause.en)


def test_swap_in_the_clear_is_found_and_memory_or_encrypted_swap_is_not(tmp_path: Path) -> None:
    blocks = tmp_path / "block"
    for name, uuid in (("dm-0", "CRYPT-PLAIN-swap"), ("dm-1", "LVM-x")):
        (blocks / name / "dm").mkdir(parents=True)
        (blocks / name / "dm" / "uuid").write_text(uuid)
    swaps = tmp_path / "swaps"
    head = "Filename\t\tType\t\tSize\tUsed\tPriority\n"
    row = "{}\tpartition\t1024\t0\t-2\n"
    swaps.write_text(head)
    assert open_swap(swaps, blocks) == ()
    swaps.write_text(head + "".join(map(row.format, ("/dev/zram0", "/dev/dm-0", "/dev/dm-1", "/dev/sda2", "/swap"))))
    assert open_swap(swaps, blocks) == ("/dev/dm-1", "/dev/sda2", "/swap")
    assert open_swap(tmp_path / "none", blocks) is None


def test_swap_in_the_clear_fails_with_its_name() -> None:
    (found,) = [c for c in check_all(dataclasses.replace(GOOD, open_swap=("/dev/sda2",)), NOW) if c.id == "swap"]
    assert found.state is CheckState.FAIL
    assert "/dev/sda2" in found.cause.en
    assert "swapoff" in found.remedy.zh


def test_a_screen_that_hangs_too_high_for_a_wheelchair_is_told_and_one_of_unknown_height_is_not_judged() -> None:
    def reach(screen: Screen | None) -> list[CheckState]:
        found = check_all(Facts(screen=screen), NOW)
        return [one.state for one in found if one.id == "reach"]

    assert reach(None) == []
    assert reach(Screen(336, 598, 760)) == [CheckState.PASS]
    assert reach(Screen(336, 598, 1000)) == [CheckState.WARN]
