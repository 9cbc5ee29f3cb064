"""The workbench of technicians: compares their codes, looks things up, does what they ask, and has all of it audited.

The list of technicians and what is remembered of wrong codes lie in the encrypted store. A code counts only when that
memory could be written: a store that takes nothing lets nobody in.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from kiosk_app.conductor import Performer, Record
from kiosk_app.equipment.bench_lines import Used
from kiosk_app.identity.one_time import Tries, judge
from kiosk_app.identity.witness import card_hash
from kiosk_app.visit.effects import CheckTechnician, Effect, UseTool
from kiosk_app.visit.events import CertificateEnded, Event, PrintEnded, ServiceWithheld, TechnicianChecked, ToolTold
from kiosk_app.visit.state import State
from kiosk_app.visit.workbench import Line
from offline_cache import Store, StoreError
from provisioning.technicians import Technicians

_LOG = logging.getLogger(__name__)
TRIES, SUPPLIES, WITHHELD = "technician.tries/", "technician.used/", "technician.withheld"
"""Facts of the store: wrong codes by technician, what was printed by printer, why the terminal is out of service."""
PRINTERS = {PrintEnded: "receipt_printer", CertificateEnded: "page_printer"}


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> datetime:
        """Return the wall time, aware."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """One tool's two hands: `look` makes its lines, `do` does one act and returns a word of `tech.told`."""

    look: Callable[[], tuple[Line, ...]]
    do: Callable[[str], str] = lambda act: "failed"


class Workbench:
    """Performs what technician mode asks. One worker; `technician` and `stepped` are for the loop's thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        drawers: Mapping[str, Drawer],
        post: Callable[[Event], None],
        record: Record,
    ) -> None:
        self._store = store
        self._clock = clock
        self._drawers = drawers
        self._post = post
        self._record = record
        self._roll: Technicians | None = None
        self._worker = ThreadPoolExecutor(1, "workbench")

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {
            CheckTechnician: self._check_later,
            UseTool: self._use_later,
        }

    def _check_later(self, effect: CheckTechnician) -> None:
        self._worker.submit(self._check, effect)

    def _use_later(self, effect: UseTool) -> None:
        self._worker.submit(self._use, effect)

    def start(self) -> None:
        """Take up what a technician decided before the last start."""
        if why := self._store.meta.get(WITHHELD):
            self._post(ServiceWithheld(why))

    def stop(self) -> None:
        """Finish what was begun."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def learn(self, roll: Technicians | None) -> None:
        """Go by this list from now on."""
        self._roll = roll

    def technician(self, number: str) -> str:
        """Return the id of the technician whose card has this number, "" for everybody else."""
        roll, found = self._roll, ""
        for one in roll.records if roll is not None else ():
            if hmac.compare_digest(card_hash(one.salt, number), one.card_hash):
                found = one.id
        return found

    def withhold(self, why: str) -> None:
        """Take the terminal out of service, or (empty) give it back; kept over a restart."""
        if why:
            self._store.meta.set(WITHHELD, why)
        else:
            self._store.meta.delete(WITHHELD)
        self._post(ServiceWithheld(why))

    def used(self, printer: str) -> Used:
        """Return what was printed since the last change of paper."""
        kept = self._store.meta.get(SUPPLIES + printer)
        return Used(**json.loads(kept)) if kept else Used()

    def changed(self, printer: str) -> None:
        """New paper lies in this printer: what the one before gave is what this one may give."""
        now = Used(0, self.used(printer).since, self._clock.now().isoformat(timespec="seconds"))
        self._store.meta.set(SUPPLIES + printer, json.dumps(asdict(now)))

    def stepped(self, event: Event, state: State) -> None:
        """Count what comes out of the printers."""
        printer = PRINTERS.get(type(event))
        if printer is not None and getattr(event, "outcome", "") == "printed":
            self._worker.submit(self._count, printer)

    def _count(self, printer: str) -> None:
        before = self.used(printer)
        counted = Used(before.since + 1, before.before, before.changed)
        try:
            self._store.meta.set(SUPPLIES + printer, json.dumps(asdict(counted)))
        except StoreError as error:
            _LOG.warning("a sheet was not counted: %s", type(error).__name__)

    def _check(self, effect: CheckTechnician) -> None:
        try:
            answer, failures = self._judged(effect)
        except StoreError:
            answer, failures = TechnicianChecked(effect.technician, why="store"), 0
        if answer.why:
            self._record(
                "technician_refused", {"technician": effect.technician, "why": answer.why, "failures": failures}
            )
        self._post(answer)

    def _judged(self, effect: CheckTechnician) -> tuple[TechnicianChecked, int]:
        roll, now, name = self._roll, self._clock.now(), effect.technician
        known = roll.get(name) if roll is not None else None
        if roll is None or known is None or known.until <= now:
            return TechnicianChecked(name, why="revoked"), 0
        if roll.expires <= now:
            return TechnicianChecked(name, why="stale"), 0
        verdict = judge(known.secret, effect.code, now, self._tries(name))
        self._store.meta.set(TRIES + name, _text(verdict.tries))
        who = known.name if not verdict.why else ""
        return TechnicianChecked(name, who, verdict.why, verdict.locked_s), verdict.tries.failures

    def _tries(self, technician: str) -> Tries:
        kept = self._store.meta.get(TRIES + technician)
        if not kept:
            return Tries()
        value = json.loads(kept)
        until = datetime.fromisoformat(value["until"]) if value["until"] else None
        return Tries(int(value["failures"]), int(value["last"]), until)

    def _use(self, effect: UseTool) -> None:
        drawer = self._drawers.get(effect.tool)
        if drawer is None:
            return
        told = ""
        if effect.act:
            told = self._done(drawer, effect)
        try:
            lines = drawer.look()
        except Exception as error:  # noqa: BLE001 - a look at a broken terminal may fail in any way; the page says so
            _LOG.warning("technician's page %s: %s", effect.tool, type(error).__name__)
            lines, told = (), "failed"
        self._post(ToolTold(effect.tool, lines, told))

    def _done(self, drawer: Drawer, effect: UseTool) -> str:
        act, _, subject = effect.act.partition(".")
        try:
            told = drawer.do(effect.act)
        except Exception as error:  # noqa: BLE001 - as above
            _LOG.warning("technician's %s: %s", act, type(error).__name__)
            told = "failed"
        self._record(
            "technician_did",
            {
                "technician": effect.technician,
                "tool": effect.tool,
                "act": act,
                "subject": subject or "none",
                "outcome": told,
            },
        )
        return told


def _text(tries: Tries) -> str:
    until = tries.until.isoformat() if tries.until is not None else None
    return json.dumps({"failures": tries.failures, "last": tries.last, "until": until})
