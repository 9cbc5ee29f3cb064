"""Two audited terminals and their platform: real encrypted stores, a real platform with its database.

The first terminal has a day behind it whose disk was copied, and a day after that; its last heartbeat was answered.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from central_platform import audit, enrolment
from kiosk_app.audit import AuditLog, events
from kiosk_app.audit.verify import Report, judge
from offline_cache import Store, SyncReport, open_store
from offline_cache.http.answers import read_heartbeat
from offline_cache.sync.countersigned import Countersigned
from tests.central_platform.world import TERMINAL, Client, World, build, csr_pem, new_key
from tests.offline_cache.support import LIMITS

KEY = bytes(range(32))
NEIGHBOUR = "XC-0043"
STORE = "store.db"


class DayClock:
    """The platform's hand-moved time, as the terminal sees it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.clock.now()

    def monotonic(self) -> float:
        return self._world.clock.monotonic()


class Terminal:
    """One terminal's audit: its store, its log, its heartbeats."""

    def __init__(self, world: World, name: str, folder: Path, line: Client) -> None:
        self.name = name
        self.clock = DayClock(world)
        self.store: Store = open_store(folder / STORE, KEY, self.clock, "boot-1", LIMITS)
        self.log = AuditLog(self.store, self.clock, strict=True)
        self.reports: list[SyncReport] = []
        trust = {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}
        self.heads = Countersigned(self.store, name, lambda: trust, self.reports.append)
        self._world = world
        self.line = line

    def serve(self, visits: int, rng: Random) -> None:
        """Residents come and go."""
        for _ in range(visits):
            visit = f"v{rng.getrandbits(48):012x}"
            self.log.record(events.VISIT_BEGAN, visit=visit)
            self.log.record(events.SAVED, submission=f"s{rng.getrandbits(48):012x}", service="SB01")
            self.log.record(events.VISIT_ENDED, visit=visit, how=rng.choice(["done", "left", "idle"]))
            self._world.clock.advance(minutes=4)

    def beat(self) -> str | None:
        """One heartbeat and its answer; returns the platform's alarm."""
        self.store.append_audit({"event": "back_in_service", "fields": {}})  # Behind everything that was queued.
        claim = self.heads.claim()
        body = {"terminal": self.name, "at": self.clock.now().isoformat(), "boot_id": "boot-1", "audit": claim}
        answer = self.line.post("/v1/heartbeat", json={**body, "mono_ms": int(self.clock.monotonic() * 1000)})
        assert answer.status_code == 200, answer.text
        reply = read_heartbeat(answer.json())
        self.heads.took(claim, reply.audit)
        return reply.audit.alarm if reply.audit else None


@dataclass(frozen=True)
class Scene:
    """What an attacker finds: today's disk, yesterday's, that of the neighbour; and what the platform knows."""

    today: Path
    yesterday: Path
    neighbour: Path
    document: dict[str, Any]
    trust: dict[str, bytes]
    entries: int
    now: Callable[[], datetime]

    def copy(self, into: Path) -> Path:
        """Return a copy of today's store."""
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(self.today, into)
        return into / STORE

    def open(self, store: Path) -> Store:
        """Open a store as a terminal does at its start."""
        clock: Any = _Fixed(self.now())
        return open_store(store, KEY, clock, "boot-2", LIMITS)

    def judge(self, store: Store, *, saved: bool = True, platform: bool = True) -> Report:
        """What `kiosk audit verify` says, with or without the saved heads and those of the platform."""
        heads = store.heads.all() if saved else []
        document = self.document if platform else None
        return judge(store.audit_rows(), heads, document, TERMINAL, self.trust, store.heads.start())


@dataclass(frozen=True)
class _Fixed:
    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


def build_scene(folder: Path, rng: Random, visits: int = 12) -> Scene:
    """Let two days pass."""
    world = build(folder / "world")
    try:
        first = Terminal(world, TERMINAL, folder / "today", world.terminal)
        second = Terminal(world, NEIGHBOUR, folder / "neighbour", _enrol(world, NEIGHBOUR))
        for terminal in (first, second):
            for _ in range(3):
                terminal.serve(visits // 3, rng)
                assert terminal.beat() is None
        first.store.close()
        shutil.copytree(folder / "today", folder / "yesterday")
        world.clock.advance(hours=20)
        first = Terminal(world, TERMINAL, folder / "today", world.terminal)
        for _ in range(3):
            first.serve(visits // 3, rng)
            assert first.beat() is None
        entries = len(first.store.read_audit())
        first.store.close()
        second.store.close()
        return _scene(folder, world, entries)
    finally:
        world.platform.close()


def build_pruned_scene(folder: Path, rng: Random, visits: int = 12) -> Scene:
    """Let half a year pass, so that the terminal has cut off the first three days; yesterday it had not yet."""
    world = build(folder / "world")
    try:
        first = Terminal(world, TERMINAL, folder / "today", world.terminal)
        second = Terminal(world, NEIGHBOUR, folder / "neighbour", _enrol(world, NEIGHBOUR))
        for _ in range(3):
            for terminal in (first, second):
                terminal.serve(visits // 3, rng)
                assert terminal.beat() is None
            world.clock.advance(days=1)
        world.clock.advance(days=190)
        first.line = world.terminal = _renewed(world)
        first.serve(visits // 3, rng)
        assert first.beat() is None
        first.store.close()
        shutil.copytree(folder / "today", folder / "yesterday")
        world.clock.advance(hours=20)
        first = Terminal(world, TERMINAL, folder / "today", world.terminal)
        for _ in range(3):
            first.serve(visits // 3, rng)
            assert first.beat() is None
            first.heads.prune()
        assert first.beat() is None
        rows = first.store.read_audit()
        assert rows[0].seq > visits
        first.store.close()
        second.store.close()
        return _scene(folder, world, rows[-1].seq)
    finally:
        world.platform.close()


def _scene(folder: Path, world: World, entries: int) -> Scene:
    document = audit.signed_heads(world.platform, TERMINAL)
    trust = {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}
    later = world.clock.now() + timedelta(minutes=1)
    return Scene(folder / "today", folder / "yesterday", folder / "neighbour", document, trust, entries, lambda: later)


def _renewed(world: World) -> Client:
    pem = enrolment.renew(world.platform, TERMINAL, csr_pem(world.key)).pem
    return Client(world.app, x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER))


def _enrol(world: World, name: str) -> Client:
    code = enrolment.create(world.platform, name, {"name": "邻近终端"})
    pem = enrolment.enrol(world.platform, code, csr_pem(new_key()), {}).certificate.pem
    return Client(world.app, x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER))
