"""A short campaign of payments; the long one is `make soak`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.payments import Outcome, caught, converge, drain, judge, rage, shared, town

pytestmark = pytest.mark.timeout(400)


def test_everybodys_money_is_where_it_belongs_and_a_wrong_cent_would_be_seen(tmp_path: Path) -> None:
    ours = Outcome(shared(4))
    with town(tmp_path, 3) as (built, place):
        rage(built, place, "pay", ours, 3, 2.0)
        drain(place, ours)
        converge(built)
        judge(built, ours)
        assert ours.clean, ours
        order, case = built.platform.rows(
            "SELECT number, submission FROM payment_order WHERE state = 'delivered' LIMIT 1"
        )[0]
        with closing(sqlite3.connect(built.platform.data / "platform.db")) as connection, connection:
            connection.execute("DELETE FROM matter WHERE submission = ?", (case,))
        again = Outcome()
        judge(built, again)
        assert (again.for_nothing, again.kept) == (1, ours.kept - 1)
        with closing(sqlite3.connect(built.till.data)) as connection, connection:
            connection.execute("UPDATE paid_order SET returned_fen = paid_fen WHERE number = ?", (order,))
            connection.execute(
                "UPDATE paid_order SET returned_fen = 0, paid_fen = fen + 1 WHERE number = "
                "(SELECT number FROM paid_order WHERE status = 'paid' AND number <> ? LIMIT 1)",
                (order,),
            )
        wrong = Outcome()
        judge(built, wrong)
        assert wrong.for_nothing == 0
        assert wrong.free == (1 if ours.kept > 1 else 0)


def test_a_terminal_that_writes_nothing_down_takes_money_twice(tmp_path: Path) -> None:
    """The test above proves something."""
    with town(tmp_path, 1) as (built, place):
        assert caught(built, place).twice > 0


def test_any_wrong_count_is_no_clean_outcome() -> None:
    assert Outcome(kept=3).clean
    assert not Outcome().clean
    wrong = ("twice", "for_nothing", "free", "doubled", "open", "damaged")
    assert not any(Outcome(kept=3, **{name: 1}).clean for name in wrong)
