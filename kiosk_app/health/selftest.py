"""The self-test of a terminal, pure: when it is due, what it becomes, and what its findings close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from contracts import digest_bytes
from contracts.readiness import KIND, MACHINE, VERSION
from drivers.device import DeviceState, Status
from kiosk_app.clock import BEIJING
from provisioning import CheckResult, CheckState

QUIET_FROM_H, QUIET_HOURS = 2, 3
"""Between two and five in the morning nobody stands at a terminal; each takes its own minute of it."""
MOST_STARTING_S = 30.0
"""So long devices may take to start before the self-test at boot counts without them."""


class Occasion(StrEnum):
    """Why a self-test was run."""

    BOOT = "boot"
    DAILY = "daily"
    DEMAND = "demand"
    TECHNICIAN = "technician"
    COLD = "cold"


class Closes(StrEnum):
    """What a failed check closes. `store`: nobody is served, because what is promised could not be kept."""

    NOTHING = "nothing"
    PACKAGE = "package"
    IDENTIFIED = "identified"
    EVERYTHING = "everything"


CLOSES: Mapping[str, Closes] = {
    "store": Closes.EVERYTHING,
    "store_key": Closes.EVERYTHING,
    "store_pages": Closes.EVERYTHING,
    "disk": Closes.EVERYTHING,
    "disk_write": Closes.EVERYTHING,
    "profile": Closes.EVERYTHING,
    "fonts": Closes.EVERYTHING,
    "swap": Closes.IDENTIFIED,
    "packages": Closes.PACKAGE,
    "audit": Closes.NOTHING,
    "catalogue": Closes.NOTHING,
    "certificate": Closes.NOTHING,
    "clock": Closes.NOTHING,
    "outbox": Closes.NOTHING,
    "voice": Closes.NOTHING,
    "audio": Closes.NOTHING,
    "service_voice": Closes.NOTHING,
    "parts": Closes.NOTHING,
    "service": Closes.NOTHING,
    "reach": Closes.NOTHING,
    "platform": Closes.NOTHING,
    "speech_loop": Closes.NOTHING,
    "screen": Closes.NOTHING,
    "touch": Closes.NOTHING,
    "memory": Closes.NOTHING,
    "temperature": Closes.NOTHING,
}
"""Check -> what it closes when it fails; `docs/self-test.md` says why.

Nothing where another rule holds already: without a valid certificate the platform is not reached, and the verdict of
the network closes what needs it; a wrong clock is put right by the platform's signed time; dead letters are kept and
hinder no new case; entries of the audit wait in memory; captions carry the words where there is no voice.
"""


@dataclass(frozen=True, slots=True)
class Closing:
    """What a self-test closes: everything for one reason (a check's id), or some services."""

    everything: str = ""
    identified: bool = False
    packages: frozenset[str] = frozenset()

    def services(self, levels: Mapping[str, str]) -> frozenset[str]:
        """Return the services to close; `levels` is service -> L0 to L3."""
        personal = {service for service, level in levels.items() if level != "L0"} if self.identified else set()
        return frozenset(personal | (self.packages & set(levels)))


def closing(results: Iterable[CheckResult], damaged: frozenset[str] = frozenset()) -> Closing:
    """Return what these results close; `damaged` are packages whose signature does not hold."""
    failed = [result.id for result in results if result.state is CheckState.FAIL]
    effects = {check: CLOSES.get(check, Closes.NOTHING) for check in failed}
    everything = next((check for check, what in effects.items() if what is Closes.EVERYTHING), "")
    package = damaged if Closes.PACKAGE in effects.values() else frozenset[str]()
    return Closing(everything, Closes.IDENTIFIED in effects.values(), package)


def share(terminal: str) -> float:
    """Return the terminal's own place among the fleet, from 0 up to 1: the same each night, spread over all."""
    return int(digest_bytes(terminal.encode()).removeprefix("sha256:")[:8], 16) / 2**32


def next_daily(now: datetime, draw: float) -> datetime:
    """Return the next quiet moment behind `now`; `draw` from 0 to 1 spreads the fleet over the quiet hours."""
    here = now.astimezone(BEIJING)
    begin = here.replace(hour=QUIET_FROM_H, minute=0, second=0, microsecond=0)
    due = begin + timedelta(hours=QUIET_HOURS * draw)
    return due if due > here else due + timedelta(days=1)


def settled(statuses: Iterable[Status], waited_s: float) -> bool:
    """Tell whether every device has said how it is, or has had its time."""
    return waited_s >= MOST_STARTING_S or all(status.state is not DeviceState.STARTING for status in statuses)


def counted(report: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return how many rows of a report passed, were doubtful (or left out by a person), and failed."""
    states = [row["severity"] for row in report["devices"]] + [row["state"] for row in report["checks"]]
    states += [row["outcome"] for row in report.get("guided", ())]
    return states.count("pass"), sum(state in {"warn", "skipped"} for state in states), states.count("fail")


@dataclass(frozen=True, slots=True)
class About:
    """What a report says besides its findings. `profile` and `inventory` are digests, `key` a key's check word."""

    terminal: str
    version: str
    key: str = ""
    key_protection: str = ""
    profile_rev: int = 0
    profile: str = ""
    catalogue: int = 0
    inventory: str = ""


def readiness_report(
    about: About,
    doctor: Mapping[str, Any],
    report_id: str,
    at: datetime,
    occasion: Occasion,
    *,
    by: str = MACHINE,
    took_ms: int = 0,
    guided: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the report that is signed, from what the doctor found and what a person saw.

    Args:
        about: whose it is, and of which versions.
        doctor: `kiosk_app.health.doctor_report`.
        report_id: a UUIDv7, also that of its item in the outbox.
        at: when it was found.
        occasion: why it was run.
        by: the technician's id, or `machine`.
        took_ms: milliseconds of the machine.
        guided: rows of tests that a person took part in.
    """
    asked = [dict(row) for row in guided]
    failed = any(row["outcome"] == CheckState.FAIL for row in asked)
    return {
        "kind": KIND,
        "version": VERSION,
        "id": report_id,
        "terminal": about.terminal,
        "at": utc(at),
        "by": by,
        "occasion": occasion.value,
        "took_ms": took_ms,
        "ready": bool(doctor["ready"]) and not failed,
        "say": doctor["say"],
        "versions": {"terminal": about.version, "catalogue": about.catalogue},
        "profile": {"rev": about.profile_rev, "digest": about.profile},
        "machine": {"inventory": about.inventory, "key": about.key, "key_protection": about.key_protection},
        "devices": doctor["devices"],
        "checks": doctor["checks"],
        "guided": asked,
    }


def utc(at: datetime) -> str:
    """Write a moment as reports do: UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
