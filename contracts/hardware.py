"""Whether two inventories are of one machine: judged alike by a terminal at its start and by the platform.

An inventory carries `hardware`, a mapping of facts to digests: `board` (what the firmware says of the main board),
`network` (a list, one for each built-in network interface), `machine` (the id of the installed system). Which of them a
machine has, depends on its rights and its make; the strongest that both sides have decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

BOARD, NETWORK, MACHINE = "board", "network", "machine"


def same_machine(known: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Tell whether `found` may be the machine that `known` was. Facts that only one of them has say nothing."""
    if known.get(BOARD) and found.get(BOARD):
        return bool(known[BOARD] == found[BOARD])
    before, now = _many(known), _many(found)
    if before and now:
        return not before.isdisjoint(now)
    if known.get(MACHINE) and found.get(MACHINE):
        return bool(known[MACHINE] == found[MACHINE])
    return True


def hardware_of(inventory: object) -> Mapping[str, Any]:
    """Return the facts of an inventory; none when it has none."""
    found = inventory.get("hardware") if isinstance(inventory, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def key_word(spki_hex: str) -> str:
    """Return the 8 hexadecimal digits by which a technician and an operator compare a key over the phone."""
    return hashlib.sha256(bytes.fromhex(spki_hex)).hexdigest()[:8]


def _many(facts: Mapping[str, Any]) -> frozenset[str]:
    value = facts.get(NETWORK)
    return frozenset(str(item) for item in value) if isinstance(value, list) else frozenset()
