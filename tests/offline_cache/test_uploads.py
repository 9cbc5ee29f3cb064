"""Attachments from the real store through the engine to the real platform, over mutual TLS."""

from __future__ import annotations

import hashlib
import io
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.blobs import PART_BYTES, name_of
from offline_cache import (
    ItemDead,
    ItemDone,
    ItemState,
    ItemWaiting,
    PlatformClient,
    Store,
    SyncEngine,
    SyncReport,
    SyncSettings,
)
from tests.faults.local_platform import LocalPlatform, local_platform
from tests.faults.proxy import Proxy, Weather, proxied
from tests.faults.real_platform import Files
from tests.faults.sender import feedback
from tests.offline_cache.support import RealClock, item, open_at, until


class Terminal:
    """A store and an engine before one platform."""

    def __init__(self, folder: Path, platform: LocalPlatform, name: str, files: Files, port: int) -> None:
        self.platform = platform
        self.folder = folder
        self.store: Store = open_at(folder)
        self.reports: list[SyncReport] = []
        self.client = PlatformClient(f"https://127.0.0.1:{port}", files, RealClock(), timeouts=(2.0, 10.0))
        self.engine = SyncEngine(
            self.store, self.client, RealClock(), random.Random(3).random, self.reports.append, terminal=name,
            about=lambda: {"version": "1", "state": "in_service", "devices": []},
            settings=SyncSettings(base_s=0.02, cap_s=0.2, beat_s=5.0),
        )  # fmt: skip

    def save(self, case: str, *scans: bytes) -> str:
        """Submit a case; returns its id."""
        made = [self.store.attachments.put(io.BytesIO(scan), "image/png") for scan in scans]
        return self.store.submit(item(f"{case}-{random.random()}", body=feedback(case)), made).id

    def done(self) -> list[str]:
        return [report.id for report in list(self.reports) if isinstance(report, ItemDone)]

    def at_platform(self, item_id: str) -> list[bytes]:
        """The scans of an accepted item, as they lie in the platform's database."""
        claims = self.platform.rows(f"SELECT digest FROM blob_claim WHERE submission = '{item_id}' ORDER BY position")
        return [
            b"".join(
                part
                for (part,) in self.platform.rows(f"SELECT data FROM blob_part WHERE digest = '{d}' ORDER BY offset")
            )
            for (d,) in claims
        ]

    def files(self) -> list[Path]:
        return list((self.folder / "store.db.blobs").glob("*"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalPlatform, str, Files]]:
    with local_platform(tmp_path_factory.mktemp("platform")) as platform:
        yield platform, *platform.enrol()


Running = tuple[LocalPlatform, str, Files]


@contextmanager
def terminal_at(folder: Path, running: Running, proxy: Proxy | None = None) -> Iterator[Terminal]:
    platform, name, files = running
    made = Terminal(folder, platform, name, files, platform.port if proxy is None else proxy.port)
    # Numbers of an earlier terminal of this name are taken.
    made.store.renumber(platform.rows("SELECT coalesce(max(seq), 0) FROM submission")[0][0])
    try:
        yield made
    finally:
        made.engine.stop()
        made.client.close()
        made.store.close()


def scan(size: int) -> bytes:
    return random.randbytes(size)


def plant(platform: LocalPlatform, terminal: str, content: bytes, data: bytes) -> None:
    """Let the platform have `data` as the beginning of `content`."""
    with closing(sqlite3.connect(platform.data / "platform.db", timeout=10)) as connection, connection:
        digest = name_of(hashlib.sha256(content).hexdigest())
        connection.execute(
            "INSERT INTO blob (terminal, digest, received, touched_at) VALUES (?, ?, ?, 1)",
            (terminal, digest, len(data)),
        )
        connection.execute("INSERT INTO blob_part VALUES (?, ?, 0, ?)", (terminal, digest, data))


def test_scans_of_any_size_arrive_with_their_case_and_leave_the_terminal(tmp_path: Path, running: Running) -> None:
    with terminal_at(tmp_path, running) as terminal:
        scans = [scan(50), scan(PART_BYTES), scan(5 * PART_BYTES + 3), b""]
        saved = terminal.save("scans", *scans)
        terminal.engine.start()
        until(lambda: terminal.done() == [saved])
        assert terminal.at_platform(saved) == scans
        media = running[0].rows(f"SELECT DISTINCT media FROM blob_claim WHERE submission = '{saved}'")
        assert media == [("image/png",)]
        until(lambda: terminal.files() == [])
        assert terminal.store.attachments.waiting() == []


