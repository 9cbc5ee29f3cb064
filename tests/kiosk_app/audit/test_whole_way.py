"""Terminal, platform process, mutual TLS, control socket, command: from the first heartbeat to an old disk."""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from typer.testing import CliRunner

from central_platform.cli import app as platform
from kiosk_app.commands import app
from kiosk_app.control import ControlServer
from kiosk_app.control_handlers import handlers
from kiosk_app.folders import Folders
from kiosk_app.loop import PlainLoop
from offline_cache import (
    AuditAlarm,
    Keyring,
    Limits,
    PlatformClient,
    Store,
    SyncEngine,
    SyncReport,
    SyncSettings,
    open_store,
)
from offline_cache.store.custody import MAGIC
from offline_cache.sync.countersigned import Countersigned
from provisioning import enrol, load_identity
from provisioning.platform_http import PlatformHttp
from tests.offline_cache.support import RealClock, open_at, until
from tests.offline_cache.test_against_platform import Enrolled, enrolled

__all__ = ["enrolled"]


class Running:
    """A terminal that beats and answers on its control socket."""

    def __init__(self, place: Enrolled, folder: Path, client: PlatformClient) -> None:
        self.folder = folder
        self.store: Store = open_at(folder)
        self.reports: list[SyncReport] = []
        self.engine = SyncEngine(
            self.store, client, RealClock(), random.random, self.reports.append, terminal=place.terminal,
            about=lambda: {"version": "0.1.0", "state": "in_service", "devices": []},
            settings=SyncSettings(base_s=0.05, cap_s=0.2),
        )  # fmt: skip
        room: Any = SimpleNamespace(
            store=self.store, identity=SimpleNamespace(terminal=place.terminal, trust=place.keys), client=client
        )
        self.loop = PlainLoop()
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.control = ControlServer(Folders(folder).control, handlers(room), self.loop.post)

    def note(self, count: int = 3) -> int:
        for _ in range(count):
            self.store.append_audit({"event": "back_in_service", "fields": {}})
        return self.store.read_audit()[-1].seq

    def beaten(self, seq: int) -> None:
        """Wait until the platform has countersigned up to here."""

        def there() -> bool:
            self.engine.poke()
            return any(f'"seq": {seq},' in text or f'"seq": {seq}}}' in text for text in self.store.heads.all())

        until(there, 15)

    def verify(self, *more: str) -> tuple[int, dict[str, Any], str]:
        done = CliRunner().invoke(app, ["audit", "verify", "--json", "--state", str(self.folder), *more])
        return done.exit_code, json.loads(done.stdout) if done.stdout else {}, done.stderr


@contextmanager
def running(place: Enrolled, folder: Path) -> Iterator[Running]:
    with place.client() as client:
        terminal = Running(place, folder, client)
        terminal.thread.start()
        terminal.control.start()
        terminal.engine.start()
        try:
            yield terminal
        finally:
            terminal.engine.stop()
            terminal.control.stop()
            terminal.loop.quit()
            terminal.thread.join(5)
            terminal.store.close()


