"""One service of the catalogue, typed: what the guide says and what the visit needs to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk_app.identity import Level
from kiosk_app.services.model import Text


class Offline(StrEnum):
    """`online`: only with the platform; `queue`: may be captured offline and sent later."""

    ONLINE = "online"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper that may be photographed here: at most so many pages. `follow`: working days within which it may be
    brought to the window instead, 0 = it may not. `licence`: the kind of electronic licence that may take its place.
    """

    pages: int
    follow: int = 0
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Something to bring. `shared` = not needed when the authorities hold it; `scan` None = never photographed."""

    code: str
    text: Text
    note: Text
    required: bool
    shared: bool
    scan: Scan | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How long it takes. `days` is None when it is done on the spot; `basis` is 样 (sample) or 法 (statute)."""

    days: int | None
    unit: str
    basis: str
    text: Text


@dataclass(frozen=True, slots=True)
class Fee:
    """What it costs."""

    free: bool
    text: Text
    note: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guide."""

    icon: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """What people call it. `pinyin` and `initials` belong to full name, short name and `zh`, in this order."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    pinyin: tuple[str, ...]
    initials: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """service.json, typed. `live` says whether this terminal can do it; the others are guides."""

    id: str
    version: int
    live: bool
    updated: str
    sample: bool
    names: Text
    short: Text
    summary: Text
    kind: str
    theme: str
    themes: tuple[str, ...]
    department: Text
    audience: Text
    audience_note: Text
    groups: tuple[str, ...]
    proxy: bool
    min_age: int | None
    max_age: int | None
    level: Level
    capabilities: tuple[str, ...]
    offline: Offline
    instant: bool
    materials: tuple[Material, ...]
    output: str
    limit: Limit
    fee: Fee
    basis: tuple[Text, ...]
    window: Text
    phone: str
    steps: tuple[Step, ...]
    search: SearchKeys
    icon: str
    tint: str
    collect: Text

    def name(self, lang: str) -> str:
        """The official name."""
        return self.names.of(lang)

    def short_name(self, lang: str) -> str:
        """The name on a tile."""
        return self.short.of(lang) or self.names.of(lang)


def read_service(value: Mapping[str, Any]) -> Service:
    """Build a service from service.json.

    Raises:
        KeyError, ValueError, TypeError: a part is missing or of the wrong kind.
    """
    audience = value.get("audience") or {}
    eligibility = value.get("eligibility") or {}
    limit, fee, search = value["limit"], value["fee"], value.get("search") or {}
    return Service(
        id=str(value["id"]),
        version=int(value.get("version", 1)),
        live=bool(value.get("live", False)),
        updated=str(value.get("updated", "")),
        sample=bool(value.get("sample", True)),
        names=Text.read(value["names"]),
        short=Text.read(value.get("short")),
        summary=Text.read(value.get("summary")),
        kind=str(value["kind"]),
        theme=str(value["theme"]),
        themes=_words(value.get("themes") or [value["theme"]]),
        department=Text.read(value["department"]),
        audience=Text.read(audience.get("text")),
        audience_note=Text.read(audience.get("note")),
        groups=_words(audience.get("groups")),
        proxy=bool(audience.get("proxy", False)),
        min_age=eligibility.get("min_age"),
        max_age=eligibility.get("max_age"),
        level=Level[str(value["level"])],
        capabilities=_words(value.get("capabilities")),
        offline=Offline(str(value["offline"])),
        instant=bool(value.get("instant", False)),
        materials=tuple(_material(m) for m in value.get("materials") or ()),
        output=str(value.get("output", "")),
        limit=Limit(limit.get("days"), str(limit.get("unit", "none")), str(limit["basis"]), Text.read(limit["text"])),
        fee=Fee(bool(fee.get("free", False)), Text.read(fee["text"]), Text.read(fee.get("note"))),
        basis=tuple(Text.read(b.get("text")) for b in value.get("basis") or ()),
        window=Text.read(value.get("window")),
        phone=str(value.get("phone", "")),
        steps=tuple(
            Step(str(s.get("icon", "")), Text.read(s["title"]), Text.read(s["text"])) for s in value.get("steps") or ()
        ),
        search=SearchKeys(
            _words(search.get("zh")),
            _words(search.get("en")),
            _words(search.get("pinyin")),
            _words(search.get("initials")),
        ),
        icon=str(value.get("icon", "doc")),
        tint=str(value.get("tint", "blue")),
        collect=Text.read(value.get("collect")),
    )


def _material(value: Mapping[str, Any]) -> Material:
    scan = value.get("scan")
    return Material(
        str(value["code"]),
        Text.read(value["text"]),
        Text.read(value.get("note")),
        bool(value.get("required", False)),
        bool(value.get("shared", False)),
        None if scan is None else Scan(int(scan["pages"]), int(scan.get("follow", 0)), str(scan.get("licence", ""))),
    )


def _words(values: Iterable[object] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())
