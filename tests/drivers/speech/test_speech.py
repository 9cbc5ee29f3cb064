from __future__ import annotations

import json
import os
import signal
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from drivers.device import Command, DeviceEvent, DeviceState, ErrorKind
from drivers.speech import Channel, Speech, Spoken
from drivers.speech.ear import read_samples
from drivers.speech.samples import SAMPLE_RATE
from tests.drivers.speech.listening import DEADLINE, Listening, say

SENTENCE = "请将您的身份证放在读卡区，等嘀一声再拿走。"


def recorded(path: Path) -> np.ndarray:
    return read_samples(path) if path.exists() else np.zeros(0, np.float32)


def side(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(f"{path}.jsonl").read_text().splitlines()]


def settled(path: Path) -> int:
    """The file's size once it has not grown for a quarter of a second."""
    until, last, since = time.monotonic() + DEADLINE, -1, time.monotonic()
    while time.monotonic() < until:
        size = path.stat().st_size
        if size != last:
            last, since = size, time.monotonic()
        elif time.monotonic() - since > 0.25:
            return size
        threading.Event().wait(0.01)
    raise AssertionError("the file keeps growing")


@pytest.mark.parametrize(("text", "lang"), [("您好，请坐。", "zh"), ("Please put your card on the lit area.", "en")])
def test_words_become_sound(tmp_path: Path, text: str, lang: str) -> None:
    out = tmp_path / "out.wav"
    with Listening(f"speech:file:{out}?pace=fast") as device:
        device.speech.submit(say("a", text, lang=lang))
        done = device.ended("a")
    assert done.ok
    assert isinstance(done.result, Spoken)
    assert done.result.clips_done == 1
    assert done.result.seconds > 0.4
    samples = recorded(out)
    assert len(samples) / SAMPLE_RATE > done.result.seconds
    assert np.abs(samples).max() > 3000
    with wave.open(str(out)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        assert file.getnframes() == len(samples)


def test_fifty_utterances_in_a_row_are_all_there(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    texts = [("好", "请按确认键", "第二项，共五项", "Please wait")[n % 4] for n in range(50)]
    with Listening(f"speech:file:{out}?pace=fast") as device:
        for n, text in enumerate(texts):
            device.speech.submit(say(f"u{n}", text, lang="en" if text.isascii() else "zh", private=n % 2 == 0))
        assert all(device.ended(f"u{n}").ok for n in range(50))
    lines = side(out)
    assert [line["id"] for line in lines] == [f"u{n}" for n in range(50)]
    samples = recorded(out)
    lengths: dict[str, set[int]] = {}
    for line, text in zip(lines, texts, strict=True):
        first, n = line["first_sample"], line["n_samples"]
        assert isinstance(first, int)
        assert isinstance(n, int)
        assert np.abs(samples[first : first + n]).max() > 2000
        lengths.setdefault(text, set()).add(n)
    assert all(max(found) - min(found) < 400 for found in lengths.values())


def test_the_first_sound_of_a_warm_engine_is_quick(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}") as device:
        took = []
        for n in range(5):
            before = time.monotonic()
            device.speech.submit(say(f"u{n}", f"第{n}项", private=True))
            took.append(device.started(f"u{n}").at - before)
            device.speech.hush()
            device.ended(f"u{n}")
    assert sorted(took)[2] < 0.150


def test_hush_is_silence_at_once_and_forgets_what_waits(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    with Listening(f"speech:file:{out}") as device:
        device.speech.submit(say("a", SENTENCE, SENTENCE))
        device.speech.submit(say("b", SENTENCE))
        device.started("a")
        device.wait(lambda r: isinstance(r, DeviceEvent) and r.name == "speech_position")
        device.speech.hush()
        ms = device.hushed()
        size = out.stat().st_size
        assert settled(out) == size
        for name in ("a", "b"):
            error = device.ended(name).error
            assert error is not None
            assert error.kind is ErrorKind.CANCELLED
    assert ms < 50
    assert side(out)[0]["whole"] is False


def test_words_after_a_hush_are_spoken(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}") as device:
        device.speech.submit(say("a", SENTENCE))
        device.started("a")
        device.speech.hush()
        device.speech.submit(say("b", "好"))
        assert device.ended("b").ok


def test_a_pause_stands_still_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    with Listening(f"speech:file:{out}") as device:
        device.speech.submit(say("a", "您好，请坐。"))
        device.started("a")
        device.speech.pause()
        size = settled(out)
        device.speech.resume()
        assert device.ended("a").ok
        assert out.stat().st_size > size


def test_one_utterance_can_be_cancelled_and_the_next_is_spoken(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}") as device:
        device.speech.submit(say("a", SENTENCE))
        device.speech.submit(say("b", "好"))
        device.started("a")
        device.speech.cancel("a")
        error = device.ended("a").error
        assert error is not None
        assert error.kind is ErrorKind.CANCELLED
        assert device.ended("b").ok


def test_words_that_take_too_long_end_as_a_timeout(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}") as device:
        device.speech.submit(say("a", SENTENCE, deadline=0.3))
        error = device.ended("a").error
        assert error is not None
        assert error.kind is ErrorKind.TIMEOUT


def test_private_words_in_headphones_reach_nothing_else(tmp_path: Path) -> None:
    out, phones = tmp_path / "out.wav", tmp_path / "out.headphones.wav"
    with Listening(f"speech:file:{out}?pace=fast") as device:
        device.speech.submit(say("a", "尾号一二三四", private=True, channel=Channel.HEADPHONES))
        assert device.ended("a").ok
        assert not out.exists()
        device.speech.submit(say("b", "请收好身份证"))
        assert device.ended("b").ok
    assert {line["id"] for line in side(out)} == {"b"}
    [private] = side(phones)
    assert (private["id"], private["mark"], private["channel"]) == ("a", "", "headphones")
    assert oct(phones.stat().st_mode & 0o777) == "0o600"


def test_a_killed_child_fails_what_was_spoken_and_speaks_again(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    with Listening(f"speech:file:{out}") as device:
        device.speech.submit(say("a", SENTENCE))
        device.started("a")
        assert device.speech.pid is not None
        os.kill(device.speech.pid, signal.SIGKILL)
        error = device.ended("a").error
        assert error is not None
        assert error.kind is ErrorKind.DEVICE_FAULT
        device.speech.submit(say("b", "好"))
        assert device.ended("b").ok
    with wave.open(str(out)) as file:
        assert file.getnframes() == len(recorded(out))


def test_a_child_that_hangs_is_replaced(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}") as device:
        assert device.speech.pid is not None
        seen = len(device.seen)
        os.kill(device.speech.pid, signal.SIGSTOP)
        device.wait_status(DeviceState.STARTING, seen)
        device.wait_status(DeviceState.ONLINE, seen)
        device.speech.submit(say("b", "好"))
        assert device.ended("b").ok


def test_nothing_is_left_on_any_disk_even_by_a_killed_child(tmp_path: Path) -> None:
    places = [Path("/dev/shm"), Path("/tmp"), Path("/var/tmp")]

    def speech_files() -> set[str]:
        wanted = (".wav", ".raw", ".pcm", ".opus")
        return {str(p) for place in places for p in place.iterdir() if p.suffix in wanted}

    before = speech_files()
    with Listening("speech:null") as device:
        device.speech.submit(say("a", SENTENCE, private=True))
        device.started("a")
        assert device.speech.pid is not None
        opened = [os.readlink(fd) for fd in Path(f"/proc/{device.speech.pid}/fd").iterdir()]
        assert not [name for name in opened if name.startswith(tuple(map(str, places)))]
        os.kill(device.speech.pid, signal.SIGKILL)
        device.ended("a")
    assert speech_files() <= before


def test_what_was_private_is_gone_with_the_process_after_the_visit(tmp_path: Path) -> None:
    marker = "欧阳上官司马诸葛"
    with Listening(f"speech:file:{tmp_path / 'out.wav'}?pace=fast") as device:
        device.speech.submit(say("a", marker, private=True))
        device.ended("a")
        spoke = device.speech.pid
        seen = len(device.seen)
        device.speech.forget()
        device.wait_status(DeviceState.ONLINE, seen)
        assert device.speech.pid != spoke
        assert marker.encode() not in memory_of(device.speech.pid)


def test_what_is_said_during_a_restart_is_said_by_the_fresh_process(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}?pace=fast") as device:
        device.speech.submit(say("a", "好"))
        device.ended("a")
        spoke = device.speech.pid
        device.speech.restart()
        device.speech.submit(say("b", "好"))
        assert device.ended("b").error is None
        assert device.speech.pid != spoke


def test_public_words_alone_do_not_cost_a_new_process(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}?pace=fast") as device:
        device.speech.submit(say("a", "好"))
        device.ended("a")
        spoke = device.speech.pid
        device.speech.forget()
        device.hushed()
        assert device.speech.pid == spoke


def test_stopping_cancels_what_was_not_said(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}") as device:
        device.speech.submit(say("a", SENTENCE))
        device.started("a")
        device.speech.stop()
        error = device.ended("a").error
        assert error is not None
        assert error.kind is ErrorKind.CANCELLED
        device.speech.submit(say("b", "好"))
        late = device.ended("b").error
        assert late is not None
        assert late.kind is ErrorKind.OFFLINE


def test_another_devices_command_is_refused() -> None:
    with Listening("speech:null?pace=fast") as device:
        device.speech.submit(Command("x", 1.0))
        error = device.ended("x").error
        assert error is not None
        assert error.kind is ErrorKind.REFUSED


def test_the_speech_process_stays_small(tmp_path: Path) -> None:
    with Listening(f"speech:file:{tmp_path / 'out.wav'}?pace=fast") as device:
        for n in range(10):
            device.speech.submit(say(f"u{n}", SENTENCE, f"第{n}项"))
        device.ended("u9")
        rollup = Path(f"/proc/{device.speech.pid}/smaps_rollup").read_text()
        maps = Path(f"/proc/{device.speech.pid}/maps").read_text()
    pss = int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))
    assert pss < 40_000
    assert "numpy" not in maps


@pytest.mark.parametrize(
    "uri",
    ["serial:/dev/x", "speech:", "speech:loud", "speech:file:", "speech:file:relative.wav", "speech:null?pace=slow"],
)
def test_a_wrong_uri_is_an_error_at_once(uri: str) -> None:
    with pytest.raises(ValueError, match="speech"):
        Speech("speech", uri)


def memory_of(pid: int | None) -> bytes:
    """Everything the process has in writable memory (root may read it although it is not dumpable)."""
    if os.geteuid() != 0:
        pytest.skip("only root may read the memory of a process that is not dumpable")
    out = []
    with open(f"/proc/{pid}/mem", "rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, flags = line.split()[:2]
            if flags.startswith("rw"):
                start, end = (int(x, 16) for x in span.split("-"))
                try:
                    memory.seek(start)
                    out.append(memory.read(end - start))
                except (OSError, OverflowError):
                    continue
    return b"".join(out)
