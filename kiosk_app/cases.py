"""From what the platform says of a case to the case as a visit knows it. Pure."""

from __future__ import annotations

from datetime import date, datetime

from kiosk_app.services import Text
from kiosk_app.services.values import as_text
from kiosk_app.visit.mine import Asked, Happened, Mine
from offline_cache import CaseProgress, SupplementAsked


def my_case(found: CaseProgress) -> Mine:
    """Return the case."""
    return Mine(
        number=found.number,
        service=found.service,
        name=_text(found.service_name),
        state=found.state,
        accepted_at=_moment(found.accepted_at),
        steps=tuple(
            Happened(step.kind, _moment(step.at), _text(step.text), Text.read(step.words)) for step in found.steps
        ),
        due=_day(found.due),
        asked=None if found.supplement is None else _asked(found.supplement),
        receipt=found.receipt,
    )


def _asked(found: SupplementAsked) -> Asked:
    return Asked(
        id=found.id,
        words=Text.read(found.words),
        fields=found.fields,
        answers={name: as_text(value) for name, value in found.answers.items()},
        free=found.free,
        due=found.due,
        days_left=found.days_left,
        late=found.late,
        guardian=found.guardian,
    )


def _text(value: object) -> Text:
    return Text.read(value) if not isinstance(value, str) else Text(value)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
