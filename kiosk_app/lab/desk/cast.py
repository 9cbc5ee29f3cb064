"""The people of the desk: each has a card, most have a phone. All invented; what is shown of them is masked."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from contracts.id_number import age
from contracts.masks import mask_account, mask_address, mask_id, mask_name, mask_phone
from kiosk_app.lab.people import Resident, draw
from kiosk_app.lab.world import HOST_PIN

SEED = 20261122
"""Own randomness: the desk's people must not change whom the world draws next."""
LICENSED = {"elder-1": ("disability_certificate", "low_income_certificate")}
"""Who holds electronic licences, of these kinds."""
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
FOREIGNER_2017: Mapping[str, Any] = {
    "layout": "foreigner2017",
    "latin_name": "TEST, ANA",
    "name": "",
    "sex": "1",
    "birth": "1986-03-14",
    "id_number": "XXX110186031402",
    "nationality": "XXX",
    "valid_from": "2019-06-01",
    "valid_to": "2029-06-01",
}
HMT: Mapping[str, Any] = {
    "layout": "hmt",
    "name": "測試乙",
    "sex": "male",
    "birth": "1960-01-01",
    "address": "北京市虚构区示例街2号",
    "id_number": "810000196001010015",
    "authority": "虚构市公安局",
    "valid_from": "2024-01-01",
    "valid_to": "2029-01-01",
    "pass_number": "H00000000",
}
_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Holder:
    """One card on the desk. `kind` is resident, expired, foreigner, hmt or host; `sub` is a hint for the person.

    `live` is the portrait that stands before the camera for them, "" where there are no portraits.
    """

    id: str
    kind: str
    card: Mapping[str, Any] = field(repr=False)
    resident: Resident | None = field(default=None, repr=False)
    sub: str = ""
    live: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The name that the card has first: only the latin one on a card of 2017."""
        return str(self.card["name"] or self.card["latin_name"])

    def shown(self, today: date) -> dict[str, Any]:
        """Return what the window may show."""
        born = date.fromisoformat(str(self.card["birth"]))
        years = 0 if self.kind == "host" else age(born, today)
        return {"id": self.id, "label": mask_name(self.name), "sub": self.sub, "kind": self.kind, "age": years}


def cast(
    host: Resident, today: date, people: Iterable[Resident] = (), faces: Sequence[Sequence[str]] = ()
) -> tuple[Holder, ...]:
    """Return everybody: `people`, then two elders, an adult, a child with a guardian, an expired card, the foreign
    layouts and the host.

    `faces` are the names of portraits, one list a person; each of the cast gets the next face on the card, and another
    portrait of it before the camera where there is one.
    """
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
        ("child-1", (6, 12), False),
        ("guardian-1", (30, 45), False),
    ):
        person = replace(draw(source, today, age=ages, expired=expired), licences=LICENSED.get(name, ()))
        kind = "expired" if expired else "resident"
        drawn.append(Holder(name, kind, person.card(), person, "" if expired else name))
    everybody = (
        *given,
        *drawn,
        Holder("foreigner-1", "foreigner", FOREIGNER, sub="2023"),
        Holder("foreigner-2", "foreigner", FOREIGNER_2017, sub="2017"),
        Holder("hmt-1", "hmt", HMT),
        Holder("host-1", "host", host.card(), host, f"PIN {HOST_PIN}"),
    )
    return tuple(_with_face(holder, faces[at % len(faces)]) if faces else holder for at, holder in enumerate(everybody))


def _with_face(holder: Holder, pictures: Sequence[str]) -> Holder:
    """The first portrait is on the card, the second stands before the camera: no two pictures of a face are one."""
    return replace(holder, card={**holder.card, "photo": pictures[0]}, live=pictures[1 % len(pictures)])


class Mask:
    """Covers what belongs to the cast, and whatever looks like an ID or a phone number, in any text."""

    def __init__(self, holders: Iterable[Holder]) -> None:
        self._pairs: dict[str, str] = {}
        for holder in holders:
            card = holder.card
            if card["name"]:
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
