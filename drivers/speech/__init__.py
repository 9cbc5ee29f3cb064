"""Speech: words become sound in a process of their own, are hushed at once, and leave nothing behind.

The face: `Speech` (the device), `Speak` with `Clip`s (the command), `Spoken` (its result), `Channel`.
`drivers.speech.ear` (needs numpy) proves from recorded samples that a sentence was handed to the sound device.
"""

from __future__ import annotations

from drivers.speech.driver import Speech
from drivers.speech.messages import Channel, Clip, Speak, Spoken

__all__ = ["Channel", "Clip", "Speak", "Speech", "Spoken"]
