"""Sticks at a running terminal: commands as a technician types them, its control socket, its store, its audit chain."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from central_platform import enrolment
from central_platform.authority import Authority
from central_platform.cli import app as platform_app
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import digest, reference_bundle, sign
from kiosk_app.audit import AuditLog
from kiosk_app.catalogues import check_package, try_catalogue
from kiosk_app.commands import app as kiosk_app
from kiosk_app.control import ControlServer
from kiosk_app.control_handlers import handlers
from kiosk_app.engine_room import EngineRoom
from kiosk_app.folders import Folders
from kiosk_app.lab.samples import PACKAGES, desk
from kiosk_app.loop import PlainLoop
from kiosk_app.shelf import Shelf
from kiosk_app.terminal import Options
from kiosk_app.visit.state import State
from offline_cache import (
    CatalogueChanged,
    ClipShelf,
    ItemState,
    PlatformClient,
    SyncEngine,
    SyncReport,
    active_package,
)
from provisioning.identity import Identity
from provisioning.key import KeyProtection
from tests.central_platform.world import TERMINAL, application, csr_pem, new_key
from tests.drivers.speech.baking import bake
from tests.offline_cache.support import RealClock, item, open_at

RUNNER = CliRunner()
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of a platform and the identity of a terminal, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    packages = shutil.copytree(PACKAGES, folder / "packages", ignore=shutil.ignore_patterns("voice"))
    bake(packages / "XF01" / "voice", {"样例意见": 400.0})
    platform = Platform.open(Settings(folder / "data", packages=packages))
    (folder / "data" / "public-url").write_text("https://platform.test")
    key, home = new_key(), folder / "identity"
    home.mkdir()
    code = enrolment.create(platform, TERMINAL, {"name": "样例终端"})
    (home / "terminal.crt").write_text(enrolment.enrol(platform, code, csr_pem(key), {}).certificate.pem)
    (home / "device.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    platform.close()
    return folder


class Place:
    """A data folder of a platform, and a terminal that runs and cannot reach it."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.folder = folder
        for name in ("packages", "data", "identity"):
            shutil.copytree(template / name, folder / name)
        self.packages, self.data, self.stick = folder / "packages", folder / "data", folder / "stick"
        self.state = folder / "kiosk"
        self.stick.mkdir()
        identity = self._identity()
        clock = RealClock()
        self.store = open_at(self.state)
        self.reports: list[SyncReport] = []
        shelf = Shelf(clock.now, desk().site)
        conductor: Any = SimpleNamespace(state=State())
        conductor.dispatch = lambda _event: None
        self.loop = PlainLoop()
        terminal: Any = SimpleNamespace(shelf=shelf, screen=SimpleNamespace(post=self.loop.post), conductor=conductor)
        terminal.keep_front = lambda: None
        self.shelf = shelf
        self.room = room = EngineRoom(Options(Folders(self.state), clock), terminal)
        room.store, room.identity, room.clips = self.store, identity, ClipShelf(self.state / "clips")
        room.audit = AuditLog(self.store, clock, strict=True)
        client = PlatformClient(NOWHERE, None, clock, trusted=identity.trust, timeouts=(0.1, 0.1))
        room.engine = SyncEngine(
            self.store, client, clock, lambda: 0.5, self._hear, terminal=TERMINAL, about=dict,
            validate=check_package, trial=try_catalogue, shelf=room.clips,
        )  # fmt: skip
        self.server = ControlServer(room.options.folders.control, handlers(room), self.loop.post)
        self.thread = threading.Thread(target=self.loop.run, daemon=True)

    def _identity(self) -> Identity:
        home = self.folder / "identity"
        self.authority = Authority.open(self.data / "authority", RealClock().now())
        trust = {name: bytes.fromhex(raw) for name, raw in self.authority.keys.items()}
        certificate = x509.load_pem_x509_certificate((home / "terminal.crt").read_bytes())
        return Identity(TERMINAL, NOWHERE, home, certificate, trust, KeyProtection.FILE, "")

    def _hear(self, report: SyncReport) -> None:
        self.reports.append(report)
        if isinstance(report, CatalogueChanged):
            self.room.reload_catalogue()

    def kiosk(self, *arguments: object) -> Result:
        done = RUNNER.invoke(kiosk_app, [*map(str, arguments), "--state", str(self.state)])
        # What the command posted to the loop has happened when this returns.
        turned = threading.Event()
        self.loop.post(turned.set)
        assert turned.wait(30)
        return done

    def platform(self, *arguments: object) -> Result:
        where = ["--data", str(self.data), "--packages", str(self.packages)]
        return RUNNER.invoke(platform_app, [*map(str, arguments), *where])

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        # What was queued for the chain is written before this returns.
        self.store.write(lambda _connection: None)
        return [(row.entry["event"], row.entry["fields"]) for row in self.store.read_audit()]

    def reference(self, name: str = "reference.bundle", *options: str) -> Path:
        made = self.platform("reference-bundle", self.stick / name, *options)
        assert made.exit_code == 0, made.output
        return self.stick / name

    def state_of_documents(self) -> tuple[list[str], str | None]:
        return self.store.catalogue.names(), self.store.meta.get("catalogue.version")


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Iterator[Place]:
    found = Place(template, tmp_path)
    found.server.start()
    found.thread.start()
    yield found
    found.server.stop()
    found.loop.quit()
    found.thread.join(5)
    found.store.close()


