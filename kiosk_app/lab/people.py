"""Invented residents, drawn from a seed: names, valid ID numbers, addresses, phones and bank accounts of nobody."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from contracts.id_number import check_character
from contracts.licence_kinds import KINDS

SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = "建国桂兰秀英淑珍玉华志强丽娟文静明辉春梅永福德顺金凤宝山素云振东慧敏长海"
ROADS = ("府右街", "灵境胡同", "西单北大街", "西交民巷", "西长安街", "石碑胡同")
AREA = "110102"
PHONE_PREFIXES = ("138", "139", "150", "186")


LICENCE = {
    "number": "DS201900004266",
    "issuer": {"zh": "样例发证机关", "en": "Sample issuer"},
    "issued_on": "2019-03-01",
    "valid_until": None,
}
"""What the register says of every licence that somebody of ours holds."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who does not exist."""

    name: str = field(repr=False)
    sex: str = field(repr=False)
    birth: date = field(repr=False)
    id_no: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    bank: str = field(repr=False)
    valid_from: date
    valid_to: date | None
    photo: str = "resident"
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What only the card of a permit or a foreigner says; `layout` names it."""
    licences: tuple[str, ...] = ()
    """The kinds of electronic licences that the platform holds of them."""

    def card(self) -> dict[str, Any]:
        """As the card simulator takes it."""
        return {
            **self.facts,
            "name": self.name,
            "sex": self.sex,
            "nation": "01",
            "birth": self.birth.isoformat(),
            "address": self.address,
            "id_number": self.id_no,
            "authority": "北京市公安局西城分局",
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "photo": self.photo,
        }

    def social_card(self) -> dict[str, Any]:
        """As the social-security card simulator takes it."""
        return {
            "name": self.name,
            "id_number": self.id_no,
            "sex": self.sex,
            "birth": self.birth.isoformat(),
            "card_number": "A" + self.id_no[-8:],
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }

    def record(self) -> dict[str, Any]:
        """As the platform's population stub takes it: phone and address are known, the bank account is not."""
        known = {"id_no": self.id_no, "name": self.name, "phone": self.phone, "addr": self.address}
        return {**known, **self.register()}

    def register(self) -> dict[str, Any]:
        """The same of somebody of whom only the register of licences knows."""
        held = {kind: LICENCE if kind in self.licences else None for kind in KINDS}
        return {"id_no": self.id_no, "licences": held}

    def person(self) -> dict[str, str]:
        """As the lab's token route takes it."""
        return {
            "name": self.name,
            "id_no": self.id_no,
            "sex": self.sex,
            "birth": self.birth.isoformat(),
            "address": self.address,
        }


def draw(source: random.Random, today: date, *, age: tuple[int, int] = (81, 93), expired: bool = False) -> Resident:
    """Draw one resident of an age range; `expired` gives them a card that has run out."""
    birth = today.replace(month=1, day=1, year=today.year - source.randint(*age)) - timedelta(
        days=source.randint(1, 360)
    )
    male = source.random() < 0.5
    order = source.randrange(0, 500) * 2 + (1 if male else 0)
    body = f"{AREA}{birth:%Y%m%d}{order:03d}"
    issued = today - timedelta(days=365 * (11 if expired else 4) + source.randint(0, 300))
    return Resident(
        name=source.choice(SURNAMES) + "".join(source.sample(GIVEN, 2)),
        sex="男" if male else "女",
        birth=birth,
        id_no=body + check_character(body),
        address=f"北京市西城区{source.choice(ROADS)}{source.randint(1, 99)}号",
        phone=source.choice(PHONE_PREFIXES) + "".join(str(source.randrange(10)) for _ in range(8)),
        bank=_account("622202" + "".join(str(source.randrange(10)) for _ in range(12))),
        valid_from=issued,
        valid_to=issued.replace(year=issued.year + 10, day=min(issued.day, 28)) if expired else None,
    )


def _account(digits: str) -> str:
    """Add the check digit of ISO/IEC 7812 (Luhn)."""
    doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(reversed(digits))]
    total = sum(n - 9 if n > 9 else n for n in doubled)
    return digits + str(-total % 10)


def foreigner(source: random.Random, today: date, *, layout: str = "foreigner2023") -> Resident:
    """Draw a foreigner with a permanent-resident card of the 2017 or the 2023 layout. The nationality is nobody's."""
    drawn = draw(source, today, age=(28, 60))
    latin = "EXAMPLE-MONTGOMERY, ALEXANDRIA WILHELMINA"
    facts = {"layout": layout, "latin_name": latin, "nationality": "XXX"}
    if layout == "foreigner2017":
        number = f"XXX{source.randrange(10**12):012d}"
        name = ""
    else:
        body = f"911999{drawn.birth:%Y%m%d}{source.randrange(0, 500) * 2 + (drawn.sex == '男'):03d}"
        number, name = body + check_character(body), "艾丽山"
        facts["renewals"] = "01"
    return replace(drawn, name=name, id_no=number, address="", valid_from=date(2023, 12, 1), facts=facts)


def permit_holder(source: random.Random, today: date) -> Resident:
    """Draw somebody of Hong Kong with a residence permit."""
    drawn = draw(source, today, age=(28, 60))
    body = f"810000{drawn.id_no[6:17]}"
    facts = {"layout": "hmt", "pass_number": f"H{source.randrange(10**8):08d}", "issue_count": "02"}
    return replace(drawn, id_no=body + check_character(body), facts=facts)
