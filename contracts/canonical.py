"""Canonical JSON and digests: the same bytes on the terminal and on the platform.

The form is RFC 8785 restricted to what we exchange: objects, arrays, strings, integers, booleans and null.
Floats are refused, because two languages write them differently.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.suites import INTL, Suite

type_error = "a {kind} has no canonical form: use a string or an integer"


class CanonicalError(ValueError):
    """The value cannot be written canonically."""


def canonical(value: object) -> bytes:
    """Return the canonical UTF-8 bytes of `value`: sorted keys, no white space, no floats.

    Raises:
        CanonicalError: the value holds something other than JSON without floats.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object, suite: Suite = INTL) -> str:
    """Return `"<algorithm>:<hex>"` over the canonical bytes of `value`."""
    return digest_bytes(canonical(value), suite)


def digest_bytes(data: bytes, suite: Suite = INTL) -> str:
    """Return `"<algorithm>:<hex>"` over raw bytes."""
    return f"{suite.hash_name}:{suite.hash(data).hex()}"


def _check(value: Any) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise CanonicalError(type_error.format(kind=type(key).__name__ + " key"))
            _check(item)
        return
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for item in value:
            _check(item)
        return
    raise CanonicalError(type_error.format(kind=type(value).__name__))
