from __future__ import annotations

from pathlib import Path

import pytest

from drivers.speech.readings import Readings, read_tables
from kiosk_app.voice.baked import CLIPS

SHIPPED = read_tables(CLIPS / "py")


@pytest.mark.parametrize(
    ("phrase", "read"),
    [
        ("王小明", "wang2 xiao3 ming2"),
        ("李小龙", "li2 xiao3 long2"),
        ("单雄信", "shan4 xiong2 xin4"),
        ("单位", "dan1 wei4"),
        ("曾国强", "zeng1 guo2 qiang2"),
        ("欧阳慧", "ou1 yang2 hui4"),
        ("尉迟恭", "yu4 chi2 gong1"),
        ("长椿街", "chang2 chun1 jie1"),
        ("银行", "yin2 hang2"),
        ("重庆", "chong2 qing4"),
        ("北京市西城区大栅栏", "bei3 jing1 shi4 xi1 cheng2 qu1 da4 shi2 lan4"),
        ("张㼆", "zhang1 ying2"),
        ("什刹海街道", "shi2 cha4 hai3 jie1 dao4"),
        ("宁夏", "ning2 xia4"),
        ("宁志远", "ning4 zhi4 yuan3"),
        ("盖章", "gai4 zhang1"),
        ("女", "nv3"),
    ],
)
def test_names_and_addresses_are_read_as_people_read_them(phrase: str, read: str) -> None:
    assert " ".join(SHIPPED.syllables(phrase)) == read


def test_every_common_character_has_a_reading() -> None:
    common = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
    assert [c for c in common if not SHIPPED.syllables(c)[0]] == []


def test_what_is_not_known_stays_open() -> None:
    assert Readings({"王": "wang2"}).syllables("王㼆A") == ["wang2", "", ""]


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b"wang2", b"\n\n ", "张三 zhang1".encode()])
def test_a_damaged_table_is_an_empty_one(tmp_path: Path, broken: bytes) -> None:
    for name in ("characters.txt", "words.txt", "surnames.txt"):
        (tmp_path / name).write_bytes(broken)
    found = read_tables(tmp_path)
    assert not found.words
    assert not found.surnames
    assert read_tables(tmp_path / "missing") == Readings({}, {}, {})
