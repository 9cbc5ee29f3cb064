from __future__ import annotations

from kiosk_app.lab.modes import KeypadHands


class EarHands(KeypadHands):
    name = "voice-only"
