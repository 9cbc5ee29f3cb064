"""What residents could not get done: taken once, without a word of who it was, read in time, answered, forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from central_platform import feedback
from central_platform.cli import app
from central_platform.models import Feedback, Message, Submission
from contracts.plain import MOST_CHAT
from tests.central_platform.world import PHONE, TERMINAL, World

NUMBER = "XT-7K3M9-QXW2T"
SAID = {"number": NUMBER, "lang": "zh", "what": "papers", "words": "跑了三趟", "service": "TA01", "screen": "review"}


def said(world: World, **changes: Any) -> Mapping[str, Any]:
    body = {name: value for name, value in {**SAID, **changes}.items() if value is not None}
    found: Mapping[str, Any] = world.result(world.item(body, "feedback"))
    return found


def rows(world: World) -> list[Feedback]:
    with world.platform.database.read() as session:
        return list(session.scalars(select(Feedback).order_by(Feedback.number)))


def test_it_is_kept_with_the_working_day_by_which_somebody_reads_it(world: World) -> None:
    assert said(world) == {"id": said_id(world), "status": "accepted", "receipt": None, "problem": None}
    (row,) = rows(world)
    assert (row.number, row.what, row.words, row.phone) == (NUMBER, "papers", "跑了三趟", None)
    # Friday, so Monday.
    assert (row.terminal, row.service, row.screen, row.due) == (TERMINAL, "TA01", "review", "2026-11-23")


def said_id(world: World) -> str:
    with world.platform.database.read() as session:
        return str(session.scalar(select(Submission.id).order_by(Submission.seq.desc()).limit(1)))


def test_sent_again_it_has_no_second_effect(world: World) -> None:
    item = world.item(SAID, "feedback")
    assert [world.result(item)["status"] for _ in range(3)] == ["accepted", "duplicate", "duplicate"]
    assert len(rows(world)) == 1


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("/words", {"words": "长" * (MOST_CHAT + 1)}),
        ("/words", {"words": "字" * 10_000}),
        ("/words", {"words": "a\u202eb"}),
        ("/words", {"words": "a\x00b"}),
        ("/words", {"words": "   "}),
        ("/phone", {"phone": "1380013800"}),
        ("/number", {"number": "XT-OOOOO-11111"}),
        ("/service", {"service": "DROP TABLE"}),
        ("/screen", {"screen": "Review!"}),
        ("/lang", {"lang": "fr"}),
        ("/", {"what": None, "words": None}),
    ],
)
def test_what_cannot_be_right_is_refused_and_not_quoted(world: World, field: str, change: Mapping[str, Any]) -> None:
    result = said(world, **change)
    assert (result["status"], result["problem"]["code"]) == ("rejected", "data-invalid")
    assert result["problem"]["field"] == field
    told = result["problem"]["title"] + result["problem"]["detail"]
    assert not any(value and value.strip() and value in told for value in change.values())
    assert rows(world) == []


def test_a_number_is_given_out_once(world: World) -> None:
    said(world)
    result = said(world, words="另一件")
    assert (result["problem"]["code"], result["problem"]["field"]) == ("data-invalid", "/number")
    assert len(rows(world)) == 1


def test_what_a_newer_terminal_says_besides_is_not_kept_with_it(world: World) -> None:
    assert said(world, id_no="110101199001011234")["status"] == "accepted"
    (row,) = rows(world)
    assert "110101199001011234" not in repr({c.name: getattr(row, c.name) for c in Feedback.__table__.columns})


def test_an_answer_goes_to_the_phone_that_was_left(world: World) -> None:
    said(world, phone=PHONE)
    assert feedback.answer(world.platform, NUMBER, "已经补上说明。", "李")
    with world.platform.database.read() as session:
        (message,) = session.scalars(select(Message))
    assert (message.phone, NUMBER in message.text, "已经补上说明。" in message.text) == (PHONE, True, True)


def test_an_answer_to_whoever_left_no_phone_waits_for_the_number(world: World) -> None:
    said(world)
    assert not feedback.answer(world.platform, NUMBER, "已经补上说明。", "李")
    with world.platform.database.read() as session:
        assert list(session.scalars(select(Message))) == []
    (voice,) = feedback.listed(world.platform, answered_too=True)
    assert (voice.answered_by, voice.answer) == ("李", "已经补上说明。")
    assert feedback.listed(world.platform) == []


def test_nothing_is_answered_twice_or_under_another_number(world: World) -> None:
    said(world)
    feedback.answer(world.platform, NUMBER, "好", "李")
    for number in (NUMBER, "XT-22222-22222"):
        with pytest.raises(feedback.FeedbackError):
            feedback.answer(world.platform, number, "又", "王")
    assert rows(world)[0].answer == "好"


def test_what_is_due_first_comes_first_and_is_late_after_its_day(world: World) -> None:
    said(world)
    world.clock.advance(days=3)
    said(world, number="XT-22222-22222")
    assert [(one.number, one.late) for one in feedback.listed(world.platform)] == [
        (NUMBER, False),
        ("XT-22222-22222", False),
    ]
    world.clock.advance(days=1)
    assert [one.late for one in feedback.listed(world.platform)] == [True, False]


def test_words_and_phone_go_some_months_after_the_answer(world: World) -> None:
    item = world.item({**SAID, "phone": PHONE}, "feedback")
    world.result(item)
    world.clock.advance(days=200)
    assert feedback.forget(world.platform) == 0
    feedback.answer(world.platform, NUMBER, "好", "李")
    world.clock.advance(days=world.platform.settings.feedback_keep_days)
    assert (feedback.forget(world.platform), feedback.forget(world.platform)) == (1, 0)
    (row,) = rows(world)
    assert (row.words, row.phone, row.answer, row.answered_by) == (None, None, None, "李")
    with world.platform.database.read() as session:
        assert PHONE not in session.get_one(Submission, item["id"]).body


def test_staff_list_and_answer_from_the_command_line(world: World, tmp_path: Path) -> None:
    said(world, phone=PHONE)
    settings = world.platform.settings
    where = ["--data", str(settings.data), "--packages", str(settings.packages)]
    run = CliRunner().invoke
    found = run(app, ["voices", "list", "--json", *where])
    assert json.loads(found.stdout)["words"] == "跑了三趟"
    assert NUMBER in run(app, ["voices", "list", *where]).stdout
    told = run(app, ["voices", "answer", NUMBER, "改好了\u202e。", "--by", "李", *where])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"number": NUMBER, "to_phone": True})
    assert rows(world)[0].answer == "改好了。"
    again = run(app, ["voices", "answer", NUMBER, "又", "--by", "李", *where])
    assert (again.exit_code, again.stderr) == (1, f"{NUMBER} was answered before\n")
    done = run(app, ["voices", "list", *where])
    assert (done.exit_code, done.stdout) == (0, "")


def test_the_command_fails_while_a_promise_is_broken(world: World) -> None:
    world.clock.advance(days=-30)
    said(world)
    settings = world.platform.settings
    where = ["--data", str(settings.data), "--packages", str(settings.packages)]
    found = CliRunner().invoke(app, ["voices", "list", *where])
    assert (found.exit_code, "LATE" in found.stdout) == (1, True)
