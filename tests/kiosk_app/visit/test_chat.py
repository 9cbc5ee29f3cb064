from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plain import MOST_CHAT, is_plain
from kiosk_app.lab.samples import KNOWN, OFFLINE, ONLINE, pages
from kiosk_app.screens import view
from kiosk_app.screens.chat import LARGE_PIECE, PIECE, pieces
from kiosk_app.visit import State, listening
from kiosk_app.visit.effects import AskDuty, CloseChat, Log, OpenChat, PollChat, Replay, Say, SendChat, StartTimer, Wipe
from kiosk_app.visit.enrolment import Enrolling
from kiosk_app.visit.events import (
    ChatDuty,
    ChatMissing,
    ChatNews,
    ChatSent,
    ChatUnsent,
    Edited,
    Event,
    Halted,
    HeadphonesChanged,
    KeyPressed,
    Pressed,
    Resume,
    Stirred,
    Suspend,
    TimerFired,
)
from kiosk_app.visit.state import (
    Aloud,
    Attract,
    Farewell,
    Form,
    Help,
    Home,
    IdleWarning,
    OutOfService,
    Prefs,
    Submitting,
    TechnicianCode,
    Timer,
    Visit,
)
from kiosk_app.visit.talk import AT_ONCE, MOST_LINES, NO_TALK, Chatting, Link, Post
from tests.kiosk_app.visit.walks import DESK, only, walk
from ui.view import Privacy, Role

FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)
ASKED = "请问几号到账？"
TOLD = "每月 15 号前后。"
OPEN = (Pressed("dock.help"), Pressed("cover.chat"))
THERE = ChatDuty(on_duty=True, opens="09:00", closes="17:00")
AWAY = replace(THERE, on_duty=False)


def writing(text: str = ASKED) -> tuple[Event, ...]:
    return (Pressed("actions.write"), Edited("chat.text", text), Pressed("actions.send"))


def talking(state: State = FORM) -> State:
    after, _ = walk(state, *OPEN, THERE, *writing(), ChatSent(0))
    assert after.visit.talk.link is Link.OPEN
    return after


def words(state: State) -> str:
    shown = view(state, DESK)
    return " ".join(f"{node.text} {node.value} {node.note}" for node in shown.nodes)


def node(state: State, name: str) -> Any:
    return view(state, DESK).node(name)


# To the chat and back


@pytest.mark.parametrize("name", [n for n, s in pages().items() if s.cover is None])
def test_from_every_page_help_leads_to_the_chat_and_back_to_exactly_that_page(name: str) -> None:
    state = pages()[name]
    here, _ = walk(state, Pressed("dock.help"))
    technicians = state.technician is not None or isinstance(state.place, Enrolling | TechnicianCode)
    if isinstance(state.place, Farewell | OutOfService) or state.visit.helped or technicians:
        assert node(here, "cover.chat") is None
        return
    there, effects = walk(here, Pressed("cover.chat"))
    assert isinstance(there.cover, Chatting)
    assert not only(effects, SendChat)
    back, _ = walk(there, Pressed("actions.back"))
    assert back.cover is None
    assert (back.place, back.prefs, back.world) == (here.place, state.prefs, state.world)
    assert replace(back.visit, talk=NO_TALK) == state.visit


def test_in_text_only_mode_the_chat_is_the_first_key_and_has_the_focus() -> None:
    for text_only, first in ((True, "cover.chat"), (False, "cover.call")):
        shown = view(replace(FORM, prefs=Prefs(text_only=text_only), cover=Help()), DESK)
        keys = [n.id for n in shown.nodes if n.slot == "cover" and n.role is Role.BUTTON]
        assert (keys[0], shown.focus) == (first, first)
        ids = [n.id for n in shown.nodes]
        assert ids.index("cover.phone") < ids.index("cover.chat")


def test_opening_asks_who_is_on_duty_and_sends_nothing() -> None:
    after, effects = walk(FORM, *OPEN)
    assert after.visit.talk.link is Link.ASKING
    assert only(effects, AskDuty) == [AskDuty()]
    assert not only(effects, OpenChat)
    assert not only(effects, SendChat)


def test_what_lies_beneath_is_not_touched_by_keys_cards_or_fields() -> None:
    there, _ = walk(FORM, *OPEN, THERE)
    after, _ = walk(
        there, Pressed("actions.next"), Edited("form.bank", "1"), Pressed("consent"), Pressed("actions.end")
    )
    assert after.place == FORM.place
    assert after.visit.answers == FORM.visit.answers
    assert listening(there) == frozenset()


