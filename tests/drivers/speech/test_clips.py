from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contracts.clips import MANIFEST
from drivers.speech.clips import LONGEST_BREATH, ClipBank
from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE
from drivers.speech.voice import PACE, Made, Voice
from kiosk_app.voice.speakable import sentences
from tests.drivers.speech.baking import SECONDS, bake, loudest_hertz
from tests.drivers.speech.listening import Listening, say

WORDS = {"返回": 400.0, "按钮": 500.0, "您好，请放上身份证。": 600.0, "请放上": 650.0, "还差": 700.0}
PARTS = {"第三项": 800.0, "共": 900.0, "五": 1000.0, "项": 1100.0, "十二": 1200.0, "位": 1300.0, "A": 1400.0}


@pytest.fixture
def bank(tmp_path: Path) -> ClipBank:
    return ClipBank([bake(tmp_path, WORDS, PARTS)])


def texts(bank: ClipBank, text: str, lang: str = "zh") -> list[tuple[str, bool]]:
    return [(piece.text, piece.path is not None) for piece in bank.compose(text, lang)]


def peak(pcm: bytes) -> int:
    return int(np.abs(np.frombuffer(pcm, "<i2").astype(int)).max())


class Mute:
    """A synthesiser that says which words it was given."""

    version = "mute"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def render(self, text: str, lang: str, rate: float, volume: float) -> bytes:
        self.asked.append(text)
        return b"\x01\x00" * 2205

    def forget(self) -> None:
        self.asked.append("forget")


def test_a_sentence_with_a_clip_is_one_piece_whatever_stands_at_its_end(bank: ClipBank) -> None:
    assert texts(bank, "您好，请放上身份证") == [("您好，请放上身份证", True)]
    assert texts(bank, " 返 回。 ") == [(" 返 回。 ", True)]


def test_phrases_find_their_clips_one_by_one(bank: ClipBank) -> None:
    assert texts(bank, "返回，按钮，第三项") == [("返回，", True), ("按钮，", True), ("第三项", True)]


def test_the_longest_run_of_phrases_is_taken_whole(bank: ClipBank) -> None:
    assert texts(bank, "返回，您好，请放上身份证，按钮")[1] == ("您好，请放上身份证，", True)


def test_numbers_and_measures_are_put_together(bank: ClipBank) -> None:
    assert texts(bank, "共五项") == [("共", True), ("五", True), ("项", True)]
    assert texts(bank, "还差十二位") == [("还差", True), ("十二", True), ("位", True)]


def test_a_label_stands_among_parts_but_a_single_character_of_it_is_nobodys_name(tmp_path: Path) -> None:
    bank = ClipBank([bake(tmp_path, {"声音": 400.0, "是": 500.0}, {"可以用": 600.0, "确认": 700.0})])
    assert texts(bank, "可以用声音确认") == [("可以用", True), ("声音", True), ("确认", True)]
    assert texts(bank, "可以用是确认") == [("可以用是确认", False)]


@pytest.fixture
def spelling(tmp_path: Path) -> ClipBank:
    """A bank with the syllables of 王小明, 女 and 号."""
    syllables = {"wang2": 300.0, "xiao3": 350.0, "ming2": 450.0, "hao4": 550.0}
    bake(tmp_path, WORDS, PARTS)
    bake(tmp_path, {}, syllables, "py")
    bake(tmp_path, {"Hello": 750.0}, {"five": 850.0}, "en")
    (tmp_path / "py" / "characters.txt").write_text("wang2 王\nxiao3 小\nming2 明\nhao4 号\nlong2 龙\n", "utf-8")
    return ClipBank([tmp_path])


def test_a_name_is_said_in_the_syllables_of_the_same_voice(spelling: ClipBank) -> None:
    assert texts(spelling, "返回，王小明") == [("返回，", True), ("王", True), ("小", True), ("明", True)]
    assert texts(spelling, "王小明十二号") == [("王", True), ("小", True), ("明", True), ("十二", True), ("号", True)]


def test_a_name_with_a_character_that_has_no_syllable_is_left_whole(spelling: ClipBank) -> None:
    assert texts(spelling, "王小龙，王㼆") == [("王小龙，王㼆", False)]


def test_a_chinese_name_in_an_english_sentence_has_its_syllables(spelling: ClipBank) -> None:
    assert texts(spelling, "Hello, 王小明", "en") == [("Hello,", True), ("王", True), ("小", True), ("明", True)]
    assert texts(spelling, "王明 five", "en") == [("王", True), ("明", True), ("five", True)]


def test_an_address_of_500_characters_is_said_to_its_end(spelling: ClipBank) -> None:
    found = [piece for sentence in sentences("王小明号" * 125) for piece in spelling.compose(sentence, "zh")]
    assert "".join(piece.text for piece in found) == "王小明号" * 125


def test_signs_between_words_are_silent(bank: ClipBank) -> None:
    assert texts(bank, "五 - 五/十二") == [("五", True), ("五", True), ("十二", True)]


def test_only_the_phrase_without_a_clip_is_left_to_the_synthesiser(bank: ClipBank) -> None:
    assert texts(bank, "返回，张㼆，第三项") == [("返回，", True), ("张㼆，", False), ("第三项", True)]


def test_neighbours_without_clips_are_synthesised_in_one_breath(bank: ClipBank) -> None:
    assert texts(bank, "某某路，某某号，按钮") == [("某某路，某某号，", False), ("按钮", True)]


def test_an_english_name_in_a_chinese_sentence_is_spelled_or_left_whole(bank: ClipBank) -> None:
    assert texts(bank, "A五") == [("A", True), ("五", True)]
    assert texts(bank, "返回，John Smith") == [("返回，", True), ("John Smith", False)]


