"""Sealed certificates, from the case that earns one to the word that says whether a paper is genuine.

What a certificate says is stored in the transaction that accepts its case. It is drawn and sealed when it is first
asked for, outside of any transaction, and stored once: whoever asks at the same time or later gets the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from central_platform import codes, grants, history
from central_platform.catalogue import Package
from central_platform.certificates import FillError, Page, PageError, SealError, Template, page, sealed
from central_platform.models import Case, Document, DocumentContent
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire import documents as wire
from central_platform.wire.common import Envelope, ProblemCode, Text
from central_platform.wire.submissions import Person
from contracts.canonical import digest_bytes
from contracts.masks import mask_id, mask_name

KIND = "document"
LANG = "zh"
RETRY_S = 30
"""What a terminal is told to wait when the seal could not be set."""
SERIES = "certificate:"
"""What the jobs of certificates begin with, when a terminal reports what became of a print."""
STEP = {"zh": "证明已出具，盖有电子印章", "en": "The certificate is issued under an electronic seal"}
PRINTED = {"zh": "证明已在自助终端打印", "en": "The certificate was printed at a terminal"}
log = logging.getLogger("central_platform")


@dataclass(frozen=True, slots=True)
class Earned:
    """A certificate that comes with a case once the case is accepted."""

    document: str = field(repr=False)
    template: Template
    issuer: Mapping[str, str]
    person: Person = field(repr=False)
    answers: Mapping[str, Any] = field(repr=False)
    record: Mapping[str, Any] = field(repr=False)

    @property
    def copies(self) -> int:
        """How many sheets were asked for."""
        return self.template.copies_of(self.answers)

    @property
    def result(self) -> dict[str, Any]:
        """What the receipt says of it."""
        title = dict(self.template.title)
        return {"kind": "certificate", "title": title, "document": self.document, "copies": self.copies}


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate under its seal."""

    row: Document
    pdf: bytes = field(repr=False)
    sealed_at: datetime


def prepare(
    platform: Platform,
    package: Package,
    person: Person | None,
    answers: Mapping[str, Any],
    held: Mapping[str, Mapping[str, Any] | None],
) -> Earned | None:
    """Put together what a certificate will say of what departments hold; None for a service that issues none.

    Raises:
        Refusal: record-empty when there is nothing that it could say.
    """
    template = package.certificate
    if template is None or person is None:
        return None
    record = held.get(template.records)
    if record is None or template.empty(record):
        raise Refusal(ProblemCode.RECORD_EMPTY)
    name = codes.opaque(platform.random_bytes)
    return Earned(name, template, package.words("department"), person, answers, record)


def keep(platform: Platform, session: Session, earned: Earned, case: Case, earned_at: datetime) -> None:
    """Store what the certificate of a case says, in the transaction that accepts or decides the case.

    Raises:
        Refusal: data-invalid for something that cannot stand on paper.
    """
    opaque = codes.opaque(platform.random_bytes)
    code = codes.check_code(platform.authority.derive("document-check"), case.number)
    try:
        said = _page(earned, case, earned_at.date(), code, f"{platform.public_url}/documents/{opaque}")
        page.check(said)
    except FillError as error:
        raise Refusal(ProblemCode.DATA_INVALID, str(error), field=error.field) from None
    except PageError as error:
        raise Refusal(ProblemCode.DATA_INVALID, str(error)) from None
    session.add(
        Document(
            id=earned.document,
            number=case.number,
            terminal=case.terminal,
            opaque=opaque,
            check_code=code,
            title=json.dumps(earned.template.title, ensure_ascii=False),
            issuer=json.dumps(earned.issuer, ensure_ascii=False),
            holder=f"{mask_name(earned.person.name)} {mask_id(earned.person.id_no)}",
            copies=earned.copies,
            lang=LANG,
            accepted_at=earned_at,
        )
    )
    session.flush()
    session.add(DocumentContent(document=earned.document, page=page.dumps(said)))