def test_documents_come_from_a_stick_and_cases_go_out_on_it(place: Place) -> None:
    refused = place.kiosk("outbox", "export", place.stick / "out.bundle")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "import a reference bundle" in refused.stderr

    taken = place.kiosk("services", "import", place.reference())
    assert (taken.exit_code, taken.stdout) == (0, "catalogue 1 is in use (before: 0)\n"), taken.output
    assert place.shelf.desk().offered("SB01")
    assert place.room.clips is not None
    assert place.room.clips.services() == {"XF01"}

    place.store.submit(item("case-1", application("XF01", content="楼道灯坏了")))
    wrong = place.store.submit(item("case-2", application("XF01", content=7)))
    exported = place.kiosk("outbox", "export", place.stick / "out.bundle")
    assert exported.exit_code == 0, exported.output
    assert exported.stdout.startswith("2 items (0 of them dead letters, captured 20")
    assert "central-platform import-bundle out.bundle" in exported.stdout

    imported = place.platform("import-bundle", place.stick / "out.bundle", "--json")
    assert imported.exit_code == 1, imported.output
    lines = [json.loads(line) for line in imported.stdout.splitlines()]
    assert [line.get("status") for line in lines] == ["accepted", "rejected", None]
    assert (lines[1]["problem"], lines[2]["accepted"], lines[2]["rejected"]) == ("data-invalid", 1, 1)

    settled = place.kiosk("outbox", "import-answers", lines[2]["answers"])
    assert settled.stdout == "1 accepted, 1 refused and kept as dead letters, 0 no news.\n", settled.output
    assert place.store.row(wrong.id).state is ItemState.DEAD
    again = json.loads(place.kiosk("outbox", "import-answers", lines[2]["answers"], "--json").stdout)
    assert (again["sent"], again["dead"], again["known"]) == (0, 0, 2)

    dead = json.loads(place.kiosk("outbox", "export", place.stick / "dead.bundle", "--dead", "--json").stdout)
    assert (dead["items"], dead["dead"], dead["left"]) == (1, 1, 0)
    assert [name for name, _ in place.events() if "exported" in name or "imported" in name or "refused" in name] == [
        "stick_refused", "reference_imported", "outbox_exported", "answers_imported", "answers_imported",
        "outbox_exported",
    ]  # fmt: skip


