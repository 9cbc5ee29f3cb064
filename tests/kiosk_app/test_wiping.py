"""The wipers of a terminal: every one has a name, every one runs."""

from __future__ import annotations

import pytest

from kiosk_app.wiping import Wipers


def failing() -> None:
    raise OSError("gone")


def test_whatever_one_does_the_others_run_and_it_is_told_by_name() -> None:
    wipers, ran = Wipers(), list[str]()
    wipers.add("first", failing)
    wipers.add("second", lambda: ran.append("second"))
    assert wipers.run() == ("first",)
    assert ran == ["second"]


def test_a_name_stands_for_one_wiper() -> None:
    wipers = Wipers()
    wipers.add("screen", failing)
    with pytest.raises(ValueError, match="screen"):
        wipers.add("screen", failing)


def test_one_that_is_switched_off_keeps_its_name_and_does_not_run() -> None:
    wipers, ran = Wipers(off={"chat"}), list[str]()
    for name in ("chat", "voice"):
        wipers.add(name, lambda name=name: ran.append(name))  # type: ignore[misc]
    assert wipers.run() == ()
    assert ran == ["voice"]
    assert wipers.names == ("chat", "voice")
