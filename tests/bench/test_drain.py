"""The drain's benchmark drains everything, and notices when a case comes out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.drain import BODY, DrainError, _in_order, in_turns, ours
from tests.offline_cache.support import item, open_at


def test_a_month_is_drained_in_order_per_case(tmp_path: Path) -> None:
    with ours(tmp_path, 80) as take:
        assert in_turns({"ours": (take, 80)})["ours"] > 0


def test_what_is_left_over_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(DrainError), ours(tmp_path, 80) as take:
        in_turns({"ours": (take, 40)})


def test_an_item_before_an_older_one_of_its_case_is_noticed(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        ids = [store.submit(item("case-1", body=BODY)).id for _ in range(2)]
        second, first = store.take_ids(ids[::-1])
    _in_order([first, second], {})
    with pytest.raises(DrainError):
        _in_order([second, first], {})
