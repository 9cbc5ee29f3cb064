"""The services of this terminal, from the signed index and the packages that were verified and stored."""

from __future__ import annotations

from collections.abc import Mapping
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


class Catalogue:
    """What this terminal knows of services. Built between visits, never changed afterwards."""

    def __init__(
        self,
        services: tuple[Service, ...] = (),
        packages: Mapping[str, Mapping[str, Any]] | None = None,
        reference: Mapping[str, Any] | None = None,
        version: int = 0,
    ) -> None:
        self._services = {service.id: service for service in services}
        self._packages = dict(packages or {})
        self._forms: dict[tuple[str, date | None], Form] = {}
        self.reference: Mapping[str, Any] = reference or {}
        self.version = version

    @classmethod
    def build(cls, index: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]]) -> Catalogue:
        """Build from the index object and the package objects by id.

        Packages that the index calls inactive are not live; what it lists under `listed` becomes guides. A
        package or guide that cannot be read is left out: `validate_package` says why before activation.
        """
        reference = {**(index.get("reference") or {}), "halls": index.get("halls") or []}
        services: dict[str, Service] = {}
        kept: dict[str, Mapping[str, Any]] = {}
        for entry in index.get("packages") or ():
            package = packages.get(str(entry.get("id")))
            service = _read(package.get("service")) if package is not None else None
            if package is not None and service is not None:
                services[service.id] = service if entry.get("active", True) else replace(service, live=False)
                kept[service.id] = package
        for value in index.get("listed") or ():
            service = _read(value)
            if service is not None and service.id not in services:
                services[service.id] = service
        ordered = tuple(services[name] for name in sorted(services, key=lambda n: (not services[n].live, n)))
        return cls(ordered, kept, reference, int(index.get("version", 0)))

    def holding(self, service_id: str, former: Catalogue, *, live: bool) -> Catalogue:
        """Return this catalogue with one service as the former one had it, and `live` or not."""
        service = former.get(service_id)
        if service is None:
            return self
        services = {**self._services, service_id: replace(service, live=live)}
        ordered = tuple(services[name] for name in sorted(services, key=lambda n: (not services[n].live, n)))
        packages = dict(self._packages)
        package = former.package(service_id)
        if package is not None:
            packages[service_id] = package
        return Catalogue(ordered, packages, self.reference, self.version)

    def get(self, service_id: str) -> Service | None:
        """Return the service of this id, or None."""
        return self._services.get(service_id)

    def all(self) -> tuple[Service, ...]:
        """Every service: live ones first, then by id."""
        return tuple(self._services.values())

    def live(self) -> tuple[Service, ...]:
        """What can be done here."""
        return tuple(service for service in self._services.values() if service.live)

    def by_theme(self, theme: str) -> tuple[Service, ...]:
        """The services of a theme, live ones first."""
        return tuple(service for service in self._services.values() if theme in service.themes)

    def for_group(self, group: str) -> tuple[Service, ...]:
        """The services meant for `elder`, `disabled` or `minor` (requirement A40)."""
        return tuple(service for service in self._services.values() if group in service.groups)

    def most_used(self, most: int = 8) -> tuple[Service, ...]:
        """What most people come for, live ones first."""
        found = [self._services[n] for n in self.reference.get("mostUsed") or () if n in self._services]
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
                tuple(str(name) for name in value.get("services") or () if name in self._services),
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
        return tuple(self._services[name] for name in self._index.search(text, most))

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(
            Called(
                service.id,
                service.live,
                (service.short.zh, *service.search.zh, service.names.zh),
                (service.short.en, service.names.en, *service.search.en),
                service.search.pinyin,
                service.search.initials,
            )
            for service in self._services.values()
        )

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


def _read(value: object) -> Service | None:
    if not isinstance(value, Mapping):
        return None
    try:
        return read_service(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
