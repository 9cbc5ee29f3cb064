"""Mixed visits: the scripts of visits, without what is only listened to or looked at, and some that break off."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk_app.lab.people import GIVEN, Resident
from kiosk_app.lab.script import Script, Step, parse_script, read_script
from kiosk_app.lab.world import World

VISITS = Path(__file__).parent / "visits"
LEFT_OUT = frozenset({"expect-said", "expect-not-said", "expect-receipt", "expect-log", "expect-not-screen"})
"""Other tests look at samples, paper and log; here only what is left behind counts."""
TYPED = ("路灯坏了", "电梯不动", "垃圾没有人收", "门口有水", "楼道太黑", "电话不通", "水管坏了", "没人来修")
SENTENCES = ("几号到账", "每月 15 号前后。", "别忘了带身份证。", "路灯坏了，请修一下")
PHONES = ("13800001234", "13912345678")
ADDRESS = "西城区西长安街街道府右街12号"
SLOT = "1000"
"""Words of the scripts that are other ones in each visit here: theirs stand in the repository, and in its copies."""
SLOTS = ("0900", "1000", "1100", "1330", "1430", "1530")
"""A hall takes six appointments an hour; one that is refused stays in the store, as it must."""
LEAST_TYPED = 5

HALF_TYPED = """
steps:
  - choose: XF01
  - go: next
  - wait-screen: form
  - fill: {content: 路灯坏了，请修一下}
  - touch: key.l
  - touch: key.u
  - wait: 61
  - wait-screen: idle
  - wait: 31
  - wait-screen: farewell
  - wait: 45
  - wait-screen: attract
"""
COMPARING = """
parts: [voice]
steps:
  - choose: YL01
  - go: next
  - present: card:resident-1
  - expect-screen: 还要再确认一次
  - remove: true
  - choose: way.voice
  - choose: actions.agree
  - go: finish
  - wait-screen: attract
"""
ASKED = """
steps:
  - staff: on-duty
  - choose: XF01
  - go: next
  - wait-screen: form
  - go: help
  - choose: cover.chat
  - choose: actions.write
  - fill: {chat.text: 几号到账}
  - go: next
  - expect-screen: [几号到账, 已送到]
  - staff: {answer: "每月 15 号前后。"}
  - expect-screen: ["每月 15 号前后。"]
  - go: back
  - wait-screen: form
  - go: finish
  - wait-screen: attract
  - expect-staff: {closed: true}
"""
SPOKEN = """
steps:
  - headphones: in
  - wait-screen: home
  - choose: XF01
  - go: next
  - wait-screen: form
  - fill: {content: 路灯坏了，请修一下}
  - touch: key.readback
  - fill: {phone: "13800001234", slot: morning}
  - go: next
  - wait-screen: review
  - choose: consent
  - go: next
  - wait-screen: outcome
  - go: finish
  - wait-screen: attract
  - expect-state: {waiting: 0}
"""
OWN: Mapping[str, str] = {"half-typed": HALF_TYPED, "asked": ASKED, "comparing": COMPARING, "spoken": SPOKEN}
LONG_COMPARISON_S = 15.0
READ_BACK = "key.readback"
"""Pressed in the spoken visit: what was typed is spoken, into the headphones."""

MIX: Mapping[str, int] = {
    "yl01": 24,
    "xf01": 20,
    "sb01": 16,
    "yy01": 3,
    "offline-then-reconnect": 16,
    "qr": 16,
    "chat": 14,
    "half-typed": 14,
    "walk-away": 12,
    "ways": 8,
    "guardian": 8,
    "printer-jam": 6,
    "comparing": 6,
    "spoken": 6,
    "social-card": 6,
    "face-challenge": 4,
    "face-refused-then-phone": 2,
    "code-by-camera": 2,
    "foreigner": 2,
    "papers": 3,
    "licence": 4,
    "supplement": 4,
    "pay-left": 4,
}
"""How many of 200 visits are of a kind."""
PARTS = frozenset({"camera", "social-card", "voice", "document-camera", "pay"})


@dataclass(frozen=True, slots=True)
class Mixed:
    """One visit: what is typed in it, and what is arranged before."""

    kind: str
    script: Script
    typed: tuple[str, ...]
    before: Callable[[World], None] = field(default=lambda world: None)


def draw(count: int, source: random.Random) -> list[str]:
    """Draw the kinds of so many visits: as the mix says, in any order."""
    whole = [kind for kind, weight in MIX.items() for _ in range(weight)]
    kinds = [kind for _ in range(-(-count // len(whole))) for kind in source.sample(whole, len(whole))]
    return kinds[:count]


def mixed(kind: str, source: random.Random) -> Mixed:
    """Return a visit of a kind, with typed words of its own."""
    script = parse_script(OWN[kind], Path(kind)) if kind in OWN else read_script(VISITS / f"{kind}.yaml")
    varied = _varied(source)
    steps = tuple(
        Step(step.word, _replaced(step.value, varied), step.line) for step in script.steps if step.word not in LEFT_OUT
    )
    typed = tuple(word for step in steps if step.word in ("fill", "staff") for word in _words(step.value))
    before = _long_comparison if kind == "comparing" else _nothing
    return Mixed(kind, replace(script, steps=steps, fresh=False), typed, before)


def distinct(person: Resident, source: random.Random) -> Resident:
    """Give somebody a name and an address that stand in no list of words, no test and no document."""
    number = source.randrange(1000, 10000)
    address = re.sub(r"\d+号$", f"{number}号", person.address)
    if latin := person.facts.get("latin_name"):
        letters = "".join(source.choices(string.ascii_uppercase, k=9))
        facts = {**person.facts, "latin_name": f"{latin.partition(',')[0]}, {letters}"}
        name = person.name and person.name + "".join(source.sample(GIVEN, 2))
        return replace(person, name=name, facts=facts)
    other = source.choice([one for one in GIVEN if one not in person.name])
    return replace(person, name=person.name + other, address=address)


def _varied(source: random.Random) -> dict[str, str]:
    varied = {old: "".join(source.sample(TYPED, 2)) for old in SENTENCES}
    varied |= {old: f"{old[:3]}{source.randrange(10**8):08d}" for old in PHONES}
    return varied | {ADDRESS: ADDRESS.replace("12", str(source.randrange(1000, 10000))), SLOT: source.choice(SLOTS)}


def _nothing(world: World) -> None:
    """Everything is as usual."""


def _long_comparison(world: World) -> None:
    """The module takes so long that the resident leaves before it has an answer."""
    world.parts.control("voice").ask(seconds=LONG_COMPARISON_S)


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, list):
        return [_replaced(one, words) for one in value]
    if isinstance(value, Mapping):
        return {key: _replaced(one, words) for key, one in value.items()}
    return value


def _words(value: Any) -> list[str]:
    """What is typed that nobody else would write: neither a name in braces nor a date."""
    given = value.values() if isinstance(value, Mapping) else ()
    return [one for one in given if isinstance(one, str) and len(one) >= LEAST_TYPED and _is_own(one)]


def _is_own(words: str) -> bool:
    return not {"{", "-"} & set(words) and any(char.isdigit() or char > "\u4e00" for char in words)
