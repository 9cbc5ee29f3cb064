from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from central_platform import chat, chat_staff
from central_platform.models import Chat, ChatMessage
from tests.central_platform.test_identities import second_terminal
from tests.central_platform.world import TERMINAL, Client, World

SECRET = "我想问一下津贴几号到账"


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def token(world: World) -> str:
    raw: str = world.public.post("/lab/staff", json={}).json()["token"]
    assert staff(world, raw, "PUT", "/duty", {"minutes": 60}).status_code == 200
    return raw


def staff(world: World, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return world.public.request(method, f"/staff/v1{path}", json.dumps(body or {}).encode(), headers)


def begin(world: World, request: str = "", client: Client | None = None, **more: Any) -> Any:
    return (client or world.terminal).post("/v1/chats", json={"request": request or key(), "lang": "zh", **more})


def opened(world: World, **more: Any) -> str:
    raw: str = begin(world, **more).json()["chat"]
    return raw


def send(world: World, raw: str, text: str = SECRET, name: str = "", client: Client | None = None) -> Any:
    body = {"chat": raw, "id": name or key(), "text": text}
    return (client or world.terminal).post("/v1/chats:send", json=body)


def read(world: World, raw: str, after: int = 0, client: Client | None = None) -> Any:
    return (client or world.terminal).post("/v1/chats:read", json={"chat": raw, "after": after})


def test_nobody_on_duty_opens_no_talk_and_says_when_somebody_is(world: World) -> None:
    duty = world.terminal.get("/v1/chats/duty").json()
    assert duty == {"on_duty": False, "opens": "09:00", "closes": "17:00"}
    answer = begin(world)
    assert (answer.status_code, answer.json()["code"]) == (409, "chat-nobody")


def test_a_resident_and_staff_talk(world: World, token: str) -> None:
    raw = opened(world, service="TA01", step="form")
    assert send(world, raw).json()["seq"] == 1
    (listed,) = staff(world, token, "GET", "/chats").json()
    assert (listed["terminal"], listed["service"], listed["step"], listed["waiting"]) == (
        TERMINAL,
        "TA01",
        "form",
        True,
    )
    number = listed["number"]
    talk = staff(world, token, "GET", f"/chats/{number}").json()
    assert [(one["who"], one["text"]) for one in talk["messages"]] == [("resident", SECRET)]
    body = {"id": key(), "text": "每月 15 号"}
    assert staff(world, token, "POST", f"/chats/{number}:answer", body).json()["seq"] == 2
    news = read(world, raw, after=1).json()
    assert [(one["seq"], one["who"], one["text"]) for one in news["messages"]] == [(2, "staff", "每月 15 号")]
    assert (news["closed"], news["more"], news["on_duty"]) == (False, False, True)


def test_the_same_opening_is_the_same_talk_and_the_same_message_stands_once(world: World, token: str) -> None:
    request, name = key(), key()
    raw = opened(world, request=request)
    assert opened(world, request=request) == raw
    first, again = send(world, raw, name=name).json(), send(world, raw, name=name).json()
    assert first == again
    assert len(read(world, raw).json()["messages"]) == 1
    other = send(world, raw, "别的话", name=name)
    assert (other.status_code, other.json()["code"]) == (409, "digest-conflict")


def test_an_answer_that_is_sent_again_stands_once(world: World, token: str) -> None:
    raw = opened(world)
    body = {"id": key(), "text": "好的"}
    for _ in range(2):
        assert staff(world, token, "POST", "/chats/1:answer", body).json()["seq"] == 1
    assert len(read(world, raw).json()["messages"]) == 1


def test_ids_are_long_and_differ_for_each_request(world: World, token: str) -> None:
    found = {opened(world) for _ in range(5)}
    assert len(found) == 5
    assert all(len(raw) >= 40 for raw in found)


def test_a_guessed_id_and_another_terminals_talk_are_the_same_to_a_terminal(world: World, token: str) -> None:
    raw, stranger = opened(world), second_terminal(world)
    for answer in (
        send(world, raw, client=stranger),
        read(world, raw, client=stranger),
        send(world, "A" * 43),
        read(world, "A" * 43),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "chat-unknown")
    assert stranger.post("/v1/chats:close", json={"chat": raw}).json() == {"ok": True}
    assert read(world, raw).json()["closed"] is False


def test_without_a_certificate_there_is_no_talk(world: World) -> None:
    for path in ("/v1/chats", "/v1/chats:send", "/v1/chats:read", "/v1/chats:close"):
        assert world.public.post(path, json={"chat": "x", "id": key(), "text": "x"}).status_code == 401
    assert world.public.get("/v1/chats/duty").status_code == 401


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "x" * 501,
        "x" * 10_000,
        "a\x00b",
        "a\x1b[2Jb",
        "一\n二",
        "abc\u202edef",
        "a\u2066b",
        "a\u200eb",
        "a\u200bb",
        "\ufeffa",
        "\ue000",
        "\ud800",
        7,
        None,
        ["x"],
    ],
)
def test_words_that_are_too_long_or_hide_something_are_refused(world: World, token: str, text: Any) -> None:
    raw = opened(world)
    answer = send(world, raw, text)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert "text" in answer.json()["field"] or answer.json()["field"]
    assert read(world, raw).json()["messages"] == []
    assert staff(world, token, "POST", "/chats/1:answer", {"id": key(), "text": text}).status_code == 422


