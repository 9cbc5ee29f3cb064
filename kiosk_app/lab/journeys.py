"""A whole visit for any service, drawn from a seed: who comes, what they answer, how they prove who they are."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from contracts import uscc
from contracts.handwriting import Way
from contracts.offsets import relative
from kiosk_app.lab.people import GIVEN, SURNAMES, Resident, draw
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.script import Script, Step
from kiosk_app.lab.world import HOST_PIN, PACKAGES, SERVICES, World
from kiosk_app.services import pins, plates
from kiosk_app.services.model import SEPARATOR
from kiosk_app.services.regions import regions

SENTENCES = ("路灯坏了，请修一下", "电梯三天没修好", "垃圾没有人收", "窗口排队时间太长")
AGES = {"YL01": (81, 93), "YL02": (66, 90), "YL03": (66, 90), "SB02": (62, 90), "SB03": (62, 90), "GJ03": (62, 80)}
GRADES = ("5", "4", "3")
HALF = 0.5
"""How often residents change a default."""
OPTIONAL = frozenset({"payeeIdNo"})
"""Numbers of other people, which half of the residents leave out."""
WRITTEN = {"date": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
"""How days, months and years that are relative to today are written."""
DRAWN_AT_MOST = 50
"""People and answers; about every third has a record of any kind."""


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody, and the script of the visit they come for."""

    resident: Resident
    script: Script

    @property
    def people(self) -> dict[str, Resident]:
        """Who the script's names are."""
        return {"resident-1": self.resident}


def ages_for(service: str) -> tuple[int, int]:
    """The ages of residents who may apply."""
    return AGES.get(service, (22, 78))


def draw_service(source: random.Random) -> str:
    """Draw one of the services."""
    return source.choice(SERVICES)


def journey(service: str, source: random.Random, world: World, *, offline: bool = False) -> Journey:
    """Draw somebody and a visit that goes well; `offline`: the network comes back when the resident has gone.

    Raises:
        WorldError: nobody was drawn of whom departments hold what the service's certificate would say, or who has
            anything to pay.
    """
    resident, drawn, corrected = _applicant(service, source, world)
    level, pays = _package(service, "service.json")["level"], takes_money(service)
    lines: list[tuple[str, Any]] = [("network", "down"), ("expect-state", {"online": False})] if offline else []
    lines += [("choose", service), ("go", "next")]
    if level != "L0":
        lines += [("wait-screen", "identify"), ("present", "card:resident-1")]
    if level in ("L2", "L3"):
        lines += [("expect-log", {"event": "identified", "way": "card"}), ("remove", True)]
        lines += _by_staff() if offline else _by_phone(resident)
    lines += [("wait-screen", "form"), ("answer", drawn), ("wait-screen", "review")]
    if corrected:
        lines += [("choose", f"review.{corrected}"), ("wait-screen", "form")]
        lines += [("fill", {f"form.{corrected}": drawn[corrected]}), ("go", "next"), ("wait-screen", "review")]
    if level == "L1":
        lines.append(("remove", True))
    lines += [("choose", "consent"), ("go", "next"), *([("wait-screen", "pay"), ("pay", "paid")] if pays else [])]
    lines.append(("wait-screen", "outcome"))
    lines += _saved(service) if offline else _accepted(service, source, resident)
    if corrected:
        lines.append(("expect-platform", {f"answers.{corrected}": drawn[corrected]}))
    lines.append(("expect-state", {"waiting": 0, "dead": 0, "sound": True}))
    steps = tuple(Step(word, value, at) for at, (word, value) in enumerate(lines, 1))
    return Journey(resident, Script(Path(f"journey-{service}"), steps, parts=frozenset({"pay"} if pays else ())))


