"""Where samples go: a sound device's callback, a file that stands for one, or nowhere at the pace of the clock."""

from __future__ import annotations

import json
import os
import struct
import threading
import time
from pathlib import Path
from typing import IO, Any, Protocol

from drivers.speech.messages import Channel
from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE
from drivers.speech.tape import Tape

BLOCK = SAMPLE_RATE // 50
"""Samples in one paced block: 20 ms."""

LEAD_IN = SAMPLE_RATE // 8
"""Silence a stream begins with, in samples: a sound card gets some too before the first word."""

IDLE_STOP = 100
"""Silent callbacks after which a device stream stops (about two seconds)."""

WAV_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


class Sink(Protocol):
    """Pulls from the tape and hands on."""

    @property
    def audio(self) -> str:
        """One of none, file, device."""

    @property
    def headphones(self) -> bool:
        """True when private words would come out of something of their own."""

    def play(self) -> None:
        """There is something on the tape."""

    def silence(self) -> None:
        """The tape was cleared: drop what a device still buffers."""


class ClockSink:
    """No sound: takes samples from the tape as fast as a device would, so that captions keep time."""

    audio = "none"
    headphones = True

    def __init__(self, tape: Tape, *, fast: bool = False) -> None:
        self._tape = tape
        self._fast = fast
        self._thread = threading.Thread(target=self._run, name="clock sink", daemon=True)
        self._thread.start()

    def play(self) -> None:
        """The thread is woken by the tape itself."""

    def silence(self) -> None:
        """Nothing is buffered here."""

    def hand(self, channel: Channel, block: bytes, *, begins: bool) -> None:
        """Hand one block on; the tape's lock is held. `begins` says that the stream stood still before."""

    def settle(self) -> bool:
        """Take note of the clips that ended; the tape's lock is held. True when one was cut."""
        cut = any(played.cut for played in self._tape.played)
        self._tape.played.clear()
        return cut

    def _run(self) -> None:
        due = time.monotonic()
        begins = True
        while True:
            with self._tape.lock:
                begins = self.settle() or begins
                channel = self._tape.head()
                if channel is None:
                    begins = True
                    self._tape.lock.wait()
                    due = time.monotonic()
                    continue
                block = self._tape.take(channel, SAMPLE_RATE if self._fast else BLOCK)
                self.hand(channel, block, begins=begins)
                begins = self.settle()
                self._tape.tell()
            if not self._fast:
                due += len(block) / BYTES_PER_SAMPLE / SAMPLE_RATE
                time.sleep(max(0.0, due - time.monotonic()))


class FileSink(ClockSink):
    """A simulated sound device: every sample handed over is appended to a WAV file, one for each channel.

    Beside it, `FILE.jsonl` says of each clip `{"id", "clip", "mark", "first_sample", "n_samples", "whole", "channel",
    "t"}`; `t` is monotonic seconds, `mark` a hash of public words (a hash of private words could be guessed, so there
    is none). The headphones have their own file, `NAME.headphones.wav`.
    """

    audio = "file"

    def __init__(self, tape: Tape, path: Path, *, fast: bool = False) -> None:
        self._files = {
            Channel.LOUDSPEAKER: _Recording(path),
            Channel.HEADPHONES: _Recording(path.with_suffix(f".headphones{path.suffix}")),
        }
        self._last = Channel.LOUDSPEAKER
        self._before = 0
        super().__init__(tape, fast=fast)

    def hand(self, channel: Channel, block: bytes, *, begins: bool) -> None:
        """Append a block; what the tape says of clips goes to the side file."""
        recording = self._files[channel]
        if begins or channel is not self._last:
            recording.append(bytes(LEAD_IN * BYTES_PER_SAMPLE))
        self._last = channel
        self._before = recording.samples
        recording.append(block)

    def settle(self) -> bool:
        """Write down the clips that ended."""
        recording = self._files[self._last]
        for played in self._tape.played:
            first = (recording.samples if played.cut else self._before) + played.offset
            recording.note(
                {
                    "id": played.id,
                    "clip": played.clip,
                    "mark": played.mark,
                    "first_sample": max(0, first),
                    "n_samples": played.samples,
                    "whole": not played.cut,
                    "channel": self._last.value,
                    "t": round(time.monotonic(), 4),
                }
            )
        return super().settle()


