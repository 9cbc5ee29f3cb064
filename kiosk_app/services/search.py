"""Find a service by what people call it: Chinese words, pinyin, initials or English. No network.

The index is built once for a catalogue: names one behind another, and which hold a pair of characters or a word.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import accumulate

EXACT, STARTS, HOLDS, INITIALS, INITIALS_START, PINYIN, CLOSE = 100, 80, 60, 90, 70, 50, 10
NEAR = 0.5
FILLER = frozenset("我要想办的了怎么在哪里啊呢吗请问一下去个")
LAST = "\U0010ffff"

Points = dict[int, int]
"""Number of a service -> how well it fits; those that do not fit are not there."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a service is called. `live` ones come before others of equal worth."""

    id: str
    live: bool
    zh: tuple[str, ...]
    en: tuple[str, ...]
    pinyin: tuple[str, ...]
    initials: tuple[str, ...]


class _Names:
    """Texts of all services behind one another, for searches at the speed of memory, and whose each is."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        pairs = [(text, number) for number, own in enumerate(texts) for text in own]
        self.texts = [text for text, _ in pairs]
        self.of = [number for _, number in pairs]
        self._lines = "".join(f"\n{text}" for text in self.texts) + "\n"
        self._begins = list(accumulate((len(text) + 1 for text in self.texts), initial=0))

    def holding(self, part: str) -> Iterator[int]:
        """Yield the number of each text that holds `part`, in order; a line break stands before and after each text."""
        at = self._lines.find(part)
        while at >= 0:
            number = bisect_right(self._begins, at) - 1
            if number >= len(self.texts):
                return
            yield number
            at = self._lines.find(part, self._begins[number + 1])

    def owners(self, part: str) -> Iterator[int]:
        """Yield the service of each text that holds `part`."""
        return (self.of[number] for number in self.holding(part))


class SearchIndex:
    """Answers searches in one catalogue."""

    def __init__(self, services: Iterable[Called]) -> None:
        self._services = tuple(services)
        self._ids = {one.id.lower(): number for number, one in enumerate(self._services)}
        self._zh = _Names([plain(name).replace(" ", "") for name in one.zh] for one in self._services)
        self._en = _Names([plain(name) for name in one.en] for one in self._services)
        self._pinyin = _Names(one.pinyin for one in self._services)
        self._initials = _Names(one.initials for one in self._services)
        self._pairs: defaultdict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._zh.texts):
            for pair in _bigrams(name):
                self._pairs[pair].append(at)
        self._named: defaultdict[str, list[int]] = defaultdict(list)
        for name, number in zip(self._zh.texts, self._zh.of, strict=True):
            self._named[name].append(number)
        self._longest = max(map(len, self._named), default=0)
        self._words: defaultdict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._en.texts):
            for word in set(name.split()):
                self._words[word].append(at)
        self._vocabulary = sorted(self._words)

    def search(self, text: str, most: int = 12) -> tuple[str, ...]:
        """Return the ids of the services that fit, best first; live ones before others of equal worth, then in
        the order of the catalogue. A service id is the surest name.
        """
        query = plain(text)
        if not query:
            return ()
        close = query.replace(" ", "")
        if any("\u4e00" <= c <= "\u9fff" for c in query):
            points = self._chinese(close)
        else:
            points = _better(self._letters(close), self._english(query))
        if query in self._ids:
            points[self._ids[query]] = EXACT * 2
        best = nsmallest(most, ((-worth, not self._services[n].live, n) for n, worth in points.items()))
        return tuple(self._services[n].id for _, _, n in best)

    def _chinese(self, query: str) -> Points:
        found = self._words_within(query)
        core = "".join(c for c in query if c not in FILLER)
        if core and core != query:
            found = {n: worth - 1 for n, worth in self._words_within(core).items()} | found
        return found

    def _words_within(self, query: str) -> Points:
        """Names that are the query, begin with it, hold it or lie in it, and names that share half of its pairs."""
        names, of, best = self._zh.texts, self._zh.of, Counter[int]()
        wanted = _bigrams(query)
        shared = _times(self._pairs.get(pair, ()) for pair in wanted)
        least = len(wanted) * NEAR
        for at, many in [(at, many) for at, many in shared.items() if many >= least]:
            best[of[at]] = max(best[of[at]], int(CLOSE + many / len(wanted) * CLOSE))
        for part in _parts(query, self._longest) & self._named.keys():
            best |= Counter(dict.fromkeys(self._named[part], HOLDS))
        for at in self._zh.holding(query):
            name = names[at]
            worth = EXACT if name == query else STARTS if name.startswith(query) else HOLDS
            best[of[at]] = max(best[of[at]], worth)
        return dict(best)

    def _letters(self, query: str) -> Points:
        if len(query) < 2:
            return {}
        pinyin, initials = self._pinyin, self._initials
        found = dict.fromkeys(pinyin.owners(query), PINYIN) if len(query) > 3 else {}
        found |= dict.fromkeys(pinyin.owners(f"\n{query}"), INITIALS_START - 1)
        found |= dict.fromkeys(initials.owners(f"\n{query}"), INITIALS_START)
        found |= dict.fromkeys(pinyin.owners(f"\n{query}\n"), EXACT)
        found |= dict.fromkeys(initials.owners(f"\n{query}\n"), INITIALS)
        return found

    def _english(self, query: str) -> Points:
        words, best = query.split(), Counter[int]()
        names, of = self._en.texts, self._en.of
        for at, many in _times(self._having(word) for word in words).items():
            if names[at] == query:
                best[of[at]] = EXACT
            elif len(query) > 2 and many == len(words):
                best[of[at]] = max(best[of[at]], HOLDS)
            elif len(words) > 2 and many * 2 >= len(words):
                best[of[at]] = max(best[of[at]], CLOSE)
        return dict(best)

    def _having(self, start: str) -> set[int]:
        """Names with a word that begins so."""
        known = self._vocabulary
        begins = known[bisect_left(known, start) : bisect_left(known, start + LAST)]
        return {at for word in begins for at in self._words[word]}


def plain(text: str) -> str:
    """Lower case, half width, letters, digits and Chinese characters only; English words stay apart by one space."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def _times(lists: Iterable[Iterable[int]]) -> Counter[int]:
    """In how many of the lists each number is."""
    found = Counter[int]()
    for one in lists:
        found.update(one)
    return found


def _better(one: Points, other: Points) -> Points:
    return {n: max(one.get(n, 0), other.get(n, 0)) for n in one.keys() | other.keys()}


def _parts(text: str, longest: int) -> set[str]:
    """Every part of two characters and more."""
    return {text[a:b] for a in range(len(text)) for b in range(a + 2, min(a + longest, len(text)) + 1)}


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
