"""What the profile says hangs here, beside what was found: what is missing, and what may take its place. Pure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from provisioning.discovery.probing import Asked, Outcome
from provisioning.discovery.suggest import Suggestion
from provisioning.profile import DeviceSpec
from provisioning.replacement import LOCAL, ReplacementError, check


class Presence(StrEnum):
    """How a device of the profile stands. SILENT: something is at its address and does not answer as such a device.
    ELSEWHERE: it is missing or silent, and another of its kind hangs here. UNSEEN: no looking tells of such a device.
    """

    FOUND = "found"
    SILENT = "silent"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    UNSEEN = "unseen"


LACKING = frozenset({Presence.MISSING, Presence.SILENT})


@dataclass(frozen=True, slots=True)
class Compared:
    """One device of the profile. `other` is what may take its place, where that is beyond doubt."""

    spec: DeviceSpec
    presence: Presence
    other: Suggestion | None = None


def compare(
    specs: Sequence[DeviceSpec],
    found: Iterable[Suggestion],
    asked: Iterable[Asked],
    there: Callable[[str], bool] = os.path.exists,
) -> tuple[Compared, ...]:
    """Return how each device of the profile stands; `there` tells whether a device node is.

    Another part is proposed only when it is the only one of its kind that no device of the profile has, for the only
    device of that kind that lacks one, and may replace it (`provisioning.replacement`).
    """
    suggestions, ports = tuple(found), {os.path.realpath(one.path): one.outcome for one in asked}
    at_first = {spec.id: _presence(spec, suggestions, ports, there) for spec in specs}
    used = {_where(spec.uri) for spec in specs}
    rows = []
    for spec in specs:
        presence, other = at_first[spec.id], None
        if presence in LACKING:
            lacking = [one for one in specs if one.kind == spec.kind and at_first[one.id] in LACKING]
            free = [one for one in suggestions if one.kind == spec.kind and _where(one.uri) not in used]
            if len(lacking) == 1 and len(free) == 1 and _may(spec, free[0]):
                presence, other = Presence.ELSEWHERE, free[0]
        rows.append(Compared(spec, presence, other))
    return tuple(rows)


def _presence(
    spec: DeviceSpec, found: tuple[Suggestion, ...], ports: dict[str, Outcome], there: Callable[[str], bool]
) -> Presence:
    scheme, where = urlsplit(spec.uri).scheme, _where(spec.uri)
    if scheme not in LOCAL.get(spec.kind, frozenset()) or scheme in {"jack", "pcsc"}:
        return Presence.UNSEEN
    if any(one.kind == spec.kind and _where(one.uri) == where for one in found):
        return Presence.FOUND
    path = urlsplit(spec.uri).path
    if not path.startswith("/"):
        return Presence.MISSING
    outcome = ports.get(os.path.realpath(path))
    if outcome in {Outcome.IN_USE, Outcome.OWNED, Outcome.NOT_ASKED, Outcome.DENIED}:
        return Presence.UNSEEN
    return Presence.SILENT if there(path) else Presence.MISSING


def _where(uri: str) -> str:
    """What of an address says where: links that lead to one node are one place; a printer's serial number counts."""
    parts = urlsplit(uri)
    if parts.path.startswith("/"):
        return f"{parts.scheme}:{os.path.realpath(parts.path)}"
    return uri.upper()


def _may(spec: DeviceSpec, other: Suggestion) -> bool:
    try:
        check(spec, other.uri, other.options)
    except ReplacementError:
        return False
    return True
