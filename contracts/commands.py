"""What the platform may ask of a terminal from afar, under its signature. Pure; both houses read and write it.

The signing key also signs profiles and catalogues, so a command says what it is (`kind`), whose it is (`terminal`),
which one it is (`id`, once for ever) and until when it counts (`expires_at`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from contracts.plain import is_plain

KIND = "terminal_command"
RESULT = "command_result"
"""The kind of the outbox item that tells what became of a command."""
LONGEST = timedelta(days=30)
"""For how long a command may count."""
MOST_NOTICE = {"zh": 60, "en": 160}
"""Characters of a notice to residents."""
LONGEST_NOTICE = timedelta(days=14)
MOST_REASON = 80
MOST_OPEN = 32
"""Commands of one terminal that wait at the same time."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Action(StrEnum):
    """What can be asked."""

    SELF_TEST = "self-test"
    RESTART = "restart"
    LOCK = "lock"
    UNLOCK = "unlock"
    LOGS = "logs"
    MESSAGE = "message"


class Outcome(StrEnum):
    """What became of a command."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why a terminal does not do it. `conflict`: the id was used for another command; `replayed`: it was done, its
    result arrived, and it came again long after.
    """

    FORGED = "forged"
    MALFORMED = "malformed"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REPLAYED = "replayed"
    CONFLICT = "conflict"


class CommandError(ValueError):
    """A command that is not carried out. `id` is what it calls itself, empty without one that can be read."""

    def __init__(self, why: Refusal, command: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.id = command


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `argument` belongs to its action:

    lock: `urgent` (a visit is ended, kindly) and `reason` for technicians; message: `zh`, `en` and `until`, or nothing,
    which takes the notice away; the others have none.
    """

    id: str
    terminal: str
    action: Action
    issued_at: datetime
    expires_at: datetime
    argument: Mapping[str, Any] = field(default_factory=dict)


def statement(command: Command) -> dict[str, Any]:
    """Return what the platform signs."""
    return {
        "kind": KIND,
        "id": command.id,
        "terminal": command.terminal,
        "action": command.action.value,
        "argument": dict(command.argument),
        "issued_at": command.issued_at.isoformat(),
        "expires_at": command.expires_at.isoformat(),
    }


def parse_command(value: object) -> Command:
    """Read a statement.

    Raises:
        CommandError: malformed, or unknown (an action of another release).
    """
    command = claimed_id(value)
    if not isinstance(value, Mapping) or value.get("kind") != KIND or not command:
        raise CommandError(Refusal.MALFORMED, command)
    try:
        action = Action(str(value.get("action")))
    except ValueError:
        raise CommandError(Refusal.UNKNOWN, command) from None
    terminal, argument = value.get("terminal"), value.get("argument")
    issued, expires = _moment(value.get("issued_at")), _moment(value.get("expires_at"))
    if issued is None or expires is None or not isinstance(argument, Mapping) or not isinstance(terminal, str):
        raise CommandError(Refusal.MALFORMED, command)
    if not timedelta() < expires - issued <= LONGEST or fault(action, argument, issued):
        raise CommandError(Refusal.MALFORMED, command)
    return Command(command, terminal, action, issued, expires, dict(argument))


def read_command(value: object, terminal: str, now: datetime) -> Command:
    """Read a statement whose signature was verified, for `terminal`.

    Raises:
        CommandError: malformed, unknown, foreign (for another terminal) or expired.
    """
    found = parse_command(value)
    if found.terminal != terminal:
        raise CommandError(Refusal.FOREIGN, found.id)
    if now >= found.expires_at:
        raise CommandError(Refusal.EXPIRED, found.id)
    return found


def claimed_id(value: object) -> str:
    """Return what a statement calls itself, believed or not; empty when that is no id."""
    said = value.get("id") if isinstance(value, Mapping) else None
    return said if isinstance(said, str) and ID.fullmatch(said) else ""


def fault(action: Action, argument: Mapping[str, Any], issued: datetime) -> str:
    """Return what is wrong with the argument of an action, empty when nothing is."""
    allowed = {Action.LOCK: {"urgent", "reason"}, Action.MESSAGE: {"zh", "en", "until"}}.get(action, set())
    if surplus := sorted(set(argument) - allowed):
        return f"{action.value} takes no {surplus[0]}"
    match action:
        case Action.LOCK:
            reason = argument.get("reason", "")
            if not isinstance(argument.get("urgent", False), bool):
                return "urgent is true or false"
            if not isinstance(reason, str) or len(reason) > MOST_REASON or not is_plain(reason):
                return f"the reason has at most {MOST_REASON} characters and no control characters"
        case Action.MESSAGE if argument:
            return _notice_fault(argument, issued)
        case _:
            pass
    return ""


def _notice_fault(argument: Mapping[str, Any], issued: datetime) -> str:
    for lang, most in MOST_NOTICE.items():
        text = argument.get(lang)
        if not isinstance(text, str) or not text.strip() or len(text) > most or not is_plain(text):
            return f"the notice in {lang} is plain text of 1 to {most} characters"
    until = _moment(argument.get("until"))
    if until is None or not timedelta() < until - issued <= LONGEST_NOTICE:
        return f"a notice ends within {LONGEST_NOTICE.days} days"
    return ""


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
