"""From a package to a form: data schema, UI schema and reference lists become pages of typed fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracts.conditions import Rule, asked, rules_of, scope_of, texts
from contracts.handwriting import Way
from kiosk_app.services.choices import choices_of
from kiosk_app.services.kinds import Schema, kind_of
from kiosk_app.services.model import Answers, Control, FieldSpec, Form, Group, Page
from kiosk_app.services.regions import province_of
from kiosk_app.services.sending import clean, sent
from kiosk_app.services.words import CONFIRM
from ui.view import Option

Violations = tuple[tuple[str, str], ...]
Validate = Callable[[Mapping[str, object]], Violations]


class FormError(ValueError):
    """The package does not describe a form; the text says where, for technicians."""


def compile_form(
    package: Mapping[str, Any], reference: Mapping[str, Any] | None = None, today: date | None = None
) -> Form:
    """Compile the form of a package.

    `reference` holds the lists that controls name as their source (`halls`, `windowItems`, `districts`, `streets`) and
    `closedDays`. With `today`, relative default values can be prefilled.

    Raises:
        FormError: a control points nowhere, or a part is missing.
    """
    reference = reference or {}
    try:
        service, data, ui, strings = package["service"], package["data"], package["ui"], package["strings"]
        source = _Source(data, strings, reference, today)
        pages = tuple(_page(page, source) for page in ui["pages"])
        fields = tuple(f for page in pages for group in page.groups for f in group.fields)
        return Form(
            service=str(service["id"]),
            version=int(service.get("version", 1)),
            pages=pages,
            person=tuple(str(name) for name in ui.get("person", ())),
            strings=strings,
            prefill={str(k): tuple(str(s) for s in v) for k, v in (service.get("prefill") or {}).items()},
            closed_days=frozenset(str(day) for day in reference.get("closedDays") or ()),
            today=today,
            validate=_validator(data),
            fields=fields,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise FormError(f"the package does not describe a form: {error!r}") from error


def visible_fields(form: Form, answers: Answers) -> tuple[FieldSpec, ...]:
    """Return the fields that show with these answers, in order. A rule on a hidden field sees no answer."""
    shown: list[FieldSpec] = []
    known: dict[str, tuple[str, ...]] = {}
    for spec in form.fields:
        for one in (spec, *inside(spec, answers)):
            # What stands in an entry is asked only as long as the group is.
            if (one is spec or spec.scope in known) and asked(one.rules, known):
                shown.append(one)
                known[one.scope] = texts(sent(one, answers.get(one.scope, "")))
    return tuple(shown)


def inside(spec: FieldSpec, answers: Answers) -> tuple[FieldSpec, ...]:
    """Return the questions of all entries that a group has, entry by entry; none of any other field."""
    entries = spec.entries[: count(spec, answers)]
    return tuple(one for entry in entries for one in entry)


def count(spec: FieldSpec, answers: Answers) -> int:
    """Return how many entries a group has."""
    return int(clean(spec, answers.get(spec.scope, "")) or 0) if spec.entries else 0


def options(spec: FieldSpec, answers: Answers, lang: str) -> tuple[Option, ...]:
    """Return what can be chosen now: choices of a dependent field only once, for the answer it depends on; of a region
    the cities of the province that was chosen. Instead of drawing a signature one may confirm.
    """
    if spec.control is Control.REGION:
        province = province_of(answers.get(spec.scope, ""))
        return tuple(Option(c.value, c.text.of(lang), c.parent) for c in spec.choices if c.parent in ("", province))
    if spec.control is Control.SIGNATURE:
        return (Option(Way.CONFIRMED, CONFIRM.of(lang)),)
    chosen = answers.get(spec.depends, "") if spec.depends else ""
    return tuple(
        Option(c.value, c.text.of(lang), "" if spec.depends else c.parent)
        for c in spec.choices
        if not spec.depends or not c.parent or c.parent == chosen
    )


def warm() -> None:
    """Import what validation needs (about a tenth of a second): call it off the loop before the first form."""
    import jsonschema  # noqa: F401


@dataclass(frozen=True, slots=True)
class _Source:
    """What fields are compiled from. `data` holds `properties` and `required`, of the form or of one entry of a group;
    `path` is the group's place in the strings with a dot behind it.
    """

    data: Schema
    strings: Mapping[str, Any]
    reference: Mapping[str, Any]
    today: date | None
    path: str = ""


def _page(page: Mapping[str, Any], source: _Source) -> Page:
    groups = tuple(
        Group(
            str(group["id"]),
            str(group.get("title", "")),
            tuple(_field(control, rules_of(page, group, control), source) for control in group["controls"]),
        )
        for group in page["groups"]
    )
    return Page(str(page["id"]), str(page["title"]), str(page.get("lead", "")), groups)


def _field(control: Schema, rules: tuple[Rule, ...], source: _Source) -> FieldSpec:
    scope = scope_of(control["scope"])
    schema: Schema = source.data["properties"][scope]
    path = source.path + scope
    kind = kind_of(schema, control)
    span = schema.get("x-range") or {}
    amount = schema.get("x-amount") or {"from": schema.get("minimum", ""), "to": schema.get("maximum", "")}
    choices = choices_of(path, kind, schema, control, source.strings, source.reference, source.today)
    spec = FieldSpec(
        scope=scope,
        path=path,
        control=kind.control,
        panel=str(control.get("panel") or ("select" if kind.control is Control.INT and choices else kind.panel)),
        label=str(control.get("label", f"field.{path}.label")),
        short=str(control.get("short", "")) or str(control.get("label", f"field.{path}.label")),
        hint=str(control.get("hint", "")),
        why=str(control.get("why", "")),
        ask=str(control.get("ask", "")),
        required=scope in source.data.get("required", ()) or bool(control.get("required", False)),
        privacy=str(schema.get("x-privacy", kind.privacy)),
        choices=choices,
        depends=str(control.get("depends", "")),
        least=int(schema.get("minLength", 0)),
        limit=int(schema.get("maxLength", 0)) or kind.limit,
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
        lowest=str(amount["from"]),
        highest=str(amount["to"]),
        min_items=int(schema.get("minItems", 0)),
        max_items=int(schema.get("maxItems", 0)),
        pattern=str(schema.get("pattern", "")),
        earliest=str(span.get("from", "")),
        latest=str(span.get("to", "")),
        workdays=bool(schema.get("x-workdays", False)),
        not_before=str(schema.get("x-not-before", "")),
        equals=str(schema.get("x-equals", "")),
        default=str(schema.get("x-default", "")),
        rules=rules,
        entry=str(control.get("entry", "")),
    )
    return replace(spec, entries=_entries(spec, schema, control, source)) if kind.control is Control.GROUP else spec


def _entries(group: FieldSpec, schema: Schema, control: Schema, source: _Source) -> tuple[tuple[FieldSpec, ...], ...]:
    """The questions of every entry that a group can have."""
    of_one = replace(source, data=schema["items"], path=f"{group.path}.")
    fields = tuple(_field(one, rules_of(one), of_one) for one in control["controls"])
    return tuple(_numbered(fields, group, number) for number in range(1, group.max_items + 1))


def _numbered(fields: tuple[FieldSpec, ...], group: FieldSpec, number: int) -> tuple[FieldSpec, ...]:
    """The same questions as those of one entry. What they look at is of the same entry where that has such a question,
    else of the form.
    """
    beside = {spec.scope for spec in fields}

    def at(scope: str) -> str:
        return f"{group.scope}.{number}.{scope}" if scope in beside else scope

    return tuple(
        replace(
            spec,
            scope=at(spec.scope),
            group=group.scope,
            number=number,
            depends=at(spec.depends),
            not_before=at(spec.not_before),
            rules=tuple(replace(rule, scope=at(rule.scope)) for rule in spec.rules),
        )
        for spec in fields
    )


def _validator(data: Schema) -> Validate:
    """Return the data schema as a function. jsonschema is imported and the schema prepared at its first call."""
    prepared: list[Any] = []
    groups = {name for name, prop in data["properties"].items() if (prop.get("items") or {}).get("type") == "object"}

    def scope_at(path: Sequence[str | int]) -> str:
        """The question at a place of the answers: that of an entry where it is known, else that of the whole."""
        if len(path) < 3 or path[0] not in groups:
            return str(path[0]) if len(path) else ""
        return f"{path[0]}.{int(path[1]) + 1}.{path[2]}"

    def validate(answers: Mapping[str, object]) -> Violations:
        if not prepared:
            from jsonschema import Draft202012Validator

            prepared.append(Draft202012Validator(dict(data)))
        found: list[tuple[str, str]] = []
        for error in prepared[0].iter_errors(dict(answers)):
            keyword = str(error.validator)
            if keyword == "required":
                missing = [name for name in error.validator_value if name not in error.instance]
                found += [(scope_at([*error.path, name]), keyword) for name in missing]
            else:
                found.append((scope_at(error.path), keyword))
        return tuple(dict.fromkeys(found))

    return validate
