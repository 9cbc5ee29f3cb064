"""Looking, asking and suggesting in one go: for `kiosk device discover`, and for the enrolment by screens."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from provisioning.discovery.probing import Asked, Outcome, probe_all
from provisioning.discovery.suggest import Suggestion, load_table, others, ports, suggest
from provisioning.discovery.system import Machine
from provisioning.ports import Clock
from provisioning.profile import DeviceSpec
from provisioning.words import Words


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that would fit, every serial port and what became of it, and what is plugged in besides."""

    suggestions: tuple[Suggestion, ...]
    ports: tuple[Asked, ...]
    others: tuple[tuple[str, Words], ...]


def find(
    machine: Machine,
    clock: Clock,
    specs: Iterable[DeviceSpec] = (),
    owned: Collection[str] = (),
    *,
    asks: bool = True,
) -> Found:
    """Return what hangs on a machine. Ports of `owned` are not asked, and none without `asks`; 12 s at most."""
    table, lines = load_table(), ports(machine, owned)
    free = [node.path for node, may_be in lines if may_be]
    asked = probe_all(free, clock) if asks else tuple(Asked(path, Outcome.NOT_ASKED) for path in free)
    asked += tuple(Asked(node.path, Outcome.OWNED) for node, may_be in lines if not may_be)
    return Found(suggest(machine, asked, table, specs), asked, others(machine, table))
