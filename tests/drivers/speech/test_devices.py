"""Real PortAudio streams: ALSA's file plug-in takes the samples, so that no sound card is needed."""

from __future__ import annotations

import ctypes.util
import time
from pathlib import Path

import numpy as np
import pytest

from drivers.device import ErrorKind
from drivers.speech import Channel
from drivers.speech.ear import Ear
from tests.drivers.speech.listening import Listening, say

ALSA = Path("/usr/share/alsa/alsa.conf")

pytestmark = pytest.mark.skipif(
    not ALSA.exists() or ctypes.util.find_library("portaudio") is None,
    reason="needs libportaudio2 and ALSA's own files",
)


@pytest.fixture
def alsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    outputs = "".join(
        f'pcm.{name} {{ type file slave.pcm nullout file "{tmp_path / name}.raw" format "raw" }}\n'
        for name in ("speakerbox", "earpiece")
    )
    conf = tmp_path / "asound.conf"
    conf.write_text(f"<{ALSA}>\npcm.nullout {{ type null }}\npcm.!default speakerbox\n{outputs}")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    return tmp_path


def samples(path: Path) -> np.ndarray:
    return np.frombuffer(path.read_bytes(), "<i2") if path.exists() else np.zeros(0, "<i2")


def as_wav(path: Path) -> Path:
    out = path.with_suffix(".wav")
    out.write_bytes(bytes(44) + path.read_bytes())
    return out


def test_loudspeaker_and_headphones_are_two_devices(alsa: Path) -> None:
    with Listening("speech:default?loudspeaker=speakerbox&headphones=earpiece") as device:
        assert device.status.detail["audio"] == "device"
        assert device.status.detail["headphones"] == "yes"
        device.speech.submit(say("a", "请收好身份证"))
        assert device.ended("a").ok
        device.speech.submit(say("b", "尾号一二三四", private=True, channel=Channel.HEADPHONES))
        assert device.ended("b").ok
    assert np.abs(samples(alsa / "speakerbox.raw")).max() > 2000
    loud, phones = as_wav(alsa / "speakerbox.raw"), as_wav(alsa / "earpiece.raw")
    with Ear() as ear:
        assert ear.heard(loud, "请收好身份证")
        assert ear.heard(phones, "尾号一二三四")
        assert not ear.heard(loud, "尾号一二三四")
        assert not ear.heard(phones, "请收好身份证")


def test_words_for_headphones_are_refused_where_there_are_none(alsa: Path) -> None:
    with Listening("speech:default?loudspeaker=speakerbox") as device:
        assert device.status.detail["headphones"] == "no"
        device.speech.submit(say("a", "尾号一二三四", private=True, channel=Channel.HEADPHONES))
        error = device.ended("a").error
    assert error is not None
    assert (error.kind, error.detail) == (ErrorKind.REFUSED, "no_headphones")
    assert len(samples(alsa / "speakerbox.raw")) == 0


def test_a_device_stream_hushes_and_speaks_again(alsa: Path) -> None:
    with Listening("speech:default?loudspeaker=speakerbox") as device:
        for n in range(5):
            device.speech.submit(say(f"a{n}", "请收好身份证"))
            device.started(f"a{n}")
            seen = len(device.seen)
            device.speech.hush()
            assert device.hushed(seen) < 200
        device.speech.submit(say("b", "好"))
        assert device.ended("b").ok


def timed(device: Listening) -> float:
    before = time.monotonic()
    device.speech.submit(say("a", "请收好身份证"))
    assert device.ended("a").ok
    return time.monotonic() - before


def test_without_a_sound_device_captions_still_keep_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = tmp_path / "none.conf"
    conf.write_text("pcm.absent { type hw card 7 }\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    with Listening("speech:default") as device:
        assert device.status.detail["audio"] == "none"
        assert device.status.detail["headphones"] == "no"
        assert timed(device) > 0.8


def test_a_sound_library_that_aborts_the_process_costs_only_the_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = tmp_path / "empty.conf"
    conf.write_text("# PortAudio aborts without a configuration\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    with Listening("speech:default") as device:
        assert device.status.detail["audio"] == "none"
        assert device.status.detail["cause"] == "sound_library"
        assert timed(device) > 0.8
