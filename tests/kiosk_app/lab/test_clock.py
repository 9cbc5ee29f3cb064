from __future__ import annotations

from kiosk_app.lab.clock import LabClock, LabTimers
from kiosk_app.loop import PlainLoop


def timers() -> tuple[LabClock, LabTimers]:
    clock = LabClock()
    return clock, LabTimers(clock, PlainLoop(clock.monotonic).after)


def test_skipping_fires_what_falls_due_in_order() -> None:
    _, held = timers()
    seen: list[str] = []
    held.after(20, lambda: seen.append("late"))
    held.after(5, lambda: seen.append("soon"))
    held.after(90, lambda: seen.append("never"))
    assert held.advance(60) == 2
    assert seen == ["soon", "late"]


def test_timer_started_by_a_timer_fires_in_the_same_skip() -> None:
    _, held = timers()
    left: list[int] = []

    def tick() -> None:
        left.append(len(left))
        held.after(1.0, tick)

    held.after(1.0, tick)
    held.advance(30.5)
    assert len(left) == 30


def test_cancelled_timer_stays_silent() -> None:
    _, held = timers()
    seen: list[str] = []
    held.after(1, lambda: seen.append("x")).cancel()
    held.advance(5)
    assert seen == []


def test_clock_moves_by_what_was_skipped() -> None:
    clock, held = timers()
    before = clock.monotonic(), clock.now()
    held.advance(3600)
    assert 3600 <= clock.monotonic() - before[0] < 3601
    assert 3600 <= (clock.now() - before[1]).total_seconds() < 3601