def test_from_the_first_heartbeat_to_an_old_disk(enrolled: Enrolled, tmp_path: Path) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "yesterday"
    with running(enrolled, disk) as terminal:
        terminal.beaten(terminal.note())
        code, told, _ = terminal.verify("--live")
        assert (code, told["finding"], told["agreed"], told["known"]) == (0, "whole", told["last"], told["saved"])
    shutil.copytree(disk, kept, ignore=shutil.ignore_patterns("*.sock"))
    with running(enrolled, disk) as terminal:
        # The answer to a heartbeat is lost: the platform knows a head whose signature never came.
        enrolled.lab("POST", "/lab/faults", {"mode": "drop-after-commit", "count": 1, "path": "/v1/heartbeat"})
        terminal.note()
        terminal.engine.poke()
        terminal.beaten(terminal.note())
        code, told, _ = terminal.verify("--live")
        assert (code, told["ok"]) == (0, True)
        newest = told["last"]
        with enrolled.client() as client:
            exported = client.audit_heads().envelope
    heads = tmp_path / "heads.json"
    heads.write_text(json.dumps(exported), encoding="utf-8")
    with running(enrolled, kept) as terminal:
        until(lambda: AuditAlarm("rolled_back") in terminal.reports, 15)
        # The old disk itself sees nothing wrong; the platform's heads do, live or as a file.
        assert terminal.verify()[0] == 0
        for way in (["--live"], ["--heads", str(heads)]):
            code, told, _ = terminal.verify(*way)
            assert (code, told["finding"]) == (1, "rolled_back")
        spoken = CliRunner().invoke(app, ["audit", "verify", "--live", "--lang", "en", "--state", str(kept)])
        assert "older disk" in spoken.stdout
        # It goes on as if nothing had been, past what is known: asked, it cannot show the entry that was signed.
        while terminal.note() <= newest + 2:
            pass
        terminal.engine.poke()
        until(lambda: {AuditAlarm("rebuilt"), AuditAlarm("rolled_back")} <= set(terminal.reports), 15)
        assert terminal.verify("--live")[1]["finding"] == "rebuilt"
    # And whoever watches the fleet sees both.
    data = enrolled.files.ca_path.parents[1]
    place = ("--data", str(data), "--packages", str(data.with_name("packages")))
    seen = CliRunner().invoke(platform, ["alarms", "--json", *place])
    alarms = [json.loads(line) for line in seen.stdout.splitlines()]
    assert {alarm["kind"] for alarm in alarms} == {"chain_rolled_back", "chain_rebuilt"}
    assert {alarm["terminal"] for alarm in alarms} == {enrolled.terminal}
    closed = ("acknowledge", str(alarms[0]["id"]), "--by", "值班员甲", "--note", "装回了旧磁盘")
    done = CliRunner().invoke(platform, ["alarms", *closed, *place])
    assert (done.exit_code, json.loads(done.stdout)["new_life"]) == (0, True)
    assert CliRunner().invoke(platform, ["alarms", *place]).exit_code == 0


def test_the_exported_audit_is_judged_far_from_the_terminal(enrolled: Enrolled, tmp_path: Path) -> None:
    file, keys = tmp_path / "audit.jsonl", Folders(tmp_path / "keys")
    slot = enrolled.lab("POST", "/lab/terminals", {"name": "再一台"})
    ca = x509.load_pem_x509_certificate(enrolled.files.ca_path.read_bytes())
    fingerprint = ca.fingerprint(hashes.SHA256()).hex()
    enrol(PlatformHttp(RealClock()), enrolled.url, slot["code"], fingerprint, keys.provision, RealClock(), os.urandom)
    with running(enrolled, tmp_path / "disk") as terminal:
        for _ in range(1200):
            terminal.store.append_audit_later({"event": "back_in_service", "fields": {}})
        count = terminal.note(1)
        state = ("--state", str(terminal.folder))
        assert CliRunner().invoke(app, ["audit", "export", str(file), *state]).exit_code == 0
        nowhere = CliRunner().invoke(app, ["audit", "export", str(tmp_path / "none" / "x"), *state])
        assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (1, 1)

    def judged() -> tuple[int, dict[str, Any]]:
        done = CliRunner().invoke(app, ["audit", "verify", "--json", "--file", str(file), "--state", str(keys.root)])
        return done.exit_code, json.loads(done.stdout) if done.stdout else {}

    code, told = judged()
    assert (code, told["finding"], told["count"]) == (0, "whole", count)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines[:700], *lines[701:]]), encoding="utf-8")
    assert judged()[1]["finding"] == "missing"
    for text in ("", "{}", lines[0] + "[]\n", lines[0] + "{"):
        file.write_text(text, encoding="utf-8")
        assert judged() == (1, {})


