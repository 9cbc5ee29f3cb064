from __future__ import annotations

import pytest

from kiosk_app.lab.by_ear import answers


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("Send, button, item three of three", "Send", True),
        ("Send the code, button, item three of three", "Send the code", True),
        ("发送，按钮，第三项，共三项", "发送", True),
    ],
)
def test_a_key_answers_to_its_words(text: str, word: str, whole: bool) -> None:
    assert answers(text, [word], whole=whole)


@pytest.mark.parametrize(
    ("text", "word"),
    [("Send again, button", "Send"), ("长辈版，按钮", "长"), ("Send, button, not available now", "Send")],
)
def test_a_key_of_more_words_or_a_closed_one_does_not(text: str, word: str) -> None:
    assert not answers(text, [word], whole=True)
