"""The speech process: the one place that loads clips, pyttsx3, espeak-ng and the sound library.

Three threads: the first reads what the owner says and obeys `Hush`, `Cut` and `Hold` at once; the second makes samples
ahead of the player; the third is the sound device's callback (or the clock). Nothing said in private outlives its
utterance here, and nothing at all is written to a disk.
"""

from __future__ import annotations

import hashlib
import os
import queue
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drivers.host_child import Owner, connect
from drivers.host_frames import Ping, Pong
from drivers.speech.clips import ClipBank
from drivers.speech.engine import Engine
from drivers.speech.messages import (
    CLIPS,
    SILENT,
    WIRE,
    Channel,
    Clip,
    Cut,
    Ended,
    Hold,
    Hush,
    Hushed,
    Ready,
    Render,
    Rendered,
    Say,
)
from drivers.speech.samples import SAMPLE_RATE
from drivers.speech.sinks import ClockSink, DeviceSink, FileSink, Sink, find_outputs
from drivers.speech.tape import Finished, Note, Segment, Tape
from drivers.speech.uri import Sound, SpeechUri, parse
from drivers.speech.voice import Made, Voice

AHEAD = 8.0
"""Seconds of speech made before they are needed; more would only cost memory and be thrown away by a touch."""

KEPT_BYTES = 3 * 1024 * 1024
"""Samples of public sentences kept for the next time: about 70 seconds."""

LEAST_PAUSE_MS = 120
WAKE = 0.2


@dataclass(slots=True)
class Live:
    """One utterance that has not ended."""

    say: Say
    done: int = 0
    samples: int = 0
    synthesised: int = 0
    pending: deque[tuple[int, Clip]] | None = None


