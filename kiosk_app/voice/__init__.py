"""The voice: from what is shown, focused or changed to what is said, by whom it may be heard, and in what order.

Pure: no Qt, no device, no clock. `Narrator` is the state machine; `kiosk_app.voice.speaker.Speaker` joins it to a
speech device; `slots` and `speakable` turn numbers and screen words into spoken ones.
"""

from __future__ import annotations

from kiosk_app.voice.narrator import Manner, Narrator
from kiosk_app.voice.orders import Caption, HushNow, SpeakNow
from kiosk_app.voice.phrases import announce, countdown, describe, hint, introduce
from kiosk_app.voice.privacy import Hearers, privacy_of
from kiosk_app.voice.speakable import lint, sentences, speakable
from kiosk_app.voice.utterance import Clip, Priority, Utterance

__all__ = [
    "Caption",
    "Clip",
    "Hearers",
    "HushNow",
    "Manner",
    "Narrator",
    "Priority",
    "SpeakNow",
    "Utterance",
    "announce",
    "countdown",
    "describe",
    "hint",
    "introduce",
    "lint",
    "privacy_of",
    "sentences",
    "speakable",
]
