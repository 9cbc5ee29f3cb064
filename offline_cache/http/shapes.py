"""Checked reading of JSON that came from outside. Every failure is a `ShapeError`, never a KeyError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")


class ShapeError(ValueError):
    """The JSON is not what the contract says. The text names the field, never its value."""


def obj(value: object, what: str = "answer") -> Mapping[str, Any]:
    """Return `value` as an object."""
    if not isinstance(value, Mapping):
        raise ShapeError(f"{what} is not an object")
    return value


def field(value: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """Return a required field of one type; a boolean is not an integer."""
    found = value.get(name)
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise ShapeError(f"{name} is not {kind.__name__}")
    return found


def optional(value: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    """Return a field that may be missing or null."""
    return None if value.get(name) is None else field(value, name, kind)


def objects(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a required list of objects."""
    return [obj(item, name) for item in field(value, name, list)]


def texts(value: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a required object of strings."""
    found = obj(value.get(name), name)
    if not all(isinstance(key, str) and isinstance(item, str) for key, item in found.items()):
        raise ShapeError(f"{name} holds something other than text")
    return dict(found)


def moment(value: Mapping[str, Any], name: str) -> datetime:
    """Return a required ISO time with its zone."""
    try:
        found = datetime.fromisoformat(field(value, name, str))
    except ValueError:
        raise ShapeError(f"{name} is not a time") from None
    if found.tzinfo is None:
        raise ShapeError(f"{name} has no zone")
    return found
