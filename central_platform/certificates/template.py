"""`certificate.json` of a package: what its certificate says, read once and checked, filled in for each case. Pure.

Values are templates in Chinese with `{person.name}`, `{person.id_no}`, `{answers.<field>}`, `{record.<name>}`,
`{row.<name>}` and `{today}`. Whatever may be missing when a certificate is issued is refused when the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from central_platform.certificates.page import Fact
from central_platform.certificates.typesetting import UNPRINTABLE
from contracts.package_fields import SECRETS
from contracts.record_kinds import KINDS, Form, Shape, written

PLACE = re.compile(r"\{([a-z]+)(?:\.([A-Za-z][A-Za-z0-9_]*))?\}")
FORMATS = {"month": Form.MONTH, "date": Form.DATE, "money": Form.MONEY}
"""Formats of answers that are not written as they come."""
PERSON = {"name": Form.TEXT, "id_no": Form.TEXT}

Values = Mapping[str, Mapping[str, object]]
"""What may stand in a template: group -> name -> value. `{today}` is the nameless value of its group."""


class TemplateError(ValueError):
    """The file cannot be used; the text says where and what is wrong."""


class FillError(ValueError):
    """A value is not of the form that its place needs; the text does not quote it.

    `field` points to the answer, or says whose value it is.
    """

    def __init__(self, group: str, name: str) -> None:
        super().__init__(f"{group}.{name} cannot be written on a certificate")
        self.field = f"/{name}" if group == "answers" else f"/{group}/{name}"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a template: which value, in which form, or in which words where there is a choice."""

    group: str
    name: str
    form: Form = Form.TEXT
    words: Mapping[str, str] = field(default_factory=dict)

    def fill(self, values: Values) -> str:
        """Return the text of the value.

        Raises:
            FillError: there is none, or it is of another form.
        """
        try:
            value = values[self.group][self.name]
            return self.words[str(value)] if self.words else written(self.form, value)
        except (KeyError, ValueError):
            raise FillError(self.group, self.name) from None


