from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.speech.ear import Ear, heard
from drivers.speech.samples import SAMPLE_RATE
from tests.drivers.speech.listening import Listening, say

SAID = (
    ("请将您的身份证放在读卡区", "zh"),
    ("第二项，共五项", "zh"),
    ("尾号一二三四", "zh"),
    ("未受理", "zh"),
    ("张某华", "zh"),
    ("没读到身份证。请把证平放在亮灯处，等嘀一声。", "zh"),
    ("Please put your card on the lit area.", "en"),
    ("Item two of five, button", "en"),
)
NOT_SAID = (
    ("请将您的身份证放在", "zh"),
    ("身份证放在读卡区", "zh"),
    ("第三项，共五项", "zh"),
    ("尾号一二三五", "zh"),
    ("受理", "zh"),
    ("已受理", "zh"),
    ("张某国", "zh"),
    ("您好", "zh"),
    ("Item three of five, button", "en"),
    ("Please put your hand on the lit area.", "en"),
)


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    with Ear() as made:
        yield made


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ear") / "out.wav"
    with Listening(f"speech:file:{out}?pace=fast") as device:
        for n, (text, lang) in enumerate(SAID):
            device.speech.submit(say(str(n), text, lang=lang, volume=(0.8, 0.3, 1.0)[n % 3]))
            assert device.ended(str(n)).ok
    return out


@pytest.mark.parametrize(("text", "lang"), SAID)
def test_what_was_said_is_heard(ear: Ear, recording: Path, text: str, lang: str) -> None:
    found = ear.heard(recording, text, lang)
    assert found is not None
    assert found.score > 0.85


@pytest.mark.parametrize(("text", "lang"), NOT_SAID)
def test_what_was_not_said_is_not_heard(ear: Ear, recording: Path, text: str, lang: str) -> None:
    assert ear.heard(recording, text, lang) is None


def test_sentences_are_found_in_the_order_in_which_they_were_said(ear: Ear, recording: Path) -> None:
    at = 0
    for text, lang in SAID:
        found = ear.heard(recording, text, lang, since=at)
        assert found is not None
        assert found.first_sample >= at
        at = found.end
    assert ear.heard(recording, SAID[0][0], since=at) is None


def test_each_clip_of_an_utterance_is_found_at_another_speed(ear: Ear, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    with Listening(f"speech:file:{out}?pace=fast") as device:
        device.speech.submit(say("a", "请填手机号。", "填好按去核对。", rate=0.75))
        device.ended("a")
    assert ear.heard(out, "请填手机号。", rate=0.75)
    assert ear.heard(out, "填好按去核对。", rate=0.75)
    assert not ear.heard(out, "填好按去核对。", rate=1.5)


def test_a_sentence_cut_by_a_hush_was_not_said(ear: Ear, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    with Listening(f"speech:file:{out}") as device:
        device.speech.submit(say("a", "请将您的身份证放在读卡区"))
        device.started("a")
        device.wait(lambda r: getattr(r, "name", "") == "speech_position")
        device.speech.hush()
        device.hushed()
        device.speech.submit(say("b", "好的"))
        device.ended("b")
    assert ear.heard(out, "请将您的身份证放在读卡区") is None
    assert ear.heard(out, "好的")


def test_silence_of_the_same_length_is_not_speech(ear: Ear, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    out.write_bytes(bytes(44 + SAMPLE_RATE * 2 * 10))
    assert ear.heard(out, "您好") is None


def test_minutes_are_searched_in_less_than_a_second(ear: Ear, recording: Path, tmp_path: Path) -> None:
    raw = recording.read_bytes()[44:]
    out = tmp_path / "long.wav"
    out.write_bytes(bytes(44) + raw * (SAMPLE_RATE * 2 * 180 // len(raw) + 1))
    ear.render("好", "zh", 1.0)
    before = time.process_time()
    assert ear.heard(out, "您吃了吗") is None
    assert ear.heard(out, "第二项，共五项")
    assert time.process_time() - before < 2.0


def test_without_a_side_file_pauses_are_the_edges(ear: Ear, recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "alone.wav"
    out.write_bytes(recording.read_bytes())
    assert all(ear.heard(out, text, lang) for text, lang in SAID)
    assert not [text for text, lang in NOT_SAID if ear.heard(out, text, lang)]


def test_a_part_of_a_sentence_is_heard_on_request(ear: Ear, recording: Path) -> None:
    assert ear.heard(recording, "没读到身份证。") is None
    assert ear.heard(recording, "没读到身份证。", whole=False)


def test_listening_once_needs_no_ear_of_ones_own(recording: Path) -> None:
    assert heard(recording, "第二项，共五项")
