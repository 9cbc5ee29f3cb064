"""decision.json of a package: read once, checked against the rest of it, every fault told with its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.condition_reader import ConditionReader
from contracts.faults import Fault, quoted
from contracts.json_places import Path
from contracts.package_fields import SECRETS
from contracts.record_kinds import KINDS, Form
from contracts.rules import TODAY, UNKNOWN, FactKind, Outcome, Rule, RuleBook, Within

PERSON = {"age": FactKind.NUMBER, "birth": FactKind.DATE, "address": FactKind.TEXT}
FOUND = "found"
"""Of a record: whether the department holds anything. The name of one of its lists is how many rows it has."""
FORMS = {
    Form.TEXT: FactKind.TEXT,
    Form.COUNT: FactKind.NUMBER,
    Form.MONTH: FactKind.MONTH,
    Form.DATE: FactKind.DATE,
    Form.MONEY: FactKind.MONEY,
}
FORMATS = {"date": FactKind.DATE, "month": FactKind.MONTH, "money": FactKind.MONEY}
TYPES = {"integer": FactKind.NUMBER, "boolean": FactKind.FLAG, "array": FactKind.LIST, "string": FactKind.TEXT}
RULE_NUMBER = re.compile(r"[1-9][0-9]?")
PHONE = re.compile(r"[0-9]{3,12}")
MOST_WORDS = {"zh": 120, "en": 360}
MOST_ADVICE = {"zh": 40, "en": 100}
"""Characters; advice stands in a narrow column, also in the largest letters."""
MOST_DAYS = 3650
LANGUAGES = ("zh", "en")
PAID = "PAY"
"""The kind of service that is decided by its money: nobody is refused after paying."""
HEAD: Path = ("decision",)
NEEDS = {
    Outcome.GRANTED: frozenset({"id", "outcome", "words"}),
    Outcome.REFUSED: frozenset({"id", "outcome", "words", "where", "bring", "within", "call"}),
    Outcome.OFFICER: frozenset({"id", "outcome", "words", "workdays", "call"}),
}
"""What a rule has by its outcome, beside `when`."""


class RulesError(ValueError):
    """The rules cannot be used; `faults` says why, each with its place in the package."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def read_rules(own: Mapping[str, Any], content: Mapping[str, Any]) -> RuleBook | None:
    """Read decision.json from what only the platform reads of a package (`own`), against what is published of it.

    Returns None for a service that officers decide.

    Raises:
        RulesError: anything that would fail, or would be decided by accident, when a case comes.
    """
    service = content["service"]
    if not service["instant"] or service.get("kind") == PAID:
        if "decision" in own:
            what = "no rule decides a service that is not instant, or that is paid for"
            raise RulesError([_fault((), "not-instant", what, "no such file")])
        return None
    if "decision" not in own:
        missing = _fault((), "decision-missing", "an instant service is decided by rules", "decision.json", "write it")
        raise RulesError([missing])
    reader = _Reader(str(content["service"]["id"]), content["data"])
    records = reader.records(own["decision"], own.get("certificate"))
    return reader.book(own["decision"], records, facts_known_by(content["data"], records))


def read_again(service: str, decision: object, kinds: Mapping[str, str]) -> RuleBook:
    """Return rules that were read before, by the kinds that facts had then: their package may be another one by now.

    Raises:
        RulesError: it is not what was read before.
    """
    known = {name: FactKind(kind) for name, kind in kinds.items()}
    records = decision.get("records", ()) if isinstance(decision, Mapping) else ()
    return _Reader(service, {"required": (), "properties": {}}).book(decision, tuple(records), known)


def facts_known_by(data: Mapping[str, Any], records: tuple[str, ...]) -> dict[str, FactKind]:
    """Return every fact that rules may look at: name -> kind. Of the answers (`data`) those that are always given."""
    found = {TODAY: FactKind.DATE, **{f"person.{name}": kind for name, kind in PERSON.items()}}
    for kind in records:
        shape = KINDS[kind]
        found[f"records.{kind}.{FOUND}"] = FactKind.FLAG
        found |= {f"records.{kind}.{name}": FORMS[form] for name, form in shape.fields.items()}
        found |= {f"records.{kind}.{name}": FactKind.NUMBER for name in shape.rows}
    for name in data["required"]:
        prop = data["properties"][name]
        if prop.get("format") not in SECRETS:
            found[f"answers.{name}"] = _answer_kind(prop)
    return found