class Kept:
    """Public sentences already made, the longest unused going first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._made: OrderedDict[tuple[str, str, float, float], Made] = OrderedDict()

    def get(self, key: tuple[str, str, float, float]) -> Made | None:
        """Return what was made, or None."""
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        return None

    def put(self, key: tuple[str, str, float, float], made: Made) -> None:
        """Keep it."""
        self._made[key] = made
        self._size += len(made.pcm)
        while self._size > self._limit:
            self._size -= len(self._made.popitem(last=False)[1].pcm)


class Mouth:
    """Everything between the owner's words and the samples."""

    def __init__(self, owner: Owner, make_sink: Callable[[Tape], Sink], make_voice: Callable[[], Voice]) -> None:
        self._owner = owner
        self._make_voice = make_voice
        self._work: queue.SimpleQueue[Say | Render | Ping | Note] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._live: OrderedDict[str, Live] = OrderedDict()
        self._kept = Kept(KEPT_BYTES)
        self._tape = Tape(self._work.put)
        self._sink = make_sink(self._tape)
        self._voice: Voice | None = None

    # The first thread

    def read(self) -> None:
        """Obey the owner until it is gone."""
        threading.Thread(target=self._synthesise, name="synthesiser", daemon=True).start()
        for message in self._owner.messages():
            match message:
                case Hush(n):
                    self._cut(list(self._live))
                    self._owner.send(Hushed(n))
                case Cut(id):
                    self._cut([id])
                case Hold(on):
                    self._tape.hold(on)
                    if on:
                        self._sink.silence()
                    else:
                        self._sink.play()
                case Say():
                    with self._lock:
                        self._live[message.id] = Live(message)
                    self._work.put(message)
                case Render() | Ping():
                    self._work.put(message)
                case _:
                    return

    def _cut(self, ids: list[str]) -> None:
        with self._lock:
            ended = [live for i in ids if (live := self._live.pop(i, None)) is not None]
            everything = not self._live
        if everything:
            self._tape.clear()
        for live in ended:
            if not everything:
                self._tape.clear(live.say.id)
        self._sink.silence()
        for live in ended:
            self._owner.send(Ended(live.say.id, "cut", live.done, live.samples / SAMPLE_RATE))

    # The second thread

    def _synthesise(self) -> None:
        voice = self._voice = self._make_voice()
        self._owner.send(Ready(self._sink.audio, self._private_output(), voice.version, voice.cause))
        while True:
            try:
                item = self._work.get(timeout=WAKE if self._pending() else None)
            except queue.Empty:
                item = None
            match item:
                case Ping(n):
                    self._owner.send(Pong(n))
                case Render():
                    self._owner.send(
                        Rendered(item.id, SAMPLE_RATE, voice.make(item.text, item.lang, item.rate, 1.0).pcm)
                    )
                case Say():
                    self._begin(item)
                case Finished():
                    self._finished(item)
                case None:
                    pass
                case _:
                    self._owner.send(item)
            del item
            if self._work.empty() or self._tape.waiting() < WAKE:
                self._make_ahead()

    def _private_output(self) -> bool:
        return self._sink.headphones and self._sink.audio != "none"

    def _pending(self) -> bool:
        with self._lock:
            return any(live.pending for live in self._live.values())

    def _begin(self, say: Say) -> None:
        with self._lock:
            live = self._live.get(say.id)
        if live is None:
            return
        if say.channel is Channel.HEADPHONES and not self._sink.headphones:
            self._end(say.id, "refused", "no_headphones")
        elif not say.clips:
            self._end(say.id, "done")
        else:
            live.pending = deque(enumerate(say.clips))

    def _make_ahead(self) -> None:
        """Make one clip, the next in order, when the tape runs short."""
        if self._tape.waiting() >= AHEAD:
            return
        with self._lock:
            live = next((x for x in self._live.values() if x.pending), None)
            if live is None or live.pending is None:
                return
            at, clip = live.pending.popleft()
        say = live.say
        made = self._make(say, clip)
        last = not live.pending
        live.synthesised += made.synthesised
        if not made.pcm:
            cause = self._voice.cause.partition(":")[0] if self._voice is not None else ""
            self._end(say.id, "fault", cause or "engine_silent")
            return
        pause = max(LEAST_PAUSE_MS, clip.pause_ms) * SAMPLE_RATE // 1000
        mark = "" if say.private else hashlib.sha256(clip.text.encode()).hexdigest()[:16]
        with self._lock:
            # Hushed while this was being made: it must not reach the tape any more.
            if say.id in self._live:
                self._tape.put(Segment(say.id, at, say.channel, made.pcm, pause, last, mark))
        try:
            self._sink.play()
        except Exception:  # noqa: BLE001  PortAudio raises its own error and whatever its host does
            self._end(say.id, "fault", "sound_device")

    def _make(self, say: Say, clip: Clip) -> Made:
        if self._voice is None:
            return Made(b"")
        key = (clip.text, clip.lang, say.rate, say.volume)
        kept = None if say.private else self._kept.get(key)
        if kept is not None:
            return kept
        made = self._voice.make(clip.text, clip.lang, say.rate, say.volume)
        if made.pcm and not say.private:
            self._kept.put(key, made)
        return made

    def _finished(self, note: Finished) -> None:
        with self._lock:
            live = self._live.get(note.id)
            if live is None:
                return
            live.done += 1
            live.samples += note.samples
        if note.last:
            self._end(note.id, "done")

    def _end(self, say_id: str, why: str, cause: str = "") -> None:
        with self._lock:
            live = self._live.pop(say_id, None)
        if live is None:
            return
        if why != "done":
            self._tape.clear(say_id)
        self._owner.send(Ended(say_id, why, live.done, live.samples / SAMPLE_RATE, cause, live.synthesised))
        if live.say.private and self._voice is not None:
            self._voice.forget()


def sink_for(uri: SpeechUri, tape: Tape) -> Sink:
    """Return the sink of a URI. A machine without a sound device gets the silent one, and `Ready` says so."""
    if uri.sound is Sound.FILE:
        return FileSink(tape, Path(uri.path), fast=uri.fast)
    if uri.sound is Sound.DEFAULT and SILENT not in sys.argv:
        os.environ["JACK_NO_START_SERVER"] = "1"
        try:
            import sounddevice

            outputs = find_outputs(sounddevice, uri.loudspeaker, uri.headphones)
        except Exception:  # noqa: BLE001  no library, no server, no device: PortAudio has one error for all of them
            outputs = {}
        if Channel.LOUDSPEAKER in outputs:
            return DeviceSink(tape, outputs, sounddevice)
    return ClockSink(tape, fast=uri.fast)


def main() -> None:
    """Run as `python -m drivers.speech.child`, started by `drivers.host`."""
    owner = connect(WIRE)
    uri = parse(sys.argv[sys.argv.index("--uri") + 1])
    bank = ClipBank([Path(folder) for at, folder in enumerate(sys.argv) if at and sys.argv[at - 1] == CLIPS])
    Mouth(owner, lambda tape: sink_for(uri, tape), lambda: Voice(bank, Engine)).read()


if __name__ == "__main__":
    main()
