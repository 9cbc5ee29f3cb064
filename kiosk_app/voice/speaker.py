"""Joins the narrator to a speech device: effects down, news up. Everything here runs on the loop's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drivers.device import Command, Completion, DeviceEvent, Report
from drivers.speech import Channel, Speak
from drivers.speech import Clip as SpeechClip
from kiosk_app.voice.narrator import Caption, Effects, HushNow, Narrator, SpeakNow
from ui.view import Heard, ScreenView

LONGEST_S = 120.0
"""Nothing that is said at one go takes longer; a device that is not done by then is not speaking."""


class SpeechDevice(Protocol):
    """What of `drivers.speech.Speech` is needed."""

    def submit(self, command: Command) -> None:
        """Queue a `Speak`."""

    def hush(self) -> None:
        """Silence now."""

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
        }
        if name not in keys:
            return False
        self._do(keys[name]())
        return True

    def replay(self, what: str) -> None:
        """`page` introduces the page again, `hint` helps with the focus, anything else repeats the last words."""
        again = {"page": self.narrator.reread, "hint": self.narrator.help}.get(what, self.narrator.repeat)
        self._do(again())

    def say(self, words: str, *, private: bool = False) -> None:
        """Say words of the table, which are public."""
        self._do(self.narrator.say(words, private=private))

    def headphones(self, plugged: bool) -> None:
        """The jack changed."""
        self._do(self.narrator.headphones(plugged))

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
                case SpeakNow():
                    self._said(effect)
                    self._device.submit(_command(effect))
                case Caption():
                    if not self._drawing:
                        self._redraw()


def _command(effect: SpeakNow) -> Speak:
    clips = tuple(SpeechClip(clip.text, clip.lang, clip.pause_ms) for clip in effect.utterance.clips)
    channel = Channel.HEADPHONES if effect.headphones else Channel.LOUDSPEAKER
    return Speak(effect.id, LONGEST_S, clips, effect.rate, effect.volume, channel, effect.private)
