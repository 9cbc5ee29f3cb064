"""The index finds what going through every name finds, in the same order, however odd the query."""

from __future__ import annotations

import random

import pytest

from kiosk_app.services.search import FILLER, Called, SearchIndex, plain
from tests.kiosk_app.services.data import catalogue

SERVICES = [
    Called(
        one.id,
        one.live,
        (one.short.zh, *one.search.zh, one.names.zh),
        (one.short.en, one.names.en, *one.search.en),
        one.search.pinyin,
        one.search.initials,
    )
    for one in catalogue().all()
]
INDEX = SearchIndex(SERVICES)
FILLERS = "".join(sorted(FILLER))


def chinese(names: list[str], query: str) -> int:
    best, wanted = 0, {query[i : i + 2] for i in range(len(query) - 1)}
    for name in names:
        pairs = {name[i : i + 2] for i in range(len(name) - 1)}
        if name == query:
            return 100
        if name.startswith(query):
            best = max(best, 80)
        elif query in name or (len(name) > 1 and name in query):
            best = max(best, 60)
        elif wanted and (share := len(wanted & pairs) / len(wanted)) >= 0.5:
            best = max(best, int(10 + share * 10))
    core = "".join(c for c in query if c not in FILLER)
    return max(0, chinese(names, core) - 1) if not best and core and core != query else best


def letters(one: Called, query: str) -> int:
    ways = (
        (90, query in one.initials),
        (100, query in one.pinyin),
        (70, any(text.startswith(query) for text in one.initials)),
        (69, any(text.startswith(query) for text in one.pinyin)),
        (50, len(query) > 3 and any(query in text for text in one.pinyin)),
    )
    return next((worth for worth, fits in ways if fits), 0) if len(query) > 1 else 0


def english(names: list[str], query: str) -> int:
    best, words = 0, query.split()
    for name in names:
        hits = sum(any(known.startswith(word) for known in name.split()) for word in words)
        if name == query:
            return 100
        if len(query) > 2 and hits == len(words):
            best = max(best, 60)
        elif len(words) > 2 and hits * 2 >= len(words):
            best = max(best, 10)
    return best


def worth(one: Called, query: str) -> int:
    if query == one.id.lower():
        return 200
    close = query.replace(" ", "")
    if any("\u4e00" <= c <= "\u9fff" for c in query):
        return chinese([plain(name).replace(" ", "") for name in one.zh], close)
    return max(letters(one, close), english([plain(name) for name in one.en], query))


def by_every_name(text: str, most: int = 12) -> tuple[str, ...]:
    """Go through all names of all services."""
    query = plain(text)
    ranked = [(-points, not one.live, at) for at, one in enumerate(SERVICES) if query and (points := worth(one, query))]
    return tuple(SERVICES[at].id for _, _, at in sorted(ranked)[:most])


def drawn(seed: int) -> str:
    """A part of some name, with what people say around it, letters left out or two names in one."""
    dice = random.Random(seed)

    def part() -> str:
        one = dice.choice(SERVICES)
        name = dice.choice([*one.zh, *one.en, *one.pinyin, *one.initials, one.id])
        start = dice.randrange(len(name))
        return name[start : start + dice.randint(1, 9)]

    shapes = (part, lambda: dice.choice(FILLERS) + part() + dice.choice(FILLERS), lambda: part() + " " + part())
    return dice.choice(shapes)()


@pytest.mark.parametrize("seed", range(400))
def test_the_index_finds_what_going_through_every_name_finds(seed: int) -> None:
    query = drawn(seed)
    assert INDEX.search(query) == by_every_name(query), query


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\n",
        "。",
        "a",
        "办",
        "我要办",
        "\u202e社保",
        "社\n保",
        "社保" * 5_000,
        "\x00",
        "sb" * 5_000,
        "ＳＢ０１",
        "%_*[",
        "  社  保  ",
    ],
)
def test_odd_queries_find_the_same_too(query: str) -> None:
    assert INDEX.search(query) == by_every_name(query)


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert SearchIndex([]).search("社保") == ()
