"""What most people come for: the order of the first page, from the cases of the last weeks.

Only an order is published. A service that fewer than `FLOOR` different people asked for has no place of its own in it,
so that no single case shows; those come in the order that the district wrote down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central_platform.clock import BEIJING
from central_platform.models import Case

DAYS = 90
FLOOR = 20
"""Different people; a case of nobody in particular (L0) counts by itself."""


def order(session: Session, own: Sequence[str], now: datetime) -> list[str]:
    """Return service ids, most used first, then what `own` has besides.

    Whole days are counted, today's not: the order changes once a day at most.
    """
    end = datetime.combine(now.astimezone(BEIJING).date(), time(), BEIJING)
    cases = func.count()
    people = func.count(Case.id_no.distinct()) + cases - func.count(Case.id_no)
    query = (
        select(Case.service)
        .where(Case.accepted_at >= end - timedelta(days=DAYS), Case.accepted_at < end)
        .group_by(Case.service)
        .having(people >= FLOOR)
        .order_by(cases.desc(), Case.service)
    )
    counted = list(session.scalars(query))
    return [*counted, *(name for name in own if name not in counted)]
