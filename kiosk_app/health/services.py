"""Which services are open now: pure, from devices, profile, packages and the verdict about the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from drivers.device import Status
from kiosk_app.health.devices import usable
from provisioning import SiteProfile


class Reason(StrEnum):
    """Why a service is closed: keys into the tables of sentences."""

    OUT_OF_SERVICE = "out_of_service"
    NOT_LIVE = "not_live"
    NOT_HERE = "not_here"
    OFFLINE = "offline"
    NO_IDENTIFICATION = "no_identification"
    NO_DEVICE = "no_device"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a package asks for: `level` L0 to L3, `offline` `queue` or `online`, `capabilities` device kinds."""

    id: str
    level: str = "L0"
    offline: str = "online"
    capabilities: frozenset[str] = frozenset()
    live: bool = True


@dataclass(frozen=True, slots=True)
class Open:
    """It can be done now; `provisional` when the case will wait on the terminal until the platform is reached."""

    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """It cannot be done now. `device` names the kind that is missing, for `no_device`."""

    reason: Reason
    device: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to a level: device kinds, and whether it takes the platform or a witness of the site."""

    devices: frozenset[str] = frozenset()
    online: bool = False
    witness: bool = False


_CARD, _CODE = frozenset({"card_reader"}), frozenset({"code_reader"})
_STRONG = (Rung(_CARD, online=True), Rung(_CARD, witness=True))
LADDER: Mapping[str, tuple[Rung, ...]] = {
    "L0": (Rung(),),
    "L1": (Rung(_CARD), Rung(_CODE, online=True), Rung(online=True)),
    "L2": _STRONG,
    "L3": _STRONG,
}
"""Level -> ways: card, code or phone; then card with phone code on line, card with staff witness off line."""


def open_services(
    needs: Iterable[Needs],
    devices: Mapping[str, Status],
    profile: SiteProfile | None,
    online: bool,
    *,
    halted: bool = False,
) -> dict[str, Open | Closed]:
    """Return the state of every service.

    Args:
        needs: one per package of the catalogue.
        devices: kind -> what the device of that kind last said.
        profile: the site's profile; None closes everything.
        online: the verdict about the network.
        halted: True when the store cannot keep a promise; nobody is served.
    """
    return {need.id: _judge(need, devices, profile, online, halted) for need in needs}


def _judge(
    need: Needs, devices: Mapping[str, Status], profile: SiteProfile | None, online: bool, halted: bool
) -> Open | Closed:
    if halted or profile is None:
        return Closed(Reason.OUT_OF_SERVICE)
    if not need.live:
        return Closed(Reason.NOT_LIVE)
    if profile.services and need.id not in profile.services:
        return Closed(Reason.NOT_HERE)
    if not online and need.offline != "queue":
        return Closed(Reason.OFFLINE)
    missing = sorted(kind for kind in need.capabilities if not usable(devices.get(kind)))
    if missing:
        return Closed(Reason.NO_DEVICE, missing[0])
    if not any(_climbable(rung, devices, online, bool(profile.witnesses)) for rung in LADDER.get(need.level, ())):
        return Closed(Reason.NO_IDENTIFICATION)
    return Open(provisional=not online)


def _climbable(rung: Rung, devices: Mapping[str, Status], online: bool, witnesses: bool) -> bool:
    return (
        (online or not rung.online)
        and (witnesses or not rung.witness)
        and all(usable(devices.get(kind)) for kind in rung.devices)
    )
