"""The copy of a licence that goes with a case: what the licence says, and across the page what the copy is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

from central_platform.certificates.typesetting import printable, typeset
from contracts.record_kinds import Form, written

LOOK = Path(__file__).with_name("copy.typ")
LABELS = {
    "title": "电子证照复制件",
    "holder": "持证人",
    "id": "身份证件号码",
    "number": "证照编号",
    "issuer": "签发机关",
    "issued_on": "签发日期",
    "valid_until": "有效期至",
    "for": "这份复制件的用途",
    "service": "办理事项",
    "case": "受理编号",
    "department": "受理部门",
    "made_on": "制作日期",
    "place": "办理地点",
    "consent": "同意的时间",
    "words": "同意的内容",
}
FOR_GOOD = "长期"
AGREED_BY = {"applicant": "本人", "guardian": "监护人"}
MARK = "仅用于办理“{service}”"
FOOT = "仅用于办理“{service}”，受理编号 {case}。用于其他用途无效。"


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything that stands on a copy. `place` is where the terminal stands, `words` what somebody agreed to as it
    was shown at `agreed_at`; `who` that was: applicant or guardian.
    """

    licence: str
    holder: str = field(repr=False)
    id_no: str = field(repr=False)
    number: str = field(repr=False)
    issuer: str
    issued_on: date
    valid_until: date | None
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    service: str
    case: str
    department: str
    made_on: date
    place: str
    agreed_at: datetime
    who: str
    words: str
    warning: str = ""


def check(copy: Copy) -> None:
    """Return when nothing but a missing letter in a font can keep the copy from being drawn.

    Raises:
        PageError: a character has no certain shape.
    """
    printable(_texts(copy))


def draw(copy: Copy) -> bytes:
    """Return the copy as PDF; the same bytes for the same copy.

    Raises:
        PageError: it cannot be set.
    """
    check(copy)
    return typeset(LOOK, _inputs(copy))


def dumps(copy: Copy) -> str:
    """Return the copy as JSON, to be kept until it is drawn."""
    days = {
        "issued_on": copy.issued_on.isoformat(),
        "valid_until": copy.valid_until.isoformat() if copy.valid_until else None,
        "made_on": copy.made_on.isoformat(),
        "agreed_at": copy.agreed_at.isoformat(),
    }
    return json.dumps({**asdict(copy), **days}, ensure_ascii=False)


def loads(text: str) -> Copy:
    """Return the copy that `dumps` wrote."""
    said = json.loads(text)
    until = said["valid_until"]
    return Copy(
        **{
            **said,
            "issued_on": date.fromisoformat(said["issued_on"]),
            "valid_until": None if until is None else date.fromisoformat(until),
            "made_on": date.fromisoformat(said["made_on"]),
            "agreed_at": datetime.fromisoformat(said["agreed_at"]),
            "facts": tuple((label, value) for label, value in said["facts"]),
        }
    )


def _inputs(copy: Copy) -> dict[str, object]:
    """What the look asks for, under its own names."""
    who = AGREED_BY[copy.who]
    agreed = f"{_day(copy.agreed_at.date())} {copy.agreed_at:%H:%M}，{who}"
    return {
        "title": LABELS["title"],
        "licence": copy.licence,
        "facts": _rows(
            ("holder", copy.holder),
            ("id", copy.id_no),
            ("number", copy.number),
            ("issuer", copy.issuer),
            ("issued_on", _day(copy.issued_on)),
            ("valid_until", FOR_GOOD if copy.valid_until is None else _day(copy.valid_until)),
        )
        + [{"label": label, "value": value} for label, value in copy.facts],
        "for": LABELS["for"],
        "purpose": _rows(
            ("service", copy.service),
            ("case", copy.case),
            ("department", copy.department),
            ("made_on", _day(copy.made_on)),
            ("place", copy.place),
            ("consent", agreed),
            ("words", copy.words),
        ),
        "mark": [MARK.format(service=copy.service), f"{copy.case}　{_day(copy.made_on)}　{copy.place}"],
        "foot": FOOT.format(service=copy.service, case=copy.case),
        "warning": copy.warning,
    }


def _rows(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": LABELS[key], "value": value} for key, value in rows]


def _texts(copy: Copy) -> Iterator[str]:
    yield from (copy.licence, copy.holder, copy.id_no, copy.number, copy.issuer)
    yield from (copy.service, copy.case, copy.department, copy.place, copy.words, copy.warning)
    yield from (text for fact in copy.facts for text in fact)


def _day(day: date) -> str:
    return written(Form.DATE, day.isoformat())
