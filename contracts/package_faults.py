"""What is wrong with a service package: every fault with its place, what is expected there and how to mend it. Pure.

The terminal asks before it activates a package, the platform before it publishes one, and whoever writes one while
they write it. First the shape (service.schema.json), then what a schema cannot say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.blobs import MOST_OF_ITEM
from contracts.faults import Fault, quoted
from contracts.json_places import Path
from contracts.package_fields import POINTER, choices, control_of, controls, fields, scope_of, values_of

MOST_INPUTS = 6
MOST_INPUTS_PRINT = 3
LANGUAGES = ("zh", "en")
SURROGATE = re.compile("[\ud800-\udfff]")
RESULTS = {"PRINT": "certificate", "BOOK": "booking"}


def service_faults(service: object) -> list[Fault]:
    """Return what is wrong with a service.json of any shape, a listed guide's or a package's."""
    return list(_search(service, ())) if isinstance(service, Mapping) else []


def package_faults(package: Mapping[str, Any], name: str) -> list[Fault]:
    """Return what is wrong with a package whose shape is right. `name` is what it is published as."""
    faults = [fault for check in CHECKS for fault in check(package)]
    if package["service"]["id"] != name:
        calls = f"the package calls itself {package['service']['id']}"
        faults.append(Fault(("service", "id"), "id", calls, f"{name}, as its folder", "rename one of the two"))
    return faults


def manual_inputs(package: Mapping[str, Any]) -> int:
    """Return how many things somebody of whom nothing is held must enter: required fields without a default."""
    data = package["data"]
    needed = set(data["required"]) | {scope_of(c) for _, c in controls(package) if c.get("required")}
    return sum("x-default" not in data["properties"][name] for name in needed if name in data["properties"])


def _live(package: Mapping[str, Any]) -> Iterator[Fault]:
    service = package["service"]
    if service["live"] is False:
        yield Fault(
            ("service", "live"),
            "live",
            "a package is live; a guide belongs into the listed services",
            "true",
            "set it to true, or move service.json into `listed` of reference.json; one service is closed for a time by"
            " `central-platform service off`",
        )
    limit = service["limit"]
    if (limit["days"] is None) is not (limit["unit"] == "none") or (service["instant"] and limit["days"] is not None):
        yield Fault(
            ("service", "limit", "days"),
            "limit",
            f"{limit['days']} days do not fit unit {limit['unit']}" + (" of an instant service" * service["instant"]),
            "days with unit workday or day; null with unit none, as every instant service has it",
            "make days and unit agree",
        )
    if service["theme"] not in service["themes"]:
        yield Fault(
            ("service", "themes"),
            "theme",
            f"its own theme {service['theme']} is not among the themes",
            "a list that holds `theme`",
            f"add {service['theme']} to themes",
        )
    yield from _search(service, ("service",))


def _search(service: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    search = service.get("search")
    if not isinstance(search, Mapping):
        return
    aliases = search.get("zh")
    count = (len(aliases) if isinstance(aliases, list) else 0) + 2
    for name in ("pinyin", "initials"):
        keys = search.get(name)
        if not isinstance(keys, list) or len(keys) != count:
            yield Fault(
                (*path, "search", name),
                "search",
                f"{name} must belong to full name, short name and every alias",
                f"{count} entries: full name, short name and the {count - 2} of zh",
                "run python -m central_platform.packages.search_index",
            )


def _materials(package: Mapping[str, Any]) -> Iterator[Fault]:
    """Papers that the terminal photographs: each under a name of its own, few enough for one case, never for a bill."""
    service = package["service"]
    scanned = [(at, one) for at, one in enumerate(service["materials"]) if "scan" in one]
    seen: set[str] = set()
    for at, one in scanned:
        path = ("service", "materials", at)
        if one["code"] in seen:
            yield Fault(
                (*path, "code"),
                "material-twice",
                f"two materials that are photographed are called {one['code']}",
                "a code of its own for each of them",
                "give one of them another code",
            )
        seen.add(one["code"])
        if service["kind"] == "PAY":
            yield Fault(
                (*path, "scan"),
                "scan-paid",
                "a service that takes money asks for no papers",
                "no scan in a service of kind PAY",
                "take it out",
            )
        if service["instant"] and "follow" in one["scan"]:
            yield Fault(
                (*path, "scan", "follow"),
                "scan-instant",
                "what is decided at once cannot wait for a paper",
                "no follow in an instant service",
                "take it out, or make the service wait for an officer",
            )
    pages = sum(one["scan"]["pages"] for _, one in scanned)
    if pages > MOST_OF_ITEM:
        yield Fault(
            ("service", "materials"),
            "scan-pages",
            f"{pages} pages; a case carries at most {MOST_OF_ITEM}",
            f"at most {MOST_OF_ITEM} pages together",
            "allow fewer pages",
        )


def _scopes(package: Mapping[str, Any]) -> Iterator[Fault]:
    properties = package["data"]["properties"]
    asked: set[str] = set()
    for path, control in controls(package):
        name = scope_of(control)
        if name not in properties:
            yield Fault(
                (*path, "scope"),
                "scope",
                f"it asks for {name}, which data.schema.json does not have",
                "#/properties/ and a property of data.schema.json",
                "correct the name, or add the property",
            )
        if name in asked:
            times = sum(scope_of(other) == name for _, other in controls(package))
            yield Fault(
                (*path, "scope"),
                "asked-twice",
                f"{name} is asked {times} times",
                "every property asked exactly once",
                "take one of the controls out",
            )
        asked.add(name)
    for name in properties:
        if name not in asked:
            yield Fault(
                ("data", "properties", name),
                "not-asked",
                f"nothing asks for {name}",
                "a control in ui.schema.json for every property",
                f"add a control with scope {POINTER}{name}, or take the property out",
                name=True,
            )
    for at, name in enumerate(package["data"]["required"]):
        if name not in properties:
            yield Fault(
                ("data", "required", at),
                "required-unknown",
                f"{name} is required but does not exist",
                "the name of a property",
                "correct the name, or take it out",
            )
    seen: set[str] = set()
    for at, page in enumerate(package["ui"]["pages"]):
        if page["id"] in seen:
            yield Fault(
                ("ui", "pages", at, "id"),
                "page-twice",
                f"two pages have the same id {page['id']}",
                "an id of its own for every page",
                "give one of them another id",
            )
        seen.add(page["id"])


def _strings(package: Mapping[str, Any]) -> Iterator[Fault]:
    words = package["strings"]
    for here, there in (LANGUAGES, LANGUAGES[::-1]):
        for key in sorted(set(words[here]) - set(words[there])):
            yield Fault(
                ("strings", here, key),
                "one-language",
                f"{key} is only there in one language",
                "the same keys in zh.json and en.json",
                f"add it to strings/{there}.json, or take it out here",
                name=True,
            )
    known = set(words["zh"]) | set(words["en"])
    for key, path in _keys(package).items():
        if key not in known:
            yield Fault(
                path,
                "words-missing",
                f"{key} is missing",
                "its words in strings/zh.json and strings/en.json",
                f"add {key} to both files",
            )


def _keys(package: Mapping[str, Any]) -> dict[str, Path]:
    """Every key of strings that the package needs, and what needs it first."""
    keys: dict[str, Path] = {}
    for at, page in enumerate(package["ui"]["pages"]):
        parts: list[tuple[Path, Mapping[str, Any]]] = [(("ui", "pages", at), page)]
        parts += [(("ui", "pages", at, "groups", n), group) for n, group in enumerate(page["groups"])]
        for path, part in parts:
            for name in ("title", "lead"):
                if name in part:
                    keys.setdefault(part[name], (*path, name))
    for path, control in controls(package):
        for name in ("label", "short", "hint", "why", "ask"):
            keys.setdefault(control[name], (*path, name))
        scope = scope_of(control)
        for name in ("required", "invalid"):
            keys.setdefault(f"field.{scope}.error.{name}", (*path, "scope"))
        prop = package["data"]["properties"].get(scope, {})
        inner = ("enum",) if "enum" in prop else ("items", "enum")
        for n, value in enumerate(values_of(prop)):
            keys.setdefault(f"option.{scope}.{value}", ("data", "properties", scope, *inner, n))
    return keys


def _order(package: Mapping[str, Any]) -> Iterator[Fault]:
    """A field may look only at fields that are asked before it."""
    properties = package["data"]["properties"]
    earlier: set[str] = set()
    for path, control in controls(package):
        name = scope_of(control)
        prop = properties.get(name, {})
        looks = [(control["depends"], (*path, "depends"), "depends on")] if "depends" in control else []
        looks += [
            (prop[key], ("data", "properties", name, key), verb)
            for key, verb in (("x-not-before", "looks at"), ("x-equals", "repeats"))
            if key in prop
        ]
        rule = control.get("rule")
        if rule is not None:
            yield from _rule(package, name, rule, (*path, "rule"))
            looks.append(
                (scope_of(rule["condition"]), (*path, "rule", "condition", "scope"), "has a rule that looks at")
            )
        for other, place, verb in looks:
            if other not in earlier:
                yield Fault(
                    place,
                    "order",
                    f"{name} {verb} {other}, which is not asked before it",
                    "a field of an earlier page, or one that stands higher on this page",
                    "correct the name, or move one of the two",
                )
        earlier.add(name)


def _rule(package: Mapping[str, Any], name: str, rule: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    data, condition = package["data"], rule["condition"]
    if name in data["required"]:
        yield Fault(
            ("data", "required", data["required"].index(name)),
            "hidden-required",
            f"{name} can be hidden and must not be required there; say required in the UI schema",
            "no field with a rule",
            f'take {name} out, and write "required": true on its control',
        )
    prop = data["properties"].get(scope_of(condition), {})
    offered = {"true", "false"} if prop.get("type") == "boolean" else set(values_of(prop))
    schema = condition["schema"]
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    strange = [value for value in values if value not in offered]
    if offered and strange:
        yield Fault(
            (*path, "condition", "schema"),
            "rule-value",
            f"{scope_of(condition)} is never {quoted(strange[0])}",
            f"values that it can have: {', '.join(sorted(offered))}",
            "correct the value",
        )


def _references(package: Mapping[str, Any]) -> Iterator[Fault]:
    properties, service = package["data"]["properties"], package["service"]
    for name in service["prefill"]:
        path = ("service", "prefill", name)
        if name not in properties:
            yield Fault(path, "prefill-unknown", f"{name} is no field", "a property", "correct the name", name=True)
        elif control_of(properties[name]) == "pin":
            yield Fault(
                path,
                "prefill-secret",
                f"{name} is a PIN, which nobody knows beforehand",
                "no field that is a secret",
                "take it out",
                name=True,
            )
    receipt = package["receipt"]
    for at, name in enumerate(receipt["fields"]):
        if name not in properties:
            yield Fault(
                ("receipt", "fields", at), "receipt-field", f"{name} is no field", "a property", "correct the name"
            )
    result = RESULTS.get(service["kind"], "none")
    if receipt["result"] != result:
        yield Fault(
            ("receipt", "result"),
            "result",
            f"{receipt['result']} is not what a service of kind {service['kind']} gives",
            result,
            f"write {result}, or change the kind",
        )
    if service["kind"] == "BOOK":
        missing = [name for name in ("date", "slot") if name not in package["data"]["required"]]
        if missing:
            yield Fault(
                ("data", "required"),
                "booking",
                f"a booking without {' and '.join(missing)}",
                "date and slot among the required fields",
                "add them",
            )


def _effort(package: Mapping[str, Any]) -> Iterator[Fault]:
    kind = package["service"]["kind"]
    most, needed = MOST_INPUTS_PRINT if kind == "PRINT" else MOST_INPUTS, manual_inputs(package)
    if needed > most:
        yield Fault(
            ("ui", "pages"),
            "effort",
            f"{needed} things to enter; at most {most} may be asked",
            f"at most {most} required fields without x-default",
            "drop what is held already, or give what most people choose as x-default",
        )


def _canonical(package: Mapping[str, Any]) -> Iterator[Fault]:
    """What has no canonical form cannot be signed."""
    for path, value in _parts((), package):
        if isinstance(value, float):
            yield Fault(path, "number", f"{value} is no integer", "integers only", "write it as an integer or as text")
        if isinstance(value, str) and SURROGATE.search(value):
            yield Fault(path, "text", "half of a character", "whole characters", "write the character itself")


def _parts(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    yield path, value
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inner:
        yield from _parts((*path, name), item)


CHECKS = (_canonical, _live, _materials, _scopes, _strings, _order, _references, choices, fields, _effort)
