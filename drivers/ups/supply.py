"""From the variables of a power supply to what it means for a terminal, pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Power(StrEnum):
    """Where the current comes from. LOW: the battery holds minutes at most."""

    MAINS = "mains"
    BATTERY = "battery"
    LOW = "low"


class Fault(StrEnum):
    """What a technician should know, the gravest first."""

    OFF = "off"
    OVERLOAD = "overload"
    REPLACE_BATTERY = "replace_battery"
    BYPASS = "bypass"
    ALARM = "alarm"


_FLAGS = {
    "OFF": Fault.OFF,
    "OVER": Fault.OVERLOAD,
    "RB": Fault.REPLACE_BATTERY,
    "BYPASS": Fault.BYPASS,
    "ALARM": Fault.ALARM,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """When a battery is low although its supply does not say so: percent, seconds. 0 leaves it to the supply."""

    charge: int = 15
    runtime_s: int = 180


@dataclass(frozen=True, slots=True)
class Supply:
    """What a supply says. `charge` in percent, `runtime_s` in seconds; None where it does not tell."""

    power: Power
    fault: Fault | None = None
    charge: int | None = None
    runtime_s: int | None = None
    charging: bool = False


def supply_of(values: Mapping[str, str], limits: Limits | None = None) -> Supply | None:
    """Read the variables; None when they do not say whether there is mains.

    FSD (the supply's master has ordered the end) counts as low; LB on mains is a battery that is being charged.
    """
    limits = limits or Limits()
    flags = set(values.get("ups.status", "").split())
    charge, runtime = _number(values.get("battery.charge")), _number(values.get("battery.runtime"))
    on_battery = "OB" in flags
    if "FSD" in flags:
        power = Power.LOW
    elif on_battery:
        short = charge is not None and charge <= limits.charge
        brief = runtime is not None and runtime <= limits.runtime_s
        power = Power.LOW if "LB" in flags or short or brief else Power.BATTERY
    elif flags & {"OL", "BYPASS", "OFF"}:
        power = Power.MAINS
    else:
        return None
    fault = next((fault for flag, fault in _FLAGS.items() if flag in flags), None)
    return Supply(power, fault, charge, runtime, "CHRG" in flags)


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else max(0, int(float(text)))
    except (ValueError, OverflowError):
        return None
