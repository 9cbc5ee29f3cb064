"""A whole visit by ear as a recording to listen to: left what the loudspeaker said, right what only the headphones did.

`python -m kiosk_app.lab.audiobook OUT [SERVICE] [zh|en]` writes `visit.wav` and `visit.md`, the transcript with the
second at which each sentence begins. Part of `make docs`.
"""

from __future__ import annotations

import json
import random
import sys
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE
from kiosk_app.lab.journeys import journey
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.recording import HEADER, Listener
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.world import World

PAUSE_S = 0.25
SIDES = ("loudspeaker", "headphones")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One clip as it was handed to the sound device. `heard_at` is monotonic seconds, `whole` False when it was cut."""

    heard_at: float
    side: str
    words: str
    pcm: bytes
    whole: bool


def sentences(recording: Path, side: str, said: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """Return what one output said, with its words from the transcript."""
    notes = recording.with_name(recording.name + ".jsonl")
    if not notes.exists():
        return []
    words = {(one["id"], at): str(clip["text"]) for one in said for at, clip in enumerate(one["clips"])}
    raw = recording.read_bytes()[HEADER:]
    out = []
    for line in notes.read_text("utf-8").splitlines():
        note = json.loads(line)
        first, count = int(note["first_sample"]), int(note["n_samples"])
        pcm = raw[first * BYTES_PER_SAMPLE : (first + count) * BYTES_PER_SAMPLE]
        out.append(Sentence(note["t"], side, words.get((note["id"], note["clip"]), ""), pcm, bool(note["whole"])))
    return out


def write(spoken: Sequence[Sentence], out: Path, title: str) -> int:
    """Write the recording and the transcript; returns the length in seconds."""
    out.mkdir(parents=True, exist_ok=True)
    at = 0
    lines = [f"# {title}", "", "| second | output | words |", "| --- | --- | --- |"]
    with wave.open(str(out / "visit.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(BYTES_PER_SAMPLE)
        file.setframerate(SAMPLE_RATE)
        for one in sorted(spoken, key=lambda s: s.heard_at):
            words = one.words + ("" if one.whole else " …")
            lines.append(f"| {at / SAMPLE_RATE:.1f} | {one.side} | {words} |")
            silence = bytes(int(PAUSE_S * SAMPLE_RATE) * BYTES_PER_SAMPLE)
            file.writeframes(_stereo(one.pcm + silence, one.side))
            at += (len(one.pcm) + len(silence)) // BYTES_PER_SAMPLE
    (out / "visit.md").write_text("\n".join(lines) + "\n", "utf-8")
    return round(at / SAMPLE_RATE)


def record(out: Path, service: str = "YL01", lang: str = "zh", seed: int = 7) -> int:
    """Play a visit by ear and write it down; returns its length in seconds.

    Raises:
        WorldError: the visit did not succeed.
    """
    source = random.Random(seed)
    with World("fast", seed) as world, Listener() as listener:
        runner = Runner(world, listener)
        drawn = journey(service, source, world)
        runner.people = drawn.people
        result = runner.run(drawn.script, "voice-only", lang)
        if not result.passed:
            raise WorldError(result.error)
        said = world.stage.ask(said=0)["said"]
        files = dict(zip(SIDES, (world.sound, world.headphone_sound), strict=True))
        spoken = [one for side, path in files.items() for one in sentences(path, side, said)]
    return write(spoken, out, f"{service}, {lang}: a visit by ear")


def _stereo(pcm: bytes, side: str) -> bytes:
    out = bytearray(len(pcm) * 2)
    begin = 0 if side == SIDES[0] else BYTES_PER_SAMPLE
    for offset in range(BYTES_PER_SAMPLE):
        out[begin + offset :: 2 * BYTES_PER_SAMPLE] = pcm[offset::BYTES_PER_SAMPLE]
    return bytes(out)


def main(arguments: Sequence[str]) -> int:
    """Record one visit."""
    if not 1 <= len(arguments) <= 3:
        sys.stderr.write("audiobook OUT [SERVICE] [zh|en]\n")
        return 2
    try:
        service, lang = (*arguments[1:], *("YL01", "zh")[len(arguments) - 1 :])
        seconds = record(Path(arguments[0]), service, lang)
    except WorldError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{arguments[0]}: {seconds // 60} min {seconds % 60} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
