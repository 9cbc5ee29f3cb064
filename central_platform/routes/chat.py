"""Talks by text: the terminal's side, known by its certificate, and the staff's side, known by a token."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from central_platform import chat, chat_staff
from central_platform.problems import Refusal
from central_platform.routes.common import AUTH, MTLS, PlatformDep, TerminalDep, refusals
from central_platform.wire.chat import (
    ChatDone,
    ChatEnd,
    ChatNews,
    ChatOpen,
    ChatOpened,
    ChatRead,
    ChatSend,
    ChatSent,
    Duty,
    StaffAnswer,
    StaffChat,
    StaffDuty,
    StaffTalk,
)
from central_platform.wire.common import ProblemCode

router = APIRouter(tags=["chat"])
C = ProblemCode
BEARER: dict[str, Any] = {"security": [{"staffToken": []}]}
PUT = (C.CHAT_UNKNOWN, C.CHAT_CLOSED, C.CHAT_FULL, C.DIGEST_CONFLICT, C.INVALID_REQUEST, C.TOO_LARGE)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def staff(request: Request, platform: PlatformDep) -> str:
    """Return who of the staff is asking.

    Raises:
        Refusal: staff-unknown.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(C.STAFF_UNKNOWN)
    return chat_staff.named(platform, token.strip())


StaffDep = Annotated[str, Depends(staff)]


@router.get("/v1/chats/duty", operation_id="chatDuty", openapi_extra=MTLS, responses=refusals(*AUTH))
def duty(terminal: TerminalDep, platform: PlatformDep) -> Duty:
    """Does somebody answer now, and when does somebody usually?"""
    return chat.duty(platform)


@router.post(
    "/v1/chats",
    operation_id="openChat",
    status_code=201,
    openapi_extra=MTLS,
    responses=refusals(C.CHAT_NOBODY, C.TOO_MANY, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def open_chat(body: ChatOpen, terminal: TerminalDep, platform: PlatformDep) -> ChatOpened:
    """Begin a talk; the same request again is the same talk."""
    return chat.begin(platform, terminal, body)


@router.post("/v1/chats:send", operation_id="sendChat", openapi_extra=MTLS, responses=refusals(*PUT, *AUTH))
def send(body: ChatSend, terminal: TerminalDep, platform: PlatformDep) -> ChatSent:
    """Add a message; the same id again has no second effect."""
    return chat.send(platform, terminal, body)


@router.post(
    "/v1/chats:read",
    operation_id="readChat",
    openapi_extra=MTLS,
    responses=refusals(C.CHAT_UNKNOWN, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def read(body: ChatRead, terminal: TerminalDep, platform: PlatformDep) -> ChatNews:
    """What is newer than the last message that the terminal has."""
    return chat.read(platform, terminal, body)


@router.post(
    "/v1/chats:close",
    operation_id="closeChat",
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def close(body: ChatEnd, terminal: TerminalDep, platform: PlatformDep) -> ChatDone:
    """End a talk with the visit. Ending it again changes nothing."""
    chat.end(platform, terminal, body)
    return ChatDone(ok=True)


@router.put(
    "/staff/v1/duty",
    operation_id="staffDuty",
    openapi_extra=BEARER,
    responses=refusals(C.STAFF_UNKNOWN, C.INVALID_REQUEST, C.TOO_LARGE),
)
def staff_duty(body: StaffDuty, name: StaffDep, platform: PlatformDep) -> Duty:
    """Come on duty, stay, or leave."""
    return chat_staff.on_duty(platform, name, body.minutes)


@router.get("/staff/v1/chats", operation_id="staffChats", openapi_extra=BEARER, responses=refusals(C.STAFF_UNKNOWN))
def staff_chats(name: StaffDep, platform: PlatformDep) -> list[StaffChat]:
    """Open talks, those that wait for an answer first."""
    return chat_staff.waiting(platform)


@router.get(
    "/staff/v1/chats/{number}",
    operation_id="staffChat",
    openapi_extra=BEARER,
    responses=refusals(C.STAFF_UNKNOWN, C.CHAT_UNKNOWN, C.INVALID_REQUEST),
)
def staff_chat(number: Number, name: StaffDep, platform: PlatformDep) -> StaffTalk:
    """One talk with its messages."""
    return chat_staff.whole(platform, number)


@router.post(
    "/staff/v1/chats/{number}:answer",
    operation_id="staffAnswer",
    openapi_extra=BEARER,
    responses=refusals(C.STAFF_UNKNOWN, *PUT),
)
def staff_answer(number: Number, body: StaffAnswer, name: StaffDep, platform: PlatformDep) -> ChatSent:
    """Answer; the same id again has no second effect."""
    return chat_staff.answer(platform, number, body)


@router.post(
    "/staff/v1/chats/{number}:close",
    operation_id="staffCloseChat",
    openapi_extra=BEARER,
    responses=refusals(C.STAFF_UNKNOWN, C.CHAT_UNKNOWN, C.INVALID_REQUEST),
)
def staff_close(number: Number, name: StaffDep, platform: PlatformDep) -> ChatDone:
    """End a talk."""
    chat_staff.end(platform, number)
    return ChatDone(ok=True)
