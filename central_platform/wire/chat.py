"""Talks by text: what a terminal says for a resident, and what staff of the hotline say back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from central_platform.wire.common import Uuid, Wire
from contracts.plain import MOST_CHAT, is_plain

MOST_MESSAGES = 200
"""Messages of one talk, of both sides together."""


def _plain(text: str) -> str:
    if not is_plain(text) or not text.strip():
        raise ValueError("empty, or with characters that nobody sees")
    return text


ChatId = Annotated[str, Field(min_length=1, max_length=64)]
ChatText = Annotated[str, Field(min_length=1, max_length=MOST_CHAT, repr=False), AfterValidator(_plain)]


class Who(StrEnum):
    """Who wrote a message."""

    RESIDENT = "resident"
    STAFF = "staff"


class Duty(Wire):
    """Whether somebody answers now, and when somebody usually does: on working days, HH:MM of Beijing."""

    on_duty: bool
    opens: str
    closes: str


class ChatOpen(Wire):
    """Begin a talk. `request` makes a repeated call the same talk; service and step only if the resident lets us."""

    request: Uuid
    lang: Annotated[str, Field(pattern=r"^(zh|en)$")]
    service: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{2}$")] | None = None
    step: Annotated[str, Field(pattern=r"^[a-z_]{1,24}$")] | None = None


class ChatOpened(Wire):
    """A talk: known by an id that nobody guesses, and to this terminal only."""

    chat: ChatId = Field(repr=False)


class ChatSend(Wire):
    """One message; the same `id` again has no second effect."""

    chat: ChatId = Field(repr=False)
    id: Uuid
    text: ChatText


class ChatSent(Wire):
    """It is kept: its place in the talk and its time."""

    seq: int
    at: datetime


class ChatRead(Wire):
    """Ask for what is newer than message `after`."""

    chat: ChatId = Field(repr=False)
    after: Annotated[int, Field(ge=0, le=MOST_MESSAGES)] = 0


class ChatLine(Wire):
    """One message as it is kept."""

    seq: int
    who: Who
    text: str = Field(repr=False)
    at: datetime


class ChatNews(Wire):
    """What is new, oldest first; at most 50 at once, then `more` is true."""

    messages: list[ChatLine]
    more: bool
    closed: bool
    on_duty: bool


class ChatEnd(Wire):
    """The talk is over."""

    chat: ChatId = Field(repr=False)


class ChatDone(Wire):
    """It is done."""

    ok: bool


class StaffDuty(Wire):
    """On duty for so many minutes from now; 0 = off duty."""

    minutes: Annotated[int, Field(ge=0, le=24 * 60)]


class StaffChat(Wire):
    """One talk as staff see it in the list. `waiting`: the resident wrote last."""

    number: int
    terminal: str
    lang: str
    service: str | None
    step: str | None
    opened_at: datetime
    closed: bool
    messages: int
    waiting: bool


class StaffTalk(Wire):
    """One talk, whole."""

    chat: StaffChat
    messages: list[ChatLine]


class StaffAnswer(Wire):
    """One message of staff; the same `id` again has no second effect."""

    id: Uuid
    text: ChatText
