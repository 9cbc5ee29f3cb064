"""When a child applies: who must stand beside it. Pure.

Personal data of a child under 14 need the consent of a guardian (PIPL article 31); a guardian is of age.
"""

from __future__ import annotations

from datetime import date, datetime

from central_platform.births import CITIZEN_LENGTH, birth_in
from central_platform.clock import BEIJING
from central_platform.evidence import Level
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import ApplicationBody, Guardian, Person
from contracts import id_number

CHILD_BELOW = 14
ADULT_FROM = 18


def wanted(body: ApplicationBody, need: Level, captured_at: datetime, now: datetime) -> Guardian | None:
    """Return the guardian who answers for this application; None when its person needs none.

    Ages are those of the day on which the resident applied: an item may arrive late. A terminal's clock that runs
    ahead makes nobody older.

    Raises:
        Refusal: data-invalid for a number with a wrong check character; guardian-required when there is no guardian, or
            one who is not of age or is the child.
    """
    person, guardian = body.person, body.guardian
    if person is None:
        return None
    _check_number(person, "/person/id_no")
    day = min(captured_at, now).astimezone(BEIJING).date()
    if need is Level.L0 or not _below(person, CHILD_BELOW, day):
        return None
    if guardian is None:
        raise Refusal(ProblemCode.GUARDIAN_REQUIRED, field="/guardian")
    _check_number(guardian, "/guardian/id_no")
    if guardian.id_no == person.id_no:
        raise Refusal(ProblemCode.GUARDIAN_REQUIRED, "the child is not its own guardian", field="/guardian/id_no")
    if _below(guardian, ADULT_FROM, day):
        raise Refusal(ProblemCode.GUARDIAN_REQUIRED, "the guardian is not of age", field="/guardian/id_no")
    return guardian


def birth(person: Person, day: date) -> date | None:
    """Return when a person was born; None when neither number nor card tells.

    The number of a foreigner's permit of 2017 leaves the century open: the card's own date decides, where there is one.
    """
    if len(person.id_no) != CITIZEN_LENGTH and person.birth:
        try:
            return date.fromisoformat(person.birth)
        except ValueError:
            pass
    return birth_in(person.id_no, day)


def _below(person: Person, years: int, day: date) -> bool:
    born = birth(person, day)
    return born is not None and id_number.age(born, day) < years


def _check_number(person: Person, field: str) -> None:
    if len(person.id_no) == CITIZEN_LENGTH and not id_number.is_valid(person.id_no):
        raise Refusal(ProblemCode.DATA_INVALID, f"{field} has a wrong check character", field=field)
