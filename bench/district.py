"""A district with thousands of services: what is published here, its names taken apart and put together anew."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from central_platform.packages.search_index import with_keys, write

SERVICES = 5_000
SEED = 20261130
LETTERS, A_HUNDRED = 26, 100


def publish(packages: Path, count: int = SERVICES) -> list[str]:
    """List so many services in the reference data of `packages`; returns the ids of those that were drawn."""
    path = packages / "reference.json"
    reference = json.loads(path.read_text("utf-8"))
    shipped = [file.parent.name for file in packages.glob("*/service.json")]
    known = [*shipped, *(entry["id"] for entry in reference["listed"])]
    drawn = draw(reference["listed"], count - len(known), set(known))
    write(path, {**reference, "listed": [*reference["listed"], *drawn]})
    return [entry["id"] for entry in drawn]


def draw(listed: list[dict[str, Any]], count: int, taken: set[str]) -> list[dict[str, Any]]:
    """Return `count` guides with ids that are not `taken`: each a copy of one, under a name made of two."""
    source = random.Random(SEED)
    drawn: list[dict[str, Any]] = []
    number = 0
    while len(drawn) < count:
        letters, digits = divmod(number, A_HUNDRED)
        number += 1
        name = f"{chr(ord('A') + letters // LETTERS)}{chr(ord('A') + letters % LETTERS)}{digits:02d}"
        if name not in taken:
            drawn.append(with_keys(_entry(name, listed, source)))
    return drawn


def _entry(name: str, listed: list[dict[str, Any]], source: random.Random) -> dict[str, Any]:
    entry = json.loads(json.dumps(source.choice(listed)))
    one, other = source.sample(listed, 2)
    for kind in ("names", "short"):
        zh, en = ((one[kind][lang], other[kind][lang]) for lang in ("zh", "en"))
        entry[kind] = {"zh": _halves(*zh), "en": _words(*en)}
    entry["search"]["zh"] = [_halves(*source.sample(one["search"]["zh"] + other["search"]["zh"], 2)) for _ in range(3)]
    return {**entry, "id": name}


def _halves(one: str, other: str) -> str:
    return one[: (len(one) + 1) // 2] + other[len(other) // 2 :]


def _words(one: str, other: str) -> str:
    first, last = one.split(), other.split()
    return " ".join(first[: (len(first) + 1) // 2] + last[len(last) // 2 :])
