from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np

from drivers.speech.samples import SAMPLE_RATE
from kiosk_app.lab.audiobook import sentences, write
from kiosk_app.lab.recording import HEADER
from tests.drivers.speech.baking import tone

SAID = (
    {"id": "say-1", "clips": [{"text": "您好"}, {"text": "请放上身份证"}]},
    {"id": "say-2", "clips": [{"text": "手机号，幺三八"}]},
)


def recording(folder: Path, name: str, notes: list[tuple[str, int, float, bool]]) -> Path:
    """A file of the file sink: half a second of sound for each note."""
    pcm = (tone(440, 0.5) * 32767).astype("<i2").tobytes()
    path = folder / name
    path.write_bytes(bytes(HEADER) + pcm * len(notes))
    lines = [
        {"id": i, "clip": c, "first_sample": n * SAMPLE_RATE // 2, "n_samples": SAMPLE_RATE // 2, "whole": w, "t": t}
        for n, (i, c, t, w) in enumerate(notes)
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_both_outputs_stand_in_the_order_of_time_each_on_its_side(tmp_path: Path) -> None:
    loud = recording(tmp_path, "sound.wav", [("say-1", 0, 10.0, True), ("say-1", 1, 14.0, False)])
    private = recording(tmp_path, "sound.headphones.wav", [("say-2", 0, 12.0, True)])
    spoken = [*sentences(loud, "loudspeaker", SAID), *sentences(private, "headphones", SAID)]
    assert write(spoken, tmp_path / "out", "A visit") == 2
    rows = (tmp_path / "out" / "visit.md").read_text().splitlines()[4:]
    assert rows == [
        "| 0.0 | loudspeaker | 您好 |",
        "| 0.8 | headphones | 手机号，幺三八 |",
        "| 1.5 | loudspeaker | 请放上身份证 … |",
    ]
    with wave.open(str(tmp_path / "out" / "visit.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, SAMPLE_RATE)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    second = slice(int(SAMPLE_RATE * 0.8), int(SAMPLE_RATE * 1.2))
    assert not both[second, 0].any()
    assert both[second, 1].any()
    assert not both[: SAMPLE_RATE // 2, 1].any()


def test_an_output_that_said_nothing_is_no_fault(tmp_path: Path) -> None:
    assert sentences(tmp_path / "none.wav", "headphones", SAID) == []