def test_a_stick_that_cannot_be_used_changes_nothing_and_is_written_down(place: Place) -> None:
    good = place.reference().read_bytes()
    assert place.kiosk("services", "import", place.reference()).exit_code == 0
    before = place.state_of_documents()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 4
    bad = {
        "cut": (good[: len(good) // 2], "truncated"),
        "short": (good[:8], "truncated"),
        "flipped": (bytes(flipped), "damaged"),
        "longer": (good + b"more", "damaged"),
        "other": (b"PK\3\4" + bytes(100), "not-a-bundle"),
        "empty": (b"", "not-a-bundle"),
    }
    for name, (data, code) in bad.items():
        (place.stick / name).write_bytes(data)
        done = place.kiosk("services", "import", place.stick / name)
        assert (done.exit_code, done.stderr.split(":")[0], done.stderr.count("\n")) == (1, code, 1)
        assert place.events()[-1] == ("stick_refused", {"what": "reference", "why": code})
    os.mkfifo(place.stick / "pipe")
    assert place.kiosk("services", "import", place.stick / "pipe").stderr.startswith("not-a-bundle")
    assert place.kiosk("outbox", "import-answers", place.stick / "pipe").stderr.startswith("unreadable")
    missing = place.kiosk("services", "import", place.stick / "no-such-file")
    assert missing.stderr.startswith("unreadable")
    for name in ("cut", "other"):
        done = place.kiosk("outbox", "import-answers", place.stick / name)
        assert (done.exit_code, done.stderr.split(":")[0]) == (1, "not-a-bundle")
        done = place.platform("import-bundle", place.stick / name)
        assert (done.exit_code, done.stderr.split(":")[0]) == (1, "not-a-bundle")
    assert place.state_of_documents() == before
    assert place.kiosk("outbox", "export", place.stick / "no-folder" / "x").stderr.startswith("unwritable")


def test_a_bundle_of_another_platform_or_with_tampered_documents_is_refused(place: Place, tmp_path: Path) -> None:
    stranger = Platform.open(Settings(tmp_path / "stranger", packages=place.packages))
    from central_platform.reference import bundle

    (place.stick / "foreign").write_bytes(bundle(stranger))
    _, index = stranger.signed_index()
    stranger.close()
    assert place.kiosk("services", "import", place.stick / "foreign").stderr.startswith("signature")
    # The manifest is ours, the index inside is a stranger's: the terminal looks at each signature.
    (place.stick / "mixed").write_bytes(reference_bundle.pack({"index": index}, 9, place.authority.sign))
    mixed = place.kiosk("services", "import", place.stick / "mixed")
    assert (mixed.exit_code, mixed.stderr) == (1, "not taken: index: signature\n")
    assert place.state_of_documents() == ([], None)


def test_an_older_index_is_not_gone_back_to(place: Place) -> None:
    old = place.reference("old.bundle")
    assert place.platform("service", "off", "SB01").exit_code == 0
    assert place.kiosk("services", "import", place.reference("new.bundle")).exit_code == 0
    assert not place.shelf.desk().offered("SB01")
    before = place.state_of_documents()
    done = place.kiosk("services", "import", old)
    assert (done.exit_code, done.stderr) == (1, "not taken: index: older than the active one\n")
    assert place.state_of_documents() == before


def test_the_same_content_gives_the_same_bytes_and_clips_may_stay_at_home(place: Place) -> None:
    assert place.reference("one").read_bytes() == place.reference("two").read_bytes()
    small = place.reference("small", "--without-clips")
    assert small.stat().st_size < (place.stick / "one").stat().st_size
    done = place.kiosk("services", "import", small)
    assert (done.exit_code, done.stderr) == (1, "not taken: XF01: voice: not-found\n")
    assert place.shelf.desk().offered("XF01")


def signed_bundle(place: Place, **changes: Any) -> Path:
    """A bundle whose index the platform signed with something in it that no page can bear."""
    platform = Platform.open(Settings(place.data, packages=place.packages))
    _, index = platform.signed_index()
    value = {**index["signed"], "version": index["signed"]["version"] + 1, **changes}
    documents = {"index": platform.authority.sign(value)}
    for package in platform.catalogue.packages.values():
        documents[f"service/{package.id}"] = platform.authority.sign(dict(package.content))
    path = place.stick / "broken.bundle"
    path.write_bytes(reference_bundle.pack(documents, value["version"], platform.authority.sign))
    platform.close()
    return path


def test_an_index_that_would_not_work_is_not_switched_to(place: Place) -> None:
    assert place.kiosk("services", "import", place.reference()).exit_code == 0
    before, catalogue = place.state_of_documents(), place.shelf.catalogue
    broken: list[tuple[dict[str, Any], str]] = [
        ({"reference": ["a list"]}, "activation: TypeError"),
        ({"reference": {"themes": [{"name": {}}]}}, "activation: KeyError"),
        ({"reference": {"bundles": 7}}, "activation: TypeError"),
        ({"packages": "none"}, "schema"),
    ]
    for changes, why in broken:
        done = place.kiosk("services", "import", signed_bundle(place, **changes))
        assert (done.exit_code, done.stderr) == (1, f"not taken: index: {why}\n")
        assert place.state_of_documents() == before
    assert place.shelf.catalogue is catalogue
    assert active_package(place.store, "SB01", place.room.identity.trust) is not None  # type: ignore[union-attr]


def test_a_stored_catalogue_that_no_longer_works_leaves_the_one_in_use(place: Place) -> None:
    assert place.kiosk("services", "import", place.reference()).exit_code == 0
    catalogue = place.shelf.catalogue
    cached = place.store.catalogue.get("index")
    assert cached is not None
    broken = place.authority.sign({**cached.envelope["signed"], "packages": 7})
    place.store.catalogue.put("index", digest(broken["signed"]), broken)
    place.room.reload_catalogue()
    assert place.shelf.catalogue is catalogue
    assert place.events()[-1] == ("catalogue_refused", {"why": "TypeError"})


def test_commands_without_a_terminal_are_exit_3_and_platform_usage_is_exit_2(place: Place, tmp_path: Path) -> None:
    for command in (["outbox", "export"], ["outbox", "import-answers"], ["services", "import"]):
        done = RUNNER.invoke(kiosk_app, [*command, str(place.stick / "x"), "--state", str(tmp_path / "none")])
        assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
    assert place.platform("import-bundle", place.stick / "none").exit_code == 2
    assert place.platform("reference-bundle", place.stick / "x", "--terminal", "XC-9999").exit_code == 2
    assert place.platform("service", "off", "ZZ99").exit_code == 1
    (place.data / "public-url").unlink()
    (place.stick / "some").write_bytes(b"x")
    told = place.platform("import-bundle", place.stick / "some")
    assert (told.exit_code, "--public-url" in told.stderr) == (2, True)


def test_the_profile_of_this_terminal_comes_along_and_no_other(place: Place) -> None:
    platform = Platform.open(Settings(place.data, packages=place.packages))
    enrolment.create(platform, "XC-0043", {"name": "另一台"})
    platform.close()
    assert place.kiosk("services", "import", place.reference("other", "--terminal", "XC-0043")).exit_code == 0
    assert place.store.catalogue.get("profile") is None
    assert place.kiosk("services", "import", place.reference("ours", "--terminal", TERMINAL)).exit_code == 0
    profile = place.store.catalogue.get("profile")
    assert profile is not None
    assert profile.envelope["signed"]["terminal"] == TERMINAL


def test_an_older_or_an_expired_profile_is_left_out_and_the_rest_is_taken(place: Place) -> None:
    identity = place.room.identity
    assert identity is not None
    old = place.reference("old", "--terminal", TERMINAL)
    platform = Platform.open(Settings(place.data, packages=place.packages))
    enrolment.create(platform, TERMINAL, {"name": "新的名字"})
    platform.close()
    new = place.reference("new", "--terminal", TERMINAL)
    # What the engine room does with a profile that came: it is kept beside the identity.
    assert place.kiosk("services", "import", new).exit_code == 0
    cached = place.store.catalogue.get("profile")
    assert cached is not None
    identity.profile_file.write_text(json.dumps(cached.envelope))
    done = place.kiosk("services", "import", old)
    assert (done.exit_code, done.stderr) == (1, "not taken: profile: profile-older\n")
    expired = place.authority.sign({**cached.envelope["signed"], "rev": 99, "expires": "2020-01-01T00:00:00+08:00"})
    index = place.store.catalogue.get("index")
    assert index is not None
    documents = {"index": dict(index.envelope), f"profile/{TERMINAL}": expired}
    (place.stick / "late").write_bytes(reference_bundle.pack(documents, 1, place.authority.sign))
    assert "not taken: profile: profile-expired\n" in place.kiosk("services", "import", place.stick / "late").stderr
    assert place.store.catalogue.get("profile") == cached


def test_a_switch_file_written_by_hand_takes_nobody_down(place: Place) -> None:
    assert place.platform("service", "off", "SB01").exit_code == 0
    platform = Platform.open(Settings(place.data, packages=place.packages))
    (place.data / "closed.json").write_text("SB01, please")
    _, index = platform.signed_index()
    platform.close()
    assert [entry["id"] for entry in index["signed"]["packages"] if not entry["active"]] == ["SB01"]


def test_a_package_whose_signature_is_a_strangers_is_left_out(place: Place) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    platform = Platform.open(Settings(place.data, packages=place.packages))
    _, index = platform.signed_index()
    forged = sign(dict(platform.catalogue.packages["SB01"].content), Ed25519PrivateKey.generate())
    documents = {"index": index, "service/SB01": forged}
    (place.stick / "forged").write_bytes(reference_bundle.pack(documents, 1, platform.authority.sign))
    platform.close()
    done = place.kiosk("services", "import", place.stick / "forged")
    assert done.exit_code == 1
    assert "not taken: SB01: signature\n" in done.stderr
    assert not place.shelf.desk().offered("SB01")


@pytest.mark.parametrize("whole", [True, False])
def test_what_came_with_an_enrolment_is_taken_at_the_first_start_and_done_with(place: Place, whole: bool) -> None:
    arrived = place.room.options.folders.arrived
    data = place.reference().read_bytes()
    arrived.write_bytes(data if whole else data[:-100])
    place.room._take_arrived()
    assert not arrived.exists()
    (told,) = [name for name, _ in place.events() if name in {"reference_imported", "stick_refused"}]
    assert told == ("reference_imported" if whole else "stick_refused")
