"""A service that asks one question of every newer kind: year, region, list, uscc, plate, pin. It exists only here.

`signed()` asks for a signature at the end as well: that belongs to all the others, which tests of one kind change.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from kiosk_app.lab import samples
from kiosk_app.services import Catalogue, Form, compile_form
from kiosk_app.visit import Desk
from tests.kiosk_app.services.data import TODAY, index, package, reference

SERVICE = "ZZ01"
COMPANY = "91110000802100433B"
PLATE = "京A12345"
GREEN_PLATE = "京AD12345"
PIN = "274195"
GOOD = {
    "year": "2025",
    "city": "130100",
    "hospitals": "H02,H05",
    "company": COMPANY,
    "plate": PLATE,
    "pin": PIN,
    "again": PIN,
}
HOSPITALS = {
    "H01": ("北京大学第一医院", "Peking University First Hospital"),
    "H02": ("首都医科大学宣武医院", "Xuanwu Hospital"),
    "H03": ("北京积水潭医院", "Jishuitan Hospital"),
    "H04": ("北京友谊医院", "Friendship Hospital"),
    "H05": ("北京儿童医院", "Children's Hospital"),
    "H06": ("复兴医院", "Fuxing Hospital"),
    "H07": ("广安门医院", "Guang'anmen Hospital"),
    "H08": ("阜外医院", "Fuwai Hospital"),
    "H09": ("北京回民医院", "Huimin Hospital"),
    "H10": ("德胜社区卫生服务中心", "Desheng Community Clinic"),
}
PROPERTIES: dict[str, dict[str, Any]] = {
    "year": {
        "type": "string",
        "format": "year",
        "pattern": "^[0-9]{4}$",
        "x-range": {"from": "-5y", "to": "+0y"},
        "x-default": "-1y",
        "x-privacy": "plain",
    },
    "city": {"type": "string", "format": "region", "pattern": "^[0-9]{6}$", "x-privacy": "plain"},
    "hospitals": {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 2,
        "maxItems": 3,
        "uniqueItems": True,
        "x-source": "hospitals",
        "x-privacy": "plain",
    },
    "company": {"type": "string", "format": "uscc", "pattern": "^[0-9A-Z]{18}$", "x-privacy": "plain"},
    "plate": {"type": "string", "format": "plate", "maxLength": 8, "x-privacy": "personal"},
    "pin": {"type": "string", "format": "pin", "pattern": "^[0-9]{6}$", "x-privacy": "personal"},
    "again": {"type": "string", "format": "pin", "x-equals": "pin", "x-privacy": "personal"},
}
SIGNATURE = {"type": "string", "format": "signature", "x-privacy": "personal"}
# scope -> label, short name, question, in Chinese and in English
ASKED = {
    "year": (("哪一年", "年份", "您要哪一年的？"), ("Which year", "year", "Which year is it about?")),
    "city": (("去哪里看病", "城市", "您要去哪个城市看病？"), ("Where to", "city", "In which city is the treatment?")),
    "hospitals": (
        ("选定点医院", "医院", "您要选哪几家医院？"),
        ("Your hospitals", "hospitals", "Which hospitals do you choose?"),
    ),
    "company": (
        ("统一社会信用代码", "信用代码", "执照上的信用代码是多少？"),
        ("Unified credit code", "code", "What is the code on the licence?"),
    ),
    "plate": (("车牌号", "车牌号", "您的车牌号是多少？"), ("Number plate", "plate", "What is your number plate?")),
    "pin": (("新密码", "新密码", "请设一个六位的密码。"), ("New PIN", "PIN", "Please think of a PIN.")),
    "again": (("再输一遍", "第二遍", "请把密码再输一遍。"), ("Once more", "second entry", "Please repeat the PIN.")),
    "sign": (("您的签名", "签名", "请您签名。"), ("Your signature", "signature", "Please sign.")),
}
HINTS = {
    "year": ("最近五年的都可以", "Any of the last five years"),
    "city": ("先选省份，再选城市", "First the province, then the city"),
    "hospitals": ("选两家或三家，可以改", "Two or three, they can be changed"),
    "company": ("一共 18 位，在执照右上角", "18 characters, at the top of the licence"),
    "plate": ("先选省份的字", "First the character of the province"),
    "pin": ("六位数字，不要用生日", "Six digits, not your birthday"),
    "again": ("和刚才的一样", "The same as before"),
    "sign": ("写不了字，可以按“我确认”", "If you cannot write, confirm instead"),
}


def made() -> dict[str, Any]:
    """The package, which a test may break."""
    return _made(PROPERTIES)


def signed() -> dict[str, Any]:
    """The same with a signature behind everything else; no more than six things must be entered."""
    found = _made({**PROPERTIES, "sign": SIGNATURE})
    found["data"]["required"].remove("company")
    return found


def _made(properties: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = package("XF01")
    found["service"] = {**found["service"], "id": SERVICE, "prefill": {}}
    found["receipt"] = {**found["receipt"], "fields": list(properties)}
    found["data"]["properties"] = {name: dict(prop) for name, prop in properties.items()}
    found["data"]["required"] = list(properties)
    controls = [
        {"scope": f"#/properties/{name}", **{part: f"field.{name}.{part}" for part in PARTS}} for name in properties
    ]
    found["ui"] = {
        "person": [],
        "pages": [{"id": "all", "title": "page.all.title", "groups": [{"id": "all", "controls": controls}]}],
    }
    found["strings"] = {lang: _strings(at, properties) for at, lang in enumerate(("zh", "en"))}
    return found


PARTS = ("label", "short", "hint", "why", "ask")


def _strings(at: int, properties: dict[str, dict[str, Any]]) -> dict[str, str]:
    found = {"page.all.title": ("几个问题", "A few questions")[at]}
    for name in properties:
        label, short, ask = ASKED[name][at]
        found |= {
            f"field.{name}.label": label,
            f"field.{name}.short": short,
            f"field.{name}.ask": ask,
            f"field.{name}.hint": HINTS[name][at],
            f"field.{name}.why": ("用来办这件事", "To handle this matter")[at],
            f"field.{name}.error.required": (f"还没填{short}，请填一下。", f"Please enter the {short}.")[at],
            f"field.{name}.error.invalid": (f"{short}不对，请再看一遍。", f"Please check the {short}.")[at],
        }
    found |= {f"option.hospitals.{key}": names[at] for key, names in HOSPITALS.items()}
    return found


@cache
def form() -> Form:
    """The compiled form, on the day of the tests."""
    return compile_form(made(), reference(), TODAY)


@cache
def signed_form() -> Form:
    """The compiled form with a signature."""
    return compile_form(signed(), reference(), TODAY)


def catalogue(content: dict[str, Any] | None = None) -> Catalogue:
    """A catalogue that has this service alone, as it is or as a test has changed it."""
    entry = {"id": SERVICE, "version": 1, "digest": "", "active": True}
    return Catalogue.build({**index(), "packages": [entry]}, {SERVICE: content or made()})


def desk(content: dict[str, Any] | None = None) -> Desk:
    """The desk of an invented site where the service is live."""
    here, shelf = samples.desk(), catalogue(content)
    today = here.now.date()
    return replace(here, catalogue=shelf, form=lambda name: shelf.form(name, today))
