"""Ratios, goals and percentiles of the benchmark's rows, and the document made of them."""

from __future__ import annotations

import pytest

from bench.report import markdown
from bench.rows import Goal, percentile, row


def test_ratio_is_ours_over_the_peers() -> None:
    assert row("card", "read", "ms", 120.0, "wire", 100.0).ratio == 1.2


def test_a_ratio_below_its_least_is_not_met() -> None:
    goal = Goal(ratio_least=1.0, ratio_most=1.2)
    assert row("card", "read", "ms", 99.0, "wire", 100.0, goal).met is False
    assert row("card", "read", "ms", 101.0, "wire", 100.0, goal).met is True


def test_without_the_peer_a_ratio_goal_has_no_verdict_unless_the_figure_alone_misses() -> None:
    goal = Goal(most=1.2, ratio_most=0.5)
    assert row("start", "page", "s", 1.0, goal=goal).met is None
    assert row("start", "page", "s", 1.3, goal=goal).met is False


def test_both_parts_of_a_goal_must_hold() -> None:
    goal = Goal(most=1.2, ratio_most=0.5)
    assert row("start", "page", "s", 1.0, "chromium", 1.5, goal).met is False
    assert row("start", "page", "s", 0.7, "chromium", 1.5, goal).met is True


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.0, 1)])
def test_percentile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile(list(range(20, 0, -1)), share) == expected


def test_the_document_names_what_was_missed_and_keeps_the_notes() -> None:
    rows = [row("enqueue", "submit", "ms", 2.0, "fdatasync", 1.0, Goal(ratio_most=1.3))]
    text = markdown(rows, ["a machine"], "The floor is here.")
    assert "| submit | 2.0 ms | fdatasync 1.0 ms | 2.00 | <= 1.3 x peer | **no** |" in text
    assert "a machine" in text
    assert text.endswith("The floor is here.\n")
