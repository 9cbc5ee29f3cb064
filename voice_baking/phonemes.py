"""From words to the phonemes of the voice: Mandarin by jieba and pypinyin, Latin words inside it by espeak.

`READINGS` has the words of this house that the dictionaries read wrongly; what stands there was heard, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

READINGS: dict[str, list[list[str]]] = {
    "还款": [["huán"], ["kuǎn"]],
    "还书": [["huán"], ["shū"]],
    "归还": [["guī"], ["huán"]],
    "重置": [["chóng"], ["zhì"]],
    "重打": [["chóng"], ["dǎ"]],
    "重印": [["chóng"], ["yìn"]],
    "补打": [["bǔ"], ["dǎ"]],
    "大栅栏": [["dà"], ["shí"], ["lànr"]],
    "什刹海": [["shí"], ["chà"], ["hǎi"]],
    "西什库": [["xī"], ["shí"], ["kù"]],
    "长椿街": [["cháng"], ["chūn"], ["jiē"]],
    "长辈版": [["zhǎng"], ["bèi"], ["bǎn"]],
    "长辈": [["zhǎng"], ["bèi"]],
    "号楼": [["hào"], ["lóu"]],
    "读给": [["dú"], ["gěi"]],
    "这行": [["zhè"], ["háng"]],
    "一行": [["yì"], ["háng"]],
    "几行": [["jǐ"], ["háng"]],
    "下一行": [["xià"], ["yì"], ["háng"]],
    "调大": [["tiáo"], ["dà"]],
    "调小": [["tiáo"], ["xiǎo"]],
    "不得": [["bù"], ["dé"]],
    "存着": [["cún"], ["zhe"]],
    "了解": [["liǎo"], ["jiě"]],
}
LETTERS: dict[str, tuple[str, ...]] = {
    "a": ("ei1",),
    "c": ("xi1",),
    "g": ("ji4",),
    "h": ("ei2", "chi4"),
    "j": ("zhei4",),
    "p": ("pi4",),
    "r": ("a1", "er2"),
    "t": ("ti4",),
    "z": ("zi1", "ei1"),
}
"""Letters as they are said in Chinese: alone, the sounds of English are misheard."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’ .-]*[A-Za-z]|[A-Za-z]")
_SPELLED = re.compile(r"\b[A-Z]{1,5}\b")
_MARKS = str.maketrans({"，": ", ", "、": ", ", "。": ". ", "；": "; ", "：": ": ", "？": "? ", "！": "! ", "…": ". "})


@cache
def _mandarin() -> Callable[[str], str]:
    import jieba
    from misaki import zh
    from pypinyin import load_phrases_dict

    jieba.setLogLevel(60)
    load_phrases_dict(READINGS)
    for word in READINGS:
        jieba.add_word(word, freq=10**6)
    convert = zh.ZHG2P()
    return lambda text: str(_first(convert(text)))


@cache
def _english() -> Callable[[str], str]:
    from misaki import espeak

    convert = espeak.EspeakG2P(language="en-us")
    return lambda text: _known_sounds(str(_first(convert(text))))


def _known_sounds(sounds: str) -> str:
    """Write a syllable without a vowel (button, bottle) with the neutral one: the voice knows no mark for it."""
    return re.sub("(.)\u0329", "\u1d4a\\1", sounds).replace("\u0294", "t")


def _first(found: object) -> object:
    return found[0] if isinstance(found, tuple) else found


def phonemes(text: str, lang: str) -> str:
    """Return the phonemes of one sentence; punctuation stays, it carries the melody."""
    if lang == "en":
        return _english()(_SPELLED.sub(lambda m: " ".join(m[0]), text)).strip()
    out = []
    at = 0
    for found in _LATIN.finditer(text):
        out += [_hanzi(text[at : found.start()]), _latin(found[0])]
        at = found.end()
    out.append(_hanzi(text[at:]))
    return re.sub(r"\s+", " ", " ".join(part for part in out if part)).strip()


def syllable_sounds(syllable: str) -> str:
    """Return the phonemes of one Mandarin syllable, `zhang1`; 5 stands for no tone."""
    from misaki import zh

    return str(zh.ZHG2P.py2ipa(syllable)).replace("\u032f", "")


def letter_sounds(letter: str) -> str:
    """Return the phonemes of a letter as it is said in Chinese, "" where the English ones are understood."""
    return "".join(map(syllable_sounds, LETTERS.get(letter.casefold(), ())))


def _hanzi(text: str) -> str:
    if not re.search(r"\w", text):
        return text.translate(_MARKS).strip()
    return _mandarin()(text).strip()


def _latin(text: str) -> str:
    return _english()(_SPELLED.sub(lambda m: " ".join(m[0]), text)).strip()
