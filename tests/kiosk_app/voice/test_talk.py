"""What is said of a talk with staff, and to whom."""

from __future__ import annotations

import pytest

from kiosk_app.lab.samples import desk, pages
from kiosk_app.screens import view
from kiosk_app.visit import step
from kiosk_app.visit.events import ChatNews
from kiosk_app.voice import Hearers
from kiosk_app.voice.phrases import announce, describe, read
from ui.view import Heard, Privacy, ScreenView

ALONE, CHOSEN, OTHERS = Hearers(headphones=True), Hearers(chosen=True), Hearers()
TOLD = "别忘了带身份证。"


def said(utterances: object) -> str:
    found = utterances if isinstance(utterances, tuple) else (utterances,)
    return " ".join(clip.text for one in found for clip in one.clips)


@pytest.fixture
def came() -> tuple[ScreenView, ScreenView]:
    """The page before and after an answer came."""
    before = pages()["chat-sent"]
    after, _ = step(before, ChatNews((TOLD,), 2), desk())
    return view(before, desk()), view(after, desk())


@pytest.mark.parametrize("hearers", [ALONE, CHOSEN])
def test_who_hears_alone_or_chose_so_is_read_the_answer_when_it_comes(
    came: tuple[ScreenView, ScreenView], hearers: Hearers
) -> None:
    told = announce(*came, hearers)
    assert "别忘了带身份证" in said(told)
    assert "工作人员" in said(told)
    assert {one.privacy for one in told} == {Privacy.PRIVATE}
    assert all("身份证" not in clip.caption for one in told for clip in one.clips)


def test_before_others_it_is_said_that_one_came_and_nothing_of_it(came: tuple[ScreenView, ScreenView]) -> None:
    told = announce(*came, OTHERS)
    assert "有一条新消息" in said(told)
    assert "身份证" not in said(told)


def test_a_message_that_is_looked_at_before_others_says_whose_it_is_and_how_to_hear_it() -> None:
    shown = view(pages()["chat-answered"], desk())
    heard = Heard("chat.line.1", "notice", "工作人员 09:26", shown.nodes[0].value, "")
    words = said(describe(shown, heard, OTHERS))
    assert "工作人员" in words
    assert "插上耳机" in words
    assert "15" not in words
    assert "十五号" in said(describe(shown, heard, ALONE))


def test_the_whole_talk_is_read_newest_first_to_who_may_hear_it() -> None:
    shown = view(pages()["chat-answered"], desk())
    words = said(read(shown, ALONE))
    assert words.index("十五号") < words.index("几号到账")
    assert "几号到账" not in said(read(shown, OTHERS))
