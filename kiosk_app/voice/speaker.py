"""Joins the narrator to a speech device: effects down, news up. Everything here runs on the loop's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drivers.device import Command, Completion, DeviceEvent, Report
from drivers.speech import Channel, Speak
from drivers.speech import Clip as SpeechClip
from kiosk_app.voice.narrator import Narrator
from kiosk_app.voice.orders import Caption, Effects, HushNow, PauseNow, ResumeNow, SpeakNow
from ui.view import Heard, ScreenView

LONGEST_PAUSE_S = 300.0
"""A resident who stopped the voice for longer has gone, and the idle clock has ended the visit."""
SLOWEST_CHARACTER_S = 0.5
"""Twice what a character takes at the usual speed, pauses between sentences included."""
STARTING_S = 30.0


class SpeechDevice(Protocol):
    """What of `drivers.speech.Speech` is needed."""

    def submit(self, command: Command) -> None:
        """Queue a `Speak`."""

    def hush(self) -> None:
        """Silence now."""

    def pause(self) -> None:
        """Stand still in the middle of a word."""

    def resume(self) -> None:
        """Go on where `pause` stopped; nothing after a `hush`."""

    def forget(self) -> None:
        """Leave nothing of this visit in the speech process."""


class Speaker:
    """The terminal's voice: what the conductor calls (`page`, `heard`, `hush`, `key`, `overlay`) and what reports back.

    `redraw` asks for the page to be drawn again with the new caption; `said` is told each utterance as it is handed
    over (its spoken words, whether they are private), for a visit script's transcript.
    """

    def __init__(
        self,
        device: SpeechDevice,
        narrator: Narrator,
        redraw: Callable[[], None],
        said: Callable[[SpeakNow], None] = lambda _: None,
    ) -> None:
        self.narrator = narrator
        self._device = device
        self._redraw = redraw
        self._said = said
        self._drawing = False

    def page(self, before: ScreenView | None, after: ScreenView) -> None:
        """A page is about to be drawn; its caption comes with it."""
        self._drawing = True
        try:
            self._do(self.narrator.page(before, after))
        finally:
            self._drawing = False

    def heard(self, heard: Heard) -> None:
        """The focus came to something, or it changed."""
        self._do(self.narrator.heard(heard))

    def hush(self) -> None:
        """Be silent in this very turn."""
        self._do(self.narrator.hush())

    def key(self, name: str) -> bool:
        """A key about the voice itself; True when it was one."""
        keys: dict[str, Callable[[], Effects]] = {
            "louder": self.narrator.louder,
            "softer": self.narrator.softer,
            "slower": self.narrator.slower,
            "faster": self.narrator.faster,
            "repeat": self.narrator.repeat,
            "hint": self.narrator.help,
            "where": self.narrator.where,
            "pause": self.narrator.pause,
            "readback": self.narrator.readback,
        }
        if name not in keys:
            return False
        self._do(keys[name]())
        return True

    def replay(self, what: str) -> None:
        """`page` reads the page, `hint` helps with the focus, `helped` says why nothing private is read while somebody
        helps, anything else repeats the last words.
        """
        ways = {"page": self.narrator.reread, "hint": self.narrator.help, "helped": self.narrator.helped}
        self._do(ways.get(what, self.narrator.repeat)())

    def countdown(self, seconds: int) -> None:
        """So many seconds are left."""
        self._do(self.narrator.countdown(seconds))

    def say(self, words: str) -> None:
        """Say words of the table, which are public."""
        self._do(self.narrator.say(words, private=False))

    def read(self, words: str) -> None:
        """Read private words that the resident asked for."""
        self._do(self.narrator.hush() + self.narrator.say(words, asked=True))

    def headphones(self, plugged: bool, *, settled: bool = True) -> None:
        """What the jack says now, and whether its contacts are quiet; may be told again and again."""
        self._do(self.narrator.headphones(plugged, settled=settled))

    def allow_private(self, chosen: bool) -> None:
        """The resident wants private words on the loudspeaker, or no longer."""
        self._do(self.narrator.allow_private(chosen))

    def overlay(self) -> tuple[str, str]:
        """The caption to show and the node that is being spoken."""
        return self.narrator.caption, self.narrator.speaking

    def wipe(self) -> None:
        """The visit is over."""
        self._do(self.narrator.wipe())
        self._device.forget()

    def report(self, report: Report) -> None:
        """Take what the device reports; the terminal posts it to the loop."""
        match report:
            case DeviceEvent(_, "speech_started", data):
                self._do(self.narrator.started(data["id"], int(data["clip"])))
            case Completion():
                self._do(self.narrator.ended(report.id, ok=report.ok))
            case _:
                pass

    def _do(self, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case HushNow():
                    self._device.hush()
                case PauseNow():
                    self._device.pause()
                case ResumeNow():
                    self._device.resume()
                case SpeakNow():
                    self._said(effect)
                    self._device.submit(_command(effect))
                case Caption():
                    if not self._drawing:
                        self._redraw()


def _command(effect: SpeakNow) -> Speak:
    clips = tuple(SpeechClip(clip.text, clip.lang, clip.pause_ms) for clip in effect.utterance.clips)
    channel = Channel.HEADPHONES if effect.headphones else Channel.LOUDSPEAKER
    return Speak(effect.id, longest(effect), clips, effect.rate, effect.volume, channel, effect.private)


def longest(effect: SpeakNow) -> float:
    """Seconds after which a device that is not done is not speaking: generous, a receipt read slowly takes minutes."""
    spoken = SLOWEST_CHARACTER_S * len(effect.utterance.text) / effect.rate
    return STARTING_S + LONGEST_PAUSE_S + spoken
