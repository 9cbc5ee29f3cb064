"""A short campaign against the real platform; the long one is `make soak`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.outages import Outcome, campaign
from tests.faults.proxy import Weather


def test_both_sides_are_killed_while_answers_are_lost(tmp_path: Path) -> None:
    ours, control, did = campaign(tmp_path, Weather(lose_answer=0.3), 2, 1, seed=5, control_kills=2)
    assert ours.clean, ours
    assert did["lose_answer"] > 0
    assert control.lost + control.doubled > 0, "a client without an outbox came through: this proves nothing"


def test_any_wrong_count_is_no_clean_outcome() -> None:
    assert Outcome(acknowledged=3, effects=3).clean
    assert not Outcome().clean
    assert not any(
        Outcome(acknowledged=3, **{name: 1}).clean for name in ("lost", "doubled", "out_of_order", "refused", "damaged")
    )
