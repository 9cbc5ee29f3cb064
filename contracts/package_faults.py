"""What is wrong with a service package: every fault with its place, what is expected there and how to mend it. Pure.

The terminal asks before it activates a package, the platform before it publishes one, and whoever writes one while
they write it. First the shape (service.schema.json), then what a schema cannot say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.blobs import MOST_OF_ITEM
from contracts.conditions import POINTER
from contracts.faults import Fault, quoted
from contracts.json_places import Path
from contracts.licence_kinds import KINDS as LICENCES
from contracts.package_fields import (
    SECRETS,
    Question,
    choices,
    control_of,
    fields,
    groups,
    parts,
    questions,
    scope_of,
    values_of,
)

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
    form = [asked for asked in questions(package) if not asked.part.called]
    return sum(asked.required and bool(asked.prop) and "x-default" not in asked.prop for asked in form)


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
        yield from _licence(service, one, path)
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


def _licence(service: Mapping[str, Any], material: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """A licence that takes the place of a paper is one that the register knows, of somebody who has proved who they
    are.
    """
    kind = material["scan"].get("licence")
    if kind is None:
        return
    if kind not in LICENCES:
        yield Fault(
            (*path, "scan", "licence"),
            "licence-unknown",
            f"{quoted(kind)} is no kind of licence",
            f"one of {', '.join(LICENCES)}",
            "correct the word, or add the kind to contracts/licence_kinds.py",
        )
    if service["level"] == "L0":
        yield Fault(
            (*path, "scan", "licence"),
            "licence-level",
            "a licence is somebody's, and this service asks nobody who they are",
            "a service of level L1 or above",
            "take it out, or raise the level",
        )


def _scopes(package: Mapping[str, Any]) -> Iterator[Fault]:
    every = questions(package)
    times = Counter(asked.words for asked in every)
    seen: set[str] = set()
    for asked in every:
        name = asked.words
        if not asked.prop:
            yield Fault(
                (*asked.path, "scope"),
                "scope",
                f"it asks for {name}, which data.schema.json does not have",
                "#/properties/ and a property of data.schema.json",
                "correct the name, or add the property",
            )
        if name in seen:
            yield Fault(
                (*asked.path, "scope"),
                "asked-twice",
                f"{name} is asked {times[name]} times",
                "every property asked exactly once",
                "take one of the controls out",
            )
        seen.add(name)
    for part in parts(package):
        properties = part.data["properties"]
        for name in properties:
            if part.called + name not in seen:
                yield Fault(
                    (*part.path, "properties", name),
                    "not-asked",
                    f"nothing asks for {part.called}{name}",
                    "a control in ui.schema.json for every property",
                    f"add a control with scope {POINTER}{name}, or take the property out",
                    name=True,
                )
        for at, name in enumerate(part.data["required"]):
            if name not in properties:
                yield Fault(
                    (*part.path, "required", at),
                    "required-unknown",
                    f"{part.called}{name} is required but does not exist",
                    "the name of a property",
                    "correct the name, or take it out",
                )
    seen.clear()
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
        titled: list[tuple[Path, Mapping[str, Any]]] = [(("ui", "pages", at), page)]
        titled += [(("ui", "pages", at, "groups", n), group) for n, group in enumerate(page["groups"])]
        for path, part in titled:
            for name in ("title", "lead"):
                if name in part:
                    keys.setdefault(part[name], (*path, name))
    for asked in questions(package):
        for name in ("label", "short", "hint", "why", "ask", "entry"):
            if name in asked.control:
                keys.setdefault(asked.control[name], (*asked.path, name))
        for name in ("required", "invalid"):
            keys.setdefault(f"field.{asked.words}.error.{name}", (*asked.path, "scope"))
        inner = ("enum",) if "enum" in asked.prop else ("items", "enum")
        for n, value in enumerate(values_of(asked.prop)):
            keys.setdefault(f"option.{asked.words}.{value}", (*asked.place, *inner, n))
    return keys


def _order(package: Mapping[str, Any]) -> Iterator[Fault]:
    """A field may look only at fields that are asked before it; one of an entry first at those of the same entry."""
    earlier: dict[str, Question] = {}
    for asked in questions(package):
        prop, words = asked.prop, asked.words
        if "depends" in asked.control:
            yield from _earlier(asked, asked.control["depends"], (*asked.path, "depends"), "depends on", earlier)
        for key, verb in (("x-not-before", "looks at"), ("x-equals", "repeats")):
            if key in prop:
                yield from _earlier(asked, prop[key], (*asked.place, key), verb, earlier)
        for path, rule in asked.rules:
            yield from _rule(asked, rule, path, earlier)
        if asked.rules and asked.name in asked.part.data["required"]:
            yield Fault(
                (*asked.part.path, "required", asked.part.data["required"].index(asked.name)),
                "hidden-required",
                f"{words} can be hidden and must not be required there; say required in the UI schema",
                "no field with a rule",
                f'take {asked.name} out, and write "required": true on its control',
            )
        earlier[words] = asked


def _looked_at(asked: Question, name: str, earlier: Mapping[str, Question]) -> Question | None:
    """The question that `name` means for another one: of the same entry where that has it, else of the form."""
    own = asked.part.called + name
    return earlier.get(own if name in asked.part.data["properties"] else name)


def _earlier(asked: Question, name: str, place: Path, verb: str, earlier: Mapping[str, Question]) -> Iterator[Fault]:
    if _looked_at(asked, name, earlier) is None:
        yield Fault(
            place,
            "order",
            f"{asked.words} {verb} {name}, which is not asked before it",
            "a field of an earlier page, or one that stands higher on this page",
            "correct the name, or move one of the two",
        )


def _rule(asked: Question, rule: Mapping[str, Any], path: Path, earlier: Mapping[str, Question]) -> Iterator[Fault]:
    """What is wrong with one rule of a question, its group or its page."""
    condition = rule["condition"]
    name, schema, at = scope_of(condition), condition["schema"], (*path, "condition")
    other = _looked_at(asked, name, earlier)
    yield from _earlier(asked, name, (*at, "scope"), "has a rule that looks at", earlier)
    if other is None:
        return
    kind, values = control_of(other.prop), [schema["const"]] if "const" in schema else schema.get("enum", [])
    if kind in SECRETS:
        yield Fault(
            (*at, "scope"),
            "rule-secret",
            f"the rule of {asked.words} looks at {name}, {SECRETS[kind]}: what is asked would tell of it",
            "a question that is no secret",
            "ask by another answer",
        )
    if kind == "group" and values:
        yield Fault(
            (*at, "schema"),
            "rule-group",
            f"the rule of {asked.words} compares {name}, a group of which only minLength can be asked",
            '{"minLength": 1}',
            "ask whether it has entries",
        )
    offered = {"true", "false"} if other.prop.get("type") == "boolean" else set(values_of(other.prop))
    strange = [value for value in values if value not in offered]
    if offered and strange:
        yield Fault(
            (*at, "schema"),
            "rule-value",
            f"the rule of {asked.words} waits for {quoted(strange[0])}, which {name} does not offer",
            f"values that it can have: {', '.join(sorted(offered))}",
            "correct the value",
        )


def _signature(package: Mapping[str, Any]) -> Iterator[Fault]:
    """A signature signs everything that was answered: it is asked once, last, and not left out."""
    every = [asked for asked in questions(package) if not asked.part.called]
    signatures = [asked for asked in every if asked.prop and control_of(asked.prop) == "signature"]
    if package["service"]["level"] == "L3" and not any(not asked.rules for asked in signatures):
        yield Fault(
            ("service", "level"),
            "level-signature",
            "L3 is L2 with a signature, and nothing asks everybody for one",
            "L2, or a field of format signature without a rule",
            "add the field, or lower the level",
        )
    for asked in signatures[1:]:
        yield Fault(
            asked.path, "signature-twice", f"{asked.name} is a second signature", "one for the form", "take it out"
        )
    for asked in signatures[:1]:
        if asked is not every[-1]:
            yield Fault(
                asked.path,
                "signature-last",
                f"{every[-1].name} is asked behind the signature {asked.name}, which signs what was answered",
                "the signature as the last question",
                "move it to the end",
            )
        if not asked.required:
            yield Fault(
                asked.path,
                "signature-required",
                f"{asked.name} may be left out, but nobody asks for a signature that is not needed",
                "a required field",
                f"write {asked.name} among required, or take it out",
            )
        if asked.prop.get("x-privacy") == "plain":
            yield Fault(
                (*asked.place, "x-privacy"),
                "signature-plain",
                f"{asked.name} is a signature, which is personal",
                "personal",
                "correct it",
            )
        for bound in sorted({"enum", "maxLength", "minLength", "pattern"} & asked.prop.keys()):
            yield Fault(
                (*asked.place, bound),
                "signature-bounds",
                f"{asked.name} has {bound}, but a signature has a form of its own",
                "type, format and x-privacy",
                "take it out",
            )


def _references(package: Mapping[str, Any]) -> Iterator[Fault]:
    properties, service = package["data"]["properties"], package["service"]
    for name in service["prefill"]:
        path = ("service", "prefill", name)
        if name not in properties:
            yield Fault(path, "prefill-unknown", f"{name} is no field", "a property", "correct the name", name=True)
        elif (kind := control_of(properties[name])) in SECRETS:
            yield Fault(
                path,
                "prefill-secret",
                f"{name} is {SECRETS[kind]}, which nobody has beforehand",
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
    for path, value in _inside((), package):
        if isinstance(value, float):
            yield Fault(path, "number", f"{value} is no integer", "integers only", "write it as an integer or as text")
        if isinstance(value, str) and SURROGATE.search(value):
            yield Fault(path, "text", "half of a character", "whole characters", "write the character itself")


def _inside(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    yield path, value
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inner:
        yield from _inside((*path, name), item)


CHECKS = (
    _canonical,
    _live,
    _materials,
    _scopes,
    _strings,
    _order,
    _signature,
    _references,
    choices,
    fields,
    groups,
    _effort,
)
