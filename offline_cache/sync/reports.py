"""What the sync engine tells the terminal. Called on the engine's threads; the terminal posts to its loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.commands import Command, Refusal
from offline_cache.items import Problem


@dataclass(frozen=True, slots=True)
class Online:
    """The verdict changed."""

    online: bool


@dataclass(frozen=True, slots=True)
class ItemDone:
    """The platform has an item. `receipt` is whole, also what is not kept; None for kinds without one."""

    id: str
    receipt: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ItemDead:
    """The platform will never take an item; it is kept and counted."""

    id: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class ItemWaiting:
    """`hurry` ran out of time. `unknown`: the platform may have it, the answer is missing. It is safe either way."""

    id: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """A new index and all its packages that passed are active."""

    version: int


@dataclass(frozen=True, slots=True)
class PackageRefused:
    """A package (or `index`, `profile`) failed its signature, digest or schema and was kept out.

    `why` begins with `voice:` when only its clips were, and the package itself is in use.
    """

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class VoicesChanged:
    """The clips of these services came, changed or went. They are of use to a speech process that starts now."""

    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """A new signed site profile is in the cache under `profile`; whoever applies it checks `rev` and expiry."""

    profile: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TechniciansChanged:
    """A new signed list of technicians is in the cache under `technicians`."""


@dataclass(frozen=True, slots=True)
class NeedsService:
    """The platform does not accept this terminal; the queue pauses, nothing is lost."""

    code: str


@dataclass(frozen=True, slots=True)
class ServiceRestored:
    """It does again."""


@dataclass(frozen=True, slots=True)
class ClockSkew:
    """Seconds the machine's clock is ahead of the platform's (negative: behind), when more than 120."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ClockCorrected:
    """The machine's clock is wrong, and the terminal goes by what the platform signed: `seconds` are added to it."""

    seconds: int


@dataclass(frozen=True, slots=True)
class TimeRefused:
    """An answer to the question of time that is not believed: signature, nonce, malformed, before-build, too-slow."""

    why: str


@dataclass(frozen=True, slots=True)
class PlatformClosed:
    """The platform announced that it is being worked on for so many seconds. Told once for each announcement."""

    seconds: int


@dataclass(frozen=True, slots=True)
class AuditAlarm:
    """The platform does not believe the audit chain (`contracts.heads.Alarm`), or its signature is not its own
    (`signature`). Told once, until it changes.
    """

    why: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The terminals around that work, as the platform knows them now; each `name`, `place`, `metres`, `hours`."""

    found: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Commands:
    """What the platform wants done; it lies in `Store.orders`."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A command that is not carried out; the platform is told so. `id` is empty where none could be read."""

    id: str
    why: Refusal


SyncReport = (
    Online
    | ItemDone
    | ItemDead
    | ItemWaiting
    | CatalogueChanged
    | PackageRefused
    | VoicesChanged
    | ProfileChanged
    | TechniciansChanged
    | NeedsService
    | ServiceRestored
    | ClockSkew
    | ClockCorrected
    | TimeRefused
    | PlatformClosed
    | AuditAlarm
    | Neighbours
    | Commands
    | CommandRefused
)
Listener = Callable[[SyncReport], None]