def _applicant(service: str, source: random.Random, world: World) -> tuple[Resident, dict[str, str], str]:
    """Who comes, what the form will hold, and which of its defaults they change at the review; "" = none."""
    for _ in range(DRAWN_AT_MOST):
        resident = world.resident(age=ages_for(service))
        drawn, corrected = _with_defaults(service, source, answers(service, source, resident, world), world)
        person = {"name": resident.name, "id_no": resident.id_no}
        if takes_money(service):
            fits = bool(world.platform.charge(service, person, drawn))
        else:
            fits = world.platform.grants(service, person, drawn)
        if fits:
            return resident, drawn, corrected
    raise WorldError(f"{service} is granted to nobody, or nobody owes anything for it")


def _with_defaults(
    service: str, source: random.Random, drawn: dict[str, str], world: World
) -> tuple[dict[str, str], str]:
    """What has a default is not asked: it stays, but for one that half of the residents change."""
    properties = _package(service, "data.schema.json")["properties"]
    usual = {name: _default(one, world) for name, one in properties.items() if "x-default" in one}
    others = [name for name, value in usual.items() if drawn[name] != value]
    corrected = source.choice(others) if others and source.random() < HALF else ""
    return {**drawn, **usual, **({corrected: drawn[corrected]} if corrected else {})}, corrected


def _default(schema: Mapping[str, Any], world: World) -> str:
    default = str(schema["x-default"])
    if schema.get("format") not in WRITTEN:
        return default
    return relative(world.clock.now().date(), default).strftime(WRITTEN[schema["format"]])


def _by_phone(resident: Resident) -> list[tuple[str, Any]]:
    """The second factor: a code by text message."""
    return [
        ("choose", "way.phone"),
        ("fill", {"identify.phone": resident.phone}),
        ("go", "next"),
        ("phone", "read-code"),
        ("go", "next"),
    ]


def _by_staff() -> list[tuple[str, Any]]:
    """The second factor without a network: somebody of the place vouches."""
    return [
        ("choose", "way.witness"),
        ("present", "card:host"),
        ("expect-screen", [{"zh": "已读到工作人员的证件", "en": "Staff card read"}]),
        ("remove", True),
        ("fill", {"identify.pin": HOST_PIN}),
        ("go", "next"),
    ]


def _accepted(service: str, source: random.Random, resident: Resident) -> list[tuple[str, Any]]:
    """From the outcome to the attract page, rated."""
    return [
        ("expect-screen", ["{number}"]),
        ("expect-receipt", ["{number}"]),
        *([("expect-certificate", ["{number}", resident.name])] if _certifies(service) else []),
        ("expect-platform", {"service": service}),
        *([("expect-payment", {"state": "delivered", "orders": 1, "charged": 1})] if takes_money(service) else []),
        ("go", "next"),
        ("choose", f"grade.{source.choice(GRADES)}"),
        ("go", "next"),
        ("wait-screen", "farewell"),
        ("go", "finish"),
        ("wait-screen", "attract"),
    ]


def _saved(service: str) -> list[tuple[str, Any]]:
    """From the outcome to the attract page, and the case arrives once the network is there."""
    return [
        ("expect-screen", ["{provisional}"]),
        ("expect-receipt", ["{provisional}"]),
        ("go", "finish"),
        ("wait-screen", "attract"),
        ("network", "up"),
        ("expect-platform", {"service": service, "provisional": "{provisional}", "count": 1}),
    ]


def takes_money(service: str) -> bool:
    """True for a service that is paid for here."""
    return (PACKAGES / service / "payment.json").exists()


def _certifies(service: str) -> bool:
    """True for a service that ends with a sealed page."""
    return (PACKAGES / service / "certificate.json").exists()


def answers(service: str, source: random.Random, resident: Resident, world: World) -> dict[str, str]:
    """Draw an answer to every question of a service's form."""
    reference = json.loads((PACKAGES / "reference.json").read_text("utf-8"))
    schema = _package(service, "data.schema.json")
    hall = source.choice([h["id"] for h in reference["halls"] if _items(reference, h["id"])])
    if service == "SH01":
        # A bill is of the platform's own drawing: the company is drawn here, the number is one with something to pay.
        company = source.choice("1234")
        return {"accountNo": world.account(company), "amount": "50.50" if company == "2" else ""}
    return {
        name: _answer(name, one, source, resident, world, reference, hall) for name, one in schema["properties"].items()
    }


