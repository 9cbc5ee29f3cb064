"""Build data/pinyin.txt.gz from jieba's word frequencies and pypinyin's readings (both MIT).

Run `python -m ui.panels.make_pinyin`.

One line a reading: `shen'fen'zheng 身份证 ...`, words by frequency; the words of our own services (`*`) come first.
"""

from __future__ import annotations

import collections
import gzip
import logging
from pathlib import Path

OUT = Path(__file__).parent / "data" / "pinyin.txt.gz"
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


def _common(c: str) -> bool:
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Write the file."""
    index = build()
    text = "\n".join(f"{key} {' '.join(words)}" for key, words in sorted(index.items()))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    logging.getLogger(__name__).warning("%d readings, %d bytes", len(index), OUT.stat().st_size)


if __name__ == "__main__":
    main()
