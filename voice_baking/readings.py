"""How characters are read in names and addresses: tables for the terminal, which has no dictionary of its own.

Three files beside the syllables: `characters.txt` (the usual reading of every
character), `words.txt` (words in which a character is read in another way), `surnames.txt` (surnames that are).
From pypinyin's dictionaries (MIT).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from voice_baking.phonemes import READINGS

_SURNAMES = (
    "单 shan4, 曾 zeng1, 解 xie4, 仇 qiu2, 查 zha1, 任 ren2, 华 hua4, 朴 piao2, 区 ou1, 翟 zhai2, 乐 yue4, "
    "宁 ning4, 盛 sheng4, 晁 chao2, 缪 miao4, 冼 xian3, 秘 bi4, "
    "燕 yan1, 应 ying1, 那 na1, 覃 qin2, 褚 chu3, 隗 wei3, 逄 pang2, 哈 ha3, 阚 kan4, 郇 xun2, "
    "车 che1, 葛 ge3, 柏 bai3, 尹 yin3, 臧 zang1, 邵 shao4, 殷 yin1, 訾 zi1, "
    "尉迟 yu4 chi2, 万俟 mo4 qi2, 令狐 ling2 hu2, 长孙 zhang3 sun1, 澹台 tan2 tai2, 皇甫 huang2 fu3, 呼延 hu1 yan2, "
    "单于 chan2 yu2, 宿 su4, 藏 zang4, 曲 qu1"
)
SURNAMES = {name: reading for name, _, reading in (row.partition(" ") for row in _SURNAMES.split(", "))}
"""Surnames that are read in another way than the character alone."""
_SYLLABLE = re.compile(r"[a-z]+[1-5]")
_LONGEST_WORD = 4


def characters() -> dict[str, str]:
    """Return the usual reading of every character that has one with a sound of its own."""
    from pypinyin.constants import PINYIN_DICT

    found = {chr(point): _read(chr(point))[0] for point in PINYIN_DICT if 0x3400 <= point <= 0x9FFF or point == 0x3007}
    count = Counter(found.values())
    return {c: _with_tone(c, reading, count) for c, reading in found.items() if _sayable(reading)}


def words(usual: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return words whose characters are not all read as usual, and words that begin like a special surname."""
    from pypinyin import load_phrases_dict
    from pypinyin.constants import PHRASES_DICT

    load_phrases_dict(READINGS)
    out = {}
    listed = {word for word, _, _ in _word_list()}
    for word in {*PHRASES_DICT, *READINGS, *_no_names()}:
        if not 2 <= len(word) <= _LONGEST_WORD or not all(map(_common, word)):
            continue
        reading = tuple(_read(word))
        if word not in listed:
            # A weak syllable of a word that nobody uses would be one more clip, and one that few understand.
            reading = tuple(
                usual.get(c, s) if usual.get(c, "")[:-1] == s[:-1] and s.endswith("5") else s
                for c, s in zip(word, reading, strict=True)
            )
        odd = reading != tuple(usual.get(c, "") for c in word)
        if (odd or word[0] in SURNAMES) and all(map(_sayable, reading)) and "一" not in word and "不" not in word:
            out[word] = reading
    return out


def syllables() -> list[str]:
    """Return every syllable that the tables name, sorted."""
    usual = characters()
    others = (s for reading in words(usual).values() for s in reading)
    names = (s for reading in SURNAMES.values() for s in reading.split())
    return sorted({*usual.values(), *others, *names})


def write_tables(folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _tables():
        (folder / name).write_text(text, "utf-8")


def _tables() -> Iterator[tuple[str, str]]:
    usual = characters()
    by_sound: defaultdict[str, str] = defaultdict(str)
    for c, reading in sorted(usual.items()):
        by_sound[reading] += c
    yield "characters.txt", "".join(f"{sound} {found}\n" for sound, found in sorted(by_sound.items()))
    yield "words.txt", "".join(f"{word} {' '.join(reading)}\n" for word, reading in sorted(words(usual).items()))
    yield "surnames.txt", "".join(f"{name} {reading}\n" for name, reading in sorted(SURNAMES.items()))


def _no_names() -> Iterator[str]:
    """Yield the words of a word list that begin with a character of a special surname and are no person's name."""
    for word, _, kind in _word_list():
        if word[0] in SURNAMES and not kind.startswith("nr"):
            yield word


def frequent_words() -> list[str]:
    """Return the words of a word list, the most frequent first."""
    return [word for word, _, _ in sorted(_word_list(), key=lambda row: (-row[1], row[0]))]


def _word_list() -> Iterator[tuple[str, int, str]]:
    """Yield (word, how often it was counted, part of speech)."""
    import jieba

    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count, kind = line.split(" ")
        yield word, int(count), kind


def _read(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    # 大栅栏 ends in a curled r, which the model cannot say: it is said without.
    return [re.sub(r"(?<=n)r(?=\d)", "", syllable) for syllable in found]


def _with_tone(c: str, reading: str, count: Mapping[str, int]) -> str:
    """A rare character without a tone in the dictionary gets the one that most characters of its sound have."""
    if _common(c) or not reading.endswith("5"):
        return reading
    toned = [f"{reading[:-1]}{tone}" for tone in "1234" if count.get(f"{reading[:-1]}{tone}")]
    return max(toned, key=lambda other: count[other], default=reading)


def _sayable(reading: str) -> bool:
    """Hums (m, n, ng, hm) have no vowel to be said with."""
    return bool(_SYLLABLE.fullmatch(reading)) and any(vowel in reading for vowel in "aeiouv")


def _common(c: str) -> bool:
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
