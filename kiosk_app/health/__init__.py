"""How the terminal is: which services are open, what is wrong, what to do."""

from kiosk_app.health.checks import Facts, check_all
from kiosk_app.health.devices import DeviceFinding, describe, usable
from kiosk_app.health.doctor import doctor_report, render_text
from kiosk_app.health.probes import (
    audio_present,
    disk_free,
    fonts_present,
    gather,
    open_swap,
    store_encrypted,
    voice_present,
)
from kiosk_app.health.services import Closed, Needs, Open, Reason, open_services

__all__ = [
    "Closed",
    "DeviceFinding",
    "Facts",
    "Needs",
    "Open",
    "Reason",
    "audio_present",
    "check_all",
    "describe",
    "disk_free",
    "doctor_report",
    "fonts_present",
    "gather",
    "open_services",
    "open_swap",
    "render_text",
    "store_encrypted",
    "usable",
    "voice_present",
]