class _Recording:
    """A WAV file whose header is right after every block, so that a killed process leaves a file that opens."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self.samples = 0

    def append(self, pcm: bytes) -> None:
        file = self._file or self._open()
        file.seek(0, os.SEEK_END)
        file.write(pcm)
        self.samples += len(pcm) // BYTES_PER_SAMPLE
        file.seek(0)
        file.write(self._header())

    def note(self, fields: dict[str, object]) -> None:
        descriptor = os.open(f"{self._path}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as side:
            side.write(json.dumps(fields) + "\n")

    def _open(self) -> IO[bytes]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        size = os.fstat(descriptor).st_size
        if size >= WAV_HEADER.size:
            self.samples = (size - WAV_HEADER.size) // BYTES_PER_SAMPLE
        else:
            self._file.write(self._header())
        return self._file

    def _header(self) -> bytes:
        n = self.samples * BYTES_PER_SAMPLE
        return WAV_HEADER.pack(
            b"RIFF", 36 + n, b"WAVE", b"fmt ", 16, 1, 1, SAMPLE_RATE, SAMPLE_RATE * 2, BYTES_PER_SAMPLE, 16, b"data", n
        )


class DeviceSink:
    """Sound devices through PortAudio callback streams, one for each channel, open only while in use.

    The writing form of the stream hung when aborted from another thread (measured), so the callback form is used. Raw
    streams need no numpy. PortAudio does not see a jack that is plugged in: the terminal restarts the child then.
    """

    audio = "device"

    def __init__(self, tape: Tape, outputs: dict[Channel, int], sounddevice: Any) -> None:
        self._tape = tape
        self._sd = sounddevice
        self._outputs = outputs
        self._streams: dict[Channel, Any] = {}
        self._quiet = dict.fromkeys(Channel, 0)
        self._lock = threading.Lock()
        self.headphones = Channel.HEADPHONES in outputs
        self.lost = ""

    def play(self) -> None:
        """Start the streams that have something to play."""
        with self._tape.lock:
            channel = self._tape.head()
        if channel is None:
            return
        with self._lock:
            stream = self._streams.get(channel)
            if stream is not None and stream.active:
                return
            if stream is None:
                stream = self._sd.RawOutputStream(
                    samplerate=SAMPLE_RATE,
                    channels=1,
                    dtype="int16",
                    device=self._outputs[channel],
                    latency="low",
                    callback=lambda out, frames, _time, _status, c=channel: self._callback(c, out, frames),
                )
                self._streams[channel] = stream
            elif not stream.stopped:
                stream.stop()
            self._quiet[channel] = 0
            stream.start()

    def silence(self) -> None:
        """Abort the streams: what the device still buffers is dropped (1 to 3 ms measured)."""
        with self._lock:
            for stream in self._streams.values():
                if not stream.stopped:
                    stream.abort()

    def _callback(self, channel: Channel, out: Any, frames: int) -> None:
        with self._tape.lock:
            block = self._tape.take(channel, frames)
            self._tape.played.clear()
            out[: len(block)] = block
            out[len(block) :] = bytes(len(out) - len(block))
            self._tape.tell()
        self._quiet[channel] = 0 if block else self._quiet[channel] + 1
        if self._quiet[channel] > IDLE_STOP:
            raise self._sd.CallbackStop


def find_outputs(sounddevice: Any, loudspeaker: str, headphones: str) -> dict[Channel, int]:
    """Return the device number of each channel that this machine has; empty when there is no sound device."""
    devices = [(i, d["name"]) for i, d in enumerate(sounddevice.query_devices()) if d["max_output_channels"] > 0]
    default = sounddevice.default.device[1]
    if default not in (i for i, _ in devices):
        default = devices[0][0] if devices else -1

    def named(part: str) -> int:
        return next((i for i, name in devices if part in name), -1)

    wanted = {
        Channel.LOUDSPEAKER: named(loudspeaker) if loudspeaker else default,
        Channel.HEADPHONES: default if headphones == "default" else named(headphones) if headphones else -1,
    }
    return {channel: number for channel, number in wanted.items() if number >= 0}
