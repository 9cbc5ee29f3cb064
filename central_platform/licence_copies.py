"""Licences in the place of papers: which ones the platform holds, and the copy that goes with a case.

What a copy says is stored in the transaction that accepts its case. It is drawn after that, outside of any transaction,
and stored once: the item again, or staff who ask at the same moment, change nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from central_platform import evidence, population
from central_platform.catalogue import Package
from central_platform.certificates import PageError
from central_platform.clock import BEIJING
from central_platform.licences import KINDS, Copy, Licence, LicenceError, check, draw, read_licence
from central_platform.licences.copy import dumps, loads
from central_platform.models import Case, LicenceCopy, LicenceHeld, Terminal
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire import licences as wire
from central_platform.wire.common import ProblemCode, Text
from central_platform.wire.submissions import ApplicationBody, LicenceConsent, Person
from contracts.canonical import digest_bytes

GIVEN = "licence"
"""How a paper is handed in whose place a licence takes."""
FIELD = "/materials"
LANG = "zh"
"""The language of copies: they are for the office."""
log = logging.getLogger("central_platform")


@dataclass(frozen=True, slots=True)
class Used:
    """A licence that takes the place of the paper `code`, as its holder agreed."""

    code: str
    licence: Licence = field(repr=False)
    holder: Person = field(repr=False)
    consent: LicenceConsent = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """The licences of an application: those that are used, and the papers for which the platform holds a good one."""

    used: tuple[Used, ...]
    held: tuple[str, ...]


def held(platform: Platform, id_no: str, service: str) -> list[wire.HeldLicence]:
    """Return the licences that could take the place of papers of a service, of this person, good today."""
    package = platform.catalogue.packages.get(service)
    if package is None:
        return []
    with platform.database.read() as session:
        good = list(_good(platform, session, package, id_no))
    return [
        wire.HeldLicence(
            material=code,
            kind=one.kind,
            name=Text.model_validate(KINDS[one.kind]),
            number=one.masked,
            issuer=Text.model_validate(one.issuer),
            valid_until=one.valid_until,
        )
        for code, one in good
    ]


def take(platform: Platform, session: Session, terminal: str, package: Package, body: ApplicationBody) -> Taken:
    """Return the licences that an application uses, which may be used, and those that it could have used.

    Raises:
        Refusal: data-invalid, level-not-reached or licence-unusable, each at /materials.
    """
    kinds = dict(_kinds(package))
    if not kinds:
        return Taken((), ())
    used = tuple(
        Used(given.code, *_agreed(platform, session, terminal, package, body, kinds[given.code], given.licence))
        for given in body.materials
        if given.given == GIVEN
    )
    good = () if body.person is None else tuple(c for c, _ in _good(platform, session, package, body.person.id_no))
    return Taken(used, good)


def keep(platform: Platform, session: Session, package: Package, taken: Taken, case: Case) -> None:
    """Store what the copies of a case will say, in the transaction that accepts it.

    Raises:
        Refusal: licence-unusable for what cannot stand on paper.
    """
    session.add_all(LicenceHeld(number=case.number, code=code) for code in taken.held)
    for one in taken.used:
        copy = _copy(platform, session, package, one, case)
        try:
            check(copy)
        except PageError as error:
            raise _unusable(str(error)) from None
        session.add(
            LicenceCopy(
                number=case.number,
                code=one.code,
                kind=one.licence.kind,
                consent=one.consent.model_dump_json(),
                page=dumps(copy),
            )
        )


def drawn(platform: Platform, number: str, code: str) -> bytes | None:
    """Return the copy that took the place of a paper of a case, as PDF; None when none did. The first who asks has it
    drawn.

    Raises:
        PageError: it cannot be drawn.
    """
    with platform.database.read() as session:
        row = session.get(LicenceCopy, (number, code))
    if row is None or row.pdf is not None:
        return None if row is None else row.pdf
    pdf = draw(loads(row.page))
    with platform.database.write() as session:
        row = session.get_one(LicenceCopy, (number, code), with_for_update=True)
        if row.pdf is None:
            row.pdf, row.digest = pdf, digest_bytes(pdf)
        # Else somebody else was first, and theirs may have been handed out.
        return row.pdf


def draw_missing(platform: Platform, numbers: Iterable[str] | None = None) -> int:
    """Draw the copies of these cases, or of all, that are not drawn yet; returns how many came out. One that cannot be
    drawn is tried again with the next call.
    """
    query = select(LicenceCopy.number, LicenceCopy.code).where(LicenceCopy.pdf.is_(None))
    if numbers is not None:
        query = query.where(LicenceCopy.number.in_(list(numbers)))
    with platform.database.read() as session:
        missing = [(number, code) for number, code in session.execute(query)]
    count = 0
    for number, code in missing:
        try:
            drawn(platform, number, code)
            count += 1
        except (PageError, OSError, SQLAlchemyError) as error:
            log.error("a copy of a licence could not be drawn: %s", type(error).__name__)
    return count


def of_case(session: Session, number: str) -> dict[str, dict[str, Any]]:
    """Return what staff see of the licences of a case, by the code of the paper. Personal."""
    rows = session.scalars(select(LicenceCopy).where(LicenceCopy.number == number))
    return {
        row.code: {
            "kind": row.kind,
            "name": dict(KINDS[row.kind]),
            "consent": json.loads(row.consent),
            "digest": row.digest,
        }
        for row in rows
    }


def _kinds(package: Package) -> Iterator[tuple[str, str]]:
    """The papers of a service whose place a licence may take, each with its kind."""
    for one in package.service["materials"]:
        kind = one.get("scan", {}).get("licence")
        if kind is not None:
            yield one["code"], kind


def _find(platform: Platform, session: Session, kind: str, id_no: str) -> Licence | None:
    """What the register holds, unless the population stub was told otherwise."""
    told: Mapping[str, Any] = population.record_in(session, id_no).get("licences") or {}
    if kind not in told:
        return platform.licences.find(kind, id_no)
    try:
        return None if told[kind] is None else read_licence(kind, id_no, told[kind])
    except LicenceError:
        return None


def _good(platform: Platform, session: Session, package: Package, id_no: str) -> Iterator[tuple[str, Licence]]:
    today = platform.clock.now().astimezone(BEIJING).date()
    for code, kind in _kinds(package):
        one = _find(platform, session, kind, id_no)
        if one is not None and not one.unusable(today):
            yield code, one


def _agreed(
    platform: Platform,
    session: Session,
    terminal: str,
    package: Package,
    body: ApplicationBody,
    kind: str,
    consent: LicenceConsent | None,
) -> tuple[Licence, Person, LicenceConsent]:
    """The licence that somebody agreed to, whose it is, and their words."""
    person = body.person
    if person is None or consent is None or consent.kind != kind:
        raise Refusal(ProblemCode.DATA_INVALID, "a licence needs its holder, who agreed to this kind", field=FIELD)
    if (consent.who == "guardian") != (body.guardian is not None):
        raise Refusal(ProblemCode.DATA_INVALID, "somebody else has to agree to a licence", field=FIELD)
    same_version = str(body.service_version) == str(package.service["version"])
    if same_version and consent.purpose not in package.words("names").values():
        raise Refusal(ProblemCode.DATA_INVALID, "what was agreed to is for another service", field=FIELD)
    proved = evidence.holding(session, terminal, person, body.evidence)
    if not evidence.names_somebody(proved):
        raise Refusal(ProblemCode.LEVEL_NOT_REACHED, "a licence needs proof of whose it is", field=FIELD)
    found = _find(platform, session, kind, person.id_no)
    if found is None:
        raise _unusable("the register holds none of this kind of this person")
    if why := found.unusable(platform.clock.now().astimezone(BEIJING).date()):
        raise _unusable(why)
    if consent.number != found.masked:
        raise _unusable("it is another one than was agreed to")
    return found, person, consent


def _unusable(detail: str) -> Refusal:
    return Refusal(ProblemCode.LICENCE_UNUSABLE, detail, field=FIELD)


def _copy(platform: Platform, session: Session, package: Package, one: Used, case: Case) -> Copy:
    licence, consent = one.licence, one.consent
    profile = json.loads(session.get_one(Terminal, case.terminal).profile)
    return Copy(
        licence=KINDS[licence.kind][LANG],
        holder=one.holder.name,
        id_no=licence.holder,
        number=licence.number,
        issuer=licence.issuer[LANG],
        issued_on=licence.issued_on,
        valid_until=licence.valid_until,
        facts=tuple(licence.facts.items()),
        service=package.words("names")[LANG],
        case=case.number,
        department=package.words("department")[LANG],
        made_on=case.accepted_at.astimezone(BEIJING).date(),
        place=profile["place"][LANG],
        agreed_at=consent.at.astimezone(BEIJING),
        who=consent.who,
        words=consent.words,
        warning=platform.licences.warning,
    )
