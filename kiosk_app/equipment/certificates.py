"""Certificates onto A4: fetched from the platform, checked, printed once, reported truthfully; or a link to a phone."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.device import Completion, ErrorKind, Report, Status
from drivers.page_printer import KIND, IppPrinter, PrintDocument, printed_of
from drivers.receipt_printer import JournalError
from kiosk_app.conductor import Performer, Record
from kiosk_app.documents.seals import GENUINE, CheckError, judge
from kiosk_app.health import usable
from kiosk_app.visit.effects import Effect, LinkCertificate, PrintCertificate
from kiosk_app.visit.events import (
    CertificateChecked,
    CertificateEnded,
    CertificateLinked,
    CertificateLinkRefused,
    DeviceChanged,
)
from offline_cache import BadSignature, PlatformClient, PlatformError, PrintJournal, Store
from provisioning import DeviceSpec

if TYPE_CHECKING:
    from kiosk_app.equipment.office import Office
    from kiosk_app.terminal import Options, Terminal

PRINT_SECONDS = 90.0
"""As long as somebody puts paper in; after that the job is taken back, so that nothing comes out for the next one."""
SERIES = "certificate"
INVALID, NOT_PRINTED, PRINTED, UNKNOWN = "invalid", "not_printed", "printed", "unknown"


class Certificates:
    """One A4 printer, or none: then certificates go to phones only. A job's id is `<submission>.<turn>`.

    The bytes of a page live until it is printed or the visit is wiped; no file ever holds them.
    """

    def __init__(
        self,
        spec: DeviceSpec | None,
        store: Store,
        client: PlatformClient,
        authority: Path,
        options: Options,
        terminal: Terminal,
        office: Office,
        record: Record,
    ) -> None:
        """`authority` is the PEM file that seals go back to."""
        self._client = client
        self._authority = authority
        self._clock = options.clock
        self._terminal = terminal
        self._office = office
        self._record = record
        self._work = ThreadPoolExecutor(1, "certificates")
        self._lock = threading.Lock()
        self._visits = 0
        self._open: dict[str, int] = {}
        self._printer: IppPrinter | None = None
        self.last: Status | None = None
        if spec is not None:
            journal = PrintJournal(store, JournalError, SERIES)
            try:
                self._printer = IppPrinter(spec.id, spec.uri, journal, options.clock, options.random_bytes)
            except ValueError:
                return

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {PrintCertificate: self._print, LinkCertificate: self._link}

    def start(self) -> None:
        """Close what a power cut left open as unknown, then start; what lies in the queue is taken back."""
        if self._printer is None:
            self._terminal.post(DeviceChanged(KIND, "no_device", {}))
            return
        for job in self._printer.recover():
            self._record("certificate_finished", {"job": job, "outcome": UNKNOWN, "cause": "none"})
            self._report(job, UNKNOWN)
        self._printer.start(self._hear)

    def nudge(self) -> None:
        """Something was plugged in or pulled out: look at once. Any thread."""
        if self._printer is not None:
            self._printer.nudge()

    def stop(self) -> None:
        """End the printer's owner."""
        if self._printer is not None:
            self._printer.stop()
        self._work.shutdown(wait=False, cancel_futures=True)

    @property
    def idle(self) -> bool:
        """True when nothing is being fetched, checked or printed."""
        return not self._open

    def wipe(self) -> None:
        """The visit is over. A page that is coming out is still the resident's; one that waits is taken back."""
        with self._lock:
            self._visits += 1
            waiting = tuple(self._open)
        if self._printer is not None and not usable(self.last):
            for job in waiting:
                self._printer.cancel(job)

    def _print(self, effect: PrintCertificate) -> None:
        """Loop's thread."""
        if self._printer is None:
            self._end(effect.job, NOT_PRINTED, ErrorKind.OFFLINE.value)
            return
        with self._lock:
            visit = self._open[effect.job] = self._visits
        self._work.submit(self._fetch, effect, visit, self._printer)

    def _fetch(self, effect: PrintCertificate, visit: int, printer: IppPrinter) -> None:
        try:
            page = self._genuine(effect)
        except BadSignature:
            self._refuse(effect.job, "signature")
            return
        except CheckError:
            self._end(effect.job, NOT_PRINTED, ErrorKind.DEVICE_FAULT.value)
            return
        except PlatformError:
            self._end(effect.job, NOT_PRINTED, "network")
            return
        if page is None:
            return
        with self._lock:
            gone = visit != self._visits
        if gone:
            self._end(effect.job, NOT_PRINTED, ErrorKind.CANCELLED.value)
            return
        self._terminal.post(CertificateChecked(effect.job))
        printer.submit(PrintDocument(effect.job, PRINT_SECONDS, effect.job, page, effect.copies))

    def _genuine(self, effect: PrintCertificate) -> bytes | None:
        """The page, when platform and seal both vouch for every byte of it; None when the seal does not."""
        page = self._client.fetch_document(effect.document)
        found = judge(page, self._authority, self._clock.now())
        if found == GENUINE:
            return page
        self._refuse(effect.job, found)
        return None

    def _refuse(self, job: str, why: str) -> None:
        """Never printed. The operators are told: here by the audit, at the platform by the report."""
        self._record("certificate_refused", {"job": job, "why": why})
        self._report(job, INVALID)
        self._end(job, INVALID, "")

    def _end(self, job: str, outcome: str, cause: str = "") -> None:
        with self._lock:
            self._open.pop(job, None)
        self._terminal.post(CertificateEnded(job, outcome, cause))

    def _hear(self, report: Report) -> None:
        """Printer's thread."""
        match report:
            case Status(state=state, detail=detail):
                self.last = report
                self._terminal.post(DeviceChanged(KIND, state.value, dict(detail)))
            case Completion(id=job):
                done = printed_of(report)
                self._report(job, done.outcome.value)
                self._end(job, done.outcome.value, done.cause.value if done.cause else "")

    def _link(self, effect: LinkCertificate) -> None:
        """Loop's thread: ask elsewhere; an answer for a visit that is over is told nobody."""
        visit = self._visits

        def job() -> None:
            try:
                link = self._client.link_document(effect.document)
                event: CertificateLinked | CertificateLinkRefused = CertificateLinked(
                    effect.document, link.url, max(1, math.floor(link.expires_s / 60))
                )
            except PlatformError:
                event = CertificateLinkRefused(effect.document)
            if visit == self._visits:
                self._terminal.post(event)

        self._office.aside(job)

    def _report(self, job: str, outcome: str) -> None:
        submission = job.rpartition(".")[0]
        body = {"job": f"{SERIES}:{job}", "outcome": outcome, "submission": submission}
        self._office.queue("print_result", submission, body)
