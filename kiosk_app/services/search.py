"""Find a service by what people call it: Chinese words, pinyin, initials or English. No index, no network."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from kiosk_app.services.service import Service

EXACT, STARTS, HOLDS, INITIALS, INITIALS_START, PINYIN, CLOSE = 100, 80, 60, 90, 70, 50, 10
NEAR = 0.5
FILLER = frozenset("我要想办的了怎么在哪里啊呢吗请问一下去个")


def search(services: Iterable[Service], text: str, most: int = 12) -> tuple[Service, ...]:
    """Return the services that fit, best first; live ones before others of equal worth, then catalogue order."""
    query = plain(text)
    if not query:
        return ()
    ranked = [(score(service, query), service) for service in services]
    found = [(points, service) for points, service in ranked if points > 0]
    found.sort(key=lambda pair: (-pair[0], not pair[1].live))
    return tuple(service for _, service in found[:most])


def plain(text: str) -> str:
    """Lower case, half width, letters, digits and Chinese characters only; English words stay apart by one space."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def score(service: Service, query: str) -> int:
    """Return how well a service fits a plain query; 0 = not at all. A service id is the surest name."""
    if query == service.id.lower():
        return EXACT * 2
    if any("\u4e00" <= c <= "\u9fff" for c in query):
        return _chinese(service, query.replace(" ", ""))
    return max(_letters(service, query.replace(" ", "")), _english(service, query))


def _chinese(service: Service, query: str) -> int:
    names = (service.short.zh, *service.search.zh, service.names.zh)
    best = 0
    wanted = _bigrams(query)
    for name in (plain(n).replace(" ", "") for n in names):
        if query == name:
            return EXACT
        if name.startswith(query):
            best = max(best, STARTS)
        elif query in name or (len(name) > 1 and name in query):
            best = max(best, HOLDS)
        elif wanted:
            share = len(wanted & _bigrams(name)) / len(wanted)
            best = max(best, int(CLOSE + share * CLOSE) if share >= NEAR else 0)
    core = "".join(c for c in query if c not in FILLER)
    if not best and core and core != query:
        return max(0, _chinese(service, core) - 1)
    return best


def _letters(service: Service, query: str) -> int:
    if len(query) < 2:
        return 0
    if query in service.search.initials:
        return INITIALS
    if query in service.search.pinyin:
        return EXACT
    if any(initials.startswith(query) for initials in service.search.initials):
        return INITIALS_START
    if any(pinyin.startswith(query) for pinyin in service.search.pinyin):
        return INITIALS_START - 1
    return PINYIN if len(query) > 3 and any(query in pinyin for pinyin in service.search.pinyin) else 0


def _english(service: Service, query: str) -> int:
    best = 0
    for name in (plain(n) for n in (service.short.en, service.names.en, *service.search.en)):
        if query == name:
            return EXACT
        words = query.split()
        hits = sum(any(known.startswith(word) for known in name.split()) for word in words)
        if len(query) > 2 and hits == len(words):
            best = max(best, HOLDS)
        elif len(words) > 2 and hits * 2 >= len(words):
            best = max(best, CLOSE)
    return best


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