def test_english_phrases_and_parts(tmp_path: Path) -> None:
    words = ClipBank([bake(tmp_path, {"Go back": 400.0}, {"item two": 500.0, "of five": 600.0, "button": 1.0}, "en")])
    assert texts(words, "Go back, button, item two of five", "en") == [
        ("Go back,", True),
        ("button,", True),
        ("item two", True),
        ("of five", True),
    ]


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"clips": {}}', '{"lang": "zh", "voice": "", "weights": "", '])
def test_a_folder_that_cannot_be_read_is_as_good_as_empty(tmp_path: Path, broken: str) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / MANIFEST).write_text(broken)
    assert texts(ClipBank([tmp_path, tmp_path / "missing"]), "返回") == [("返回", False)]


def test_manifests_are_found_below_a_folder_of_each_service(tmp_path: Path) -> None:
    own = bake(tmp_path / "own", {"返回": 400.0})
    shelf = tmp_path / "shelf"
    bake(shelf / "SB01", {"样例，补贴": 500.0, "返回": 900.0})
    bake(shelf / "XF01", {"样例，意见": 600.0})
    bank = ClipBank([own, shelf])
    assert texts(bank, "样例，补贴，样例，意见") == [("样例，补贴，", True), ("样例，意见", True)]
    [piece] = bank.compose("返回", "zh")
    assert piece.path is not None
    assert piece.path.is_relative_to(shelf / "SB01" / "zh")


def test_a_folder_that_is_exchanged_at_this_moment_is_as_good_as_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shelf = bake(tmp_path / "own", {"返回": 400.0}), bake(tmp_path / "shelf", {"首页": 500.0})
    look = Path.rglob

    def vanishing(folder: Path, pattern: str) -> Iterator[Path]:
        if folder == shelf:
            raise FileNotFoundError(folder / "SB01")
        return look(folder, pattern)

    monkeypatch.setattr(Path, "rglob", vanishing)
    bank = ClipBank([own, shelf])
    assert [texts(bank, words) for words in ("返回", "首页")] == [[("返回", True)], [("首页", False)]]


def test_a_later_folder_wins(tmp_path: Path) -> None:
    bank = ClipBank([bake(tmp_path / "one", {"返回": 400.0}), bake(tmp_path / "two", {"返回": 900.0})])
    voice = Voice(bank, Mute)  # type: ignore[arg-type]
    assert loudest_hertz(voice.make("返回", "zh", 1.0, 1.0).pcm) == pytest.approx(900, rel=0.02)


def test_the_pitch_stays_while_pace_and_loudness_change(bank: ClipBank) -> None:
    voice = Voice(bank, Mute)  # type: ignore[arg-type]
    lengths = {}
    for rate in (0.6, 1.0, 1.5):
        made = voice.make("返回", "zh", rate, 1.0)
        lengths[rate] = len(made.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
        assert loudest_hertz(made.pcm) == pytest.approx(400, rel=0.03)
        assert lengths[rate] == pytest.approx(SECONDS / PACE["zh"] / rate, rel=0.12)
    loud, soft = (peak(voice.make("返回", "zh", 1.0, volume).pcm) for volume in (1.0, 0.25))
    assert soft == pytest.approx(loud / 4, rel=0.1)


@pytest.mark.parametrize("damage", ["missing", "empty", "noise", "cut"])
def test_a_damaged_clip_is_spoken_by_the_synthesiser(tmp_path: Path, damage: str) -> None:
    bank = ClipBank([bake(tmp_path, WORDS)])
    path = bank.compose("返回", "zh")[0].path
    assert path is not None
    match damage:
        case "missing":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "noise":
            path.write_bytes(bytes(range(256)) * 8)
        case _:
            path.write_bytes(path.read_bytes()[:60])
    voice = Voice(bank, Mute)  # type: ignore[arg-type]
    made = voice.make("返回", "zh", 1.0, 1.0)
    assert made.synthesised == 1
    assert made.pcm


def test_without_synthesiser_and_clip_nothing_is_claimed(bank: ClipBank) -> None:
    class Silent(Mute):
        def render(self, text: str, lang: str, rate: float, volume: float) -> bytes:
            return b""

    assert Voice(bank, Silent).make("张三", "zh", 1.0, 1.0) == Made(b"", 1)  # type: ignore[arg-type]


def test_the_device_says_how_much_had_no_clip(tmp_path: Path) -> None:
    clips = bake(tmp_path / "clips", WORDS, PARTS)
    with Listening(f"speech:file:{tmp_path}/out.wav?pace=fast", clips=(clips,)) as device:
        device.speech.submit(say("a", "返回，按钮"))
        assert device.ended("a").result.synthesised == 0
        device.speech.submit(say("b", "返回，欧阳㼆"))
        assert device.ended("b").result.synthesised == 1


def test_a_long_address_is_spoken_and_nothing_blocks(tmp_path: Path) -> None:
    clips = bake(tmp_path / "clips", WORDS, PARTS)
    address = "".join(f"北京市西城区某某街道第{n}号院，" for n in range(40))[:500]
    with Listening(f"speech:file:{tmp_path}/out.wav?pace=fast", clips=(clips,)) as device:
        device.speech.submit(say("a", *sentences(address)))
        done = device.ended("a")
    assert done.ok
    assert done.result.clips_done == len(sentences(address))
    assert done.result.seconds > 30


def test_words_without_any_stop_are_given_to_the_synthesiser_in_breaths(bank: ClipBank) -> None:
    pieces = bank.compose("甲乙丙丁，" * 100, "zh")
    assert "".join(piece.text for piece in pieces) == "甲乙丙丁，" * 100
    assert max(len(piece.text) for piece in pieces) <= LONGEST_BREATH