def test_a_slow_scan_holds_up_nobody_else_and_a_resident_goes_first(tmp_path: Path, running: Running) -> None:
    weather = Weather(bytes_per_s=60_000)
    with (
        proxied(("127.0.0.1", running[0].port), weather) as proxy,
        terminal_at(tmp_path, running, proxy) as terminal,
    ):
        slow = terminal.save("slow", scan(4 * PART_BYTES))
        terminal.engine.start()
        until(lambda: terminal.engine._uploads.waits_for(slow))
        others = [terminal.save(f"other-{n}") for n in range(3)]
        resident = terminal.save("resident", scan(300))
        terminal.engine.poke()
        until(lambda: set(terminal.done()) == set(others), 6.0)
        assert terminal.store.row(slow).state is ItemState.INFLIGHT
        until(lambda: proxy.done["exchanges"] > 3)
        proxy.weather = replace(weather, bytes_per_s=0.0)
        terminal.engine.hurry(resident, 8.0)
        until(lambda: slow in terminal.done(), 10.0)
        assert terminal.done().index(resident) < terminal.done().index(slow)
        assert not any(isinstance(report, ItemWaiting) for report in terminal.reports)


def test_a_resident_whose_scan_is_too_slow_hears_that_it_waits(tmp_path: Path, running: Running) -> None:
    with (
        proxied(("127.0.0.1", running[0].port), Weather(bytes_per_s=60_000)) as proxy,
        terminal_at(tmp_path, running, proxy) as terminal,
    ):
        saved = terminal.save("slow", scan(2 * PART_BYTES))
        terminal.engine.start()
        until(lambda: terminal.engine._uploads.waits_for(saved))
        terminal.engine.hurry(saved, 0.5)
        until(lambda: [r for r in terminal.reports if isinstance(r, ItemWaiting)] == [ItemWaiting(saved, False)], 4.0)
        proxy.weather = Weather()
        until(lambda: terminal.done() == [saved], 10.0)


def test_what_the_platform_refuses_makes_a_dead_letter_that_says_why_and_can_go_again(
    tmp_path: Path, running: Running
) -> None:
    content = scan(PART_BYTES + 9)
    with terminal_at(tmp_path, running) as terminal:
        plant(running[0], running[1], content, scan(100))
        saved = terminal.save("refused", content)
        behind = terminal.save("other")
        terminal.engine.start()
        until(lambda: terminal.store.row(saved).state is ItemState.DEAD)
        problem = terminal.store.row(saved).problem
        assert problem is not None
        assert (problem.code, problem.status) == ("attachment-digest-mismatch", 422)
        until(lambda: terminal.done() == [behind])
        # The row is written before it is told.
        until(lambda: [r.id for r in list(terminal.reports) if isinstance(r, ItemDead)] == [saved])
        assert len(terminal.files()) == 1
        # The platform has forgotten what did not fit.
        terminal.store.retry(saved)
        terminal.engine.poke()
        until(lambda: terminal.done() == [behind, saved])
        assert terminal.at_platform(saved) == [content]


@pytest.mark.parametrize(("harm", "code"), [("file", "attachment-damaged"), ("key", "attachment-lost")])
def test_a_scan_that_is_damaged_here_makes_a_dead_letter(
    tmp_path: Path, running: Running, harm: str, code: str
) -> None:
    with terminal_at(tmp_path, running) as terminal:
        saved = terminal.save("damaged", scan(5000))
        if harm == "file":
            (path,) = terminal.files()
            data = bytearray(path.read_bytes())
            data[100] ^= 1
            path.write_bytes(data)
        else:
            terminal.store.write(lambda c: c.execute("DELETE FROM blob"))
        terminal.engine.start()
        until(lambda: terminal.store.row(saved).state is ItemState.DEAD)
        problem: Any = terminal.store.row(saved).problem
        assert problem.code == code


def test_a_case_whose_scan_was_there_before_the_crash_is_accepted_and_erased(tmp_path: Path, running: Running) -> None:
    content = scan(PART_BYTES + 1)
    sha256 = hashlib.sha256(content).hexdigest()
    with terminal_at(tmp_path, running) as terminal:
        saved = terminal.save("crash", content)
        terminal.client.put_blob(sha256, 0, content[:PART_BYTES], last=False)
        terminal.client.put_blob(sha256, PART_BYTES, content[PART_BYTES:], last=True)
        assert terminal.store.attachments.of(saved)[0].sent == 0
        terminal.engine.start()
        until(lambda: terminal.done() == [saved])
        until(lambda: terminal.files() == [])


def test_accepted_and_not_marked_before_the_power_went_is_erased_after_the_start(
    tmp_path: Path, running: Running
) -> None:
    content = scan(40)
    with terminal_at(tmp_path, running) as terminal:
        saved = terminal.save("crash", content)
        terminal.client.put_blob(hashlib.sha256(content).hexdigest(), 0, content, last=True)
        terminal.store.take_ids([saved])
        terminal.store.settle({saved: None}, {}, {})
        assert len(terminal.files()) == 1
        terminal.engine.start()
        until(lambda: terminal.files() == [])
