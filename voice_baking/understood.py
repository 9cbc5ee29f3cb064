"""How much of what was said was understood: syllables of Chinese and words of English, compared by their sound.

A recogniser writes characters, simplified or not, guesses among those that sound alike, and writes numbers as digits.
So Chinese is compared by toneless syllables, English by phonemes, and digits in each way that they can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

_SAME = {"yao": "yi", "liang": "er", "me": "mo", "nin": "ni"}
"""幺 and 两 are written 1 and 2, and 您 is written 你."""
_LETTERS_ZH = {
    "a": "ei", "b": "bi", "c": "xi", "d": "di", "e": "yi", "g": "ji", "i": "ai", "j": "zhe", "k": "kei", "n": "en",
    "o": "ou", "p": "pi", "t": "ti", "u": "you", "v": "wei", "y": "wai",
}  # fmt: skip
"""A single letter among Chinese is written as the syllable that it sounds like: Y as 外, U as 右, J as 这 (zhèi)."""
_ZH_DIGITS = "零一二三四五六七八九"
_LETTERS = re.compile(r"\b[a-z](?: [a-z]\b)+")


def missed(said: str, heard: str, lang: str, before: str = "", after: str = "") -> tuple[int, int]:
    """Return (syllables of `said`, how many of them were missed).

    `before` and `after` were said around it: what is missed of them counts against it, at most all of it.
    """
    wanted = units(said, lang)
    frame = [*units(before, lang), *wanted, *units(after, lang)]
    least = min(distance(frame, _units(way, lang), joined=lang == "en") for way in _readings(heard, lang))
    return len(wanted), min(len(wanted), least)


def units(text: str, lang: str) -> list[str]:
    """Return what is counted: toneless syllables and Latin words of Chinese, the sounds of English words."""
    return _units(_readings(text, lang)[0], lang)


def distance(a: Sequence[str], b: Sequence[str], *, joined: bool = False) -> int:
    """Return how many insertions, deletions and changes lead from one to the other.

    With `joined` two words that are written as one are no difference (back up, backup).
    """
    table = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            least = min(row[-1] + 1, table[i - 1][j] + 1, table[i - 1][j - 1] + (x != y))
            if joined and i > 1 and a[i - 2] + x == y:
                least = min(least, table[i - 2][j - 1])
            if joined and j > 1 and b[j - 2] + y == x:
                least = min(least, table[i - 1][j - 2])
            row.append(least)
        table.append(row)
    return table[-1][-1]


def toneless(syllable: str) -> str:
    """Return a syllable as it is compared: `zhang1` is `zhang`."""
    bare = syllable.rstrip("12345")
    return _SAME.get(bare, bare)


def understood(said: Sequence[str], heard: str) -> list[bool]:
    """Return which of some toneless syllables are where they belong in what was heard."""
    return min((_matched(said, _units(way, "zh")) for way in _readings(heard, "zh")), key=lambda found: -sum(found))


def _matched(said: Sequence[str], heard: Sequence[str]) -> list[bool]:
    out = [False] * len(said)
    for block in SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks():
        out[block.a : block.a + block.size] = [True] * block.size
    return out


def _units(text: str, lang: str) -> list[str]:
    """Letters that are spelled one by one are one word, as a recogniser writes them."""
    from pypinyin import lazy_pinyin

    text = _LETTERS.sub(lambda m: m[0].replace(" ", ""), text)
    if lang == "en":
        return [_sound(word) for word in re.findall(r"[a-z']+", text)]
    out: list[str] = []
    for run in re.findall(r"[\u3007\u4e00-\u9fff]+|[a-z]+", _simplified(text)):
        out += [_LETTERS_ZH.get(run, run)] if run.isascii() else [_SAME.get(s, s) for s in lazy_pinyin(run)]
    return out


def _simplified(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("tw2s")


def _readings(text: str, lang: str) -> list[str]:
    """Return a text with its digits in words: as quantities first, then one by one."""
    text = text.casefold()
    if lang != "en":
        return [_chinese(text, one) for one in (_english_number, _spelled)]
    # Whoever hears "hundred" alone writes 100.
    quantity = _english(text, _english_number)
    return [quantity, _english(text, _spelled), re.sub(r"\bone +(hundred|thousand)\b", r"\1", quantity)]


def _chinese(text: str, read: Callable[[str], str]) -> str:
    text = re.sub(r"(\d{1,2})[:：]00", r"\1点", text.replace("艾克斯", "x"))
    text = re.sub(r"(\d{1,2})[:：](\d\d)", r"\1点\2分", text)
    text = re.sub(r"(\d+)[%％]", r"百分之\1", text)
    text = re.sub(r"(\d{4})(?=年)", lambda m: _one_by_one(m[0]), text)
    if read is _spelled:
        return re.sub(r"\d+", lambda m: _one_by_one(m[0]), text)
    return re.sub(r"\d+", lambda m: _chinese_number(m[0]), text)


def _chinese_number(number: str) -> str:
    import cn2an

    return str(cn2an.an2cn(number)) if len(number) <= 4 else _one_by_one(number)


def _one_by_one(number: str) -> str:
    return "".join(_ZH_DIGITS[int(c)] for c in number)


def _english(text: str, read: Callable[[str], str]) -> str:
    text = text.replace("%", " percent").replace("p.m", "pm").replace("a.m", "am").replace("o'clock", "")
    text = re.sub(r"[-‐–—.,:]", " ", re.sub(r"(?<=\d)[,:](?=\d)", "" if "," in text else " ", text))
    text = re.sub(r"(\d+)(?:st|nd|rd|th)\b", lambda m: _ordinal(m[1]), text)
    return re.sub(r"\d+", lambda m: f" {read(m[0])} ", text)


def _english_number(number: str) -> str:
    from num2words import num2words

    year = len(number) == 4 and number[:2] in ("19", "20")
    return _plain(num2words(int(number), to="year" if year else "cardinal"))


def _spelled(number: str) -> str:
    from num2words import num2words

    return " ".join(num2words(int(c)) for c in number)


def _ordinal(number: str) -> str:
    from num2words import num2words

    return _plain(num2words(int(number), to="ordinal"))


def _plain(words: object) -> str:
    return str(words).replace("-", " ").replace(",", " ")


@cache
def _sound(word: str) -> str:
    """To, two and too are one sound; stress says nothing about a word alone."""
    from voice_baking.phonemes import phonemes

    return re.sub("[ˈˌ.]", "", phonemes(word, "en")) or word
