"""From the platform's seal to the tray: a real platform on TLS, a real check, the printer's simulator on its wire."""

from __future__ import annotations

import itertools
import os
import queue
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from central_platform import enrolment
from central_platform.certificates import Seal
from central_platform.logbook import Logbook
from central_platform.platform import Platform
from central_platform.settings import Settings
from central_platform.wire.lab import FaultMode
from contracts import digest
from contracts.id_number import check_character
from kiosk_app.audit import AuditLog
from kiosk_app.documents.seals import judge
from kiosk_app.equipment.certificates import Certificates
from kiosk_app.equipment.office import Office
from kiosk_app.lab.samples import PACKAGES
from kiosk_app.lab.tray import words_of
from kiosk_app.visit.effects import LinkCertificate, PrintCertificate
from kiosk_app.visit.events import (
    CertificateChecked,
    CertificateEnded,
    CertificateLinked,
    CertificateLinkRefused,
    DeviceChanged,
    Event,
)
from offline_cache import PlatformClient
from provisioning import DeviceSpec, enrol, load_identity
from provisioning.platform_http import PlatformHttp
from tests.central_platform.live import served
from tests.central_platform.world import TERMINAL
from tests.drivers.page_printer.lab import Simulator, simulator
from tests.offline_cache.support import RealClock, new_id, open_at

PATIENCE_S = 20.0
BODY = "110102198807210"
PERSON = {"name": "测试丙", "id_no": BODY + "03" + check_character(BODY + "03")}


class Crooked:
    """A seal service that lets a byte change after it has sealed."""

    def __init__(self, honest: Seal) -> None:
        self.words, self.warning, self._honest = honest.words, honest.warning, honest

    def set_on(self, page: bytes, office: str, at: Any) -> bytes:
        sealed = bytearray(self._honest.set_on(page, office, at))
        sealed[len(page) // 2] ^= 1
        return bytes(sealed)


class Kiosk:
    """The certificate part of a terminal that is enrolled with a platform, and what it tells."""

    def __init__(self, folder: Path, platform: Platform, port: int, uri: str | None) -> None:
        clock = RealClock()
        code = enrolment.create(platform, TERMINAL, {"name": "样例终端"})
        url, pinned = f"https://127.0.0.1:{port}", platform.authority.fingerprint
        enrol(PlatformHttp(clock), url, code, pinned, folder / "provision", clock, os.urandom)
        identity = load_identity(folder / "provision")
        self.client = PlatformClient(identity.url, identity, clock, trusted=identity.trust, timeouts=(2.0, 20.0))
        self.store = open_at(folder)
        self.events: queue.Queue[Event] = queue.Queue()
        self.recorded: list[tuple[str, Mapping[str, Any]]] = []
        self._log = AuditLog(None, clock, strict=True)
        self.office = Office(
            self.store, self.client, TERMINAL, clock, secrets.token_bytes, (), self.events.put, self._record
        )
        self.certificates = Certificates(
            DeviceSpec("sheets-1", "page_printer", uri, {}) if uri else None,
            self.store,
            self.client,
            identity.ca_path,
            cast(Any, SimpleNamespace(clock=clock, random_bytes=secrets.token_bytes)),
            cast(Any, SimpleNamespace(post=self.events.put)),
            self.office,
            self._record,
        )
        self.authority, self.clock = identity.ca_path, clock
        self._seq = itertools.count(1)

    def _record(self, name: str, fields: Mapping[str, Any]) -> None:
        self._log.record(name, fields)
        self.recorded.append((name, fields))

    def apply(self) -> str:
        """Hand a case in; returns what opens its certificate."""
        evidence = [{"kind": "card", "layout": "resident"}, {"kind": "face", "live": "challenge"}]
        body = {
            "service": "SB01",
            "service_version": 2,
            "answers": {"periodFrom": "2025-11", "periodTo": "2026-10", "purpose": "loan", "copies": 1},
            "person": PERSON,
            "level": "L2",
            "evidence": evidence,
            "lang": "zh",
        }
        case = new_id()
        sent = {
            "id": case,
            "seq": next(self._seq),
            "case_key": case,
            "kind": "application",
            "schema": "1",
            "captured_at": self.clock.now().isoformat(),
            "mono_ms": 1,
            "boot_id": "boot-1",
            "digest": digest(body),
            "body": body,
        }
        (result,) = self.client.submit_batch(case, TERMINAL, [sent]).results
        assert result.receipt is not None, result.problem
        return str(result.receipt["result"]["document"])

    def do(self, effect: PrintCertificate | LinkCertificate) -> None:
        self.certificates.performers()[type(effect)](effect)

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        end = time.monotonic() + PATIENCE_S
        seen = []
        while True:
            left = end - time.monotonic()
            assert left > 0, seen
            try:
                event = self.events.get(timeout=left)
            except queue.Empty:
                continue
            seen.append(event)
            if wanted(event):
                return event

    def ended(self, job: str) -> CertificateEnded:
        found = self.until(lambda event: isinstance(event, CertificateEnded) and event.job == job)
        assert isinstance(found, CertificateEnded)
        return found

    def ready(self) -> None:
        self.until(lambda e: isinstance(e, DeviceChanged) and e.state == "online" and e.kind == "page_printer")

    def close(self) -> None:
        self.certificates.stop()
        self.office.close()
        self.store.close()
        self.client.close()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    shutil.copytree(PACKAGES / "SB01", tmp_path / "packages" / "SB01", ignore=shutil.ignore_patterns("voice"))
    settings = Settings(tmp_path / "data", packages=tmp_path / "packages", public_url="https://platform.test")
    found = Platform.open(settings, logbook=Logbook(None))
    yield found
    found.close()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Simulator]:
    with simulator(tmp_path, "--unpaced") as found:
        yield found


