"""What older terminals rely on: for each operation of the contract what it asks for, answers and refuses with.

`python -m tests.central_platform.contract_floor FILE` prints the floor of a contract; contract_floor.json holds that of
the first whole visit (November 2026). A terminal of that time must still be understood, so the floor is never lowered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

FLOOR = Path(__file__).with_name("contract_floor.json")
BODIES = ("ApplicationBody", "RatingBody", "PrintResultBody", "DeleteRequestBody")
SIGNED = ("SiteProfile", "CatalogueIndex", "ServicePackage")
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head"})
Floor = dict[str, dict[str, list[str]]]


def floor_of(document: Mapping[str, Any]) -> Floor:
    """Return, for each operation: `needs` (what a request must hold), `takes` (what it may hold), `gives` (what an
    answer always holds; of an object that may be null, when it is there) and `answers` (its statuses). Fields are paths
    such as `items[].digest`.
    """
    found: Floor = {}
    for path, methods in document["paths"].items():
        for method in METHODS & methods.keys():
            operation = methods[method]
            asked = list(_asked(document, operation))
            given = [
                f"{status} {name}"
                for status, answer in operation["responses"].items()
                if status.startswith("2")
                for name, always in _fields(document, _json(answer), giving=True)
                if always
            ]
            found[f"{method} {path}"] = {
                "needs": sorted(name for name, always in asked if always),
                "takes": sorted(name for name, _ in asked),
                "gives": sorted(given),
                "answers": sorted(operation["responses"]),
            }
    for name in (*BODIES, *SIGNED):
        sent = name in BODIES
        fields = list(_fields(document, {"$ref": f"#/components/schemas/{name}"}, giving=not sent))
        always, all_of_them = sorted(f for f, here in fields if here), sorted(f for f, _ in fields)
        found[name] = {
            "needs": always if sent else [],
            "takes": all_of_them if sent else [],
            "gives": [] if sent else always,
            "answers": [],
        }
    codes = document["components"]["schemas"]["ProblemCode"]["enum"]
    found["problems"] = {"needs": [], "takes": [], "gives": [], "answers": sorted(codes)}
    return dict(sorted(found.items()))


def broken(floor: Floor, now: Floor) -> list[str]:
    """Return what an older terminal would miss, one line each."""
    lines = []
    for name, before in floor.items():
        after = now.get(name)
        if after is None:
            lines.append(f"{name}: gone")
            continue
        lines += [f"{name}: {field} is newly required" for field in _more(before["needs"], after["needs"])]
        for kind in ("takes", "gives", "answers"):
            lines += [f"{name}: {kind} no longer {field}" for field in _more(after[kind], before[kind])]
    return lines


def _more(fewer: list[str], more: list[str]) -> list[str]:
    return sorted(set(more) - set(fewer))


def _asked(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for parameter in operation.get("parameters", ()):
        yield f"{parameter['in']}:{parameter['name']}", parameter.get("required", False)
    yield from _fields(document, _json(operation.get("requestBody", {})))


def _json(body: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = body.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _fields(
    document: Mapping[str, Any], schema: Mapping[str, Any], under: str = "", always: bool = True, giving: bool = False
) -> Iterator[tuple[str, bool]]:
    """Yield (path, whether it is always there) of everything in a schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    for choice in schema.get("anyOf", ()):
        yield from _fields(document, choice, under, always and giving, giving)
    if "items" in schema:
        yield from _fields(document, schema["items"], f"{under}[]", always, giving)
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        path = f"{under}.{name}" if under else name
        here = always and name in required
        yield path, here
        yield from _fields(document, inner, path, here, giving)


if __name__ == "__main__":
    contract = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = (f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in floor_of(contract).items())
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")
