"""Invented homes on the land register of Beijing. Nothing registered is a finding too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from central_platform.births import birth_in
from central_platform.records.draws import Draws

OWNS_FROM = 26
LATER_YEARS = 20
HOMES = (0, 0, 0, 1, 1, 1, 1, 2)
"""How many are bought in a life; a person from another province buys one less."""
BEIJING = "11"
REGISTERED_SINCE = 2016
"""Certificates of before have other numbers."""
PLACES = (
    ("西城区德胜门外大街", "西"),
    ("西城区月坛南街", "西"),
    ("西城区广安门内大街", "西"),
    ("丰台区方庄路", "丰"),
    ("海淀区学院路", "海"),
    ("昌平区回龙观东大街", "昌"),
)
SHARES = ("单独所有", "共同共有")
MORTGAGES = ("没有抵押", "没有抵押", "有抵押")
ORDINALS = "一二"


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return what is registered of a person; None when the number does not tell when they were born."""
    born = birth_in(id_no, today)
    if born is None:
        return None
    held = [said for year, said in _homes(draws, id_no, born) if year < today.year]
    return {"count": len(held), "finding": _finding(held)}


def _finding(held: list[str]) -> str:
    if not held:
        return "没有不动产登记"
    listed = "；".join(held if len(held) == 1 else [f"（{ORDINALS[at]}）{said}" for at, said in enumerate(held)])
    return f"有不动产登记 {len(held)} 处：{listed}"


def _homes(draws: Draws, id_no: str, born: date) -> Iterator[tuple[int, str]]:
    """The years of registration and what the register says."""
    count = draws.one_of(HOMES, "homes") - (not id_no.startswith(BEIJING))
    for n in range(count):
        year = max(REGISTERED_SINCE, born.year + OWNS_FROM + draws.below(LATER_YEARS, "year", n))
        place, area = draws.one_of(PLACES, "place", n)
        house = f"北京市{place}{1 + draws.below(60, 'house', n)}号院{1 + draws.below(9, 'block', n)}号楼"
        flat = f"{1 + draws.below(4, 'unit', n)}单元{1 + draws.below(18, 'floor', n)}0{1 + draws.below(4, 'door', n)}"
        size = f"建筑面积 {42 + draws.below(90, 'metres', n)}.{draws.below(100, 'part of a metre', n):02d} 平方米"
        number = f"京（{year}）{area}不动产权第{1 + draws.below(99_999, 'number', n):07d}号"
        share, mortgage = draws.one_of(SHARES, "share", n), draws.one_of(MORTGAGES, "mortgage", n)
        yield year, f"{house}{flat}，住宅，{size}，不动产权证号{number}，{share}，{mortgage}"
