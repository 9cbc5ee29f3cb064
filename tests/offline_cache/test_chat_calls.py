"""Talks by text as the terminal's client has them, over mutual TLS against a running platform."""

from __future__ import annotations

import json
import ssl
import urllib.request
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from offline_cache import NetworkLost, PlatformBusy
from tests.offline_cache.test_against_platform import Enrolled, enrolled, pytestmark
from tests.offline_cache.test_identity_calls import refused, second_terminal

__all__ = ["enrolled", "pytestmark"]

WORDS = "请问几号到账？"


def staff(enrolled: Enrolled, method: str, path: str, body: Any = None) -> Any:
    token = enrolled.lab("POST", "/lab/staff", {})["token"]
    request = urllib.request.Request(
        f"{enrolled.url}/staff/v1{path}",
        json.dumps(body or {}).encode() if method != "GET" else None,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    tls = ssl.create_default_context(cafile=str(enrolled.files.ca_path))
    with urllib.request.urlopen(request, context=tls, timeout=10) as answer:
        return json.loads(answer.read())


def new() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def on_duty(enrolled: Enrolled) -> Enrolled:
    staff(enrolled, "PUT", "/duty", {"minutes": 5})
    return enrolled


def number(enrolled: Enrolled) -> int:
    found = staff(enrolled, "GET", "/chats")
    # Asking made a new token, and who holds it is not on duty yet.
    staff(enrolled, "PUT", "/duty", {"minutes": 5})
    return max(int(one["number"]) for one in found)


def test_a_talk_there_and_back(on_duty: Enrolled) -> None:
    with on_duty.client() as client:
        assert client.chat_duty().on_duty is True
        chat = client.open_chat(new(), "zh", "YL01", "form")
        at = client.send_chat(chat, new(), WORDS)
        staff(on_duty, "POST", f"/chats/{number(on_duty)}:answer", {"id": new(), "text": "15 号"})
        news = client.read_chat(chat, 0)
        assert [(line.who, line.text) for line in news.lines] == [("resident", WORDS), ("staff", "15 号")]
        assert news.lines[0].at == at
        assert (news.more, news.closed) == (False, False)
        assert client.read_chat(chat, 2).lines == ()
        client.close_chat(chat)
        client.close_chat(chat)
        assert client.read_chat(chat, 2).closed is True
        assert refused(lambda: client.send_chat(chat, new(), "x")).code == "chat-closed"


def test_nobody_on_duty_is_a_refusal_of_its_own(enrolled: Enrolled) -> None:
    staff(enrolled, "PUT", "/duty", {"minutes": 0})
    with enrolled.client() as client:
        assert client.chat_duty().on_duty is False
        assert refused(lambda: client.open_chat(new(), "zh")).code == "chat-nobody"


def test_another_terminals_talk_and_a_guess_are_unknown(on_duty: Enrolled, tmp_path: Path) -> None:
    with on_duty.client() as client, second_terminal(on_duty, tmp_path).client() as thief:
        chat = client.open_chat(new(), "zh")
        for other, name in ((thief, chat), (client, "A" * 43)):
            assert refused(partial(other.read_chat, name, 0)).code == "chat-unknown"
            assert refused(partial(other.send_chat, name, new(), "x")).code == "chat-unknown"
        thief.close_chat(chat)
        assert client.read_chat(chat, 0).closed is False


def test_a_platform_that_dies_in_the_middle_of_a_message_has_it_once_when_it_is_sent_again(on_duty: Enrolled) -> None:
    with on_duty.client() as client:
        request, message = new(), new()
        on_duty.lab("POST", "/lab/faults", {"mode": "drop-after-commit", "count": 1, "path": "/v1/chats"})
        with pytest.raises(NetworkLost):
            client.open_chat(request, "zh")
        chat = client.open_chat(request, "zh")
        on_duty.lab("POST", "/lab/faults", {"mode": "drop-after-commit", "count": 1, "path": "/v1/chats:send"})
        with pytest.raises(NetworkLost):
            client.send_chat(chat, message, WORDS)
        client.send_chat(chat, message, WORDS)
        assert len(client.read_chat(chat, 0).lines) == 1
        assert refused(lambda: client.send_chat(chat, message, "别的")).code == "digest-conflict"


@pytest.mark.parametrize(("mode", "error"), [("500", PlatformBusy), ("html", NetworkLost), ("close", NetworkLost)])
def test_a_platform_that_is_ill_is_an_error_of_the_network_kind(
    on_duty: Enrolled, mode: str, error: type[Exception]
) -> None:
    with on_duty.client() as client:
        on_duty.lab("POST", "/lab/faults", {"mode": mode, "count": 1, "path": "/v1/chats"})
        with pytest.raises(error):
            client.chat_duty()


@pytest.mark.parametrize("text", ["x" * 10_000, "a\u202eb", "\x00", ""])
def test_words_that_the_field_would_never_let_through_are_refused(on_duty: Enrolled, text: str) -> None:
    with on_duty.client() as client:
        chat = client.open_chat(new(), "zh")
        assert refused(lambda: client.send_chat(chat, new(), text)).code == "invalid-request"