@contextmanager
def kiosk(folder: Path, platform: Platform, uri: str | None) -> Iterator[Kiosk]:
    with served(platform) as port:
        found = Kiosk(folder / "kiosk", platform, port, uri)
        found.certificates.start()
        try:
            yield found
        finally:
            found.close()


def test_a_genuine_certificate_comes_out_once(platform: Platform, printer: Simulator, tmp_path: Path) -> None:
    with kiosk(tmp_path, platform, printer.uri) as room:
        room.ready()
        document = room.apply()
        room.do(PrintCertificate("case-1.0", document, 1))
        room.until(lambda event: event == CertificateChecked("case-1.0"))
        assert room.ended("case-1.0") == CertificateEnded("case-1.0", "printed")
        (page,) = printer.printed
        assert judge(page.read_bytes(), room.authority, room.clock.now()) == "genuine"
        said = "".join(words_of(page.read_bytes()).split())
        assert PERSON["name"] in said
        assert PERSON["id_no"] in said
        assert "测试章" in said
        assert room.certificates.idle
        assert room.store.list_items(), "what became of it is reported"


def test_one_changed_byte_under_the_seal_and_nothing_is_printed(
    platform: Platform, printer: Simulator, tmp_path: Path
) -> None:
    platform.seal = Crooked(platform.seal)
    with kiosk(tmp_path, platform, printer.uri) as room:
        room.ready()
        room.do(PrintCertificate("case-1.0", room.apply(), 1))
        assert room.ended("case-1.0") == CertificateEnded("case-1.0", "invalid")
        assert printer.printed == []
        assert ("certificate_refused", {"job": "case-1.0", "why": "changed"}) in room.recorded


def test_a_page_that_the_platform_did_not_sign_is_not_printed(
    platform: Platform, printer: Simulator, tmp_path: Path
) -> None:
    with kiosk(tmp_path, platform, printer.uri) as room:
        room.ready()
        document = room.apply()
        room.client.trust({})
        room.do(PrintCertificate("case-1.0", document, 1))
        assert room.ended("case-1.0") == CertificateEnded("case-1.0", "invalid")
        assert printer.printed == []
        assert ("certificate_refused", {"job": "case-1.0", "why": "signature"}) in room.recorded


def test_without_a_network_nothing_is_printed_and_nothing_is_wrong_with_it(
    platform: Platform, printer: Simulator, tmp_path: Path
) -> None:
    with kiosk(tmp_path, platform, printer.uri) as room:
        room.ready()
        document = room.apply()
        platform.faults.set(FaultMode.CLOSE, 1, "/v1/documents")
        room.do(PrintCertificate("case-1.0", document, 1))
        assert room.ended("case-1.0") == CertificateEnded("case-1.0", "not_printed", "network")
        room.do(PrintCertificate("case-1.0", document, 1))
        assert room.ended("case-1.0").outcome == "printed"


def test_a_document_that_the_platform_does_not_know(platform: Platform, printer: Simulator, tmp_path: Path) -> None:
    with kiosk(tmp_path, platform, printer.uri) as room:
        room.ready()
        room.do(PrintCertificate("case-1.0", "A" * 22, 1))
        assert room.ended("case-1.0").outcome == "not_printed"
        room.do(LinkCertificate("A" * 22))
        assert room.until(
            lambda e: isinstance(e, CertificateLinkRefused | CertificateLinked)
        ) == CertificateLinkRefused("A" * 22)


def test_a_visit_that_ends_while_the_printer_has_no_paper_leaves_nothing_for_the_next_resident(
    platform: Platform, printer: Simulator, tmp_path: Path
) -> None:
    with kiosk(tmp_path, platform, printer.uri) as room:
        room.ready()
        document = room.apply()
        printer.set(stalled=True)
        room.do(PrintCertificate("case-1.0", document, 1))
        room.until(lambda event: event == CertificateChecked("case-1.0"))
        printer.wait_for_state("processing")
        printer.set(paper="out")
        room.until(lambda e: isinstance(e, DeviceChanged) and e.detail.get("paper") == "out")
        room.certificates.wipe()
        assert room.ended("case-1.0").outcome in {"not_printed", "unknown"}
        printer.set(paper="full", stalled=False)
        room.ready()
        assert printer.unfinished == []
        assert printer.printed == []


def test_the_phone_gets_an_address(platform: Platform, tmp_path: Path) -> None:
    with kiosk(tmp_path, platform, None) as room:
        document = room.apply()
        room.do(LinkCertificate(document))
        found = room.until(lambda event: isinstance(event, CertificateLinked))
        assert isinstance(found, CertificateLinked)
        assert found.url.startswith("https://platform.test/take/")
        assert found.minutes == 30
        room.do(PrintCertificate("case-1.0", document, 1))
        assert room.ended("case-1.0") == CertificateEnded("case-1.0", "not_printed", "offline")


def test_an_address_for_a_visit_that_is_over_is_told_nobody(platform: Platform, tmp_path: Path) -> None:
    with kiosk(tmp_path, platform, None) as room:
        document = room.apply()
        room.do(LinkCertificate(document))
        room.certificates.wipe()
        room.office._line.shutdown(wait=True)
        assert not [event for event in list(room.events.queue) if isinstance(event, CertificateLinked)]
