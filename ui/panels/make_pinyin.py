"""Build data/pinyin.txt.gz and data/like.txt.gz from jieba's word frequencies and pypinyin's readings (both MIT).

Run `python -m ui.panels.make_pinyin`.

pinyin: one line a reading, `shen'fen'zheng 身份证 ...`, words by frequency; the words of our own services (`*`) come
first. like: one line a syllable, `zhang 紧张 长大 ...`, the word by which each character of that sound is told from the
others by ear; the digit after the word says which of its characters is meant (`紧张1`).
"""

from __future__ import annotations

import collections
import gzip
import logging
from pathlib import Path

OUT = Path(__file__).parent / "data" / "pinyin.txt.gz"
LIKE = Path(__file__).parent / "data" / "like.txt.gz"
LEAST = 9
PER_READING = 24
PER_SYLLABLE = 90
OWN = Path(__file__).parent / "data" / "own.txt"


def build() -> dict[str, list[str]]:
    """Return reading -> words, best first."""
    import jieba
    from pypinyin import lazy_pinyin
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    scores: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    letters: collections.Counter[str] = collections.Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count = line.split()[:2]
        if not all("一" <= c <= "鿿" for c in word):
            continue
        for c in word:
            letters[c] += int(count)
        if 2 <= len(word) <= 4 and int(count) >= LEAST:
            scores["'".join(lazy_pinyin(word))][word] = int(count)
    own = OWN.read_text("utf-8").split()
    for word in own:
        scores["'".join(lazy_pinyin(word))][word] = 10**8
    for point, readings in PINYIN_DICT.items():
        c = chr(point)
        if not 0x4E00 <= point <= 0x9FFF or not _common(c):
            continue
        for place, reading in enumerate(readings.split(",")):
            key = to_normal(reading).replace("ü", "v")
            scores[key][c] = max(scores[key][c], letters[c] // (1 + 60 * place) + 1)
    set_of_own = set(own)
    out = {}
    for key, words in scores.items():
        most = PER_READING if "'" in key else PER_SYLLABLE
        out[key.replace("ü", "v")] = [f"*{w}" if w in set_of_own else w for w, _ in words.most_common(most)]
    return out


def likenesses() -> dict[str, list[str]]:
    """Return syllable -> words of two characters, each the most frequent one that holds a character of that sound."""
    import jieba
    from pypinyin import lazy_pinyin

    best: dict[tuple[str, str], tuple[int, str]] = {}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count = line.split()[:2]
        if len(word) != 2 or word[0] == word[1] or not all("一" <= c <= "鿿" and _common(c) for c in word):
            continue
        for place, (c, reading) in enumerate(zip(word, lazy_pinyin(word), strict=True)):
            key = (reading.replace("ü", "v"), c)
            best[key] = max(best.get(key, (0, "")), (int(count), f"{word}{place}"))
    out: dict[str, list[str]] = collections.defaultdict(list)
    for (syllable, _), (_, marked) in sorted(best.items()):
        out[syllable].append(marked)
    return out


def _common(c: str) -> bool:
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Write the files."""
    OUT.parent.mkdir(exist_ok=True)
    for path, index in ((OUT, build()), (LIKE, likenesses())):
        text = "\n".join(f"{key} {' '.join(words)}" for key, words in sorted(index.items()))
        path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        logging.getLogger(__name__).warning("%s: %d readings, %d bytes", path.name, len(index), path.stat().st_size)


if __name__ == "__main__":
    main()
