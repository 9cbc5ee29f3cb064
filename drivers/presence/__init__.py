"""Whether somebody stands before the terminal: a radar on a serial line, or a contact on a relay board's input."""

from drivers.presence.address import circle_of, presence
from drivers.presence.driver import KIND, PRESENCE, PresenceRadar, ReadSettings, Settings
from drivers.presence.nearness import Circle, Nearness, Presence

__all__ = [
    "KIND",
    "PRESENCE",
    "Circle",
    "Nearness",
    "Presence",
    "PresenceRadar",
    "ReadSettings",
    "Settings",
    "circle_of",
    "presence",
]
