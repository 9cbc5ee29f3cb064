"""Invented licences: plausible, and the same for the same person whenever they are asked for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from central_platform.births import birth_in
from central_platform.clock import Clock
from central_platform.licences.register import Licence
from central_platform.records.draws import Draws

LAST_DAY = 28
"""No licence begins later in a month, so that every year has its day."""
LAPSED_ONE_IN = 8
REVOKED_ONE_IN = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """How licences of a kind are drawn: one of `one_in` people holds it, issued in one of `span` years from `age` on;
    `years` until it is renewed, 0 = for good.
    """

    prefix: str
    issuer: Mapping[str, str]
    one_in: int
    age: int
    span: int
    years: int = 0
    facts: Callable[[Draws], Mapping[str, str]] = lambda _draws: {}


IMPAIRMENTS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
GRADES = ("一级", "二级", "三级", "四级")


def _impairment(draws: Draws) -> Mapping[str, str]:
    return {"残疾类别": draws.one_of(IMPAIRMENTS, "impairment"), "残疾等级": draws.one_of(GRADES, "grade")}


def _household(draws: Draws) -> Mapping[str, str]:
    return {
        "户别": draws.one_of(("家庭户", "集体户"), "household"),
        "与户主关系": draws.one_of(("户主", "子女"), "in it"),
    }


DRAWN: Mapping[str, Kind] = {
    "household_register": Kind(
        "HK",
        {"zh": "北京市公安局西城分局", "en": "Beijing Public Security Bureau, Xicheng"},
        one_in=1,
        age=0,
        span=1,
        facts=_household,
    ),
    "disability_certificate": Kind(
        "CJ",
        {"zh": "西城区残疾人联合会", "en": "Xicheng Disabled Persons' Federation"},
        one_in=4,
        age=3,
        span=60,
        years=10,
        facts=_impairment,
    ),
    "low_income_certificate": Kind(
        "DB",
        {"zh": "西城区民政局", "en": "Xicheng Civil Affairs Bureau"},
        one_in=6,
        age=18,
        span=50,
        years=1,
    ),
    "lease_filing": Kind(
        "ZL",
        {"zh": "西城区住房和城市建设委员会", "en": "Xicheng Housing Commission"},
        one_in=3,
        age=20,
        span=40,
        years=1,
    ),
    "only_child_certificate": Kind(
        "DS",
        {"zh": "西城区卫生健康委员会", "en": "Xicheng Health Commission"},
        one_in=3,
        age=23,
        span=12,
    ),
    "real_estate_certificate": Kind(
        "BD",
        {"zh": "西城区不动产登记中心", "en": "Xicheng Real Estate Registration Centre"},
        one_in=2,
        age=25,
        span=40,
    ),
}


class SampleLicences:
    """Draws what the register might hold from a keyed hash of the identity number. Nothing of it is true."""

    warning = "样例：证照内容是虚构的，没有法律效力  Sample: invented, no legal effect"

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def find(self, kind: str, id_no: str) -> Licence | None:
        """Return an invented licence, or None for somebody who has none of this kind."""
        draws = Draws(hmac.new(self._key, f"{kind}:{id_no}".encode(), hashlib.sha256).digest())
        today, drawn = self._clock.now().date(), DRAWN[kind]
        born = birth_in(id_no, today)
        if born is None or draws.below(drawn.one_in, "held") != 0:
            return None
        first = date(
            born.year + drawn.age + draws.below(drawn.span, "year"),
            1 + draws.below(12, "month"),
            1 + draws.below(LAST_DAY, "day"),
        )
        first = max(first, born)
        if first > today:
            return None
        issued, until = _term(first, drawn.years, today, lapsed=draws.below(LAPSED_ONE_IN, "lapsed") == 0)
        return Licence(
            kind=kind,
            holder=id_no,
            number=f"{drawn.prefix}{issued.year}{draws.below(10**8, 'number', issued.isoformat()):08d}",
            issuer=drawn.issuer,
            issued_on=issued,
            valid_until=until,
            revoked=draws.below(REVOKED_ONE_IN, "revoked") == 0,
            facts=drawn.facts(draws),
        )


def _term(first: date, years: int, today: date, *, lapsed: bool) -> tuple[date, date | None]:
    """The last time it was issued, and its last day; `lapsed`: the last renewal was missed, where there was one."""
    if years == 0:
        return first, None
    terms = max(0, (today.year - first.year) // years)
    if _years_on(first, terms * years) > today:
        terms -= 1
    if lapsed and terms > 0:
        terms -= 1
    issued = _years_on(first, terms * years)
    return issued, _years_on(issued, years) - timedelta(days=1)


def _years_on(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, LAST_DAY))