def test_five_hundred_characters_and_emoji_pass(world: World, token: str) -> None:
    raw = opened(world)
    assert send(world, raw, "好" * 500).status_code == 200
    assert send(world, raw, "谢谢😀").status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"service": "'; DROP"},
        {"service": "110102194203155128"},
        {"step": "赵秀兰"},
        {"step": "x" * 25},
        {"lang": "fr"},
        {"request": "1"},
    ],
)
def test_what_goes_with_a_talk_is_a_service_and_a_step_and_nothing_else(
    world: World, token: str, more: dict[str, str]
) -> None:
    assert begin(world, **more).status_code == 422


def test_a_talk_holds_two_hundred_messages(world: World, token: str) -> None:
    raw = opened(world)
    with world.platform.database.write() as session:
        now = world.platform.clock.now()
        session.add_all(ChatMessage(chat=1, seq=n, key=key(), who="resident", text="x", at=now) for n in range(1, 200))
    assert send(world, raw).json()["seq"] == 200
    answer = send(world, raw)
    assert (answer.status_code, answer.json()["code"]) == (409, "chat-full")


def test_much_news_comes_in_parts(world: World, token: str) -> None:
    raw = opened(world)
    for n in range(60):
        send(world, raw, f"第 {n} 句")
    first = read(world, raw).json()
    assert (len(first["messages"]), first["more"]) == (50, True)
    rest = read(world, raw, after=first["messages"][-1]["seq"]).json()
    assert (len(rest["messages"]), rest["more"]) == (10, False)


def test_a_closed_talk_takes_no_more_words_and_still_tells_the_last(world: World, token: str) -> None:
    raw = opened(world)
    send(world, raw)
    assert staff(world, token, "POST", "/chats/1:close").json() == {"ok": True}
    assert send(world, raw).json()["code"] == "chat-closed"
    news = read(world, raw).json()
    assert (len(news["messages"]), news["closed"]) == (1, True)
    answer = staff(world, token, "POST", "/chats/1:answer", {"id": key(), "text": "好"})
    assert answer.json()["code"] == "chat-closed"


def test_the_visits_end_closes_a_talk_twice_without_harm(world: World, token: str) -> None:
    raw = opened(world)
    for _ in range(2):
        assert world.terminal.post("/v1/chats:close", json={"chat": raw}).json() == {"ok": True}
    assert staff(world, token, "GET", "/chats").json() == []


def test_a_terminal_that_fell_silent_is_not_waited_for(world: World, token: str) -> None:
    raw = opened(world)
    world.clock.advance(seconds=500)
    read(world, raw)
    world.clock.advance(seconds=500)
    assert len(staff(world, token, "GET", "/chats").json()) == 1
    world.clock.advance(seconds=700)
    assert staff(world, token, "GET", "/chats").json() == []


def test_a_talk_is_deleted_a_week_after_its_end(world: World, token: str) -> None:
    raw = opened(world)
    send(world, raw)
    world.terminal.post("/v1/chats:close", json={"chat": raw})
    world.clock.advance(days=6, hours=23)
    chat.forget(world.platform)
    assert read(world, raw).status_code == 200
    world.clock.advance(hours=2)
    assert chat.forget(world.platform) == 1
    with world.platform.database.read() as session:
        assert session.scalars(select(Chat)).all() == []
        assert session.scalars(select(ChatMessage)).all() == []


def test_duty_ends_by_itself_and_by_a_word(world: World, token: str) -> None:
    world.clock.advance(minutes=61)
    assert world.terminal.get("/v1/chats/duty").json()["on_duty"] is False
    staff(world, token, "PUT", "/duty", {"minutes": 30})
    assert world.terminal.get("/v1/chats/duty").json()["on_duty"] is True
    staff(world, token, "PUT", "/duty", {"minutes": 0})
    assert world.terminal.get("/v1/chats/duty").json()["on_duty"] is False


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic abc", "bearer \ud83d"])
def test_staff_are_known_by_their_token_only(world: World, token: str, header: str) -> None:
    headers = {"Authorization": header.encode("utf-8", "replace").decode()} if header else {}
    answer = world.public.request("GET", "/staff/v1/chats", b"", headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "staff-unknown")


def test_a_terminals_certificate_is_no_staff(world: World, token: str) -> None:
    assert world.terminal.get("/staff/v1/chats").status_code == 401


def test_a_withdrawn_token_answers_nobody(world: World, token: str) -> None:
    assert chat_staff.dismiss(world.platform, "lab")
    assert staff(world, token, "GET", "/chats").status_code == 401
    assert world.terminal.get("/v1/chats/duty").json()["on_duty"] is False


@pytest.mark.parametrize("number", ["0", "-1", "9", "99999999999999999999", "x"])
def test_a_talk_that_is_not_there_cannot_be_answered(world: World, token: str, number: str) -> None:
    answer = staff(world, token, "POST", f"/chats/{number}:answer", {"id": key(), "text": "好"})
    assert answer.status_code in (404, 422)


def test_too_many_talks_of_one_terminal_have_to_wait(world: World, token: str) -> None:
    from dataclasses import replace

    world.platform.settings = replace(world.platform.settings, terminal_per_hour=3)
    for _ in range(3):
        assert begin(world).status_code == 201
    answer = begin(world)
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many")
    world.clock.advance(minutes=61)
    staff(world, token, "PUT", "/duty", {"minutes": 30})
    assert begin(world).status_code == 201


def test_no_word_and_no_id_of_a_talk_is_in_the_log(world: World, token: str) -> None:
    raw = opened(world)
    send(world, raw)
    read(world, raw)
    staff(world, token, "POST", "/chats/1:answer", {"id": key(), "text": "每月 15 号"})
    lines = json.dumps(world.public.get("/lab/log").json(), ensure_ascii=False)
    assert "/v1/chats:send" in lines
    for secret in (raw, SECRET, "每月", token):
        assert secret not in lines