def test_the_keypads_back_key_goes_from_writing_to_the_talk_and_from_there_to_the_page() -> None:
    there, _ = walk(FORM, *OPEN, THERE, Pressed("actions.write"), Edited("chat.text", ASKED))
    read, _ = walk(there, KeyPressed("back"))
    assert (read.visit.talk.writing, read.visit.talk.draft) == (False, ASKED)
    back, _ = walk(read, KeyPressed("back"))
    assert (back.cover, back.place) == (None, FORM.place)
    again, _ = walk(back, *OPEN, Pressed("actions.write"))
    assert node(again, "chat.text").value == ASKED


@pytest.mark.parametrize(
    "between",
    [
        (Pressed("dock.help"), Pressed("cover.close")),
        (Pressed("dock.help"), Pressed("cover.ways"), Pressed("ways.contrast"), Pressed("cover.close")),
        (Suspend("paper"), Resume()),
        (TimerFired(Timer.IDLE), Stirred()),
        (TimerFired(Timer.IDLE), Pressed("cover.continue")),
        (Pressed("actions.listen"), Pressed("cover.close")),
        (Pressed("dock.lang"), Pressed("dock.elder"), Pressed("dock.size")),
        (KeyPressed("help"), KeyPressed("back")),
        (HeadphonesChanged(True), HeadphonesChanged(False)),
    ],
)
def test_whatever_covers_the_chat_uncovers_it_again(between: tuple[Event, ...]) -> None:
    there, _ = walk(talking(), ChatNews((TOLD,), 2), Pressed("actions.write"), Edited("chat.text", "谢谢"))
    after, _ = walk(replace(there, visit=replace(there.visit, talk=replace(there.visit.talk, writing=False))), *between)
    assert isinstance(after.cover, Chatting)
    assert after.visit.talk.draft == "谢谢"
    assert after.visit.talk.lines == there.visit.talk.lines
    assert after.place == FORM.place


# What goes along


def test_before_the_first_message_it_is_said_what_goes_along() -> None:
    there, _ = walk(FORM, *OPEN, THERE)
    said = node(there, "chat.goes").text
    assert "高龄" in said
    assert "姓名" in said
    for secret in (KNOWN.person.name, KNOWN.person.id_number, "13800138000") if KNOWN.person else ():
        assert secret not in words(there)
    after, effects = walk(there, *writing())
    assert only(effects, OpenChat) == [OpenChat("zh", "YL01", "form")]
    assert node(after, "chat.goes") is None


def test_the_resident_may_keep_the_service_to_themselves() -> None:
    after, effects = walk(FORM, *OPEN, THERE, Pressed("chat.tell"), *writing())
    assert only(effects, OpenChat) == [OpenChat("zh")]
    assert Log("chat_opened", {"context": False}) in effects
    still, _ = walk(after, Pressed("chat.tell"))
    assert still.visit.talk.tell is False


def test_without_a_service_nothing_goes_along() -> None:
    there, effects = walk(replace(ONLINE, place=Home()), *OPEN, THERE)
    assert node(there, "chat.tell") is None
    assert "哪台机器" in node(there, "chat.goes").text
    _, effects = walk(there, *writing())
    assert only(effects, OpenChat) == [OpenChat("zh", "", "home")]


@pytest.mark.parametrize("state", list(pages().values()), ids=list(pages()))
def test_the_words_of_a_step_are_fit_for_the_wire(state: State) -> None:
    import re

    name = type(state.place).__name__.lower()
    assert re.fullmatch(r"[a-z_]{1,24}", name)


# Writing


def test_a_message_is_shown_at_once_and_sent() -> None:
    after, effects = walk(FORM, *OPEN, THERE, *writing(f"  {ASKED} "))
    (line,) = after.visit.talk.lines
    assert (line.text, line.mine, line.post) == (ASKED, True, Post.SENDING)
    assert only(effects, SendChat) == [SendChat(0, ASKED)]
    shown = node(after, "chat.line.0")
    assert (shown.value, shown.source, shown.privacy) == (ASKED, "正在发送", Privacy.PRIVATE)
    assert (after.visit.talk.draft, after.visit.talk.writing) == ("", False)
    arrived, effects = walk(after, ChatSent(0))
    assert node(arrived, "chat.line.0").source == ""
    assert only(effects, StartTimer)[0] == StartTimer(Timer.CHAT, 3.0)


