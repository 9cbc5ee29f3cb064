"""Relay boards: lamps, locks with the contacts of their doors, and the contact of a PIR sensor."""

from drivers.relays.address import relays
from drivers.relays.driver import KIND, RelayBoard
from drivers.relays.messages import LONGEST_PULSE_S, PRESENCE, Door, OpenLocker, Switch, Switched, Wiring

__all__ = [
    "KIND",
    "LONGEST_PULSE_S",
    "PRESENCE",
    "Door",
    "OpenLocker",
    "RelayBoard",
    "Switch",
    "Switched",
    "Wiring",
    "relays",
]
