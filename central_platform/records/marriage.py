"""Invented marriages and divorces, as far as they were registered in Beijing. Nothing registered is a finding too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from central_platform.births import birth_in
from central_platform.records.draws import Draws
from contracts.record_kinds import Form, written

MARRIED_FROM = 23
LATEST_MARRIAGE_DAYS = 12 * 365
NEVER_ONE_IN = 6
ELSEWHERE_ONE_IN = 2
"""Of people who come from another province so many registered there."""
DIVORCED_ONE_IN = 6
AGAIN_ONE_IN = 2
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
OFFICES = {
    "110102": "北京市西城区民政局婚姻登记处",
    "110105": "北京市朝阳区民政局婚姻登记处",
    "110108": "北京市海淀区民政局婚姻登记处",
}
BEIJING = "11"
ORDINALS = "一二三"
MARRIAGE, DIVORCE = ("结婚登记", "J"), ("离婚登记", "L")
SATURDAY = 5


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return what is registered of a person; None when the number does not tell when they were born."""
    born = birth_in(id_no, today)
    if born is None:
        return None
    held = [said for day, said in _events(draws, id_no, born) if day <= today]
    return {"count": len(held), "finding": _finding(held)}


def _finding(held: list[str]) -> str:
    if not held:
        return "没有婚姻登记记录"
    listed = "；".join(held if len(held) == 1 else [f"（{ORDINALS[at]}）{said}" for at, said in enumerate(held)])
    return f"有婚姻登记记录 {len(held)} 条：{listed}"


def _events(draws: Draws, id_no: str, born: date) -> Iterator[tuple[date, str]]:
    """A first marriage, its end, and another one: as many of these as were drawn, in order."""
    elsewhere = not id_no.startswith(BEIJING) and draws.below(ELSEWHERE_ONE_IN, "elsewhere") == 0
    if draws.below(NEVER_ONE_IN, "never") == 0 or elsewhere:
        return
    partner = f"{draws.one_of(SURNAMES, 'first partner')}某"
    day = date(born.year + MARRIED_FROM, born.month, 1) + timedelta(draws.below(LATEST_MARRIAGE_DAYS, "first"))
    yield _event(draws, MARRIAGE, day, partner)
    if draws.below(DIVORCED_ONE_IN, "divorced") != 0:
        return
    day += timedelta(3 * 365 + draws.below(12 * 365, "end"))
    yield _event(draws, DIVORCE, day, partner)
    if draws.below(AGAIN_ONE_IN, "again") == 0:
        day += timedelta(365 + draws.below(8 * 365, "second"))
        yield _event(draws, MARRIAGE, day, f"{draws.one_of(SURNAMES, 'second partner')}某")


def _event(draws: Draws, kind: tuple[str, str], day: date, partner: str) -> tuple[date, str]:
    name, letter = kind
    if day.weekday() >= SATURDAY:
        day += timedelta(2)
    area = draws.one_of(tuple(OFFICES), "office", day.year)
    number = f"{letter}{area}-{day.year}-{1 + draws.below(9999, 'number', day.isoformat()):06d}"
    when = written(Form.DATE, day.isoformat())
    return day, f"{when}在{OFFICES[area]}办理{name}，对方姓名{partner}，登记字号 {number}"