def _answer(
    name: str,
    schema: Mapping[str, Any],
    source: random.Random,
    resident: Resident,
    world: World,
    reference: Mapping[str, Any],
    hall: str,
) -> str:
    match schema.get("format"):
        case "phone":
            return resident.phone if name == "phone" else "139" + "".join(str(source.randrange(10)) for _ in range(8))
        case "bank-account":
            return resident.bank
        case "address":
            street = source.choice(reference["streets"])
            road = source.choice(street["roads"])
            return f"西城区{street['name']['zh']}{road['name']['zh']}{source.randint(1, 99)}号"
        case "date":
            return _day(schema, source, world).isoformat()
        case "month":
            # The later of two months never lies before the other.
            days = source.randint(40, 90) if "x-not-before" in schema else source.randint(150, 300)
            return f"{world.clock.now().date() - timedelta(days=days):%Y-%m}"
        case "id-number":
            if name in OPTIONAL and source.random() < HALF:
                return ""
            return draw(source, world.clock.now().date(), age=(25, 60)).id_no
        case "money":
            least, most = (int(float(schema["x-amount"][end])) for end in ("from", "to"))
            return str(source.randint(least, most))
        case "hall-ref":
            return hall
        case "item-ref":
            return str(source.choice(_items(reference, hall)))
        case "long-text":
            return source.choice(SENTENCES)
        case "year":
            first, last = (relative(world.clock.now().date(), schema["x-range"][end]).year for end in ("from", "to"))
            return str(source.randint(first, last))
        case "region":
            places = regions()
            above = {place.parent for place in places}
            return source.choice([place.value for place in places if place.value not in above])
        case "uscc":
            number = "91110102" + "".join(source.choices(uscc.ALPHABET, k=9))
            return number + uscc.check_character(number)
        case "plate":
            return "京A" + "".join(source.choices(plates.LETTERS + "0123456789", k=source.choice((5, 6))))
        case "pin":
            return _pin(resident)
        case "signature":
            return str(Way.DRAWN)
    if schema.get("type") == "array":
        listed = [entry["id"] for entry in reference.get(schema.get("x-source", ""), ())]
        offered = schema["items"].get("enum") or listed
        most = min(schema["maxItems"], len(offered))
        return SEPARATOR.join(source.sample(offered, source.randint(max(1, schema.get("minItems", 1)), most)))
    if "const" in schema:
        return str(schema["const"]).lower()
    if "enum" in schema:
        return str(source.choice(schema["enum"]))
    if schema.get("type") == "integer":
        return str(source.randint(int(schema.get("minimum", 1)), int(schema.get("maximum", 3))))
    return source.choice(SURNAMES) + source.choice(GIVEN)


def _day(schema: Mapping[str, Any], source: random.Random, world: World) -> date:
    if schema.get("x-workdays"):
        return world.workday()
    if "x-not-before" in schema:
        return world.clock.now().date()
    return world.clock.now().date() - timedelta(days=source.randint(1, 700))


def _pin(resident: Resident) -> str:
    """A PIN that is the same each time this resident is asked, and that nobody would guess."""
    drawn = random.Random(resident.bank)
    while True:
        pin = f"{drawn.randrange(10**pins.LENGTH):0{pins.LENGTH}}"
        if not pins.weak(pin) and not pins.about(pin, resident.id_no, resident.birth):
            return pin


def _items(reference: Mapping[str, Any], hall: str) -> list[str]:
    return [item["id"] for item in reference["windowItems"] if hall in item["halls"]]


def _package(service: str, part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PACKAGES / service / part).read_text("utf-8"))
    return found