@pytest.mark.parametrize("text", ["", "   ", "\n", "\u202e", "\x00\x1b"])
def test_nothing_to_send_is_not_sent(text: str) -> None:
    after, effects = walk(FORM, *OPEN, THERE, *writing(text))
    assert not only(effects, SendChat)
    assert after.visit.talk.lines == ()
    assert node(after, "actions.send").enabled is False


@given(st.text(max_size=2000))
def test_whatever_is_typed_stands_in_the_field_plain_and_bounded(text: str) -> None:
    after, _ = walk(FORM, *OPEN, THERE, Pressed("actions.write"), Edited("chat.text", text))
    assert len(after.visit.talk.draft) <= MOST_CHAT
    assert is_plain(after.visit.talk.draft)


def test_ten_thousand_characters_are_cut_to_five_hundred() -> None:
    _, effects = walk(FORM, *OPEN, THERE, *writing("好" * 10_000))
    assert only(effects, SendChat) == [SendChat(0, "好" * 500)]


def test_a_message_that_did_not_arrive_says_so_and_is_sent_again_as_the_same() -> None:
    failed, _ = walk(FORM, *OPEN, THERE, *writing(), ChatUnsent(0, "offline"))
    assert "66007070" in node(failed, "chat.state").text
    assert node(failed, "chat.line.0").source == "没送到"
    again, effects = walk(failed, Pressed("chat.again"))
    assert only(effects, SendChat) == [SendChat(0, ASKED)]
    arrived, _ = walk(again, ChatSent(0))
    assert arrived.visit.talk.sent == 1
    assert node(arrived, "chat.again") is None


def test_an_answer_about_a_line_that_nobody_wrote_changes_nothing() -> None:
    state = talking()
    for event in (ChatSent(7), ChatUnsent(7, "offline"), ChatSent(-1)):
        after, effects = walk(state, event)
        assert (after, effects) == (state, ())


@pytest.mark.parametrize(
    ("why", "link", "word"),
    [
        ("chat-nobody", Link.NOBODY, "66007070"),
        ("chat-closed", Link.ENDED, "接着写"),
        ("chat-full", Link.FULL, "66007070"),
        ("offline", Link.READY, "再发一次"),
        ("busy", Link.READY, "再发一次"),
        ("invalid-request", Link.READY, "再发一次"),
    ],
)
def test_why_a_message_did_not_arrive_decides_what_can_be_done(why: str, link: Link, word: str) -> None:
    after, _ = walk(FORM, *OPEN, THERE, *writing(), ChatUnsent(0, why))
    assert after.visit.talk.link is link
    assert word in words(after)


def test_two_hundred_lines_are_enough() -> None:
    state = talking()
    many = tuple(replace(state.visit.talk.lines[0], n=n) for n in range(MOST_LINES))
    full = replace(state, visit=replace(state.visit, talk=replace(state.visit.talk, lines=many)))
    assert node(full, "actions.write").enabled is False
    after, effects = walk(full, *writing())
    assert not only(effects, SendChat)
    assert after.visit.talk.link is Link.FULL
    more, _ = walk(full, ChatNews((TOLD,) * 50, 250))
    assert len(more.visit.talk.lines) == MOST_LINES


# What staff say


def test_an_answer_is_told_when_it_comes_and_is_private() -> None:
    after, effects = walk(talking(), TimerFired(Timer.CHAT))
    assert only(effects, PollChat) == [PollChat(0)]
    told, effects = walk(after, ChatNews((TOLD,), 2))
    shown = node(told, "chat.line.1")
    assert (shown.value, shown.role, shown.privacy) == (TOLD, Role.NOTICE, Privacy.PRIVATE)
    assert not only(effects, Say)
    assert {e.name for e in only(effects, StartTimer) if isinstance(e, StartTimer)} == {Timer.CHAT, Timer.IDLE}
    _, effects = walk(told, TimerFired(Timer.CHAT))
    assert only(effects, PollChat) == [PollChat(2)]


def test_the_newest_message_stands_first() -> None:
    after, _ = walk(talking(), ChatNews((TOLD, "还有吗？"), 3))
    lines = [n.id for n in view(after, DESK).nodes if n.id.startswith("chat.line")]
    assert lines == ["chat.line.2", "chat.line.1", "chat.line.0"]


