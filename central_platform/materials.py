"""Papers of a case: what its package asks for is there, page by page, or it is said when it comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform.catalogue import Package
from central_platform.models import Case, CaseStep, Material
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.blobs import BlobRef
from central_platform.wire.common import ProblemCode, Text
from central_platform.wire.submissions import ApplicationBody, CaseMaterial, MaterialGiven

FIELD = "/materials"
WAITING = "materials"
"""The step of a case that waits for a paper."""
WAITING_WORDS = {
    "zh": "还缺材料，请在{day}前交到{window}",
    "en": "A paper is still missing; please bring it by {day} to: {window}",
}


def check(package: Package, body: ApplicationBody, attached: Sequence[BlobRef]) -> None:
    """Refuse an application whose papers are not those that its package asks for.

    Every page has to be an attachment of the item, which is taken only when its attachments are whole: a case with a
    page missing is never decided. A terminal that still had an older version of the package did not know what to ask.

    Raises:
        Refusal: data-invalid.
    """
    scans = _scans(package)
    here = {blob.digest for blob in attached}
    seen: set[str] = set()
    for given in body.materials:
        scan = scans.get(given.code)
        if scan is None or given.code in seen:
            raise _refused(f"{given.code} is not asked for" if scan is None else f"{given.code} is there twice")
        seen.add(given.code)
        _fits(given, scan, here)
    required = {code for code, scan in scans.items() if scan["required"]}
    if (missing := required - seen) and str(body.service_version) == str(package.service["version"]):
        raise _refused(f"{min(missing)} is missing")


def _fits(given: MaterialGiven, scan: Mapping[str, Any], here: set[str]) -> None:
    pages = given.pages
    if given.given == "paper":
        if not 0 < len(pages) <= scan["pages"] or len(set(pages)) < len(pages):
            raise _refused(f"{given.code} has {len(pages)} pages; at most {scan['pages']}, each of them once")
        if not here.issuperset(pages):
            raise _refused(f"a page of {given.code} is no attachment of this item")
        return
    if pages:
        raise _refused(f"{given.code} has pages and is not here")
    if given.given == "later" and not scan["follow"]:
        raise _refused(f"{given.code} cannot be brought later")
    if given.given == "none" and scan["required"]:
        raise _refused(f"{given.code} is needed")
    if given.given == "licence" and "licence" not in scan:
        raise _refused(f"no licence takes the place of {given.code}")


def _refused(detail: str) -> Refusal:
    return Refusal(ProblemCode.DATA_INVALID, detail, field=FIELD)


def _scans(package: Package) -> dict[str, dict[str, Any]]:
    """What may be photographed, by its code."""
    return {
        one["code"]: {"follow": 0, **one["scan"], "required": one["required"], "name": one["text"]}
        for one in package.service["materials"]
        if "scan" in one
    }


def keep(platform: Platform, session: Session, package: Package, body: ApplicationBody, case: Case) -> None:
    """Write the papers of a case down; one that is brought later is a step of it."""
    scans, day = _scans(package), case.accepted_at.date()
    for place, given in enumerate(body.materials):
        scan = scans[given.code]
        due: date | None = platform.calendar.after(day, scan["follow"]) if given.given == "later" else None
        session.add(
            Material(
                number=case.number,
                code=given.code,
                place=place,
                name=json.dumps(scan["name"], ensure_ascii=False),
                given=given.given,
                pages=json.dumps(given.pages),
                due=None if due is None else due.isoformat(),
            )
        )
        if due is not None:
            window = package.words("window")
            words = {
                lang: said.format(day=due.isoformat(), window=window[lang]) for lang, said in WAITING_WORDS.items()
            }
            text = json.dumps(words, ensure_ascii=False)
            session.add(CaseStep(number=case.number, state=WAITING, at=case.accepted_at, text=text))


def of(session: Session, number: str) -> list[CaseMaterial]:
    """Return the papers of a case, in the order in which they were handed in."""
    rows = session.scalars(select(Material).where(Material.number == number).order_by(Material.place))
    return [
        CaseMaterial(
            code=row.code,
            name=Text.model_validate(json.loads(row.name)),
            given=row.given,
            pages=len(json.loads(row.pages)),
            due=None if row.due is None else date.fromisoformat(row.due),
        )
        for row in rows
    ]