def fetch(platform: Platform, terminal: str, document: str) -> wire.FetchedDocument:
    """Return the sealed page to the terminal whose case it belongs to.

    Raises:
        Refusal: document-unknown, document-expired, unavailable.
    """
    with platform.database.read() as session:
        mine = _own(platform, session, terminal, document)
    found = issued(platform, mine.id)
    row = found.row
    signed = platform.authority.sign(
        {
            "kind": KIND,
            "document": document,
            "number": row.number,
            "terminal": terminal,
            "digest": digest_bytes(found.pdf),
            "size": len(found.pdf),
            "title": json.loads(row.title),
            "sealed_at": found.sealed_at.isoformat(timespec="seconds"),
        }
    )
    envelope = Envelope.model_validate(signed)
    return wire.FetchedDocument(signed=envelope, pdf=base64.b64encode(found.pdf).decode())


def link(platform: Platform, terminal: str, document: str) -> wire.DocumentLink:
    """Return an address from which a phone may take the sealed page; the former one ends.

    Raises:
        Refusal: document-unknown, document-expired.
    """
    token, seconds = codes.opaque(platform.random_bytes), platform.settings.document_link_s
    until = platform.clock.now().replace(microsecond=0) + timedelta(seconds=seconds)
    with platform.database.write() as session:
        row = _own(platform, session, terminal, document)
        row.link_hash, row.link_until = _hash(token), until
    return wire.DocumentLink(url=f"{platform.public_url}/take/{token}", expires_at=until, expires_s=seconds)


def taken(platform: Platform, token: str) -> Document | None:
    """Return the certificate behind an address that was made for a phone; None when it has run out."""
    good = (Document.link_hash == _hash(token), Document.link_until > platform.clock.now())
    with platform.database.read() as session:
        return session.scalar(select(Document).where(*good))


def issued(platform: Platform, document: str) -> Issued:
    """Return a certificate under its seal. The first who asks has it drawn and sealed.

    Raises:
        Refusal: unavailable when the seal could not be set, document-expired when the page was deleted since.
    """
    with platform.database.read() as session:
        found = _stored(session, document)
    if isinstance(found, Issued):
        return found
    at, seal = platform.clock.now().replace(microsecond=0), platform.seal
    try:
        pdf = sealed(page.loads(found.page), seal, at)
    except (PageError, SealError, OSError) as error:
        log.error("a certificate could not be sealed: %s", type(error).__name__)
        raise Refusal(ProblemCode.UNAVAILABLE, "the seal cannot be set now", retry_s=RETRY_S) from None
    with platform.database.write() as session:
        found = _stored(session, document, lock=True)
        if isinstance(found, Issued):
            # Somebody else was first, and theirs may be on paper already.
            return found
        row = session.get_one(Document, document)
        found.pdf = pdf
        row.sealed_at, row.digest, row.size, row.warning = at, digest_bytes(pdf), len(pdf), seal.warning
        history.add(session, session.get_one(Case, row.number), history.Kind.READY, at, STEP)
    return Issued(row, pdf, at)


def by_address(platform: Platform, opaque: str) -> wire.PublicDocument | None:
    """Return what is genuine about the certificate whose paper leads here, or None."""
    with platform.database.read() as session:
        return _public(session.scalar(select(Document).where(Document.opaque == opaque)))


def by_number(platform: Platform, number: str, check: str) -> wire.PublicDocument | None:
    """Return the same for someone who types the number and the check code of a certificate, or None."""
    row = of_case(platform, number.strip().upper()[:24])
    if row is None or not codes.same(codes.normalise_check(check), row.check_code):
        return None
    return _public(row)


def of_case(platform: Platform, number: str) -> Document | None:
    """Return the certificate of a case, sealed or not."""
    with platform.database.read() as session:
        return session.scalar(select(Document).where(Document.number == number))