def test_much_news_is_asked_for_at_once() -> None:
    _, effects = walk(talking(), ChatNews((TOLD,) * 50, 51, more=True))
    assert only(effects, PollChat) == [PollChat(51)]


def test_older_messages_are_a_key_away() -> None:
    after, _ = walk(talking(), ChatNews((TOLD,) * 50, 51))
    assert len([n for n in view(after, DESK).nodes if n.id.startswith("chat.line")]) == AT_ONCE
    more, _ = walk(after, Pressed("chat.older"))
    assert len([n for n in view(more, DESK).nodes if n.id.startswith("chat.line")]) == 2 * AT_ONCE


def test_who_went_on_with_their_case_is_told_without_the_words() -> None:
    away, _ = walk(talking(), Pressed("actions.back"))
    after, effects = walk(away, TimerFired(Timer.CHAT), ChatNews((TOLD,), 2))
    assert after.place == FORM.place
    assert after.cover is None
    assert only(effects, Say) == [Say("say.chat_new")]
    assert TOLD not in words(after)


def test_a_writer_sees_what_they_answer() -> None:
    after, _ = walk(talking(), ChatNews((TOLD,), 2), Pressed("actions.write"))
    assert node(after, "chat.line.1").value == TOLD


def test_who_writes_in_large_letters_is_told_of_an_answer_and_shown_the_way_to_it() -> None:
    elder = replace(FORM, prefs=Prefs(elder=True))
    state, _ = walk(talking(elder), Pressed("actions.write"), Edited("chat.text", "还有"))
    after, effects = walk(state, ChatNews((TOLD,), 2))
    assert only(effects, Say) == [Say("say.chat_back")]
    assert node(after, "actions.back").text == "看回话"
    assert node(after, "chat.line.1") is None
    assert after.visit.talk.draft == "还有"


@given(st.text(alphabet=st.sampled_from("好，。a b.文字"), max_size=500), st.sampled_from([PIECE, LARGE_PIECE]))
def test_a_long_message_is_cut_into_pieces_and_no_word_is_lost(text: str, most: float) -> None:
    cut = pieces(text, most)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(sum(1.0 if c > "\u2e7f" else 0.6 for c in piece) <= most for piece in cut)


def test_a_long_answer_is_told_in_one_piece() -> None:
    much = TOLD * 40
    after, _ = walk(talking(), ChatNews((much,), 2))
    first, second = node(after, "chat.line.1"), node(after, "chat.line.1.1")
    assert (first.role, first.spoken) == (Role.NOTICE, much)
    assert (second.role, second.spoken) == (Role.FACT, "")
    assert "第 2 段" in second.text


def test_staff_end_a_talk_and_writing_begins_another() -> None:
    ended, _ = walk(talking(), ChatNews((), 1, closed=True))
    assert ended.visit.talk.link is Link.ENDED
    after, effects = walk(ended, *writing("还有一个问题"), ChatSent(1))
    assert only(effects, OpenChat)
    assert (after.visit.talk.link, after.visit.talk.seen) == (Link.OPEN, 0)


def test_while_the_line_is_lost_the_words_stay_and_it_is_tried_again() -> None:
    lost, effects = walk(talking(), ChatMissing("offline"))
    assert only(effects, StartTimer) == [StartTimer(Timer.CHAT, 15.0)]
    assert "写过的都在" in node(lost, "chat.state").text
    back, _ = walk(lost, ChatNews((), 1))
    assert back.visit.talk.lost is False


def test_news_of_a_visit_that_is_over_goes_nowhere() -> None:
    for state in (FORM, replace(ONLINE, place=Home())):
        after, effects = walk(state, ChatNews((TOLD,), 2), ChatSent(0), ChatMissing("busy"), THERE)
        assert (after, effects) == (state, ())


# Nobody there


def test_nobody_on_duty_is_said_with_hours_and_number_and_looked_for_again() -> None:
    after, effects = walk(FORM, *OPEN, AWAY)
    said = node(after, "chat.state").text
    for word in ("09:00", "17:00", "66007070"):
        assert word in said
    assert node(after, "actions.write").enabled is False
    assert StartTimer(Timer.CHAT, 15.0) in effects
    asked, effects = walk(after, TimerFired(Timer.CHAT))
    assert only(effects, AskDuty)
    there, _ = walk(asked, THERE)
    assert node(there, "actions.write").enabled is True


