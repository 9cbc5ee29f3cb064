"""Entries of a repeated group: added at the end, removed anywhere, called by what they are and their number."""

from __future__ import annotations

from kiosk_app.services.forms import count, visible_fields
from kiosk_app.services.model import Answers, FieldSpec, Form


def group_of(form: Form, scope: str) -> FieldSpec | None:
    """Return the group that `members`, `members.2` or `members.2.name` belongs to; None for any other scope."""
    found = form.field(scope.partition(".")[0])
    return found if found is not None and found.entries else None


def number_of(scope: str) -> int:
    """Return the number in `members.2` and `members.2.name`, 0 where there is none."""
    number = scope.partition(".")[2].partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


def questions(form: Form, group: FieldSpec, number: int, answers: Answers) -> tuple[FieldSpec, ...]:
    """Return what is asked of one entry now."""
    return tuple(spec for spec in visible_fields(form, answers) if spec.group == group.scope and spec.number == number)


def added(group: FieldSpec, answers: Answers) -> dict[str, str]:
    """Return the answers with one empty entry more; unchanged when there are as many as there may be."""
    return {**answers, group.scope: str(min(count(group, answers) + 1, len(group.entries)))}


def removed(group: FieldSpec, number: int, answers: Answers) -> dict[str, str]:
    """Return the answers without one entry: those behind it move up."""
    before = count(group, answers)
    if not 1 <= number <= before:
        return dict(answers)
    mine = {spec.scope for entry in group.entries for spec in entry}
    kept = {scope: text for scope, text in answers.items() if scope not in mine and scope != group.scope}
    rest = [at for at in range(1, before + 1) if at != number]
    for new, old in enumerate(rest, 1):
        for to, spec in zip(group.entries[new - 1], group.entries[old - 1], strict=True):
            if spec.scope in answers:
                kept[to.scope] = answers[spec.scope]
    return {**kept, group.scope: str(len(rest))} if rest else kept


def is_empty(group: FieldSpec, number: int, answers: Answers) -> bool:
    """True for an entry in which nothing was answered."""
    return not any(answers.get(spec.scope) for spec in group.entries[number - 1])
