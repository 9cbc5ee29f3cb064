"""The conditions of a package's rules: read once, every fault told with its place. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from contracts.faults import quoted
from contracts.json_places import Path
from contracts.offsets import relative
from contracts.package_fields import ANY_DAY, values_of
from contracts.rules import (
    DATED,
    MANY,
    TAKES,
    Compare,
    Condition,
    Fact,
    FactKind,
    Group,
    Literal,
    Not,
    Offset,
    Op,
    parsed,
)


class Say(Protocol):
    """Tells a fault."""

    def __call__(
        self, path: Path, code: str, wrong: str, expected: str, mend: str = "correct it", *, name: bool = False
    ) -> None:
        """Path from the whole file, and the words of the fault."""


class ConditionReader:
    """Reads conditions over the facts that are known; `properties` are those of data.schema.json."""

    def __init__(self, known: Mapping[str, FactKind], properties: Mapping[str, Any], say: Say) -> None:
        self._known = known
        self._properties = properties
        self._say = say

    def read(self, path: Path, value: object) -> Condition:
        """Return the condition; where something is wrong it is told, and what comes back is of no use."""
        nothing = Group(every=True, parts=())
        if isinstance(value, Mapping) and len(value) == 1 and value.keys() <= {"all", "any"}:
            ((name, parts),) = value.items()
            if not isinstance(parts, list) or not parts:
                self._say((*path, name), "type", f"{name} has no parts", "a list of one or more conditions")
                return nothing
            read = tuple(self.read((*path, name, at), part) for at, part in enumerate(parts))
            return Group(every=name == "all", parts=read)
        if isinstance(value, Mapping) and value.keys() == {"not"}:
            return Not(self.read((*path, "not"), value["not"]))
        if isinstance(value, Mapping) and "fact" in value:
            return self._compare(path, value) or nothing
        expected = 'one of {"all": [...]}, {"any": [...]}, {"not": ...} and {"fact": NAME, COMPARISON: VALUE}'
        self._say(path, "condition", f"{quoted(value)} is no condition", expected)
        return nothing

    def _compare(self, path: Path, value: Mapping[str, Any]) -> Compare | None:
        fact = self._fact((*path, "fact"), value["fact"])
        names = [name for name in value if name != "fact"]
        if len(names) != 1 or names[0] not in set(Op):
            wrong = f"{quoted(names)} is not one comparison"
            self._say(path, "comparison", wrong, f"exactly one of {', '.join(Op)}")
            return None
        if fact is None:
            return None
        op, at = Op(names[0]), (*path, names[0])
        if fact.kind not in TAKES[op]:
            fitting = ", ".join(other for other in Op if fact.kind in TAKES[other])
            self._say(at, "comparison", f"{fact.name} is a {fact.kind}, and {op} is not for one", fitting, name=True)
            return None
        found = self._value(at, fact, op, value[op])
        return None if found is None else Compare(fact, op, found)

    def _fact(self, path: Path, name: object) -> Fact | None:
        if not isinstance(name, str) or name not in self._known:
            expected = "one of " + ", ".join(self._known)
            mend = "correct the name; an answer has to be required, a record named under records"
            self._say(path, "fact", f"{quoted(name)} is no fact that rules can know", expected, mend)
            return None
        return Fact(name, self._known[name])

    def _value(self, path: Path, fact: Fact, op: Op, value: object) -> Literal | Offset | Fact | None:
        if op in MANY:
            if not isinstance(value, list) or not value:
                self._say(path, "value", f"{quoted(value)} is no set", "a list of one or more values")
                return None
            read = [self._literal((*path, at), fact, item) for at, item in enumerate(value)]
            return None if None in read else Literal(frozenset(read))
        if isinstance(value, Mapping):
            other = self._fact((*path, "fact"), value.get("fact")) if value.keys() == {"fact"} else None
            if other is None or other.kind is not fact.kind:
                self._say(
                    path, "value", f"{quoted(value)} is no {fact.kind}", f'{{"fact": NAME}} of another {fact.kind}'
                )
                return None
            return other
        if fact.kind in DATED and isinstance(value, str) and value[:1] in {"+", "-"}:
            return self._offset(path, value)
        read_value = self._literal(path, fact, value)
        return None if read_value is None else Literal(read_value)

    def _offset(self, path: Path, text: str) -> Offset | None:
        try:
            relative(ANY_DAY, text)
        except ValueError as error:
            self._say(path, "value", str(error), "an offset from today such as -3m")
            return None
        return Offset(text)

    def _literal(self, path: Path, fact: Fact, value: object) -> Any:
        kind = FactKind.TEXT if fact.kind is FactKind.LIST else fact.kind
        found = parsed(kind, value)
        if found is None or found == "":
            self._say(path, "value", f"{quoted(value)} is no {kind}", f"a {kind}, as {fact.name} is one")
            return None
        offered = self._offered(fact.name)
        if offered and value not in offered:
            self._say(path, "value", f"{fact.name} is never {quoted(value)}", ", ".join(offered))
        return found

    def _offered(self, name: str) -> tuple[str, ...]:
        """The choices of an answer, where the package brings them."""
        group, _, field = name.partition(".")
        return tuple(values_of(self._properties.get(field, {}))) if group == "answers" else ()
