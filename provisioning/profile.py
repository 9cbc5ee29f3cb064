"""The site profile: who this terminal is, where it stands, what hangs on it, what it offers. Signed by the platform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts import GM, INTL, Envelope, SignatureError, canonical, verify
from contracts.heads import KEPT_DAYS
from contracts.hours import ALWAYS, Hours
from contracts.ids import SERVICE_ID
from contracts.site import (
    AS_EVER,
    UNBOUND,
    Accessibility,
    HelpCard,
    Partner,
    Screen,
    SiteFieldError,
    SiteFields,
    Volume,
    read_site,
)
from provisioning.errors import (
    ProfileExpiredError,
    ProfileMalformedError,
    ProfileOfAnotherError,
    ProfileOlderError,
    ProfileSignatureBadError,
)
from provisioning.words import Words

KINDS = frozenset({"community", "bank", "store", "hall", "street", "park"})
SUITES = frozenset({INTL.name, GM.name})
HOTLINES = ("66007070", "12345")
MAX_BYTES = 256 * 1024
AUDIT_DAYS, MOST_DAYS = 190, 3650
"""How long a terminal keeps its audit when the profile does not say, and at most; at least `KEPT_DAYS`."""


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One device of the site: its id, its kind (such as `card_reader`), where it is, and what else was said of it."""

    id: str
    kind: str
    uri: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Witness:
    """A host of the site who may vouch for a resident. Only hashes: sha256(salt + id number) and scrypt(PIN, salt)."""

    name: str = field(repr=False)
    card_hash: str = field(repr=False)
    salt: str = field(repr=False)
    pin_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Position:
    """WGS-84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """What the platform has signed for one terminal. `rev` only grows.

    `suite` names the ciphers of the site (`contracts.suite`), `audit_days` is how long the audit is kept at least; both
    take effect at the next start, as `devices` do. The rest does between two visits. docs/site-profile.md.
    """

    terminal: str
    rev: int
    expires: datetime
    name: Words
    place: Words
    kind: str
    services: tuple[str, ...]
    devices: tuple[DeviceSpec, ...]
    position: Position | None = None
    witnesses: tuple[Witness, ...] = ()
    hotlines: tuple[str, ...] = HOTLINES
    hours: Hours = ALWAYS
    suite: str = INTL.name
    audit_days: int = AUDIT_DAYS
    volume: Volume = UNBOUND
    screen: Screen | None = None
    accessibility: Accessibility = AS_EVER
    help: HelpCard | None = None
    partner: Partner | None = None

    def expired(self, now: datetime) -> bool:
        """Tell whether its last moment is over. An expired profile stays in force, but is not taken anew."""
        return now >= self.expires

    def device(self, kind: str) -> DeviceSpec | None:
        """Return the first device of `kind`, if the site has one."""
        return next((device for device in self.devices if device.kind == kind), None)


def parse_profile(value: object) -> SiteProfile:
    """Read the signed value of a profile envelope. Fields that are not known are ignored: the contract only grows.

    Raises:
        ProfileMalformedError: a field is missing or of the wrong kind; the error names it.
    """
    if not isinstance(value, Mapping):
        raise ProfileMalformedError("not an object")
    site = _site(value)
    return SiteProfile(
        terminal=_text(value, "terminal"),
        rev=_revision(value),
        expires=_moment(value, "expires"),
        name=_words(value, "name"),
        place=_words(value, "place"),
        kind=_one_of(value, "kind", KINDS),
        services=_services(value),
        devices=_devices(value),
        position=_position(value),
        witnesses=tuple(_witness(item) for item in _list(value, "witnesses", optional=True)),
        hotlines=tuple(str(item) for item in _list(value, "hotlines", optional=True)) or HOTLINES,
        hours=site.hours,
        suite=_one_of(value, "suite", SUITES) if value.get("suite") is not None else INTL.name,
        audit_days=_audit_days(value.get("audit_days", AUDIT_DAYS)),
        volume=site.volume,
        screen=site.screen,
        accessibility=site.accessibility,
        help=site.help,
        partner=site.partner,
    )


def read_profile(envelope: object, trusted: Mapping[str, bytes], terminal: str) -> SiteProfile:
    """Return the profile of a signed envelope without judging its age: what start-up does with the one in force.

    Raises:
        ProfileSignatureBadError, ProfileMalformedError, ProfileOfAnotherError: as their names say.
    """
    try:
        value = verify(envelope, trusted)
    except (SignatureError, ValueError) as error:
        raise ProfileSignatureBadError from error
    profile = parse_profile(value)
    if profile.terminal != terminal:
        raise ProfileOfAnotherError(profile.terminal)
    return profile


def accept_profile(
    envelope: object, trusted: Mapping[str, bytes], terminal: str, now: datetime, current: Envelope | None
) -> SiteProfile:
    """Return the profile when it may take the place of `current`: all that `read_profile` asks, newer, and not expired.

    Equal revisions are accepted only with equal content, so that applying twice does no harm.

    Raises:
        ProfileError: one of its kinds.
    """
    profile = read_profile(envelope, trusted, terminal)
    if profile.expired(now):
        raise ProfileExpiredError(profile.expires.date().isoformat())
    if current is not None:
        held = parse_profile(current["signed"])
        same = isinstance(envelope, Mapping) and canonical(envelope["signed"]) == canonical(current["signed"])
        if profile.rev < held.rev or (profile.rev == held.rev and not same):
            raise ProfileOlderError(f"rev {profile.rev}, in force {held.rev}")
    return profile


def envelope_from_bytes(data: bytes) -> Envelope:
    """Read an envelope from a file's bytes.

    Raises:
        ProfileMalformedError: too large, or no JSON object.
    """
    if len(data) > MAX_BYTES:
        raise ProfileMalformedError("too large")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProfileMalformedError("not JSON") from error
    if not isinstance(value, dict):
        raise ProfileMalformedError("not an object")
    return value


def _site(value: Mapping[str, Any]) -> SiteFields:
    try:
        return read_site(value)
    except SiteFieldError as error:
        raise ProfileMalformedError(str(error)) from None


def _audit_days(item: object) -> int:
    if not isinstance(item, int) or isinstance(item, bool) or not KEPT_DAYS <= item <= MOST_DAYS:
        raise ProfileMalformedError("audit_days")
    return item


def _text(value: Mapping[str, Any], name: str) -> str:
    item = value.get(name)
    if not isinstance(item, str) or not item:
        raise ProfileMalformedError(name)
    return item


def _revision(value: Mapping[str, Any]) -> int:
    item = value.get("rev")
    if not isinstance(item, int) or isinstance(item, bool) or item < 1:
        raise ProfileMalformedError("rev")
    return item


def _moment(value: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, name))
    except ValueError as error:
        raise ProfileMalformedError(name) from error
    if moment.tzinfo is None:
        raise ProfileMalformedError(name)
    return moment


def _words(value: Mapping[str, Any], name: str) -> Words:
    item = value.get(name)
    if not isinstance(item, Mapping):
        raise ProfileMalformedError(name)
    return Words(_text(item, "zh"), str(item.get("en") or item["zh"]))


def _one_of(value: Mapping[str, Any], name: str, allowed: frozenset[str]) -> str:
    item = _text(value, name)
    if item not in allowed:
        raise ProfileMalformedError(name)
    return item


def _list(value: Mapping[str, Any], name: str, *, optional: bool = False) -> list[Any]:
    item = value.get(name, [] if optional else None)
    if not isinstance(item, list):
        raise ProfileMalformedError(name)
    return item


def _services(value: Mapping[str, Any]) -> tuple[str, ...]:
    items = _list(value, "services")
    if any(not isinstance(item, str) or not SERVICE_ID.fullmatch(item) for item in items):
        raise ProfileMalformedError("services")
    return tuple(dict.fromkeys(items))


def _devices(value: Mapping[str, Any]) -> tuple[DeviceSpec, ...]:
    found: dict[str, DeviceSpec] = {}
    for item in _list(value, "devices"):
        if not isinstance(item, Mapping):
            raise ProfileMalformedError("devices")
        options = {str(key): entry for key, entry in item.items() if key not in ("id", "kind", "uri")}
        spec = DeviceSpec(_text(item, "id"), _text(item, "kind"), _text(item, "uri"), options)
        if spec.id in found:
            raise ProfileMalformedError("devices: id twice")
        found[spec.id] = spec
    return tuple(found.values())


def _position(value: Mapping[str, Any]) -> Position | None:
    item = value.get("position")
    if item is None:
        return None
    if not isinstance(item, Mapping):
        raise ProfileMalformedError("position")
    try:
        # Degrees travel as text: canonical JSON has no floats.
        lat, lon = float(str(item["lat"])), float(str(item["lon"]))
    except (KeyError, ValueError) as error:
        raise ProfileMalformedError("position") from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ProfileMalformedError("position")
    return Position(lat, lon)


def _witness(value: object) -> Witness:
    if not isinstance(value, Mapping):
        raise ProfileMalformedError("witnesses")
    return Witness(
        _text(value, "name"), _text(value, "card_hash").lower(), _text(value, "salt"), _text(value, "pin_hash").lower()
    )
