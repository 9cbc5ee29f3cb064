from __future__ import annotations

from tests.ui.samples import SCREENS, build
from ui.flow import Row, cut, spread
from ui.plan import Frame, plan
from ui.view import Look
from ui.zone_flow import share_width


def rows(*heights: float, head: tuple[int, ...] = ()) -> list[Row]:
    return [Row([], natural=h, head=i in head) for i, h in enumerate(heights)]


def test_every_node_of_every_sample_has_a_place() -> None:
    for name in SCREENS:
        view = build(name)
        assert set(plan(view, Frame())) == {node.id for node in view.nodes}


def test_rows_that_fit_stay_on_one_part() -> None:
    assert cut(rows(100, 100, 100), [20, 20], 16, 340) == [(0, 3)]


def test_rows_that_do_not_fit_go_to_the_next_part() -> None:
    assert cut(rows(100, 100, 100), [20, 20], 16, 339) == [(0, 2), (2, 3)]


def test_a_heading_is_never_left_alone_at_the_end() -> None:
    assert cut(rows(100, 50, 100, head=(1,)), [20, 20], 16, 200) == [(0, 1), (1, 3)]


def test_a_row_higher_than_the_page_stands_alone() -> None:
    assert cut(rows(100, 900, 100), [20, 20], 16, 300) == [(0, 1), (1, 2), (2, 3)]


def test_spare_height_goes_to_the_rows_that_may_grow() -> None:
    assert spread([(100, 0), (100, 50)], 230) == [100, 130]


def test_rows_never_grow_beyond_their_stretch() -> None:
    assert spread([(100, 20)], 500) == [120]


def test_the_primary_action_takes_most_of_the_spare_width() -> None:
    back, primary = share_width([100, 200], [False, True], 520, 20)
    assert primary - 200 > back - 100 > 0
    assert back + primary == 500


def test_equal_nodes_are_counted() -> None:
    places = plan(build("rating"), Frame())
    assert [(places[f"rating.{n}"].n, places[f"rating.{n}"].of) for n in (5, 1)] == [(1, 5), (5, 5)]


def test_large_type_puts_the_ways_one_below_the_other() -> None:
    assert plan(build("identify"), Frame())["identify.card"].kind == "Option"
    assert plan(build("identify", "zh", Look(size=1.5)), Frame())["identify.card"].kind == "Row"
