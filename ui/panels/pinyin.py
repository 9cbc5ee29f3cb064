"""Pinyin to words, offline, without memory: the same letters give the same candidates to everyone."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "pinyin.txt.gz"
_LIKE = Path(__file__).parent / "data" / "like.txt.gz"
_MOST = 60
_USUAL = 30
_LONGEST_SYLLABLE = 6
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向常温康施牛葛樊邢安齐庞颜倪乔欧阳"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华玉珍凤梅建国志文红春玲荣辉鹏飞燕斌波宇浩凯秀健俊帆雪琴云莉佳欣怡晨阳子梓涵轩"
    "淑芬玉兰德福永庆宝成林立新海东晓慧婷雅思琪雨欣宁博楠瑞嘉诚"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word and how many of the typed letters it takes."""

    word: str
    used: int


@dataclass(frozen=True, slots=True)
class Index:
    """Readings without separators, sorted, and their words; initials of words of two and more characters."""

    readings: dict[str, list[str]]
    keys: list[str]
    initials: dict[str, list[str]]


@cache
def load() -> Index:
    """Read the index; about a tenth of a second, on first use."""
    readings: dict[str, list[str]] = {}
    initials: dict[str, list[str]] = {}
    for line in gzip.decompress(_DATA.read_bytes()).decode().splitlines():
        key, *marked = line.split(" ")
        words = [word.removeprefix("*") for word in marked]
        readings.setdefault(key.replace("'", ""), []).extend(words)
        if "'" in key:
            known = initials.setdefault("".join(part[0] for part in key.split("'")), [])
            known[:0] = [word.removeprefix("*") for word in marked if word.startswith("*")]
            known.extend(word for word in marked[:2] if not word.startswith("*"))
    return Index(readings, sorted(readings), initials)


@cache
def _likes() -> dict[str, dict[str, str]]:
    """Character -> syllable -> a word that holds it with that sound."""
    found: dict[str, dict[str, str]] = {}
    for line in gzip.decompress(_LIKE.read_bytes()).decode().splitlines():
        syllable, *words = line.split(" ")
        for marked in words:
            word, place = marked[:-1], int(marked[-1])
            found.setdefault(word[place], {})[syllable] = word
    return found


def like(word: str, letters: str) -> str:
    """Return the word by which a character is told from others of its sound (张, 主张), "" when there is none.

    `letters` are those it was found by, perhaps only the beginning of its syllable.
    """
    known = _likes().get(word, {})
    if letters in known:
        return known[letters]
    return next((known[syllable] for syllable in sorted(known) if syllable.startswith(letters)), "")


def find(letters: str, *, name: bool = False) -> list[Candidate]:
    """Return the candidates for `letters`, best first: whole readings, readings begun, initials, then shorter pieces.

    With `name`, single characters only: surnames and characters common in names first.
    """
    index = load()
    if name:
        return _names(letters, index)
    out: dict[str, int] = {}

    def add(words: list[str], used: int, most: int) -> None:
        for word in words[:most]:
            if len(out) < _MOST:
                out.setdefault(word, used)

    add(index.readings.get(letters, []), len(letters), 40)
    at = bisect_left(index.keys, letters)
    if len(letters) >= 2:
        add(index.initials.get(letters, []), len(letters), 12)
        for key in index.keys[at : at + 40]:
            if key != letters and key.startswith(letters):
                add([word for word in index.readings[key] if len(word) > 1], len(letters), 2)
    else:
        for key in index.keys[at : at + 300]:
            if key.startswith(letters) and len(key) <= _LONGEST_SYLLABLE:
                add([w for w in index.readings[key] if len(w) == 1], len(letters), 2)
    for used in range(len(letters) - 1, 0, -1):
        add(index.readings.get(letters[:used], []), used, 12)
    return [Candidate(word, used) for word, used in out.items()]


def _names(letters: str, index: Index) -> list[Candidate]:
    for used in range(min(len(letters), _LONGEST_SYLLABLE), 0, -1):
        single = [w for w in index.readings.get(letters[:used], []) if len(w) == 1]
        if single:
            usual = single[:_USUAL]
            usual.sort(key=lambda c: (SURNAMES + GIVEN).find(c) if c in SURNAMES + GIVEN else len(SURNAMES + GIVEN))
            return [Candidate(c, used) for c in (usual + single[_USUAL:])[:_MOST]]
    return []
