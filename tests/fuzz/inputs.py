"""Inputs that are not plain bytes: text, JSON, and JSON that goes too deep."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def as_text(run: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: run(data.decode("utf-8", "surrogateescape"))


def as_json(run: Callable[[Any], object]) -> Callable[[bytes], object]:
    def decoded(data: bytes) -> object:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return None
        return run(value)

    return decoded


DEEP = b'{"is":' + b"[" * 60_000
"""JSON nested deeper than Python's decoder goes, in fewer bytes than any limit."""


def dump(*values: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(value, ensure_ascii=False).encode() for value in values)
