"""A desk with the shipped packages, and invented people, for tests of the visit and its pages."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk_app.identity import Person
from kiosk_app.services import Catalogue
from kiosk_app.visit import Desk, Site

PACKAGES = Path(__file__).parents[2] / "central_platform" / "packages"
BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 9, 26, tzinfo=BEIJING)

ELDER = Person("赵秀兰", "110102194203155127", "女", date(1942, 3, 15), "北京市西城区新街口南大街 1 号", "汉", None)
ADULT = Person(
    "钱文博", "110102198807210035", "男", date(1988, 7, 21), "北京市西城区德胜门外大街 2 号", "汉", date(2035, 1, 1)
)
EXPIRED = Person(
    "孙丽华", "110102197512014422", "女", date(1975, 12, 1), "北京市西城区展览馆路 3 号", "汉", date(2020, 1, 1)
)


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    packages = {}
    for folder in sorted(PACKAGES.iterdir()):
        if (folder / "service.json").exists() and (folder / "data.schema.json").exists():
            packages[folder.name] = {
                "service": read(folder / "service.json"),
                "data": read(folder / "data.schema.json"),
                "ui": read(folder / "ui.schema.json"),
                "receipt": read(folder / "receipt.json"),
                "strings": {lang: read(folder / "strings" / f"{lang}.json") for lang in ("zh", "en")},
            }
    reference = read(PACKAGES / "reference.json")
    index = {
        "version": 1,
        "packages": [{"id": name, "version": 1, "digest": "", "active": True} for name in packages],
        "halls": reference.get("halls", []),
        "listed": reference.get("listed", []),
        "reference": reference,
    }
    return Catalogue.build(index, packages)


def desk() -> Desk:
    shelf = catalogue()
    site = Site(
        "XC-0042",
        {"zh": "新风社区 03 号机", "en": "Xinfeng No. 3"},
        {"zh": "西城区德胜街道 · 新风社区 03 号机", "en": "Desheng, Xinfeng community No. 3"},
    )
    return Desk(NOW, shelf, site, lambda name: shelf.form(name, NOW.date()))
