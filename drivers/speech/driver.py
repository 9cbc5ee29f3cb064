"""The speech device: words in, sound out of a child process, and the news of how far it has come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from drivers.device import (
    Capabilities,
    Command,
    Completion,
    DeviceError,
    DeviceEvent,
    DeviceState,
    ErrorKind,
    Listener,
    Report,
    Status,
)
from drivers.host import PATIENCE, Down, Host, Patience, Up
from drivers.speech.messages import (
    CLIPS,
    SILENT,
    WIRE,
    At,
    Cut,
    Ended,
    Hold,
    Hush,
    Hushed,
    Ready,
    Render,
    Rendered,
    Say,
    Speak,
    Spoken,
    Started,
)
from drivers.speech.uri import parse

KIND = "speech"
CHILD = "drivers.speech.child"
STILLBORN = 2
"""Children that may die before they were ready; the next is started without the sound library.

PortAudio aborts the process when ALSA has no configuration. Without sound, captions still keep time.
"""


def arguments(uri: str, clips: Sequence[Path]) -> tuple[str, ...]:
    """Return what the child is started with."""
    return ("--uri", uri, *(word for folder in clips for word in (CLIPS, str(folder))))


@dataclass(slots=True)
class _Live:
    command: Speak
    until: float
    sent: bool = False


class Speech:
    """One voice (`drivers.device.Device`).

    `Speak` commands are said one after the other. Events: `speech_started` {id, clip}, `speech_position` {id, clip, ms,
    of_ms}, `speech_hushed` {ms}. What ended early completes with its error *and* a `Spoken` that says how far it came.
    """

    def __init__(
        self,
        device_id: str,
        uri: str,
        *,
        clips: Sequence[Path] = (),
        patience: Patience = PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`uri` is one of `drivers.speech.uri`; `clips` are folders of baked speech, of which a later one wins.

        Raises:
            ValueError: it is not.
        """
        parse(uri)
        self._id = device_id
        self._now = monotonic
        self._listener: Listener = lambda _: None
        self._lock = threading.RLock()
        self._live: dict[str, _Live] = {}
        self._hushes: dict[int, float] = {}
        self._hush_n = 0
        self._wanted: dict[str, Future[bytes]] = {}
        self._wanted_n = 0
        self._private = False
        self._fresh = True
        self._stopped = False
        self._ready = False
        self._stillborn = 0
        self._arguments = arguments(uri, clips)
        self._host = Host(
            CHILD,
            WIRE,
            arguments=self._arguments,
            on_message=self._on_message,
            on_change=self._on_change,
            on_tick=self._on_tick,
            patience=patience,
            monotonic=monotonic,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities(self._id, KIND, frozenset({"speak", "hush", "pause", "private"}))

    @property
    def pid(self) -> int | None:
        """The speech process, while it runs."""
        return self._host.pid

    def start(self, listener: Listener) -> None:
        """Start the child; the first report says `starting`."""
        self._listener = listener
        self._status(DeviceState.STARTING)
        self._host.start()

    def submit(self, command: Command) -> None:
        """Queue a `Speak`."""
        if not isinstance(command, Speak) or self._stopped:
            why = ErrorKind.OFFLINE if self._stopped else ErrorKind.REFUSED
            self._listener(Completion(self._id, command.id, error=DeviceError(why, "not a Speak, or stopped")))
            return
        with self._lock:
            self._live[command.id] = _Live(command, self._now() + command.deadline)
            self._send_waiting_locked()

    def cancel(self, command_id: str) -> None:
        """End one utterance wherever it is."""
        with self._lock:
            live = self._live.get(command_id)
            if live is None:
                return
            if live.sent and self._host.send(Cut(command_id)):
                return
        self._complete(command_id, ErrorKind.CANCELLED, "cancelled")

    def hush(self) -> None:
        """Silence now. Never blocks; every utterance completes as cancelled, and `speech_hushed` tells the milliseconds
        from this call until the child confirmed that no further sample is handed over.
        """
        with self._lock:
            self._hush_n += 1
            self._hushes[self._hush_n] = self._now()
            unsent = [i for i, live in self._live.items() if not live.sent]
            if not self._host.send(Hush(self._hush_n)):
                self._hushes.pop(self._hush_n)
        for command_id in unsent:
            self._complete(command_id, ErrorKind.CANCELLED, "hushed")

    def render(self, text: str, lang: str, rate: float = 1.0) -> Future[bytes]:
        """Have a sentence made without playing it: signed 16-bit mono samples at `SAMPLE_RATE`, none when it failed.

        For tests of the voice: nothing private may be handed in, and the process that speaks makes it.
        """
        wanted: Future[bytes] = Future()
        with self._lock:
            self._wanted_n += 1
            name = f"render-{self._wanted_n}"
            self._wanted[name] = wanted
        if self._stopped or not self._host.send(Render(name, text, lang, rate)):
            self._made(name, b"")
        return wanted

    def pause(self) -> None:
        """Stand still in the middle of a word; `resume` goes on, `hush` forgets."""
        self._host.send(Hold(on=True))

    def resume(self) -> None:
        """Go on where `pause` stopped."""
        self._host.send(Hold(on=False))

    def forget(self) -> None:
        """Wipe: silence, and a fresh process when this one has spoken anything private."""
        self.hush()
        with self._lock:
            private, self._private = self._private, False
        if private:
            self.restart()

    def restart(self) -> None:
        """Start the process again, for example because the sound devices changed (PortAudio does not see a plug)."""
        with self._lock:
            # What is said from now on waits for the fresh process: the old one would take it with it.
            self._fresh = False
        self._host.recycle()

    def stop(self) -> None:
        """End the child; what was not said completes as cancelled."""
        self._stopped = True
        self._host.stop()
        with self._lock:
            left, unmade = list(self._live), list(self._wanted)
        for command_id in left:
            self._complete(command_id, ErrorKind.CANCELLED, "stopped")
        for name in unmade:
            self._made(name, b"")

    # The host's thread

    def _on_message(self, message: object) -> None:
        match message:
            case Ready(audio, headphones, engine, cause):
                self._ready = True
                detail = {"audio": audio, "headphones": "yes" if headphones else "no", "engine": engine}
                if self._stillborn >= STILLBORN:
                    detail["cause"] = "sound_library"
                if cause:
                    self._status(DeviceState.HARDWARE_ERROR, {**detail, "cause": cause.partition(":")[0]})
                else:
                    self._status(DeviceState.ONLINE, detail)
            case Started(id, clip) if id in self._live:
                self._event("speech_started", {"id": id, "clip": str(clip)})
            case At(id, clip, ms, of_ms) if id in self._live:
                self._event("speech_position", {"id": id, "clip": str(clip), "ms": str(ms), "of_ms": str(of_ms)})
            case Ended(id, why, clips_done, seconds, cause, synthesised):
                spoken = Spoken(clips_done, round(seconds, 3), synthesised)
                kind = {"done": None, "cut": ErrorKind.CANCELLED, "refused": ErrorKind.REFUSED}.get(
                    why, ErrorKind.DEVICE_FAULT
                )
                self._complete(id, kind, cause or why, spoken)
            case Hushed(n):
                with self._lock:
                    since = self._hushes.pop(n, None)
                if since is not None:
                    self._event("speech_hushed", {"ms": f"{(self._now() - since) * 1000:.1f}"})
            case Rendered(id, _, pcm):
                self._made(id, pcm)
            case _:
                pass

    def _made(self, name: str, pcm: bytes) -> None:
        with self._lock:
            wanted = self._wanted.pop(name, None)
        if wanted is not None:
            wanted.set_result(pcm)

    def _on_change(self, change: Up | Down) -> None:
        if isinstance(change, Up):
            self._ready = False
            with self._lock:
                self._fresh = True
                self._send_waiting_locked()
            return
        if not self._ready and change.cause == "exited":
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                self._host.set_arguments(*self._arguments, SILENT)
        with self._lock:
            lost = [i for i, live in self._live.items() if live.sent]
            unmade = list(self._wanted)
            self._hushes.clear()
        for name in unmade:
            self._made(name, b"")
        recycled = change.cause in ("recycled", "stopped")
        for command_id in lost:
            kind = ErrorKind.CANCELLED if recycled else ErrorKind.DEVICE_FAULT
            self._complete(command_id, kind, f"speech process {change.cause}")
        self._status(
            DeviceState.OFFLINE if change.cause == "stopped" else DeviceState.STARTING, {"cause": change.cause}
        )

    def _on_tick(self, now: float) -> None:
        with self._lock:
            late = [i for i, live in self._live.items() if now > live.until]
        for command_id in late:
            self._host.send(Cut(command_id))
            self._complete(command_id, ErrorKind.TIMEOUT, "not said in time")

    def _send_waiting_locked(self) -> None:
        if not self._fresh:
            return
        for live in self._live.values():
            if not live.sent:
                c = live.command
                live.sent = self._host.send(Say(c.id, c.clips, c.rate, c.volume, c.channel, c.private))
                self._private = self._private or (live.sent and c.private)

    def _complete(self, command_id: str, kind: ErrorKind | None, detail: str, spoken: Spoken | None = None) -> None:
        with self._lock:
            if self._live.pop(command_id, None) is None:
                return
        error = None if kind is None else DeviceError(kind, detail)
        self._listener(Completion(self._id, command_id, spoken, error))

    def _event(self, name: str, data: dict[str, str]) -> None:
        self._listener(DeviceEvent(self._id, name, data))

    def _status(self, state: DeviceState, detail: dict[str, str] | None = None) -> None:
        report: Report = Status(self._id, KIND, state, detail or {})
        self._listener(report)