def _answer_kind(prop: Mapping[str, Any]) -> FactKind:
    return FORMATS.get(str(prop.get("format")), TYPES[prop["type"]])


def _fault(path: Path, code: str, wrong: str, expected: str, mend: str = "correct it", *, name: bool = False) -> Fault:
    return Fault((*HEAD, *path), code, wrong, expected, mend, name=name)


class _Reader:
    """Reads one decision.json and gathers what is wrong with it."""

    def __init__(self, service: str, data: Mapping[str, Any]) -> None:
        self._service = service
        self._data = data
        self._conditions = ConditionReader({}, {}, self._say)
        self.faults: list[Fault] = []

    def book(self, value: object, records: tuple[str, ...], known: Mapping[str, FactKind]) -> RuleBook:
        """Return the rules.

        Raises:
            RulesError: there was a fault.
        """
        self._conditions = ConditionReader(known, self._data["properties"], self._say)
        members = self._members((), value, {"records", "rules", "unknown"}, set())
        rules = self._rules(members["rules"]) if members else []
        unknown = self._rule(("unknown",), members["unknown"], Outcome.OFFICER) if members else None
        if unknown is None or self.faults:
            raise RulesError(self.faults)
        facts = dict.fromkeys(fact for rule in rules if rule.when for fact in rule.when.facts())
        return RuleBook(records, tuple(rules), unknown, tuple(facts))

    def records(self, value: object, certificate: object) -> tuple[str, ...]:
        """Return the kinds of records that the rules ask for."""
        named = value.get("records") if isinstance(value, Mapping) else None
        return () if named is None else self._records(named, certificate)

    def _say(
        self, path: Path, code: str, wrong: str, expected: str, mend: str = "correct it", *, name: bool = False
    ) -> None:
        self.faults.append(_fault(path, code, wrong, expected, mend, name=name))

    def _members(self, path: Path, value: object, needs: set[str], may: set[str]) -> Mapping[str, Any] | None:
        """An object with these members and no others; None when it is not."""
        if not isinstance(value, Mapping):
            self._say(path, "type", f"{quoted(value)} is no object", f"an object with {', '.join(sorted(needs))}")
            return None
        for name in sorted(needs - value.keys()):
            self._say((*path, name), "required", f"{name} is missing", f"a member {name}", f"add {name}", name=True)
        for name in sorted(value.keys() - needs - may):
            known = ", ".join(sorted(needs | may))
            self._say((*path, name), "additionalProperties", f"{name} is unexpected", known, "take it out", name=True)
        return value if needs <= value.keys() <= needs | may else None

    def _records(self, value: object, certificate: object) -> tuple[str, ...]:
        path: Path = ("records",)
        if not isinstance(value, list):
            self._say(path, "type", f"{quoted(value)} is no list", "a list of kinds of records, which may be empty")
            return ()
        found: list[str] = []
        for at, kind in enumerate(value):
            if not isinstance(kind, str) or kind not in KINDS or kind in found:
                expected = f"each once, of {', '.join(KINDS)}"
                self._say((*path, at), "record-unknown", f"no department has records of {quoted(kind)}", expected)
                continue
            found.append(kind)
            self._asks((*path, at), kind)
        wanted = certificate.get("records") if isinstance(certificate, Mapping) else None
        if isinstance(wanted, str) and wanted in KINDS and wanted not in found:
            self._say(path, "record-missing", f"the certificate needs {wanted}, and no rule can look at it", wanted)
        return tuple(found)

    def _asks(self, path: Path, kind: str) -> None:
        """A department is asked by answers that are always given, in the form that it knows."""
        data = self._data
        for name, form in KINDS[kind].asks.items():
            if name not in data["required"] or _answer_kind(data["properties"][name]) is not FORMS[form]:
                expected = f"a required field {name} that is a {form}"
                self._say(path, "record-asks", f"{kind} is asked by {name}", expected, "add the field")

    def _rules(self, value: object) -> list[Rule]:
        if not isinstance(value, list) or not value:
            self._say(("rules",), "type", "there are no rules", "a list of rules, the last without a condition")
            return []
        rules: list[Rule] = []
        for at, item in enumerate(value):
            path: Path = ("rules", at)
            last = at == len(value) - 1
            conditional = isinstance(item, Mapping) and "when" in item
            if conditional is last:
                wrong = "the last rule has a condition" if last else "no rule after this one is ever reached"
                mend = "add a last rule for everything else" if last else "give it a condition, or move it to the end"
                self._say(path, "rule-last", wrong, "a condition in every rule but the last", mend)
            rule = self._rule(path, item, None)
            if rule is None:
                continue
            if rule.id in [other.id for other in rules]:
                self._say((*path, "id"), "rule-twice", f"{rule.id} is the id of another rule", "an id of its own")
            rules.append(rule)
        return rules

    def _rule(self, path: Path, value: object, always: Outcome | None) -> Rule | None:
        """One rule; with `always` one that has neither id, condition nor outcome of its own."""
        outcome = always or self._outcome(path, value)
        if outcome is None:
            return None
        needs = set(NEEDS[outcome]) - ({"id", "outcome"} if always else set())
        members = self._members(path, value, needs, set() if always else {"when"})
        if members is None:
            return None
        before = len(self.faults)
        rule = Rule(
            id=f"{self._service}-{UNKNOWN}" if always else self._id(path, members["id"]),
            outcome=outcome,
            words=self._words((*path, "words"), members["words"], MOST_WORDS),
            when=self._conditions.read((*path, "when"), members["when"]) if "when" in members else None,
            where=self._words((*path, "where"), members["where"], MOST_ADVICE) if "where" in needs else None,
            bring=self._words((*path, "bring"), members["bring"], MOST_ADVICE) if "bring" in needs else None,
            within=self._within((*path, "within"), members["within"]) if "within" in needs else None,
            call=self._call((*path, "call"), members["call"]) if "call" in needs else None,
            workdays=self._days((*path, "workdays"), members["workdays"]) if "workdays" in needs else None,
        )
        return rule if len(self.faults) == before else None

    def _outcome(self, path: Path, value: object) -> Outcome | None:
        said = value.get("outcome") if isinstance(value, Mapping) else None
        if not isinstance(said, str) or said not in set(Outcome):
            self._say((*path, "outcome"), "outcome", f"{quoted(said)} is no outcome", ", ".join(Outcome))
            return None
        return Outcome(said)

    def _id(self, path: Path, value: object) -> str:
        head, _, number = value.rpartition("-") if isinstance(value, str) else ("", "", "")
        if head != self._service or not RULE_NUMBER.fullmatch(number):
            expected = f"{self._service}- and a number from 1 to 99"
            self._say((*path, "id"), "rule-id", f"{quoted(value)} is no id of a rule", expected)
        return str(value)

    def _words(self, path: Path, value: object, most: Mapping[str, int]) -> Mapping[str, str]:
        members = self._members(path, value, set(LANGUAGES), set())
        if members is None:
            return {}
        for lang in LANGUAGES:
            said = members[lang]
            if not isinstance(said, str) or not said.strip() or len(said) > most[lang] or not said.isprintable():
                expected = f"1 to {most[lang]} characters on one line"
                self._say((*path, lang), "words", f"{quoted(said)} is no sentence", expected)
        return members

    def _within(self, path: Path, value: object) -> Within | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or len(value) != 1 or not value.keys() <= {"days", "workdays"}:
            self._say(
                path, "within", f"{quoted(value)} is no time", '{"days": N}, {"workdays": N}, or null for any time'
            )
            return None
        ((unit, days),) = value.items()
        return Within(self._days((*path, unit), days), working=unit == "workdays")

    def _days(self, path: Path, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_DAYS:
            self._say(path, "days", f"{quoted(value)} is no number of days", f"a whole number from 1 to {MOST_DAYS}")
            return 1
        return value

    def _call(self, path: Path, value: object) -> str:
        if not isinstance(value, str) or not PHONE.fullmatch(value):
            self._say(path, "call", f"{quoted(value)} is no number to call", 'digits, such as "66007070"')
            return ""
        return value


def rule_faults(own: Mapping[str, Any], content: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the rules of a package that is right otherwise."""
    try:
        read_rules(own, content)
    except RulesError as error:
        return error.faults
    return []
