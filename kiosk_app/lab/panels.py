"""From a value to the keys of the panel that enters it. Nothing is typed that a finger could not have typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.handwriting import Way
from kiosk_app.lab.processes import WorldError
from kiosk_app.services.model import SEPARATOR
from kiosk_app.services.regions import province_of

UNITS = {"号院": "yuan", "号楼": "lou", "单元": "unit", "号": "hao", "室": "room"}
WRITTEN = (((26, 22), (74, 22)), ((30, 50), (70, 50)), ((50, 22), (50, 80)), ((22, 80), (78, 80)))
"""王, as a finger writes it on the sheet of a signature: hundredths of its width and height."""
MARKS = "-/:;()@.,?，。？！、：（）"


@dataclass(frozen=True, slots=True)
class Keystroke:
    """One key of a panel. `more` is pressed until the key shows, then `back` as often: a list is ticked in any order.
    `digit` is the keypad's own key for it, if it has one.

    `word` is what the key says aloud, where that is not the key's own name.
    """

    node: str
    more: str = ""
    back: str = ""
    digit: str = ""
    word: str = ""


def strokes(node: Mapping[str, Any], value: str) -> Iterator[Keystroke]:
    """Yield the keys that enter `value` into an empty field.

    Raises:
        WorldError: the panel cannot enter it.
    """
    match node["panel"]:
        case "digits" | "phone" | "id" | "number" | "uscc" | "web" | "one_time" | "hex":
            yield from (_character(char) for char in value)
        case "money":
            yield from _amount(value)
        case "select" if node.get("picks", 1) > 1:
            yield from (_option(node, one, back="key.previous") for one in value.split(SEPARATOR))
        case "select":
            yield _option(node, value)
        case "region":
            yield from _region(node, value)
        case "plate":
            yield from _plate(node, value)
        case "date" | "month":
            yield Keystroke("key.year")
            yield from (Keystroke(f"key.{char}", digit=char, word=char) for char in value if char != "-")
        case "address":
            yield from _address(node, value)
        case "signature" if value == Way.CONFIRMED:
            yield _option(node, value)
        case "pinyin":
            yield from _text(value)
        case "name":
            yield from _text(value, mode="name")
        case other:
            raise WorldError(f"{node['id']}: no way to fill a {other or 'field without a panel'}")


def _character(char: str) -> Keystroke:
    """A digit, which the keypad has a key for, or a letter."""
    return Keystroke(f"key.{char}", digit=char if char.isdigit() or char == "X" else "", word=char)


def _option(node: Mapping[str, Any], value: str, *, back: str = "") -> Keystroke:
    found = next((o for o in node["options"] if o["value"] == value), None)
    if found is None:
        known = ", ".join(o["value"] for o in node["options"][:12])
        raise WorldError(f"{node['id']}: {value} is not offered (there are {known})")
    return Keystroke(f"key.{value}", more="key.more", back=back, word=found["text"])


def _region(node: Mapping[str, Any], value: str) -> Iterator[Keystroke]:
    """The province, then its city, which is offered only when the province is chosen."""
    names = {option["value"]: option["text"] for option in node["options"]}
    for code in dict.fromkeys((province_of(value), value)):
        yield Keystroke(f"key.{code}", more="key.more", word=names.get(code, code))


def _plate(node: Mapping[str, Any], value: str) -> Iterator[Keystroke]:
    names = {option["value"]: option["text"] for option in node["options"]}
    if value[:1] not in names:
        raise WorldError(f"{node['id']}: a number plate begins with the character of a province")
    yield Keystroke(f"key.{value[0]}", word=names[value[0]])
    yield from (_character(char) for char in value[1:])


def _address(node: Mapping[str, Any], value: str) -> Iterator[Keystroke]:
    above, rest = "", value
    while True:
        below = [o for o in node["options"] if o["parent"] == above]
        if not below:
            break
        found = next((o for o in below if rest.startswith(o["text"])), None)
        if found is None:
            raise WorldError(f"{node['id']}: the list of places does not lead to this address")
        yield Keystroke(f"key.{found['value']}", more="key.more", word=found["text"])
        above, rest = found["value"], rest[len(found["text"]) :]
    while rest:
        unit = next((u for u in UNITS if rest.startswith(u)), "")
        if unit:
            yield Keystroke(f"key.{UNITS[unit]}", word=unit)
            rest = rest[len(unit) :]
        elif rest[0].isdigit() or rest[0] == "-":
            yield Keystroke(f"key.{rest[0]}", digit=rest[0] if rest[0].isdigit() else "", word=rest[0])
            rest = rest[1:]
        else:
            raise WorldError(f"{node['id']}: a house number has digits, 号, 号院, 号楼, 单元, 室")


def _amount(value: str) -> Iterator[Keystroke]:
    """An amount of yuan; the keypad's star is its point."""
    for char in value.removesuffix(".00"):
        yield Keystroke("key.point", digit="*") if char == "." else Keystroke(f"key.{char}", digit=char, word=char)


def _text(value: str, mode: str = "pinyin") -> Iterator[Keystroke]:
    chinese, at = mode, 0
    while at < len(value):
        char = value[at]
        if char == " ":
            yield Keystroke("key.space")
            at += 1
            continue
        wanted = chinese if _is_hanzi(char) else "latin" if char.isascii() and char.isalpha() else "digits"
        if wanted != mode:
            yield Keystroke(f"key.mode_{wanted}")
            mode = wanted
        if wanted == chinese:
            word, letters = _word_at(value, at, name=chinese == "name")
            yield from (Keystroke(f"key.{letter}", word=letter) for letter in letters)
            yield Keystroke(f"key.word.{word}", more="key.words_after", word=word)
            at += len(word)
            continue
        if wanted == "digits" and not char.isdigit() and char not in MARKS:
            raise WorldError(f"no key types {char!r}")
        yield Keystroke(f"key.{char.lower()}", word=char.lower())
        at += 1


def _is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _word_at(value: str, at: int, *, name: bool = False) -> tuple[str, str]:
    """The longest word that the panel offers for its own pinyin, as somebody used to typing would choose it."""
    from pypinyin import lazy_pinyin

    from ui.panels.pinyin import find

    for length in (1,) if name else (4, 3, 2, 1):
        word = value[at : at + length]
        if len(word) < length or not all(_is_hanzi(char) for char in word):
            continue
        letters = "".join(lazy_pinyin(word, v_to_u=False))
        if any(found.word == word and found.used == len(letters) for found in find(letters, name=name)):
            return word, letters
    raise WorldError(f"the pinyin panel offers no {value[at]!r}")