@dataclass(frozen=True, slots=True)
class Phrase:
    """One template: words and places, in order."""

    parts: tuple[str | Place, ...]

    def fill(self, values: Values) -> str:
        """Return the text.

        Raises:
            FillError: as its places.
        """
        return "".join(part if isinstance(part, str) else part.fill(values) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Said:
    """What one certificate says, ready for its page."""

    facts: tuple[Fact, ...] = field(repr=False)
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    statements: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Template:
    """What the certificates of a service say. `records` is the kind of record, `rows` its list that makes the table."""

    records: str
    title: Mapping[str, str]
    facts: tuple[tuple[str, Phrase], ...]
    rows: str | None = None
    columns: tuple[tuple[str, Phrase], ...] = ()
    statements: tuple[Phrase, ...] = ()
    copies: str | None = None

    def copies_of(self, answers: Mapping[str, Any]) -> int:
        """Return how many sheets somebody asked for."""
        asked = answers.get(self.copies, 1) if self.copies else 1
        return int(asked)

    def empty(self, record: Mapping[str, Any]) -> bool:
        """True when a record has no row for the table."""
        return self.rows is not None and not record[self.rows]

    def fill(
        self,
        name: str,
        id_no: str,
        answers: Mapping[str, Any],
        record: Mapping[str, Any],
        today: date,
    ) -> Said:
        """Return what the certificate of a person says.

        Raises:
            FillError: an answer, or a value of the record, is of another form than its place needs.
        """
        values: dict[str, Mapping[str, object]] = {
            "person": {"name": name, "id_no": id_no},
            "answers": answers,
            "record": record,
            "today": {"": today.isoformat()},
        }
        rows = [{**values, "row": row} for row in record[self.rows]] if self.rows else []
        return Said(
            facts=tuple(Fact(label, phrase.fill(values)) for label, phrase in self.facts),
            columns=tuple(label for label, _ in self.columns),
            rows=tuple(tuple(phrase.fill(row) for _, phrase in self.columns) for row in rows),
            statements=tuple(phrase.fill(values) for phrase in self.statements),
        )


def _printable(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise ValueError("a character without a certain shape")
    return text


Words = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_printable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Title(_Part):
    zh: Name
    en: Name


class _Line(_Part):
    label: Name
    value: Words


class _File(_Part):
    records: Name
    title: _Title
    facts: Annotated[list[_Line], Field(min_length=1)]
    rows: Name | None = None
    columns: list[_Line] = Field(default_factory=list)
    statements: list[Words] = Field(default_factory=list)
    copies: Name | None = None


_Known = Mapping[tuple[str, str], Place]


def read_template(value: object, content: Mapping[str, Any]) -> Template:
    """Read and check `certificate.json` against the other parts of its package (service, data, strings).

    Raises:
        TemplateError: anything about it that would fail when a certificate is issued.
    """
    try:
        file = _File.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise TemplateError(f"/{'/'.join(map(str, first['loc']))}: {first['type']}") from None
    _check_service(_object(content.get("service")))
    shape = KINDS.get(file.records)
    if shape is None:
        raise TemplateError(f"/records: there are no records of {file.records!r}")
    places = _places(content, shape, file.rows)
    if (file.rows is None) != (not file.columns) or (file.rows is not None and file.rows not in shape.rows):
        raise TemplateError("/rows: a list of the record, together with columns")
    _check_copies(file.copies, _properties(content))
    once = {key: place for key, place in places.items() if key[0] != "row"}
    return Template(
        records=file.records,
        title={"zh": file.title.zh, "en": file.title.en},
        facts=tuple(_lines("facts", file.facts, once)),
        rows=file.rows,
        columns=tuple(_lines("columns", file.columns, places)),
        statements=tuple(_phrase(f"/statements/{number}", text, once) for number, text in enumerate(file.statements)),
        copies=file.copies,
    )


def _check_service(service: Mapping[str, Any]) -> None:
    if service.get("output") != "CERT" or not service.get("instant"):
        raise TemplateError("the service has to be instant with output CERT")
    if service.get("level", "L0") == "L0":
        raise TemplateError("a service of level L0 does not know whose certificate it would be")


def _check_copies(name: str | None, properties: Mapping[str, Any]) -> None:
    if name is None:
        return
    asked = _object(properties.get(name))
    least, most = asked.get("minimum"), asked.get("maximum")
    if asked.get("type") != "integer" or not isinstance(least, int) or least < 1 or not isinstance(most, int):
        raise TemplateError(f"/copies: {name} is no integer field from 1 to a maximum")


def _places(content: Mapping[str, Any], shape: Shape, rows: str | None) -> dict[tuple[str, str], Place]:
    """Everything that a template may name: group and name -> place."""
    groups = {"person": PERSON, "record": shape.fields, "row": shape.rows.get(rows or "", {})}
    found = {(group, name): Place(group, name, form) for group, forms in groups.items() for name, form in forms.items()}
    found["today", ""] = Place("today", "", Form.DATE)
    required = _object(content.get("data")).get("required")
    always = required if isinstance(required, list) else []
    words = _object(_object(content.get("strings")).get("zh"))
    for name, schema in _properties(content).items():
        place = _answer(name, _object(schema), words)
        if name in always and place is not None:
            found["answers", name] = place
    return found


def _answer(name: str, schema: Mapping[str, Any], words: Mapping[str, Any]) -> Place | None:
    """The place of an answer; None when there is no way to write it on paper."""
    choices = schema.get("enum")
    if isinstance(choices, list):
        said = {str(choice): str(words.get(f"option.{name}.{choice}", "")) for choice in choices}
        return Place("answers", name, words=said) if said and all(said.values()) else None
    match schema.get("type"):
        case "integer":
            return Place("answers", name, Form.COUNT)
        case "string" if schema.get("format") not in SECRETS:
            return Place("answers", name, FORMATS.get(str(schema.get("format")), Form.TEXT))
        case _:
            return None


def _lines(part: str, lines: Iterable[_Line], known: _Known) -> Iterator[tuple[str, Phrase]]:
    for number, line in enumerate(lines):
        yield line.label, _phrase(f"/{part}/{number}/value", line.value, known)


def _phrase(where: str, text: str, known: _Known) -> Phrase:
    parts: list[str | Place] = []
    at = 0
    for found in PLACE.finditer(text):
        key = (found[1], found[2] or "")
        if key not in known:
            raise TemplateError(f"{where}: {found[0]} is nothing that is always known")
        parts += [text[at : found.start()], known[key]]
        at = found.end()
    parts.append(text[at:])
    if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
        raise TemplateError(f"{where}: a brace that encloses no name")
    return Phrase(tuple(part for part in parts if part != ""))


def _properties(content: Mapping[str, Any]) -> Mapping[str, Any]:
    return _object(_object(content.get("data")).get("properties"))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
