"""What service.schema.json says against a package, in words that tell how to mend it. Pure.

Each house runs the schema with its own library and hands the errors in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from contracts.faults import Fault, quoted, short
from contracts.json_places import Path

MOST_SHAPE_FAULTS = 20


class SchemaError(Protocol):
    """What is used of `jsonschema.ValidationError`."""

    @property
    def absolute_path(self) -> Iterable[str | int]:
        """From the package object to what is wrong."""

    @property
    def absolute_schema_path(self) -> Iterable[str | int]:
        """From the schema to the keyword."""

    @property
    def schema(self) -> Any:
        """The part of the schema that holds the keyword."""

    @property
    def validator(self) -> Any:
        """The keyword that is not satisfied."""

    @property
    def validator_value(self) -> Any:
        """What the keyword says."""

    @property
    def instance(self) -> Any:
        """The value that is wrong."""

    @property
    def message(self) -> str:
        """The same in words."""


def shape_faults(errors: Iterable[SchemaError]) -> list[Fault]:
    """Return what the schema says against a package, the first twenty."""
    # The library tells each missing member once, and every time which ones are required.
    found: dict[Fault, None] = {}
    for error in errors:
        found |= dict.fromkeys(_shape(error))
        if len(found) >= MOST_SHAPE_FAULTS:
            break
    return list(found)[:MOST_SHAPE_FAULTS]


def _shape(error: SchemaError) -> Iterator[Fault]:
    path, value, code = tuple(error.absolute_path), error.validator_value, str(error.validator)
    match code:
        case "required":
            for name in value:
                if name not in error.instance:
                    yield Fault(
                        (*path, name), code, f"{name} is missing", f"a member {name}", _add(path, name), name=True
                    )
        case "additionalProperties" if value is False and isinstance(error.instance, Mapping):
            for name in _unknown(error):
                yield Fault(
                    (*path, name),
                    code,
                    f"{quoted(name)} is unexpected",
                    "only members that the format knows (contracts/service.schema.json)",
                    "take it out, or correct its spelling",
                    name=True,
                )
        case _:
            named = "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str)
            expected, mend = _wanted(code, value)
            where = (*path, error.instance) if named else path
            yield Fault(where, "propertyNames" if named else code, short(error.message), expected, mend, name=named)


def _unknown(error: SchemaError) -> list[str]:
    known = error.schema.get("properties", {})
    return sorted(str(name) for name in error.instance if name not in known)


def _wanted(keyword: str, value: Any) -> tuple[str, str]:
    """What a keyword expects, and how it is satisfied."""
    match keyword:
        case "type":
            kinds = value if isinstance(value, list) else [value]
            return f"a value of type {' or '.join(map(str, kinds))}", "write a value of that type"
        case "enum":
            return f"one of {', '.join(map(str, value))}", "choose one of them"
        case "const":
            return f"exactly {quoted(value)}", "write just that"
        case "pattern":
            return f"text that fits {value}", "write it in that form"
        case "minLength":
            return f"at least {value} characters", "write the words"
        case "maxLength":
            return f"at most {value} characters", "say it shorter"
        case "minItems":
            return f"at least {value} entries", "add what is missing"
        case "maxItems":
            return f"at most {value} entries", "take some out"
        case "minProperties":
            return f"at least {value} members", "add what is missing"
        case "uniqueItems":
            return "every entry once", "take out what is there twice"
        case "minimum":
            return f"a number of {value} or more", "write a larger number"
        case "maximum":
            return f"a number of {value} or less", "write a smaller number"
        case "oneOf":
            return 'one of {"const": VALUE}, {"enum": [VALUES]} and {"minLength": 1}', "write one of the three"
        case _:
            return "what contracts/service.schema.json says", "see central_platform/packages/README.md"


def _add(path: Path, name: str) -> str:
    if path == ():
        return f"add the part {name} to the package"
    return f"add {name} to strings" if path == ("strings",) else f"add {name}"
