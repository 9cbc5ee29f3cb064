"""From what a device says to what is told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.device import DeviceState, ErrorKind, Paper, Status
from kiosk_app.health.causes import told_by_cause
from kiosk_app.health.duty import Duty, duty_of
from kiosk_app.health.power import LOW
from kiosk_app.health.sentences import (
    COVER_OPEN,
    COVER_UNKNOWN,
    ERRORS,
    JACK,
    NO_JACK,
    OFFLINE_REMEDY,
    PAPER,
    SHEETS,
    STATES,
    filled,
)
from provisioning import CheckState, Words

OPTIONAL = frozenset(
    {
        "speech",
        "code_reader",
        "keypad",
        "headphones",
        "camera",
        "document_scanner",
        "page_printer",
        "photo_decoder",
        "social_card_reader",
        "biometric_voice",
        "biometric_palm",
        "biometric_iris",
        "presence",
        "relays",
        "ups",
    }
)
"""Kinds without which a terminal may still be put into service: another way exists."""
PAGES = "page_printer"
"""Printers of A4 sheets. Many say neither how much paper they have nor whether they are closed: that is no fault."""
CUTTER = "cutter_error"
PAPERS = frozenset({"receipt_printer", PAGES})

_DOWN = frozenset({DeviceState.OFFLINE, DeviceState.NO_DEVICE, DeviceState.HARDWARE_ERROR, DeviceState.USER_ACTION})
_RESIDENTS = frozenset({ErrorKind.CANCELLED, ErrorKind.MOVED, ErrorKind.UNREADABLE, ErrorKind.NOT_IDENTITY})
"""Ends of a command that say something about a card or a person, nothing about the device."""


@dataclass(frozen=True, slots=True)
class DeviceFinding:
    """One device of the doctor's report."""

    id: str
    kind: str
    state: DeviceState
    severity: CheckState
    cause: Words
    remedy: Words
    duty: Duty

    def as_json(self) -> dict[str, str]:
        """Return the object that `kiosk doctor --json` shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state.value,
            "severity": self.severity.value,
            "cause": self.cause.zh,
            "remedy": self.remedy.zh,
            "cause_en": self.cause.en,
            "remedy_en": self.remedy.en,
            **self.duty.as_json(),
        }


def describe(status: Status) -> DeviceFinding:
    """Say what is so and what to do. Every combination has both sentences, in both languages."""
    severity, (cause, remedy) = _judge(status.kind, status.state, status.detail)
    if severity is CheckState.FAIL and status.kind in OPTIONAL and status.detail.get("power") != LOW:
        severity = CheckState.WARN
    if status.state is DeviceState.OFFLINE and cause == STATES[DeviceState.OFFLINE][0]:
        remedy = OFFLINE_REMEDY.get(status.kind, remedy)
    return DeviceFinding(
        status.device,
        status.kind,
        status.state,
        severity,
        filled(cause, status.kind),
        filled(remedy, status.kind),
        duty_of(status, severity),
    )


def usable(status: Status | None) -> bool:
    """Tell whether the device would do its work now."""
    if status is None or status.state not in (DeviceState.ONLINE, DeviceState.BUSY):
        return False
    paper, cover, _ = _details(status.kind, status.detail)
    return paper not in (Paper.OUT, Paper.JAMMED) and cover != "open"


def _judge(kind: str, state: DeviceState, detail: Mapping[str, str]) -> tuple[CheckState, tuple[Words, Words]]:
    paper, cover, error = _details(kind, detail)
    papers = SHEETS if kind == PAGES else PAPER
    away = state in (DeviceState.OFFLINE, DeviceState.NO_DEVICE)
    if kind == "headphones" and away and detail.get("cause") in NO_JACK:
        return CheckState.FAIL, NO_JACK[detail["cause"]]
    # A knife that is stuck holds the paper, too: it is the knife that has to be freed.
    pressing = cover == "open" or (paper in (Paper.JAMMED, Paper.OUT) and detail.get("cause") != CUTTER)
    if (away or not pressing) and (by_cause := told_by_cause(kind, state, detail)) is not None:
        severity, *words = by_cause
        return severity, (words[0], words[1])
    if away:
        # What a silent device said before it fell silent is no longer true.
        return CheckState.FAIL, STATES[state]
    if cover == "open":
        return CheckState.FAIL, COVER_OPEN
    if paper in (Paper.JAMMED, Paper.OUT):
        return CheckState.FAIL, papers[paper]
    if state in _DOWN:
        told = error is not None and error not in _RESIDENTS and error is not ErrorKind.OFFLINE
        return CheckState.FAIL, ERRORS[error] if told and error is not None else STATES[state]
    if state is DeviceState.STARTING:
        return CheckState.WARN, STATES[state]
    if error is not None and error not in _RESIDENTS and state is DeviceState.ONLINE:
        return CheckState.WARN, ERRORS[error]
    if paper is Paper.LOW or (paper is Paper.UNKNOWN and kind != PAGES):
        return CheckState.WARN, papers[paper]
    if cover == "unknown" and kind in PAPERS - {PAGES}:
        return CheckState.WARN, COVER_UNKNOWN
    if kind == "headphones" and state is DeviceState.ONLINE and (plugged := detail.get("plugged", "")) in JACK:
        return CheckState.WARN if plugged == "unsure" else CheckState.PASS, JACK[plugged]
    return CheckState.PASS, STATES[state]


def _details(kind: str, detail: Mapping[str, str]) -> tuple[Paper | None, str, ErrorKind | None]:
    paper = _paper(detail.get("paper")) if kind in PAPERS else None
    cover = detail.get("cover", "closed") if kind in PAPERS else "closed"
    try:
        error = ErrorKind(detail["cause"])
    except (KeyError, ValueError):
        error = None
    return paper, cover, error


def _paper(word: str | None) -> Paper:
    try:
        return Paper(word or "")
    except ValueError:
        return Paper.UNKNOWN
