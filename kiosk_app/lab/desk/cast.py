"""The people of the desk: each has a card, most have a phone. All invented; what is shown of them is masked."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.id_number import age
from contracts.masks import mask_account, mask_address, mask_id, mask_name, mask_phone
from kiosk_app.lab.people import Resident, draw
from kiosk_app.lab.world import HOST_PIN

SEED = 20261122
"""Own randomness: the desk's people must not change whom the world draws next."""
FOREIGNER: Mapping[str, Any] = {
    "layout": "foreigner2023",
    "latin_name": "TEST, PERSON BRAVO",
    "name": "测试丁",
    "sex": "2",
    "birth": "1981-08-03",
    "id_number": "911124198108030024",
    "nationality": "XXX",
    "valid_from": "2023-12-01",
    "valid_to": "2033-12-01",
}
HMT: Mapping[str, Any] = {
    "layout": "hmt",
    "name": "測試乙",
    "sex": "male",
    "birth": "1960-01-01",
    "address": "北京市虚构区示例街2号",
    "id_number": "810000196001010011",
    "authority": "虚构市公安局",
    "valid_from": "2024-01-01",
    "valid_to": "2029-01-01",
    "pass_number": "H00000000",
}
_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Holder:
    """One card on the desk. `kind` is resident, expired, foreigner, hmt or host; `sub` is a hint for the person."""

    id: str
    kind: str
    card: Mapping[str, Any] = field(repr=False)
    resident: Resident | None = field(default=None, repr=False)
    sub: str = ""

    def shown(self, today: date) -> dict[str, Any]:
        """Return what the window may show."""
        born = date.fromisoformat(str(self.card["birth"]))
        years = 0 if self.kind == "host" else age(born, today)
        label = mask_name(str(self.card["name"]))
        return {"id": self.id, "label": label, "sub": self.sub, "kind": self.kind, "age": years}


def cast(host: Resident, today: date, people: Iterable[Resident] = ()) -> tuple[Holder, ...]:
    """Return everybody: `people`, then two elders, an adult, an expired card, two foreign layouts and the host."""
    source = random.Random(SEED)
    given = [
        Holder(f"visitor-{at}", "resident", person.card(), person, f"visitor-{at}")
        for at, person in enumerate(people, 1)
    ]
    drawn = []
    for name, ages, expired in (
        ("elder-1", (81, 93), False),
        ("elder-2", (81, 93), False),
        ("adult-1", (28, 45), False),
        ("expired-1", (70, 80), True),
    ):
        person = draw(source, today, age=ages, expired=expired)
        kind = "expired" if expired else "resident"
        drawn.append(Holder(name, kind, person.card(), person, "" if expired else name))
    return (
        *given,
        *drawn,
        Holder("foreigner-1", "foreigner", FOREIGNER),
        Holder("hmt-1", "hmt", HMT),
        Holder("host-1", "host", host.card(), host, f"PIN {HOST_PIN}"),
    )


class Mask:
    """Covers what belongs to the cast, and whatever looks like an ID or a phone number, in any text."""

    def __init__(self, holders: Iterable[Holder]) -> None:
        self._pairs: dict[str, str] = {}
        for holder in holders:
            card = holder.card
            self._pairs[str(card["name"])] = mask_name(str(card["name"]))
            if "latin_name" in card:
                self._pairs[str(card["latin_name"])] = mask_name(str(card["latin_name"]))
            self._pairs[str(card["id_number"])] = mask_id(str(card["id_number"]))
            if card.get("address"):
                self._pairs[str(card["address"])] = mask_address(str(card["address"]))
            if holder.resident is not None:
                self._pairs[holder.resident.phone] = mask_phone(holder.resident.phone)
                self._pairs[holder.resident.bank] = mask_account(holder.resident.bank)

    def __call__(self, text: str) -> str:
        """Return the text, covered."""
        for plain, covered in self._pairs.items():
            text = text.replace(plain, covered)
        text = _ID.sub(lambda found: mask_id(found.group()), text)
        return _PHONE.sub(lambda found: mask_phone(found.group()), text)