def test_heads_that_cannot_be_used_are_wrong_usage_and_a_dead_platform_is_exit_3(
    enrolled: Enrolled,
    tmp_path: Path,
) -> None:
    nowhere = Enrolled("https://127.0.0.1:9", enrolled.files, enrolled.terminal, enrolled.keys)
    with running(nowhere, tmp_path / "disk") as terminal:
        terminal.note()
        wrong = tmp_path / "wrong.json"
        for text in ("{", "[]", '{"signed": {}, "signatures": []}'):
            wrong.write_text(text, encoding="utf-8")
            code, _, said = terminal.verify("--heads", str(wrong))
            assert (code, "central-platform audit-heads" in said, said.count("\n")) == (2, True, 1)
        assert terminal.verify("--heads", str(tmp_path / "none"))[0] == 2
        assert terminal.verify("--heads", str(wrong), "--live")[0] == 2
        code, _, said = terminal.verify("--live")
        assert (code, "--heads" in said, said.count("\n")) == (3, True, 1)
        assert terminal.verify()[0] == 0


def test_a_disk_is_judged_elsewhere_and_stays_as_it_is(enrolled: Enrolled, tmp_path: Path) -> None:
    place = Folders(tmp_path / "state")
    slot = enrolled.lab("POST", "/lab/terminals", {"name": "另一台"})
    ca = x509.load_pem_x509_certificate(enrolled.files.ca_path.read_bytes())
    fingerprint = ca.fingerprint(hashes.SHA256()).hex()
    enrol(PlatformHttp(RealClock()), enrolled.url, slot["code"], fingerprint, place.provision, RealClock(), os.urandom)
    identity = load_identity(place.provision)
    client = PlatformClient(enrolled.url, identity, RealClock(), trusted=identity.trust, timeouts=(2.0, 10.0))
    with open_store(
        place.store, Keyring(place.key), RealClock(), "b", Limits(min_free_bytes=0, reserve_bytes=0)
    ) as store:
        side = Countersigned(store, identity.terminal, lambda: identity.trust, lambda report: None)
        for _ in range(3):
            store.append_audit({"event": "back_in_service", "fields": {}})
            beat = {"version": "1", "state": "ok", "devices": []}
            claim = side.claim()
            at = RealClock().now().isoformat()
            side.took(claim, client.heartbeat({**beat, "terminal": identity.terminal, "at": at, "audit": claim}).audit)
        heads = tmp_path / "heads.json"
        heads.write_text(json.dumps(client.audit_heads().envelope), encoding="utf-8")
        shutil.copytree(place.root, tmp_path / "taken")
    client.close()

    def judged(*more: str) -> tuple[int, dict[str, Any], str]:
        done = CliRunner().invoke(app, ["audit", "verify", "--json", "--disk", str(tmp_path / "taken"), *more])
        return done.exit_code, json.loads(done.stdout) if done.stdout else {}, done.stderr

    taken = Folders(tmp_path / "taken")
    before = {path: path.read_bytes() for path in taken.store.parent.iterdir()}
    # The log was not folded into the file: its entries count.
    assert taken.store.with_name("store.db-wal").stat().st_size > 0
    code, told, _ = judged("--heads", str(heads))
    assert (code, told["finding"], told["agreed"], told["saved"]) == (0, "whole", 3, 3)
    assert {path: path.read_bytes() for path in taken.store.parent.iterdir()} == before
    taken.store.with_name("store.db-wal").unlink()
    assert judged("--heads", str(heads))[1]["finding"] == "rolled_back"
    # Keys that were put in the platform's place refuse the platform's own heads.
    trust = load_identity(taken.provision).folder / "trust.json"
    trust.write_text(trust.read_text("utf-8").replace(next(iter(identity.trust)), "0123456789abcdef"), encoding="utf-8")
    code, _, said = judged("--heads", str(heads))
    assert (code in (1, 2), said.count("\n")) == (True, 1)
    taken.key.write_bytes(bytes(32))
    assert judged()[0] == 1
    taken.key.write_bytes(MAGIC + b"tpm\nsealed by something else")
    code, _, said = judged()
    assert (code, "TPM" in said) == (1, True)
    taken.key.unlink()
    assert judged()[0] == 1
    assert judged("--live")[0] == 2