def forget(platform: Platform) -> int:
    """Delete what certificates say and their sealed pages some weeks later; returns how many."""
    now, settings = platform.clock.now(), platform.settings
    old = Document.accepted_at < now - timedelta(days=settings.document_keep_days)
    with platform.database.write() as session:
        over = select(DocumentContent.document).join(Document, Document.id == DocumentContent.document).where(old)
        gone = list(session.scalars(over))
        session.execute(delete(DocumentContent).where(DocumentContent.document.in_(gone)))
        ended = Document.link_until <= now
        session.execute(update(Document).where(ended).values(link_hash=None, link_until=None))
    return len(gone)


def _page(earned: Earned, case: Case, day: date, code: str, address: str) -> Page:
    said = earned.template.fill(earned.person.name, earned.person.id_no, earned.answers, earned.record, day)
    return Page(
        title=earned.template.title[LANG],
        issuer=earned.issuer[LANG],
        number=case.number,
        check_code=code,
        check_url=address,
        issued_on=day,
        facts=said.facts,
        columns=said.columns,
        rows=said.rows,
        statements=said.statements,
        lang=LANG,
    )


def result_of(platform: Platform, session: Session, terminal: str, case: Case) -> dict[str, Any] | None:
    """Return what a receipt says of the certificate of a case to its person, who has proved who they are at `terminal`:
    with a `document` while it can be fetched there, and whether it was printed. None for a case without one.
    """
    row = session.scalar(select(Document).where(Document.number == case.number))
    if row is None:
        return None
    now, settings = platform.clock.now(), platform.settings
    said: dict[str, Any] = {"kind": "certificate", "title": json.loads(row.title), "copies": row.copies}
    said["printed"] = history.has(session, case.number, history.Kind.COLLECTED)
    kept = now < row.accepted_at + timedelta(days=settings.document_keep_days)
    if kept and session.get(DocumentContent, row.id) is not None:
        until = math.floor(now.timestamp()) + settings.identity_s
        said["document"] = grants.give(_grant_key(platform), row.id, terminal, until)
    return said


def printed(session: Session, about: str, at: datetime) -> None:
    """Note that the certificate of a case came out, once; `about` is the case's number or its submission."""
    found = select(Case).join(Document, Document.number == Case.number)
    case = session.scalar(found.where(or_(Case.submission == about, Case.number == about)))
    if case is not None and not history.has(session, case.number, history.Kind.COLLECTED):
        history.add(session, case, history.Kind.COLLECTED, at, PRINTED)


def _grant_key(platform: Platform) -> bytes:
    return platform.authority.derive("document-grant")


def _own(platform: Platform, session: Session, terminal: str, document: str) -> Document:
    now = math.floor(platform.clock.now().timestamp())
    granted = grants.read(_grant_key(platform), document, terminal, now)
    row = session.get(Document, granted or document)
    if granted is not None and row is not None:
        return row
    if row is None or row.terminal != terminal:
        raise Refusal(ProblemCode.DOCUMENT_UNKNOWN)
    if platform.clock.now() >= row.accepted_at + timedelta(hours=platform.settings.document_hours):
        raise Refusal(ProblemCode.DOCUMENT_EXPIRED)
    return row


def _stored(session: Session, document: str, lock: bool = False) -> Issued | DocumentContent:
    """The sealed page as it was stored, or what is still to be sealed."""
    content = session.get(DocumentContent, document, with_for_update=lock)
    if content is None:
        raise Refusal(ProblemCode.DOCUMENT_EXPIRED)
    row = session.get_one(Document, document)
    if content.pdf is None or row.sealed_at is None:
        return content
    return Issued(row, content.pdf, row.sealed_at)


def _public(row: Document | None) -> wire.PublicDocument | None:
    if row is None or row.digest is None:
        # What was never sealed is on nobody's paper.
        return None
    return wire.PublicDocument(
        number=row.number,
        title=Text.model_validate_json(row.title),
        issuer=Text.model_validate_json(row.issuer),
        issued_on=row.accepted_at.date(),
        holder=row.holder,
        digest=row.digest,
        warning=row.warning or "",
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
