from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.roster import (
    ALONE,
    DRAWN,
    LEAVE,
    RETURNS,
    STAYS,
    WANTS,
    Ended,
    Event,
    Kill,
    Order,
    Quit,
    Roster,
    Said,
    Start,
    Started,
    Stop,
    Tell,
    decide,
)

OLD, NEW = 11, 12


def after(*events: Event) -> tuple[Roster, tuple[Order, ...]]:
    """Return the roster and the orders of the last event."""
    roster, orders = Roster(), ()
    for event in events:
        roster, orders = decide(roster, event)
    return roster, orders


BEGUN = (Started(OLD, relief=False), Said(OLD, DRAWN))
READY = (*BEGUN, Said(OLD, WANTS), Started(NEW, relief=True), Said(NEW, DRAWN))


def test_the_fresh_one_draws_before_the_old_one_is_told_to_leave() -> None:
    assert after(*BEGUN, Said(OLD, WANTS))[1] == (Start(relief=True),)
    assert after(*READY)[1] == (Tell(OLD, LEAVE),)


def test_the_fresh_one_takes_over_only_when_the_old_one_has_ended() -> None:
    roster, orders = after(*READY, Ended(OLD, 0))
    assert orders == (Tell(NEW, ALONE),)
    assert (roster.duty, roster.relief, roster.duty_drawn) == (NEW, None, True)


def test_somebody_came_to_the_old_one_meanwhile() -> None:
    roster, orders = after(*READY, Said(OLD, STAYS))
    assert orders == (Kill(NEW),)
    roster, orders = decide(roster, Ended(NEW, -15))
    assert orders == ()
    assert decide(roster, Said(OLD, WANTS))[1] == (Start(relief=True),)


def test_a_second_wish_starts_no_third_process() -> None:
    assert after(*READY, Said(OLD, WANTS))[1] == ()
    assert after(*BEGUN, Said(OLD, WANTS), Started(NEW, relief=True), Said(OLD, WANTS))[1] == ()


def test_an_old_one_that_falls_is_relieved_by_the_one_that_stands_ready() -> None:
    assert after(*READY, Ended(OLD, -11))[1] == (Tell(NEW, ALONE),)
    assert after(*BEGUN, Said(OLD, WANTS), Started(NEW, relief=True), Ended(OLD, -11))[1] == (Tell(NEW, ALONE),)


def test_a_fresh_one_that_falls_leaves_the_old_one_on_duty() -> None:
    roster, orders = after(*BEGUN, Said(OLD, WANTS), Started(NEW, relief=True), Ended(NEW, 1))
    assert (roster.duty, roster.relief, orders) == (OLD, None, ())


def test_both_gone_while_the_old_one_left_means_a_new_start() -> None:
    assert after(*READY, Ended(NEW, -9), Ended(OLD, 0))[1] == (Start(relief=False),)


def test_a_terminal_that_falls_is_started_again_at_once_then_ever_later() -> None:
    roster, orders = after(*BEGUN, Ended(OLD, -11))
    pauses = []
    for pid in range(20, 30):
        assert isinstance(orders[0], Start)
        pauses.append(orders[0].after_s)
        roster, _ = decide(roster, Started(pid, relief=False))
        roster, orders = decide(roster, Ended(pid, -11))
    assert pauses[:5] == [0.0, 1.0, 2.0, 4.0, 8.0]
    assert max(pauses) == 30.0


def test_one_that_draws_again_is_forgiven() -> None:
    roster, _ = after(*BEGUN, Ended(OLD, -11), Started(20, relief=False), Said(20, DRAWN))
    assert decide(roster, Ended(20, -11))[1] == (Start(relief=False),)


def test_one_that_cannot_begin_or_is_closed_ends_the_keeper_with_its_code() -> None:
    assert after(Started(OLD, relief=False), Ended(OLD, 1))[1] == (Quit(1),)
    assert after(*BEGUN, Ended(OLD, 0))[1] == (Quit(0),)


def test_stop_ends_everybody_first() -> None:
    roster, orders = after(*READY, Stop())
    assert set(orders) == {Kill(OLD), Kill(NEW)}
    roster, orders = decide(roster, Ended(OLD, 0))
    assert orders == ()
    assert decide(roster, Ended(NEW, -15))[1] == (Quit(0),)
    assert after(Stop())[1] == (Quit(0),)


EVENTS = st.one_of(
    st.builds(Said, st.sampled_from([OLD, NEW, 13]), st.sampled_from([DRAWN, WANTS, STAYS, RETURNS, "?"])),
    st.builds(Ended, st.sampled_from([OLD, NEW, 13]), st.sampled_from([0, 1, -9])),
    st.just(Stop()),
)


def test_who_gives_the_machine_back_ends_it_with_the_code_of_its_owner() -> None:
    assert after(*BEGUN, Said(OLD, RETURNS), Ended(OLD, 75))[1] == (Quit(75),)
    sent_away = after(*READY, Said(OLD, RETURNS))
    assert sent_away[1] == (Kill(NEW),)
    assert after(*READY, Said(OLD, RETURNS), Ended(OLD, 75))[1] == ()
    assert after(*READY, Said(OLD, RETURNS), Ended(OLD, 75), Ended(NEW, -15))[1] == (Quit(75),)


def test_who_falls_while_giving_back_is_started_again() -> None:
    assert Start(relief=False) in after(*BEGUN, Said(OLD, RETURNS), Ended(OLD, -11))[1]


@given(st.lists(EVENTS, max_size=30))
def test_never_two_on_duty_and_never_nobody_without_a_start_or_an_end(events: list[Event]) -> None:
    """Whatever processes say: a process that has the store is alone, and a terminal without one is being started."""
    roster, _ = decide(Roster(), Started(OLD, relief=False))
    living, alone, next_pid = {OLD}, {OLD}, 100
    for event in events:
        if isinstance(event, Said | Ended) and event.pid not in living:
            continue
        if isinstance(event, Ended):
            living.discard(event.pid)
            alone.discard(event.pid)
        roster, orders = decide(roster, event)
        for order in orders:
            match order:
                case Start(relief):
                    next_pid += 1
                    living.add(next_pid)
                    if not relief:
                        alone.add(next_pid)
                    roster, more = decide(roster, Started(next_pid, relief))
                    assert more == ()
                case Tell(pid, word) if word == ALONE:
                    alone.add(pid)
                case Quit():
                    assert not living
                    return
        assert len(alone) <= 1
        assert alone or roster.stopping