def test_off_line_nothing_is_asked_and_nothing_blocks() -> None:
    after, effects = walk(replace(OFFLINE, place=Form("bank"), visit=KNOWN), *OPEN)
    assert not only(effects, AskDuty)
    assert "66007070" in node(after, "chat.state").text
    back, _ = walk(after, Pressed("actions.back"))
    assert back.cover is None


def test_a_busy_platform_is_said_and_can_be_tried_again() -> None:
    after, _ = walk(FORM, *OPEN, ChatMissing("busy"))
    assert after.visit.talk.link is Link.BUSY
    again, effects = walk(after, Pressed("chat.retry"))
    assert only(effects, AskDuty)
    assert again.visit.talk.link is Link.ASKING


# The end


def test_walking_away_closes_the_talk_and_forgets_it() -> None:
    after, effects = walk(talking(), TimerFired(Timer.IDLE), *[TimerFired(Timer.TICK)] * 30)
    assert isinstance(after.place, Farewell)
    assert after.visit.talk == NO_TALK
    assert only(effects, CloseChat) == [CloseChat()]
    assert only(effects, Wipe)
    assert Log("chat_ended", {"sent": 1, "received": 0}) in effects
    assert ASKED not in repr(effects)


@pytest.mark.parametrize("event", [Halted("store"), Pressed("cover.end")])
def test_every_other_end_closes_it_too(event: Event) -> None:
    state = talking()
    if isinstance(event, Pressed):
        state = replace(state, cover=IdleWarning(20))
    after, effects = walk(state, event)
    assert after.visit.talk == NO_TALK
    assert only(effects, CloseChat) == [CloseChat()]


def test_a_visit_without_a_message_closes_nothing() -> None:
    _, effects = walk(FORM, *OPEN, THERE, Pressed("actions.back"), Pressed("actions.end"))
    assert not only(effects, CloseChat)


def test_who_waits_for_an_answer_is_not_hurried() -> None:
    _, effects = walk(FORM, *OPEN)
    idle = [e.seconds for e in effects if isinstance(e, StartTimer) and e.name == Timer.IDLE]
    assert idle[-1] == 180.0


def test_a_talk_at_the_waiting_terminal_is_warned_about_before_it_goes() -> None:
    there, _ = walk(ONLINE, *OPEN, THERE, *writing(), ChatSent(0))
    warned, _ = walk(there, TimerFired(Timer.IDLE))
    assert isinstance(warned.cover, IdleWarning)
    after, effects = walk(warned, *[TimerFired(Timer.TICK)] * 30)
    assert (after.place, after.visit) == (Attract(), Visit())
    assert only(effects, CloseChat)


def test_a_case_that_is_being_sent_goes_on_beneath() -> None:
    state = replace(ONLINE, place=Submitting(), visit=KNOWN)
    there, _ = walk(state, *OPEN, THERE)
    assert isinstance(there.place, Submitting)


# Who may hear and see


def test_private_words_are_asked_about_before_they_are_read_aloud() -> None:
    state, _ = walk(talking(), ChatNews((TOLD,), 2))
    asked, effects = walk(state, Pressed("actions.listen"))
    assert isinstance(asked.cover, Aloud)
    assert not only(effects, Replay)
    read, effects = walk(asked, Pressed("cover.aloud"))
    assert (isinstance(read.cover, Chatting), read.aloud) == (True, True)
    assert only(effects, Replay) == [Replay("page")]
    closed, _ = walk(read, Pressed("actions.back"))
    assert closed.aloud is False
    alone, _ = walk(state, HeadphonesChanged(True))
    _, effects = walk(replace(alone, world=replace(alone.world, headphones=True)), Pressed("actions.listen"))
    assert only(effects, Replay) == [Replay("page")]


def test_who_helps_sees_no_message_and_types_without_seeing() -> None:
    state, _ = walk(talking(), ChatNews((TOLD,), 2), Pressed("actions.write"), Edited("chat.text", "谢谢"))
    helped = replace(state, visit=replace(state.visit, helped=True))
    assert TOLD not in words(helped)
    assert "谢谢" not in words(helped)
    after, _ = walk(helped, Edited("chat.text", "●●啊"))
    assert after.visit.talk.draft == "谢谢啊"


def test_a_message_is_not_in_what_is_printed_of_a_state() -> None:
    state, _ = walk(talking(), ChatNews((TOLD,), 2), Pressed("actions.write"), Edited("chat.text", "谢谢"))
    for secret in (ASKED, TOLD, "谢谢"):
        assert secret not in repr(state.visit.talk)
