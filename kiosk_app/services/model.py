"""What a service and its form are made of. Frozen data; nothing here decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.conditions import Rule

Answers = Mapping[str, str]
"""Scope -> what the field holds, always text, as a panel left it. Empty text is no answer."""

SEPARATOR = ","
"""Stands between the values of a list in such a text; no value holds one."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str = ""
    en: str = ""

    def of(self, lang: str) -> str:
        """Return the words in `lang`; Chinese when there are none."""
        return (self.en if lang == "en" else self.zh) or self.zh

    @classmethod
    def read(cls, value: object) -> Text:
        """Build from `{"zh", "en"}`; anything else is empty."""
        if not isinstance(value, Mapping):
            return cls()
        return cls(str(value.get("zh", "")), str(value.get("en", "")))

    def as_dict(self) -> dict[str, str]:
        """Return `{"zh", "en"}`."""
        return {"zh": self.zh, "en": self.en}


class Control(StrEnum):
    """The kinds of field a form can ask for."""

    TEXT = "text"
    LONG_TEXT = "longText"
    DIGITS = "digits"
    PHONE = "phone"
    ID = "id"
    DATE = "date"
    MONTH = "month"
    SELECT = "select"
    ADDRESS = "address"
    BANK_ACCOUNT = "bankAccount"
    INT = "int"
    MONEY = "money"
    NAME = "name"
    YEAR = "year"
    REGION = "region"
    LIST = "list"
    USCC = "uscc"
    PLATE = "plate"
    PIN = "pin"
    SIGNATURE = "signature"
    GROUP = "group"
    HALL_REF = "hallRef"
    ITEM_REF = "itemRef"
    SLOT = "slot"
    BOOL = "bool"


PERSONAL = "personal"
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option in both languages. `parent` names the option it depends on: a street's district, a matter's hall."""

    value: str
    text: Text
    parent: str = ""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One question. `label`, `short`, `hint`, `why` and `ask` are keys of the package's strings.

    `scope` is the name of the property (node id `form.<scope>`, key of the answers); `limit` the most characters a
    panel takes (0 = no limit); `earliest` and `latest` are relative days such as `-5y`, `+14d`, `-1m`; `lowest` and
    `highest` bound a number or an amount of money, written as a panel writes them ("" = no bound); `min_items` and
    `max_items` bound how many values a list or how many entries a group has; `equals` is the field that this one
    repeats; `rules` are those of the field, its group and its page, and all must let it be asked.

    A repeated group (members of a household) holds how many entries there are; `entries` are the questions of each, the
    first to the last that there can be, and `entry` is the key of what one is called. Such a question knows its
    `group` and, from 1, its `number`; its scope is `members.2.name`, its `path` in the strings `members.name`.
    """

    scope: str
    control: Control
    panel: str
    label: str
    short: str
    hint: str
    why: str
    ask: str
    required: bool
    privacy: str = PERSONAL
    choices: tuple[Choice, ...] = ()
    depends: str = ""
    least: int = 0
    limit: int = 0
    minimum: int | None = None
    maximum: int | None = None
    lowest: str = ""
    highest: str = ""
    min_items: int = 0
    max_items: int = 0
    pattern: str = ""
    earliest: str = ""
    latest: str = ""
    workdays: bool = False
    not_before: str = ""
    equals: str = ""
    default: str = ""
    rules: tuple[Rule, ...] = ()
    path: str = ""
    group: str = ""
    number: int = 0
    entry: str = ""
    entries: tuple[tuple[FieldSpec, ...], ...] = field(default=(), repr=False)

    @property
    def words(self) -> str:
        """The place of this question in the strings of the package."""
        return self.path or self.scope

    @property
    def name(self) -> str:
        """The name of the property that the answer goes into."""
        return self.scope.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    id: str
    title: str
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of questions; `title` and `lead` are keys."""

    id: str
    title: str
    lead: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A compiled form. `person` names what of the person is shown as already filled in (`name`, `id_number`...)."""

    service: str
    version: int
    pages: tuple[Page, ...]
    person: tuple[str, ...]
    strings: Mapping[str, Mapping[str, str]] = field(repr=False)
    prefill: Mapping[str, tuple[str, ...]]
    closed_days: frozenset[str]
    today: date | None
    validate: Callable[[Mapping[str, object]], tuple[tuple[str, str], ...]] = field(repr=False)
    """Answers -> (scope, keyword) of every violation of the data schema; scope is empty when no field is to blame."""
    fields: tuple[FieldSpec, ...] = ()

    def text(self, key: str, lang: str) -> str:
        """Return a string of the package; empty when the key is."""
        if not key:
            return ""
        words = self.strings.get(lang) or {}
        return words.get(key) or (self.strings.get("zh") or {}).get(key, key)

    def field(self, scope: str) -> FieldSpec | None:
        """Return the field of this scope, of an entry too, or None."""
        head = scope.partition(".")[0]
        found = next((f for f in self.fields if f.scope == head), None)
        if found is None or head == scope:
            return found
        return next((f for entry in found.entries for f in entry if f.scope == scope), None)

    def page_of(self, scope: str) -> Page | None:
        """Return the page that asks for this scope, or None."""
        return next((p for p in self.pages if any(f.scope == scope for g in p.groups for f in g.fields)), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer: `key` for machines, `text` for the resident."""

    scope: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What nobody has to type: answers, where each comes from in words, and its kind: card, platform or default."""

    answers: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something of the person that is shown, not asked. `value` is masked, `full` is not."""

    id: str
    label: str
    value: str
    full: str = field(repr=False)
    source: str = ""
