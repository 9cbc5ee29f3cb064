"""Profiles: which application, files and records a region's cards have, and how they are asked for. Data, not code.

A profile is JSON or TOML; the shipped ones lie in `profiles/`. docs/devices/social-card.md explains every key.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

from drivers.social_card.apdu import RECORD_BY_NUMBER, RECORD_BY_TAG
from drivers.social_card.records import Encoding
from drivers.transport.uri import UriError

FIELDS = ("card_id", "spec", "valid_to", "card_number", "id_number", "name", "sex", "birth")
NEEDED = frozenset({"id_number", "name"})
DEFAULT = "national"
LONGEST_FILE = 64 * 1024
MOST = 32
"""No list in a profile is longer."""


class ProfileError(UriError):
    """A profile that does not exist or cannot be understood; the text says what was expected."""


class PinPadMissingError(ProfileError):
    """The profile wants a PIN. This terminal has no certified PIN pad, and a PIN is never typed on the screen."""


class Addressing(Enum):
    """How a record is asked for; the value is P2."""

    BY_TAG = RECORD_BY_TAG
    BY_NUMBER = RECORD_BY_NUMBER


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """One record: which field it holds, its tag, its number in the file (from 1), and how many bytes its value has."""

    field: str
    tag: int
    number: int
    size: int
    encoding: Encoding
    required: bool


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One elementary file."""

    identifier: int
    records: tuple[RecordSpec, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """How to read one family of cards. `select_file` is P1 of the SELECT of a file."""

    name: str
    applications: tuple[bytes, ...]
    select_file: int
    addressing: Addressing
    files: tuple[FileSpec, ...]


def shipped() -> tuple[str, ...]:
    """Return the names of the shipped profiles."""
    folder = resources.files("drivers.social_card.profiles")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".json")))


def load_profile(name: str = DEFAULT) -> Profile:
    """Return a shipped profile by its name, or one in a file by its absolute path (.json or .toml).

    Raises:
        PinPadMissingError: it wants a PIN.
        ProfileError: there is none, or it cannot be understood.
    """
    if name in shipped():
        text = resources.files("drivers.social_card.profiles").joinpath(f"{name}.json").read_text("utf-8")
        return parse_profile(text)
    path = Path(name)
    if not path.is_absolute():
        raise ProfileError(f"profile {name!r}: expected {', '.join(shipped())}, or the absolute path of a file")
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise ProfileError(f"profile {name!r}: more than {LONGEST_FILE} bytes")
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise error if isinstance(error, ProfileError) else ProfileError(f"profile {name!r}: cannot be read") from None
    return parse_profile(text, toml=path.suffix == ".toml")


def parse_profile(text: str, *, toml: bool = False) -> Profile:
    """Return the profile that `text` describes.

    Raises:
        PinPadMissingError: it wants a PIN.
        ProfileError: it cannot be understood.
    """
    try:
        data = tomllib.loads(text) if toml else json.loads(text)
        return _profile(data)
    except ProfileError:
        raise
    except KeyError as error:
        raise ProfileError(f"profile: {error.args[0]} is missing") from None
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ProfileError(f"profile: not understood ({type(error).__name__})") from None


def _profile(data: dict[str, Any]) -> Profile:
    name = str(data["name"])
    if data.get("pin"):
        raise PinPadMissingError(f"profile {name!r} wants a PIN, and this terminal has no PIN pad")
    _known(data, {"name", "about", "pin", "applications", "select_file", "records", "files"})
    addressing = {"by_tag": Addressing.BY_TAG, "by_number": Addressing.BY_NUMBER}[str(data["records"])]
    applications = tuple(bytes.fromhex(text) for text in _some(data["applications"]))
    if not all(1 <= len(aid) <= 16 for aid in applications):
        raise ProfileError("profile: an application's name has 1 to 16 bytes")
    files = tuple(_file(item) for item in _some(data["files"]))
    fields = [record.field for file in files for record in file.records]
    if len(set(fields)) != len(fields) or not set(fields) >= NEEDED:
        raise ProfileError(f"profile: every field once, and {', '.join(sorted(NEEDED))} among them")
    return Profile(name, applications, _byte(data["select_file"]), addressing, files)


def _file(data: dict[str, Any]) -> FileSpec:
    _known(data, {"id", "records"})
    identifier = bytes.fromhex(data["id"])
    if len(identifier) != 2:
        raise ProfileError("profile: a file's id has 2 bytes")
    records = tuple(_record(item, at) for at, item in enumerate(_some(data["records"]), 1))
    return FileSpec(int.from_bytes(identifier, "big"), records)


def _record(data: dict[str, Any], at: int) -> RecordSpec:
    _known(data, {"field", "tag", "bytes", "as", "number", "required"})
    name = data["field"]
    size, number = data["bytes"], data.get("number", at)
    if name not in FIELDS:
        raise ProfileError(f"profile: a field is one of {', '.join(FIELDS)}")
    if type(size) is not int or type(number) is not int or not 1 <= size <= 253 or not 1 <= number <= 254:
        raise ProfileError(f"profile: {name}: bytes 1 to 253, number 1 to 254")
    required = name in NEEDED or data.get("required") is True
    return RecordSpec(name, _byte(data["tag"]), number, size, Encoding(data["as"]), required)


def _some(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST:
        raise ProfileError(f"profile: a list of 1 to {MOST} was expected")
    return value


def _byte(value: Any) -> int:
    (byte,) = bytes.fromhex(value)
    return byte


def _known(data: dict[str, Any], keys: set[str]) -> None:
    if unknown := data.keys() - keys:
        raise ProfileError(f"profile: not understood: {', '.join(sorted(map(str, unknown)))[:80]}")
