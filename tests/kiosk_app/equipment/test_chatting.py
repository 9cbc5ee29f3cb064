from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from queue import Queue
from typing import Any

import pytest

from kiosk_app.equipment.chatting import Chatting
from kiosk_app.visit.effects import AskDuty, CloseChat, OpenChat, PollChat, SendChat
from kiosk_app.visit.events import ChatDuty, ChatMissing, ChatNews, ChatSent, ChatUnsent, Event
from offline_cache import ChatDuty as Duty
from offline_cache import ChatLine, NetworkLost, PlatformBusy, Refused
from offline_cache import ChatNews as News

AT = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
SECRET = "我想问一下津贴几号到账"


class Clock:
    def now(self) -> datetime:
        return AT

    def monotonic(self) -> float:
        return 0.0


class Platform:
    """The other end of the line; `trouble` is raised by the next call of that name, before or after its effect."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.talks: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self.trouble: dict[str, Exception] = {}
        self.lost_answer: set[str] = set()
        self.lines: tuple[ChatLine, ...] = ()
        self.hold: threading.Event | None = None

    def _call(self, name: str, *arguments: str) -> None:
        self.calls.append((name, *arguments))
        if self.hold is not None:
            self.hold.wait(10)
        if name in self.trouble:
            raise self.trouble.pop(name)

    def _answered(self, name: str) -> None:
        if name in self.lost_answer:
            self.lost_answer.discard(name)
            raise NetworkLost("reset", sent=True)

    def chat_duty(self) -> Duty:
        self._call("duty")
        return Duty(True, "09:00", "17:00")

    def open_chat(self, request: str, lang: str, service: str = "", step: str = "") -> str:
        self._call("open", request, lang, service, step)
        talk = self.talks.setdefault(request, f"talk-{len(self.talks)}")
        self._answered("open")
        return talk

    def send_chat(self, chat: str, message: str, text: str) -> object:
        self._call("send", chat, message, text)
        self.kept.setdefault(message, text)
        self._answered("send")
        return AT

    def read_chat(self, chat: str, after: int) -> News:
        self._call("read", chat, str(after))
        return News(self.lines, more=False, closed=False, on_duty=True)

    def close_chat(self, chat: str) -> None:
        self._call("close", chat)


class Desk:
    def __init__(self) -> None:
        self.platform = Platform()
        self.events: Queue[Event] = Queue()
        self.log: list[tuple[str, Any]] = []
        self.saw: list[bool] = []
        count = iter(range(1000))
        self.line = Chatting(
            self.platform,
            Clock(),
            lambda size: next(count).to_bytes(size, "big"),
            self.events.put,
            lambda name, fields: self.log.append((name, dict(fields))),
            self.saw.append,
        )

    def do(self, *effects: Any) -> None:
        performers: Any = self.line.performers()
        for effect in effects:
            performers[type(effect)](effect)

    def answer(self) -> Event:
        return self.events.get(timeout=10)

    def settle(self) -> None:
        done = threading.Event()
        self.line._thread.submit(done.set)
        assert done.wait(10)

    def called(self, name: str) -> list[tuple[str, ...]]:
        return [call for call in self.platform.calls if call[0] == name]


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.line.close()


def test_who_is_on_duty_is_asked_and_told(desk: Desk) -> None:
    desk.do(AskDuty())
    assert desk.answer() == ChatDuty(True, "09:00", "17:00")
    assert desk.saw == [True]


def test_a_message_opens_the_talk_with_what_goes_along_and_no_more(desk: Desk) -> None:
    desk.do(OpenChat("zh", "YL01", "form"), SendChat(0, SECRET))
    assert desk.answer() == ChatSent(0)
    ((_, _, *rest),) = desk.called("open")
    assert rest == ["zh", "YL01", "form"]
    desk.do(SendChat(1, "谢谢"))
    assert desk.answer() == ChatSent(1)
    assert len(desk.called("open")) == 1


def test_a_message_whose_answer_was_lost_is_sent_again_under_its_own_id(desk: Desk) -> None:
    desk.platform.lost_answer = {"send"}
    desk.do(OpenChat("zh"), SendChat(0, SECRET))
    assert desk.answer() == ChatUnsent(0, "offline")
    desk.do(SendChat(0, SECRET))
    assert desk.answer() == ChatSent(0)
    assert list(desk.platform.kept.values()) == [SECRET]


def test_an_opening_whose_answer_was_lost_opens_no_second_talk(desk: Desk) -> None:
    desk.platform.lost_answer = {"open"}
    desk.do(OpenChat("zh"), SendChat(0, SECRET))
    assert desk.answer() == ChatUnsent(0, "offline")
    desk.do(OpenChat("zh"), SendChat(0, SECRET))
    assert desk.answer() == ChatSent(0)
    assert len(desk.platform.talks) == 1


def test_after_an_ended_talk_another_begins(desk: Desk) -> None:
    for n in range(2):
        desk.do(OpenChat("zh"), SendChat(n, "x"))
        assert desk.answer() == ChatSent(n)
    assert len(desk.platform.talks) == 2


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (NetworkLost("x", sent=False), "offline"),
        (PlatformBusy(503), "busy"),
        (Refused(409, "chat-nobody"), "chat-nobody"),
        (Refused(409, "chat-full"), "chat-full"),
        (ValueError("not ours"), "busy"),
    ],
)
def test_whatever_goes_wrong_has_a_word(desk: Desk, trouble: Exception, why: str) -> None:
    desk.platform.trouble = {"duty": trouble}
    desk.do(AskDuty())
    assert desk.answer() == ChatMissing(why)
    desk.platform.trouble = {"open": trouble}
    desk.do(OpenChat("zh"), SendChat(0, SECRET))
    assert desk.answer() == ChatUnsent(0, why)
    assert desk.log == [("chat_failed", {"why": why})]


def test_only_what_staff_wrote_comes_and_nothing_hidden_in_it(desk: Desk) -> None:
    desk.platform.lines = (
        ChatLine(1, "resident", SECRET, AT),
        ChatLine(2, "staff", "每月\u202e 15 号\x1b" + "x" * 900, AT),
    )
    desk.do(OpenChat("zh"), SendChat(0, SECRET), PollChat(0))
    assert desk.answer() == ChatSent(0)
    news = desk.answer()
    assert isinstance(news, ChatNews)
    assert news.texts[0].startswith("每月 15 号xxx")
    assert (len(news.texts), len(news.texts[0]), news.last) == (1, 500, 2)


def test_nothing_is_asked_of_a_talk_that_never_stood(desk: Desk) -> None:
    desk.do(PollChat(0))
    desk.settle()
    assert desk.platform.calls == []
    assert desk.events.empty()


@pytest.mark.parametrize(
    "end", [lambda d: d.line.wipe(), lambda d: (d.do(CloseChat()), d.line.wipe())], ids=["wipe", "close"]
)
def test_the_end_of_a_visit_closes_the_talk_and_keeps_nothing(desk: Desk, end: Callable[[Desk], None]) -> None:
    desk.do(OpenChat("zh", "YL01", "form"), SendChat(0, SECRET))
    desk.answer()
    end(desk)
    desk.settle()
    assert desk.called("close") == [("close", "talk-0")]
    kept = {name: value for name, value in vars(desk.line).items() if name in ("_opening", "_request", "_chat", "_ids")}
    assert kept == {"_opening": None, "_request": "", "_chat": "", "_ids": {}}
    end(desk)
    desk.settle()
    assert len(desk.called("close")) == 1


def test_an_answer_that_comes_after_the_visit_is_told_nobody_and_its_talk_is_closed(desk: Desk) -> None:
    desk.platform.hold = threading.Event()
    desk.do(OpenChat("zh"), SendChat(0, SECRET), SendChat(1, SECRET))
    desk.line.wipe()
    desk.platform.hold.set()
    desk.settle()
    assert desk.events.empty()
    assert len(desk.called("send")) <= 1
    assert [call[1] for call in desk.called("close")] == list(desk.platform.talks.values())


def test_a_talk_that_cannot_be_closed_is_forgotten_all_the_same(desk: Desk) -> None:
    desk.do(OpenChat("zh"), SendChat(0, SECRET))
    desk.answer()
    desk.platform.trouble = {"close": NetworkLost("x", sent=False)}
    desk.line.wipe()
    desk.settle()
    assert desk.line._chat == ""


def test_no_word_is_in_the_log_or_in_what_is_printed_of_an_effect(desk: Desk) -> None:
    desk.platform.trouble = {"open": PlatformBusy(503)}
    desk.do(OpenChat("zh"), SendChat(0, SECRET))
    desk.answer()
    shown = f"{desk.log} {SendChat(0, SECRET)} {ChatNews((SECRET,), 1)}"
    assert SECRET not in shown
