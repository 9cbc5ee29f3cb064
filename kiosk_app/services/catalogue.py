"""The services of this terminal, from the signed index and the packages that were verified and stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from kiosk_app.services.forms import compile_form
from kiosk_app.services.model import Form, Text
from kiosk_app.services.search import Called, SearchIndex
from kiosk_app.services.service import Service, read_service


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of life, or who somebody is, with its services and what people ask about it."""

    id: str
    name: Text
    services: tuple[str, ...]
    icon: str
    tint: str
    answers: tuple[tuple[Text, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a resident may choose to say."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several services that one situation of life needs together."""

    id: str
    name: Text
    services: tuple[str, ...]
    rule: Text


@dataclass(slots=True)
class _Entry:
    """What lists need to know of a service; the rest is read when somebody first asks for it."""

    id: str
    live: bool
    value: Mapping[str, Any]
    read: Service | None = None

    @classmethod
    def of(cls, value: object) -> _Entry | None:
        """Return the entry of a service.json; None when it has no name."""
        if not isinstance(value, Mapping) or not value.get("id"):
            return None
        return cls(str(value["id"]), bool(value.get("live", False)), value)

    @property
    def themes(self) -> Sequence[str]:
        """The themes that it names."""
        found: Sequence[str] = self.value.get("themes") or [self.value.get("theme", "")]
        return found

    @property
    def service(self) -> Service | None:
        """The service; None when it cannot be read."""
        if self.read is None:
            try:
                found = read_service(self.value)
            except (KeyError, TypeError, ValueError, AttributeError):
                return None
            self.read = found if found.live is self.live else replace(found, live=self.live)
        return self.read

    def called(self) -> Called:
        """What it is called; where something is not as it should be, nothing."""
        try:
            search = self.value.get("search") or {}
            names, short = Text.read(self.value.get("names")), Text.read(self.value.get("short"))
            return Called(
                self.id,
                self.live,
                (short.zh, *search.get("zh", ()), names.zh),
                (short.en, names.en, *search.get("en", ())),
                tuple(search.get("pinyin", ())),
                tuple(search.get("initials", ())),
            )
        except (TypeError, AttributeError):
            return Called(self.id, self.live, (), (), (), ())


class Catalogue:
    """What this terminal knows of services. Built between visits, never changed afterwards.

    There can be thousands of guides; each is read from its JSON when a page first needs it.
    """

    def __init__(
        self,
        entries: Iterable[_Entry] = (),
        packages: Mapping[str, Mapping[str, Any]] | None = None,
        reference: Mapping[str, Any] | None = None,
        version: int = 0,
        size: int | None = None,
    ) -> None:
        """`size`: how many services there are when only some of them are here (`of_front`)."""
        self._entries = {entry.id: entry for entry in sorted(entries, key=lambda one: (not one.live, one.id))}
        self._packages = dict(packages or {})
        self._forms: dict[tuple[str, date | None], Form] = {}
        self.reference: Mapping[str, Any] = reference or {}
        self.version = version
        self._size = size

    def __len__(self) -> int:
        return len(self._entries) if self._size is None else self._size

    @classmethod
    def build(cls, index: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]]) -> Catalogue:
        """Build from the index object and the package objects by id.

        Packages that the index calls inactive are not live; what it lists under `listed` becomes guides. A
        package or guide that cannot be read is left out: `validate_package` says why before activation.
        """
        reference = {**(index.get("reference") or {}), "halls": index.get("halls") or []}
        entries: dict[str, _Entry] = {}
        kept: dict[str, Mapping[str, Any]] = {}
        for named in index.get("packages") or ():
            package = packages.get(str(named.get("id")))
            entry = _Entry.of(package.get("service")) if package is not None else None
            if package is not None and entry is not None and entry.service is not None:
                entries[entry.id] = entry if named.get("active", True) else replace(entry, live=False, read=None)
                kept[entry.id] = package
        for value in index.get("listed") or ():
            entry = _Entry.of(value)
            if entry is not None:
                entries.setdefault(entry.id, entry)
        return cls(entries.values(), kept, reference, int(index.get("version", 0)))

    def front(self, names: Sequence[str]) -> dict[str, Any]:
        """Return what the first page says of the services, as JSON: these, who may look for any, and how many."""
        shown = [self._entries[name] for name in names]
        return {
            "services": [{**entry.value, "live": entry.live} for entry in shown],
            "reference": {"mostUsed": list(names), "groups": self.reference.get("groups") or []},
            "size": len(self),
        }

    @classmethod
    def of_front(cls, value: Mapping[str, Any]) -> Catalogue:
        """Build what `front` has returned: enough for the first page, and nothing can be begun with it.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        entries = [_Entry.of(one) for one in value["services"]]
        return cls([one for one in entries if one is not None], {}, dict(value["reference"]), size=int(value["size"]))

    def holding(self, service_id: str, former: Catalogue, *, live: bool) -> Catalogue:
        """Return this catalogue with one service as the former one had it, and `live` or not."""
        entry = former._entries.get(service_id)
        if entry is None:
            return self
        entries = {**self._entries, service_id: replace(entry, live=live, read=None)}
        packages = dict(self._packages)
        package = former.package(service_id)
        if package is not None:
            packages[service_id] = package
        return Catalogue(entries.values(), packages, self.reference, self.version)

    def get(self, service_id: str) -> Service | None:
        """Return the service of this id, or None."""
        entry = self._entries.get(service_id)
        return None if entry is None else entry.service

    def is_live(self, service_id: str) -> bool:
        """True when it is here and can be done here."""
        entry = self._entries.get(service_id)
        return entry is not None and entry.live

    def all(self) -> tuple[Service, ...]:
        """Every service: live ones first, then by id. Reads all of them: a page asks for `len` or for a list."""
        return tuple(service for entry in self._entries.values() if (service := entry.service) is not None)

    def live(self) -> tuple[Service, ...]:
        """What can be done here."""
        live = (entry for entry in self._entries.values() if entry.live)
        return tuple(service for entry in live if (service := entry.service) is not None)

    def by_theme(self, theme: str) -> tuple[Service, ...]:
        """The services of a theme, live ones first."""
        these = [
            one for one in self._entries.values() if theme in (one.value.get("themes") or [one.value.get("theme")])
        ]
        return tuple(service for entry in these if (service := entry.service) is not None)

    def for_group(self, group: str) -> tuple[Service, ...]:
        """The services meant for `elder`, `disabled` or `minor` (requirement A40)."""
        return tuple(service for service in self.all() if group in service.groups)

    def most_used(self, most: int = 8) -> tuple[Service, ...]:
        """What most people come for, live ones first."""
        named = (self.get(str(name)) for name in self.reference.get("mostUsed") or ())
        found = [service for service in named if service is not None]
        found += [service for service in self.live() if service not in found]
        return tuple(sorted(found, key=lambda service: not service.live)[:most])

    def themes(self) -> tuple[Theme, ...]:
        """The themes in their order."""
        return self._lists("themes")

    def _lists(self, name: str) -> tuple[Theme, ...]:
        return tuple(
            Theme(
                str(value["id"]),
                Text.read(value["name"]),
                tuple(str(name) for name in value.get("services") or () if name in self._entries),
                str(value.get("icon", "doc")),
                str(value.get("tint", "blue")),
                tuple((Text.read(qa.get("q")), Text.read(qa.get("a"))) for qa in value.get("qa") or ()),
            )
            for value in self.reference.get(name) or ()
        )

    def audiences(self) -> tuple[Theme, ...]:
        """Who somebody may be ("I am ..."), each with its services."""
        return self._lists("groups")

    def happened(self) -> tuple[Reason, ...]:
        """What may have gone wrong for a resident."""
        return _reasons((self.reference.get("feedback") or {}).get("happened"))

    def rating_reasons(self) -> tuple[Reason, ...]:
        """What may be behind a low grade."""
        return _reasons(self.reference.get("ratingReasons"))

    def promise(self) -> tuple[int, Text]:
        """Within how many working days who reads what a resident says; 0 days = nothing is promised."""
        found = self.reference.get("feedback") or {}
        return int(found.get("days", 0)), Text.read(found.get("reader"))

    def bundles(self) -> tuple[Bundle, ...]:
        """Services that belong together."""
        return tuple(
            Bundle(
                str(value["id"]),
                Text.read(value["name"]),
                tuple(str(name) for name in value.get("services") or ()),
                Text.read(value.get("rule")),
            )
            for value in self.reference.get("bundles") or ()
        )

    def search(self, text: str, most: int = 12) -> tuple[Service, ...]:
        """Return the services that fit what somebody typed or said, best first."""
        found = (self.get(name) for name in self._index.search(text, most))
        return tuple(service for service in found if service is not None)

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(entry.called() for entry in self._entries.values())

    def package(self, service_id: str) -> Mapping[str, Any] | None:
        """Return the package object of a service, or None for a guide."""
        return self._packages.get(service_id)

    def form(self, service_id: str, today: date | None = None) -> Form:
        """Return the compiled form, kept for the next time. With `today`, relative defaults can be prefilled.

        Raises:
            KeyError: no package of this id is here.
            FormError: the package does not describe a form.
        """
        key = (service_id, today)
        if key not in self._forms:
            self._forms[key] = compile_form(self._packages[service_id], self.reference, today)
        return self._forms[key]


def _reasons(values: Any) -> tuple[Reason, ...]:
    return tuple(Reason(str(value["id"]), Text.read(value["name"])) for value in values or ())
