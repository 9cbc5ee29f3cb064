"""Invented personnel files: those of people in companies and flexible work lie at the talent centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from central_platform.records.draws import Draws
from central_platform.records.working_life import JOB_MONTHS, OFFICE, PENSIONER, WorkingLife, month_text, working_life

KEEPER = "西城区人力资源公共服务中心"
FROM_SCHOOL, FROM_EMPLOYER = "毕业院校转入", "原工作单位转入"
KEPT_BY_EMPLOYER_ONE_IN = 5
LAST_DAY = 28


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return where somebody's file lies; None for a pensioner, and where the employer keeps it."""
    life = working_life(draws, id_no, today)
    if life is None or draws.below(KEPT_BY_EMPLOYER_ONE_IN, "file kept by the employer") == 0:
        return None
    if life.employer(life.running - 1) in {OFFICE, PENSIONER}:
        return None
    month = _moved_in(life, life.running - 1)
    return {
        "number": f"XC{month // 12:04d}{draws.below(100_000, 'file'):05d}",
        "since": f"{month_text(month)}-{1 + draws.below(LAST_DAY, 'file day'):02d}",
        "origin": FROM_SCHOOL if month == life.start else FROM_EMPLOYER,
        "keeper": KEEPER,
    }


def _moved_in(life: WorkingLife, month: int) -> int:
    """The first month of the jobs, one after the other up to now, whose employers keep no files."""
    job = life.job(month)
    while job > 0 and life.employer(life.start + (job - 1) * JOB_MONTHS) != OFFICE:
        job -= 1
    return life.start + job * JOB_MONTHS
