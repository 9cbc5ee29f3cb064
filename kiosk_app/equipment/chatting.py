"""The line to staff who answer in writing: one call after the other on a thread of its own; answers come as events.

The resident's page never waits for it. Ids of talk and messages are chosen here and kept until the visit ends, so that
a message of which nobody knows whether it arrived can be sent again without standing there twice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from contracts import uuid7
from contracts.plain import MOST_CHAT, plain
from kiosk_app.conductor import Performer, Record
from kiosk_app.visit.effects import AskDuty, CloseChat, Effect, OpenChat, PollChat, SendChat
from kiosk_app.visit.events import ChatDuty, ChatMissing, ChatNews, ChatSent, ChatUnsent, Event
from offline_cache import ChatDuty as Duty
from offline_cache import ChatNews as News
from offline_cache import Clock, NetworkLost, PlatformError, Refused

STAFF = "staff"


class Line(Protocol):
    """What is asked of the platform; `offline_cache.PlatformClient` does it."""

    def chat_duty(self) -> Duty:
        """Do staff answer now?"""

    def open_chat(self, request: str, lang: str, service: str = "", step: str = "") -> str:
        """Begin a talk."""

    def send_chat(self, chat: str, message: str, text: str) -> object:
        """Send a message."""

    def read_chat(self, chat: str, after: int) -> News:
        """What is new?"""

    def close_chat(self, chat: str) -> None:
        """End a talk."""


class Chatting:
    """Performs what a visit asks of the line to staff. `post` hands an event to the loop, `saw` what a call told of
    the network.
    """

    def __init__(
        self,
        line: Line,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        post: Callable[[Event], None],
        record: Record,
        saw: Callable[[bool], None] = lambda success: None,
    ) -> None:
        self._line = line
        self._clock = clock
        self._random_bytes = random_bytes
        self._post = post
        self._record = record
        self._saw = saw
        self._thread = ThreadPoolExecutor(1, "chat")
        self._visits = 0
        self._opening: OpenChat | None = None
        self._request = ""
        self._chat = ""
        self._ids: dict[int, str] = {}

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {
            AskDuty: lambda effect: self._do(self._ask),
            OpenChat: lambda effect: self._do(lambda: self._open(effect)),
            SendChat: lambda effect: self._do(lambda: self._send(effect)),
            PollChat: lambda effect: self._do(lambda: self._poll(effect)),
            CloseChat: lambda effect: self._later(self._hang_up),
        }

    def wipe(self) -> None:
        """The visit is over: what waits is dropped, the talk is closed, nothing of it is kept."""
        self._visits += 1
        self._later(self._forget)

    def close(self) -> None:
        """End; a call that hangs ends by its own time-out."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _do(self, job: Callable[[], Event | None]) -> None:
        visit = self._visits

        def run() -> None:
            # What was asked in a visit that is over is not done any more, and not answered.
            if visit != self._visits:
                return
            event = job()
            if event is not None and visit == self._visits:
                self._post(event)

        self._thread.submit(run)

    def _later(self, job: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):
            self._thread.submit(job)

    def _forget(self) -> None:
        self._request, self._opening = "", None
        self._ids.clear()
        self._hang_up()

    def _hang_up(self) -> None:
        chat, self._chat = self._chat, ""
        if chat:
            # Off line the platform closes it by itself when it hears of this terminal no more.
            with contextlib.suppress(PlatformError):
                self._line.close_chat(chat)

    def _ask(self) -> Event:
        try:
            duty = self._line.chat_duty()
        except (PlatformError, ValueError) as error:
            return ChatMissing(self._why(error))
        self._saw(True)
        return ChatDuty(duty.on_duty, duty.opens[:5], duty.closes[:5])

    def _open(self, effect: OpenChat) -> None:
        """Remember how to open it. A talk that never stood is asked for under the same name; one that ended is not."""
        if self._chat or not self._request:
            self._request, self._chat = self._new_id(), ""
        self._opening = effect

    def _send(self, effect: SendChat) -> Event:
        message = self._ids.setdefault(effect.n, self._new_id())
        try:
            if not self._chat:
                self._chat = self._begin()
            self._line.send_chat(self._chat, message, effect.text)
        except (PlatformError, ValueError) as error:
            why = self._why(error)
            self._record("chat_failed", {"why": why})
            return ChatUnsent(effect.n, why)
        self._saw(True)
        return ChatSent(effect.n)

    def _begin(self) -> str:
        opening = self._opening or OpenChat("zh")
        return self._line.open_chat(self._request, opening.lang, opening.service, opening.step)

    def _poll(self, effect: PollChat) -> Event | None:
        if not self._chat:
            return None
        try:
            news = self._line.read_chat(self._chat, effect.after)
        except (PlatformError, ValueError) as error:
            return ChatMissing(self._why(error))
        self._saw(True)
        texts = tuple(plain(line.text)[:MOST_CHAT] for line in news.lines if line.who == STAFF)
        last = max((line.seq for line in news.lines), default=effect.after)
        return ChatNews(texts, last, news.closed, news.more)

    def _why(self, error: Exception) -> str:
        self._saw(not isinstance(error, NetworkLost))
        if isinstance(error, Refused):
            return error.code
        return "offline" if isinstance(error, NetworkLost) else "busy"

    def _new_id(self) -> str:
        return uuid7(int(self._clock.now().timestamp() * 1000), self._random_bytes)
