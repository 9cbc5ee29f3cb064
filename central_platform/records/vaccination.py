"""Invented vaccinations: the national schedule of children, and what grown-ups and older people have had since 2021."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from central_platform.births import birth_in
from central_platform.records.draws import Draws

ON_RECORD_SINCE = 2008
"""Children born before have their vaccinations on paper only."""
SCHEDULE = (
    (0, "乙肝疫苗", 1),
    (0, "卡介苗", 1),
    (1, "乙肝疫苗", 2),
    (2, "脊灰疫苗", 1),
    (3, "脊灰疫苗", 2),
    (3, "百白破疫苗", 1),
    (4, "脊灰疫苗", 3),
    (4, "百白破疫苗", 2),
    (5, "百白破疫苗", 3),
    (6, "乙肝疫苗", 3),
    (6, "A群流脑疫苗", 1),
    (8, "麻腮风疫苗", 1),
    (8, "乙脑疫苗", 1),
    (9, "A群流脑疫苗", 2),
    (18, "百白破疫苗", 4),
    (18, "麻腮风疫苗", 2),
    (18, "甲肝疫苗", 1),
    (24, "乙脑疫苗", 2),
    (36, "A群C群流脑疫苗", 1),
    (48, "脊灰疫苗", 4),
    (72, "白破疫苗", 1),
    (72, "A群C群流脑疫苗", 2),
)
"""Age in months, vaccine, which dose."""
LATE_DAYS = 25
ADULT_FROM, OLD_FROM = 18, 60
CAMPAIGN = date(2021, 3, 1)
SKIPPED_ONE_IN = 8
FLU_FROM = 2021
CLINICS = ("德胜卫生服务中心", "月坛卫生服务中心", "展览路卫生服务中心", "广外卫生服务中心")


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the vaccinations of a person; None without any on record."""
    born = birth_in(id_no, today)
    if born is None:
        return None
    doses = _childhood(draws, born) if born.year >= ON_RECORD_SINCE else _since(draws, born, today.year)
    clinic = draws.one_of(CLINICS, "clinic")
    held = sorted((day, vaccine, dose) for day, vaccine, dose in doses if day <= today)
    rows = [
        {"vaccine": vaccine, "dose": f"第 {dose} 剂", "date": day.isoformat(), "clinic": clinic}
        for day, vaccine, dose in held
    ]
    return {"count": len(rows), "doses": rows} if rows else None


def _childhood(draws: Draws, born: date) -> Iterator[tuple[date, str, int]]:
    for at, (months, vaccine, dose) in enumerate(SCHEDULE):
        due = born + timedelta(months * 365 // 12)
        yield due + timedelta(draws.below(LATE_DAYS, "late", at) if months else 1), vaccine, dose


def _since(draws: Draws, born: date, year: int) -> Iterator[tuple[date, str, int]]:
    if born.year + ADULT_FROM < CAMPAIGN.year and draws.below(SKIPPED_ONE_IN, "campaign"):
        first = CAMPAIGN + timedelta(draws.below(120, "first"))
        second = first + timedelta(21 + draws.below(14, "second"))
        booster = second + timedelta(180 + draws.below(60, "booster"))
        for dose, day in enumerate((first, second, booster), 1):
            yield day, "新冠疫苗", dose
    for autumn in range(max(FLU_FROM, born.year + OLD_FROM + 1), year + 1):
        if draws.below(2, "flu", autumn):
            yield date(autumn, 10, 1) + timedelta(draws.below(50, "flu day", autumn)), "流感疫苗", 1
