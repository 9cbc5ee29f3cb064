"""The shipped packages as the platform would publish them, and invented people."""

from __future__ import annotations

import copy
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import central_platform
from contracts import digest
from kiosk_app.identity import Person
from kiosk_app.services import Catalogue, Form, compile_form

PACKAGES = Path(central_platform.__file__).parent / "packages"
LIVE = tuple(sorted(path.parent.name for path in PACKAGES.glob("*/service.json")))
TODAY = date(2026, 11, 22)
BANK = "6217000012345670623"
PHONE = "13800138000"
ADDRESS = "西城区德胜街道新风街3号院6号"
MONTHS = {"periodFrom": "2025-11", "periodTo": "2026-10"}
PLACE = {"date": "2026-11-23", "slot": "0900", "phone": PHONE}
ELDER = Person(
    "测试甲", "110102194005150027", "女", date(1940, 5, 15), "北京市西城区新风街1号楼2单元301", "汉", date(2036, 1, 1)
)

YOUNG = Person("测试乙", "110102194711230013", "男", date(1947, 11, 23), "河北省保定市测试路5号", "汉", None)


def confirmed(answers: dict[str, str]) -> dict[str, str]:
    """The same, signed by confirming. Nothing of them is sent otherwise than it is typed."""
    return {**answers, "sign": f"sig1:confirmed:{digest(answers)}"}


GOOD: dict[str, dict[str, str]] = {
    "SB01": {**MONTHS, "purpose": "loan", "copies": "2"},
    "SH01": {"accountNo": "1000000008", "amount": "100.00"},
    "YB05": {"year": "2027", "payeeIdNo": "110102199203071226"},
    "GA09": {"plate": "京A12345", "accept": "true"},
    "YL01": {"phone": PHONE, "addr": "西城区德胜街道新风街1号楼2单元301", "bank": BANK},
    "GA02": {
        "addr": "西城区德胜街道新风街3号院6号",
        "moveIn": "2026-10-01",
        "landlord": "王测试",
        "landlordPhone": "13900139000",
        "phone": PHONE,
    },
    "XF01": {"content": "新风街路口的路灯晚上不亮", "phone": PHONE, "slot": "morning"},
    "YY01": {"hall": "H01", "item": "W01", "date": "2026-11-23", "slot": "0900", "phone": PHONE},
    "SB02": {"phone": PHONE},
    "SB03": {**MONTHS, "purpose": "visa"},
    "SB04": {"reason": "lost", "pickup": "street", "phone": PHONE},
    "JY01": {
        "lastEmployer": "样例商店",
        "endDate": "2026-10-31",
        "reason": "expired",
        "phone": PHONE,
        "addr": ADDRESS,
    },
    "JY02": {"phone": PHONE, "bank": BANK},
    "JY03": {"jobType": "delivery", "addr": ADDRESS, "bank": BANK, "phone": PHONE},
    "JY04": {"purpose": "job"},
    "YB01": MONTHS,
    "YB04": {"personType": "child", "guardian": "王测试", "phone": PHONE, "addr": ADDRESS},
    "GJ01": {**MONTHS, "purpose": "loan"},
    "GJ02": {"rentMonth": "4500.00", "bank": BANK, "phone": PHONE},
    "GJ03": {"phone": PHONE, "bank": BANK},
    "YL02": {"careStatus": "care", "addr": ADDRESS, "bank": BANK, "phone": PHONE},
    "YL03": {"reason": "lost", "pickup": "street", "phone": PHONE, "addr": ADDRESS},
    "YL04": {"item": "subsidy", "addr": ADDRESS, **PLACE, "slot": "morning"},
    "CJ02": {"phone": PHONE, "bank": BANK},
    "CJ03": {"deviceType": "wheelchair", "phone": PHONE, "addr": ADDRESS},
    "JZ02": {"hardship": "illness", "desc": "家里人住院，押金不够", "phone": PHONE, "bank": BANK},
    "MZ01": {"matter": "marry", "partnerName": "王测试", "partnerIdNo": "110102198807210034", **PLACE},
    "MZ02": {"purpose": "house"},
    "GA01": {"addr": ADDRESS, "proofType": "rent", "phone": PHONE},
    "GA06": {"periodFrom": "2025-11-22", "periodTo": "2026-11-22"},
    "GA07": {"purpose": "job", "residence": "registered", "phone": PHONE},
    "SW01": {**MONTHS, "copies": "1"},
    "BD01": {"purpose": "school"},
    "WJ03": {"purpose": "school"},
    "JX01": {"childName": "王小测", "childIdNo": "110102201609091235", **PLACE},
    "FL02": {"matter": "will", **PLACE},
    "SC03": confirmed({"uscc": "91110000802100433B", "reason": "stop", "phone": PHONE}),
    "ZF01": {"desc": "去年老旧小区改造的实施方案", "form": "mail", "mail": ADDRESS, "phone": PHONE},
}


@cache
def _package(service: str) -> dict[str, Any]:
    folder = PACKAGES / service

    def read(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    return {
        "service": read("service.json"),
        "data": read("data.schema.json"),
        "ui": read("ui.schema.json"),
        "receipt": read("receipt.json"),
        "strings": {"zh": read("strings/zh.json"), "en": read("strings/en.json")},
    }


def package(service: str) -> dict[str, Any]:
    """A package that a test may break."""
    return copy.deepcopy(_package(service))


@cache
def reference() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PACKAGES / "reference.json").read_text(encoding="utf-8"))
    return loaded


def index(inactive: frozenset[str] = frozenset()) -> dict[str, Any]:
    book = reference()
    return {
        "version": 7,
        "packages": [{"id": s, "version": 1, "digest": "", "active": s not in inactive} for s in LIVE],
        "halls": book["halls"],
        "listed": book["listed"],
        "reference": {name: value for name, value in book.items() if name not in {"halls", "listed"}},
    }


@cache
def catalogue() -> Catalogue:
    return Catalogue.build(index(), {service: _package(service) for service in LIVE})


@cache
def form(service: str) -> Form:
    return compile_form(_package(service), reference(), TODAY)
