"""Cases that rules decide: facts are gathered, the rules asked, and both kept so that they can be asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from central_platform import guardians, population
from central_platform.catalogue import Package, Rules
from central_platform.clock import BEIJING
from central_platform.models import Case, RuleText, Ruling
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.records import KINDS, RecordsError
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import Person
from contracts import id_number
from contracts.rule_reader import FOUND, read_again
from contracts.rules import TODAY, Facts, Outcome, Verdict

ADDRESS = "addr"
"""Where the population register keeps the registered address."""
Held = Mapping[str, Mapping[str, Any] | None]
"""Kind of record -> what a department holds; kinds of departments that do not answer are not there."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules made of an application, the facts that they looked at, and the records behind those."""

    rules: Rules = field(repr=False)
    verdict: Verdict
    facts: Facts = field(repr=False)
    held: Held = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision as it was kept, and what the same rules say to the same facts now."""

    ruling: Ruling
    service: str
    again: Verdict

    @property
    def same(self) -> bool:
        """True when they say the same."""
        rule, missing = self.again.rule, list(self.again.missing)
        kept = (self.ruling.rule, self.ruling.outcome, json.loads(self.ruling.missing))
        return kept == (rule.id, rule.outcome.value, missing)


def judge(
    platform: Platform,
    session: Session,
    package: Package,
    person: Person | None,
    answers: Mapping[str, Any],
    day: date,
) -> Judgement | None:
    """Have the rules of a service decide an application; None where officers do. `day` is when it was made.

    Raises:
        Refusal: data-invalid when records are needed and nobody is named.
    """
    rules = package.rules
    if rules is None:
        return None
    if person is None and rules.book.records:
        raise Refusal(ProblemCode.DATA_INVALID, "/person: a record is somebody's", field="/person")
    held = {} if person is None else _held(platform, session, rules.book.records, person.id_no, answers)
    known: dict[str, object] = {TODAY: day.isoformat(), **_of_records(held)}
    known |= {f"answers.{name}": value for name, value in answers.items()}
    if person is not None:
        known |= _of_person(session, person, day)
    # Only what a rule looks at is kept.
    facts = {fact.name: known[fact.name] for fact in rules.book.facts if fact.name in known}
    return Judgement(rules, rules.book.decide(facts), facts, held)


def grants(platform: Platform, package: Package, person: Person, answers: Mapping[str, Any]) -> bool:
    """True when somebody's application would be granted today, or when officers decide."""
    day = platform.clock.now().astimezone(BEIJING).date()
    with platform.database.read() as session:
        judged = judge(platform, session, package, person, answers, day)
    return judged is None or judged.verdict.rule.outcome is Outcome.GRANTED


def keep(session: Session, judged: Judgement, case: Case, now: datetime) -> None:
    """Store a decision with its case."""
    rules, verdict = judged.rules, judged.verdict
    if session.get(RuleText, rules.digest) is None:
        session.add(RuleText(digest=rules.digest, service=case.service, text=rules.text))
        session.flush()
    session.add(
        Ruling(
            number=case.number,
            rules=rules.digest,
            rule=verdict.rule.id,
            outcome=verdict.rule.outcome.value,
            facts=json.dumps(dict(judged.facts), ensure_ascii=False),
            missing=json.dumps(list(verdict.missing)),
            at=now,
        )
    )


def replay(platform: Platform, number: str) -> Replayed | None:
    """Ask the rules of a decided case again, with the facts that were kept; None for one that no rule decided."""
    with platform.database.read() as session:
        ruling = session.get(Ruling, number)
        if ruling is None:
            return None
        kept = session.get_one(RuleText, ruling.rules)
    text = json.loads(kept.text)
    book = read_again(text["decision"], text["kinds"])
    return Replayed(ruling, kept.service, book.decide(json.loads(ruling.facts)))


def shown(found: Replayed) -> dict[str, Any]:
    """Return a decision for whoever has to explain it; the facts are personal."""
    ruling = found.ruling
    return {
        "number": ruling.number,
        "service": found.service,
        "at": ruling.at.isoformat(timespec="seconds"),
        "rule": ruling.rule,
        "outcome": ruling.outcome,
        "facts": json.loads(ruling.facts),
        "missing": json.loads(ruling.missing),
        "words": dict(found.again.rule.words),
        "again": found.again.rule.id,
        "same": found.same,
    }


def _held(platform: Platform, session: Session, kinds: tuple[str, ...], id_no: str, answers: Mapping[str, Any]) -> Held:
    """What the departments hold, unless the population stub was told otherwise."""
    told: Mapping[str, Any] = (population.record_in(session, id_no).get("records") or {}) if kinds else {}
    held: dict[str, Mapping[str, Any] | None] = {}
    for kind in kinds:
        try:
            held[kind] = told[kind] if kind in told else platform.records.find(kind, id_no, answers)
        except RecordsError:
            continue
    return held


def _of_records(held: Held) -> dict[str, object]:
    facts: dict[str, object] = {}
    for kind, record in held.items():
        facts[f"records.{kind}.{FOUND}"] = record is not None
        if record is not None:
            facts |= {f"records.{kind}.{name}": record[name] for name in KINDS[kind].fields}
            facts |= {f"records.{kind}.{name}": len(record[name]) for name in KINDS[kind].rows}
    return facts


def _of_person(session: Session, person: Person, day: date) -> dict[str, object]:
    facts: dict[str, object] = {}
    born = guardians.birth(person, day)
    if born is not None:
        facts |= {"person.birth": born.isoformat(), "person.age": id_number.age(born, day)}
    address = population.record_in(session, person.id_no).get(ADDRESS)
    if isinstance(address, str) and address:
        facts["person.address"] = address
    return facts
