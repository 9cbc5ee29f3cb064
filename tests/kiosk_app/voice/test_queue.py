"""Who speaks next."""

from __future__ import annotations

import pytest

from kiosk_app.voice.queue import MOST_WAITING, Queue, Turn
from kiosk_app.voice.utterance import Clip, Priority, Utterance


def say(text: str, priority: Priority, node: str = "") -> Utterance:
    return Utterance((Clip(text),), priority=priority, node=node)


def talking(priority: Priority, node: str = "") -> Queue:
    queue = Queue()
    queue.say(say("now", priority, node))
    return queue


def order(queue: Queue) -> list[str]:
    found = []
    while queue:
        found.append(queue.take().text)
    return found


def test_in_silence_the_first_one_starts() -> None:
    assert Queue().put(say("a", Priority.PROGRESS)) is Turn.START


@pytest.mark.parametrize(
    ("now", "new", "turn"),
    [
        (Priority.FOCUS, Priority.FOCUS, Turn.CUT),
        (Priority.FOCUS, Priority.PROGRESS, Turn.WAIT),
        (Priority.INTRODUCTION, Priority.FOCUS, Turn.WAIT),
        (Priority.RESULT, Priority.RESULT, Turn.WAIT),
        (Priority.RESULT, Priority.ALARM, Turn.CUT),
    ],
)
def test_who_cuts_whom(now: Priority, new: Priority, turn: Turn) -> None:
    assert talking(now).put(say("new", new)) is turn


def test_the_most_urgent_is_next() -> None:
    queue = talking(Priority.ALARM)
    for priority in (Priority.INTRODUCTION, Priority.RESULT, Priority.PROGRESS):
        queue.put(say(priority.name, priority))
    assert order(queue) == ["RESULT", "INTRODUCTION", "PROGRESS"]


def test_a_prompt_overtakes_what_its_own_line_said_before() -> None:
    queue = talking(Priority.RESULT, "line")
    queue.put(say("old", Priority.RESULT, "line"))
    assert queue.put(say("new", Priority.RESULT, "line"), prompt=True) is Turn.CUT
    assert order(queue) == ["new"]


def test_of_too_many_the_oldest_of_the_least_urgent_goes() -> None:
    queue = talking(Priority.ALARM)
    for n in range(MOST_WAITING + 1):
        queue.put(say(str(n), Priority.RESULT))
    assert order(queue) == ["1", "2", "3", "4"]


def test_an_id_is_said_once() -> None:
    queue = Queue()
    first = queue.say(say("a", Priority.RESULT))
    assert queue.saying(first)
    queue.end()
    assert not queue.saying(first)
    assert queue.say(say("b", Priority.RESULT)) != first
