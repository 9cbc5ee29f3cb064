"""Fingers as orders, without a window: one counts, two taps act, the corner asks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.fingers import (
    CORNER_S,
    PAIR_S,
    REST_S,
    SLOP_PX,
    ActFocused,
    Box,
    Corner,
    Drag,
    Drop,
    Fingers,
    Lift,
    Order,
    Over,
    Press,
)


def test_a_finger_presses_moves_and_lifts() -> None:
    fingers = Fingers()
    orders = fingers.down(1, 5, 6, 0.0) + fingers.move(1, 7, 8, 0.1) + fingers.up(1, 7, 8, 0.2)
    assert orders == [Press(5, 6), Drag(7, 8), Lift(7, 8)]


def test_ten_fingers_at_once_are_one() -> None:
    fingers = Fingers()
    orders: list[Order] = []
    for n in range(10):
        orders += fingers.down(n, n, n, 0.0)
    for n in (3, 9, 0, 1, 2, 4, 5, 6, 7, 8):
        orders += fingers.up(n, n, n, 0.3)
    assert orders == [Press(0, 0), Lift(0, 0)]


def test_a_new_finger_counts_only_when_the_glass_is_empty() -> None:
    fingers = Fingers()
    fingers.down(0, 0, 0, 0.0)
    fingers.down(1, 1, 1, 0.1)
    fingers.up(0, 0, 0, 0.2)
    assert fingers.down(2, 2, 2, 0.3) == []
    fingers.up(1, 1, 1, 0.4)
    fingers.up(2, 2, 2, 0.4)
    assert fingers.down(3, 3, 3, 0.5) == [Press(3, 3)]


def test_a_finger_at_rest_explores_and_lifting_does_nothing() -> None:
    fingers = Fingers()
    assert fingers.down(0, 5, 6, 0.0, explore=True) == []
    assert fingers.due == REST_S
    assert fingers.look(REST_S) == [Over(5, 6, fresh=True)]
    assert fingers.move(0, 9, 9, 0.5) == [Over(9, 9)]
    assert fingers.up(0, 9, 9, 0.6) == []
    assert fingers.due is None


def test_a_finger_that_glides_explores_at_once() -> None:
    fingers = Fingers()
    fingers.down(0, 0, 0, 0.0, explore=True)
    assert fingers.move(0, SLOP_PX, 0, 0.01) == []
    assert fingers.move(0, SLOP_PX + 1, 0, 0.02) == [Over(SLOP_PX + 1, 0, fresh=True)]


def tap(fingers: Fingers, at: float, x: float = 0.0) -> list[Order]:
    return fingers.down(0, x, 0, at, explore=True) + fingers.up(0, x, 0, at + 0.1)


def test_two_quick_taps_anywhere_act_and_do_not_move_the_focus() -> None:
    fingers = Fingers()
    assert tap(fingers, 0.0) + tap(fingers, 0.1 + PAIR_S, x=700) == [ActFocused()]
    assert fingers.due is None


def test_a_third_tap_begins_anew() -> None:
    fingers = Fingers()
    assert [*tap(fingers, 0.0), *tap(fingers, 0.2), *tap(fingers, 0.4)] == [ActFocused()]
    assert tap(fingers, 0.6) == [ActFocused()]


def test_a_tap_that_stays_alone_moves_the_focus() -> None:
    fingers = Fingers()
    tap(fingers, 0.0, x=7)
    assert fingers.due == 0.1 + PAIR_S
    assert fingers.look(0.2 + PAIR_S) == [Over(7, 0, fresh=True)]
    assert fingers.look(9.0) == []


def test_a_tap_and_a_rest_are_no_two_taps() -> None:
    fingers = Fingers()
    tap(fingers, 0.0)
    fingers.down(0, 5, 5, 0.3, explore=True)
    assert fingers.up(0, 5, 5, 0.3 + REST_S) == [Over(5, 5, fresh=True)]
    assert fingers.due is None


CORNER = Box(0, 100, 50, 50)


def test_the_corner_held_asks_once_and_what_is_under_it_does_not_act() -> None:
    fingers = Fingers()
    fingers.corner = CORNER
    assert fingers.down(0, 10, 110, 0.0) == [Press(10, 110)]
    assert fingers.look(CORNER_S - 0.01) == []
    assert fingers.look(CORNER_S) == [Drop(), Corner()]
    assert fingers.look(2 * CORNER_S) == []
    assert fingers.up(0, 10, 110, 7.0) == []


def test_the_corner_let_go_too_early_presses_what_is_under_it() -> None:
    fingers = Fingers()
    fingers.corner = CORNER
    assert [*fingers.down(0, 10, 110, 0.0), *fingers.up(0, 10, 110, 2.9)] == [Press(10, 110), Lift(10, 110)]


def test_a_finger_that_leaves_the_corner_asks_for_nothing() -> None:
    fingers = Fingers()
    fingers.corner = CORNER
    fingers.down(0, 10, 110, 0.0)
    fingers.move(0, 60, 110, 1.0)
    fingers.move(0, 10, 110, 1.1)
    assert fingers.look(CORNER_S + 2) == []


def test_the_corner_works_in_explore_by_touch() -> None:
    fingers = Fingers()
    fingers.corner = CORNER
    fingers.down(0, 10, 110, 0.0, explore=True)
    assert fingers.look(REST_S) == [Over(10, 110, fresh=True)]
    assert fingers.look(CORNER_S) == [Corner()]
    assert fingers.move(0, 300, 110, 3.5) == []


def test_when_the_system_takes_the_fingers_away_nothing_stays_pressed() -> None:
    fingers = Fingers()
    fingers.down(0, 0, 0, 0.0)
    assert fingers.cancel() == [Drop()]
    assert fingers.cancel() == []
    assert fingers.down(1, 1, 1, 1.0) == [Press(1, 1)]


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["down", "move", "up", "look"]),
        st.integers(0, 9),
        st.integers(0, 200),
        st.integers(0, 200),
        st.floats(0.0, 4.0),
    ),
    max_size=60,
)


@given(EVENTS, st.booleans())
def test_whatever_ten_fingers_do_presses_come_one_by_one(
    events: list[tuple[str, int, int, int, float]], explore: bool
) -> None:
    """Every press ends in one lift or drop before the next begins; exploring fingers press nothing."""
    fingers, now, down = Fingers(), 0.0, set[int]()
    fingers.corner = CORNER
    orders: list[Order] = []
    for kind, n, x, y, wait in events:
        now += wait
        if kind == "down" and n not in down:
            down.add(n)
            orders += fingers.down(n, x, y, now, explore=explore)
        elif kind == "move" and n in down:
            orders += fingers.move(n, x, y, now)
        elif kind == "up" and n in down:
            down.discard(n)
            orders += fingers.up(n, x, y, now)
        elif kind == "look":
            orders += fingers.look(now)
    pressed = False
    for order in orders:
        if isinstance(order, Press):
            assert not pressed
            pressed = True
        elif isinstance(order, Lift | Drop):
            assert pressed
            pressed = False
    if explore:
        assert not any(isinstance(order, Press | Drag | Lift | Drop) for order in orders)
    else:
        assert not any(isinstance(order, Over | ActFocused) for order in orders)


def test_a_smaller_screen_of_as_many_points_counts_a_tremble_in_the_same_millimetres() -> None:
    fingers = Fingers()
    fingers.slop = SLOP_PX * 1.25
    fingers.down(0, 0, 0, 0.0, explore=True)
    assert fingers.move(0, SLOP_PX * 1.25, 0, 0.01) == []
    assert fingers.move(0, SLOP_PX * 1.25 + 1, 0, 0.02) != []
