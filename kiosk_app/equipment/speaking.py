"""The voice onto its device: effects that speak, headphones that switch, reports that come back to the loop."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from drivers.device import DeviceEvent, DeviceState, Report, Status
from drivers.speech import Speech
from kiosk_app.conductor import Conductor, Record
from kiosk_app.visit.effects import Countdown, Replay, Say, Tune
from kiosk_app.visit.events import DeviceChanged, Event, Stirred
from kiosk_app.visit.state import Attract, State
from kiosk_app.voice.baked import CLIPS
from kiosk_app.voice.narrator import Narrator
from kiosk_app.voice.orders import SpeakNow
from kiosk_app.voice.speaker import Speaker
from kiosk_app.words import say
from provisioning import DeviceSpec

if TYPE_CHECKING:
    from kiosk_app.terminal import Options, Terminal

KIND = "speech"
SILENT = DeviceSpec("speech", KIND, "speech:null")


class Speaking:
    """The terminal's voice. A site without a speech device has the silent one: captions are the words then."""

    def __init__(self, spec: DeviceSpec | None, options: Options, terminal: Terminal, record: Record) -> None:
        chosen = spec or SILENT
        self._terminal = terminal
        self._record = record
        self.last: Status | None = None
        self._misread = False
        self._stale = False
        clips = (CLIPS, options.folders.clips)
        try:
            self._device = Speech(chosen.id, chosen.uri, clips=clips)
        except ValueError:
            record("device_failed", {"device": chosen.id, "command": "open", "cause": "refused"})
            self._misread = True
            self._device = Speech(chosen.id, SILENT.uri, clips=clips)
        self.speaker = Speaker(self._device, Narrator(), terminal.conductor.redraw, self._said)

    def join(self, conductor: Conductor) -> None:
        """Speak from now on. Loop's thread."""
        conductor.voice = self.speaker
        conductor.equip({Say: self._say, Replay: self._replay, Countdown: self._countdown, Tune: self._tune})
        conductor.before_show += [self._hearers, self._keys]
        conductor.on_step.append(self._stepped)

    def leave(self, conductor: Conductor) -> None:
        """Another voice speaks from now on. Loop's thread."""
        for listener in (self._hearers, self._keys):
            conductor.before_show.remove(listener)
        conductor.on_step.remove(self._stepped)

    def start(self) -> None:
        """Start the speech process."""
        self._device.start(self._hear)

    def stop(self) -> None:
        """End it."""
        self._device.stop()

    def wipe(self) -> None:
        """Nothing that was said is remembered; a process that spoke private words is replaced."""
        self.speaker.wipe()

    def render(self, text: str, lang: str) -> Future[bytes]:
        """Have a public sentence made by the speech process without saying it; any thread."""
        return self._device.render(text, lang)

    def renew(self) -> None:
        """The clips of packages changed: a fresh process finds them, as soon as nobody is here. Loop's thread."""
        self._stale = True
        self._freshen(self._terminal.conductor.state)

    def _stepped(self, _event: Event, state: State) -> None:
        self._freshen(state)

    def _freshen(self, state: State) -> None:
        # In the middle of a visit it would cut a word short, and the page would have to be introduced again.
        # Who asked the waiting terminal to speak is somebody too.
        if self._stale and isinstance(state.place, Attract) and not state.prefs.voice:
            self._stale = False
            self._device.restart()

    def _said(self, spoken: SpeakNow) -> None:
        for listener in self._terminal.options.said:
            listener(spoken)

    def _say(self, effect: Say) -> None:
        lang = self._terminal.conductor.state.prefs.lang
        self.speaker.say(say(lang, effect.key, **effect.slots))

    def _replay(self, effect: Replay) -> None:
        """听一遍 reads the page, 听回执 the receipt, printed or not."""
        receipt = self._receipt() if effect.what == "receipt" else ()
        if receipt:
            self.speaker.read("\n".join(receipt))
        else:
            self.speaker.replay("page" if effect.what == "receipt" else effect.what)

    def _countdown(self, effect: Countdown) -> None:
        self.speaker.countdown(effect.seconds)

    def _tune(self, effect: Tune) -> None:
        self.speaker.key(effect.how)

    def _receipt(self) -> tuple[str, ...]:
        from kiosk_app.documents import read_aloud
        from kiosk_app.receipts import receipt_of

        model = receipt_of(self._terminal.conductor.state, self._terminal.shelf.desk())
        return read_aloud(model) if model is not None else ()

    def _hearers(self, state: State) -> None:
        """Who hears us from this step on, before any of its words are said."""
        self.speaker.allow_private(state.aloud)
        self.speaker.headphones(state.world.headphones, settled=state.world.jack.settled)

    def _keys(self, _state: State) -> None:
        """The keypad that hangs here, whose keys the hints name, and how loud the site allows."""
        site = self._terminal.shelf.desk().site
        self.speaker.narrator.keypad = site.keypad
        self.speaker.narrator.bound(site.volume)

    def _hear(self, report: Report) -> None:
        """Speech driver's thread."""
        if isinstance(report, Status):
            # What speaks then is the silent one: of the device that was meant nothing is known.
            misread = Status(report.device, report.kind, DeviceState.NO_DEVICE, {"cause": "profile"})
            self.last = misread if self._misread else report
            self._terminal.post(DeviceChanged(KIND, report.state.value, dict(report.detail)))
        self._terminal.screen.post(lambda: self._report(report))

    def _report(self, report: Report) -> None:
        """Loop's thread. Whoever listens to what they asked for is there: each clip begins the idle clock again."""
        self.speaker.report(report)
        conductor = self._terminal.conductor
        goes_on = isinstance(report, DeviceEvent) and report.name == "speech_started"
        if goes_on and self.speaker.narrator.reading and conductor.state.cover is None:
            conductor.dispatch(Stirred())
