"""Technician mode, as decided: in by card and code, nobody is thrown out, nothing of a visit is there, out again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.lab.samples import ADULT, ELDER, KNOWN, OFFLINE, ONLINE, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, listening, step
from kiosk_app.visit.effects import CheckTechnician, Effect, Log, UseTool, Wipe
from kiosk_app.visit.events import (
    CardGone,
    CardRead,
    Edited,
    Event,
    Halted,
    KeyPressed,
    Pressed,
    Restored,
    ServiceWithheld,
    TechnicianChecked,
    TimerFired,
    ToolTold,
)
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Help,
    Home,
    IdleWarning,
    OutOfService,
    Review,
    Submitting,
    Technical,
    Technician,
    TechnicianCalled,
    TechnicianCode,
    Visit,
)
from kiosk_app.visit.workbench import TOOLS, Line, same

WHO = "T-0007"
DESK = replace(desk(), technician=lambda number: WHO if number == ADULT.id_number else "")
CARD = CardRead(ADULT)
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)
INSIDE = replace(ONLINE, place=Technical(), technician=Technician(WHO))


def play(state: State, *events: Event) -> tuple[State, list[Effect]]:
    effects: list[Effect] = []
    for event in events:
        state, more = step(state, event, DESK)
        effects += more
    return state, effects


def logged(effects: list[Effect]) -> list[str]:
    return [one.event for one in effects if isinstance(one, Log) and one.event.startswith("technician")]


def enter(state: State) -> tuple[State, list[Effect]]:
    return play(
        state,
        CARD,
        Edited("technician.code", "123456"),
        Pressed("actions.check"),
        TechnicianChecked(WHO, "测试丙"),
    )


@pytest.mark.parametrize("state", [ONLINE, OFFLINE, replace(ONLINE, place=OutOfService("store"))])
def test_card_and_code_open_it_with_and_without_network_and_out_of_service(state: State) -> None:
    inside, effects = enter(state)
    assert inside.place == Technical()
    assert inside.technician == Technician(WHO, "测试丙")
    assert logged(effects) == ["technician_called", "technician_entered"]
    assert CheckTechnician(WHO, "123456") in effects


def test_a_residents_card_opens_nothing() -> None:
    state, effects = play(ONLINE, CardRead(ELDER))
    assert not isinstance(state.place, TechnicianCode)
    assert logged(effects) == []


def test_the_code_is_forgotten_as_soon_as_it_is_asked_about() -> None:
    state, _ = play(ONLINE, CARD, Edited("technician.code", "123456"), Pressed("actions.check"))
    assert "123456" not in repr(view(state, DESK))
    assert isinstance(state.place, TechnicianCode)
    assert state.place.code == ""


def test_a_wrong_code_says_why_and_compares_the_time() -> None:
    state, _ = play(ONLINE, CARD, Edited("technician.code", "123456"), Pressed("actions.check"))
    refused, _ = play(state, TechnicianChecked(WHO, why="clock"))
    assert f"{DESK.now:%H:%M:%S}" in view(refused, DESK).node("technician.time").text  # type: ignore[union-attr]
    locked, _ = play(state, TechnicianChecked(WHO, why="locked", locked_s=301))
    assert "6" in view(locked, DESK).node("technician.notice").text  # type: ignore[union-attr]
    assert refused.technician is None


def test_an_answer_that_nobody_waits_for_opens_nothing() -> None:
    state, _ = play(ONLINE, CARD, TechnicianChecked(WHO, "测试丙"))
    assert state.technician is None
    gone, _ = play(ONLINE, TechnicianChecked(WHO, "测试丙"))
    assert gone.technician is None


def test_a_technician_may_have_a_matter_of_their_own() -> None:
    state, _ = play(ONLINE, CARD, Pressed("actions.resident"), CARD)
    assert state.place == Home()
    assert state.visit.person == ADULT
    again, _ = play(state, Pressed("actions.end"), CardGone(), TimerFired("farewell"), CARD)
    assert again.place == TechnicianCode(WHO)


def test_in_a_visit_the_card_counts_on_the_help_page_and_whoever_is_here_has_half_a_minute() -> None:
    ignored, _ = play(FORM, CARD)
    assert ignored.cover is None
    helped, _ = play(FORM, Pressed("dock.help"))
    assert "card_reader" in listening(helped)
    called, _ = play(helped, CARD)
    assert called.cover == TechnicianCalled(WHO, 30)
    assert called.visit == FORM.visit
    waited, _ = play(called, *[TimerFired("called")] * 29)
    assert waited.cover == TechnicianCalled(WHO, 1)
    ended, effects = play(waited, TimerFired("called"))
    assert isinstance(ended.place, Farewell)
    assert Wipe("technician") in effects
    code, _ = play(ended, CardGone(), TimerFired("farewell"))
    assert code.place == TechnicianCode(WHO)
    assert code.visit == Visit()


def test_longer_is_given_once() -> None:
    called, _ = play(FORM, Pressed("dock.help"), CARD, Pressed("called.longer"))
    assert called.cover == TechnicianCalled(WHO, 120, longer=True)
    again, _ = play(called, TimerFired("called"), Pressed("called.longer"))
    assert again.cover == TechnicianCalled(WHO, 119, longer=True)
    laid_again, _ = play(again, CARD)
    assert laid_again.cover == again.cover
    done, _ = play(again, Pressed("called.end"))
    assert isinstance(done.place, Farewell)


def test_a_page_under_the_notice_answers_only_the_notice() -> None:
    called, _ = play(FORM, Pressed("dock.help"), CARD)
    after, _ = play(called, Pressed("actions.next"))
    assert after.place == FORM.place
    assert after.cover == called.cover


def test_what_is_being_handed_in_is_not_cut_off() -> None:
    sending = replace(ONLINE, place=Submitting(), visit=KNOWN, cover=TechnicianCalled(WHO, 1))
    state, _ = play(sending, *[TimerFired("called")] * 5)
    assert state.place == Submitting()
    assert state.cover == TechnicianCalled(WHO, 1)


def test_nothing_of_a_visit_is_there_when_it_opens() -> None:
    review = replace(ONLINE, place=Review(), visit=replace(KNOWN, answers={"bank": "6222020200000000003"}))
    called, _ = play(review, Pressed("dock.help"), CARD, Pressed("called.end"), CardGone(), TimerFired("farewell"))
    inside, _ = play(
        called, Edited("technician.code", "123456"), Pressed("actions.check"), TechnicianChecked(WHO, "测试丙")
    )
    assert inside.visit == Visit()
    shown = repr(view(inside, DESK))
    assert not any(secret in shown for secret in (ELDER.name, ELDER.id_number, "6222020200000000003"))


def test_nobody_begins_a_visit_meanwhile() -> None:
    for event in (CARD, CardRead(ELDER), KeyPressed("wake"), KeyPressed("corner"), Pressed("start"), Pressed("elder")):
        state, _ = play(INSIDE, event)
        assert isinstance(state.place, Technical)
        assert not state.visit.started
    assert listening(INSIDE) == frozenset()


@pytest.mark.parametrize("tool", ["status", "devices", "supplies", "outbox", "about", "service"])
def test_each_tool_opens_asks_and_is_audited(tool: str) -> None:
    state, effects = play(INSIDE, Pressed(f"tool.{tool}"))
    assert state.place == Technical(tool, busy=True)
    assert UseTool(tool, "", WHO) in effects
    assert Log("technician_opened", {"technician": WHO, "tool": tool}) in effects
    assert tool in TOOLS
    told, _ = play(state, ToolTold(tool, (Line("a", same("一行")),)))
    assert "一行" in repr(view(told, DESK))
    back, _ = play(told, Pressed("actions.back"))
    assert back.place == Technical()


def test_what_residents_feel_is_asked_about_once_more_and_only_what_is_offered_is_done() -> None:
    page = replace(INSIDE, place=Technical("service", (Line("restart", same("重启"), act="restart"),)))
    asked, effects = play(page, Pressed("do.restart"))
    assert not [one for one in effects if isinstance(one, UseTool)]
    back, _ = play(asked, Pressed("actions.back"))
    assert back.place == replace(page.place, sure="")  # type: ignore[type-var]
    _, effects = play(asked, Pressed("actions.sure"))
    assert UseTool("service", "restart", WHO) in effects
    _, effects = play(page, Pressed("do.open.box"))
    assert not [one for one in effects if isinstance(one, UseTool)]


def test_a_late_answer_of_a_tool_changes_no_other_page() -> None:
    state, _ = play(INSIDE, Pressed("tool.status"), Pressed("actions.back"), ToolTold("status", (), "failed"))
    assert state.place == Technical()
    outside, _ = play(ONLINE, ToolTold("status", (Line("a", same("一行")),)))
    assert outside.place == Attract()


def test_left_alone_it_warns_and_closes_and_says_so_to_the_audit() -> None:
    warned, _ = play(INSIDE, TimerFired("idle"))
    assert isinstance(warned.cover, IdleWarning)
    gone, effects = play(warned, *[TimerFired("tick")] * 30)
    assert gone.place == Attract()
    assert gone.technician is None
    assert Log("technician_left", {"technician": WHO, "how": "timeout"}) in effects


def test_leaving_by_its_key_is_audited_too() -> None:
    gone, effects = play(INSIDE, Pressed("actions.end"))
    assert gone.technician is None
    assert logged(effects) == ["technician_left"]


def test_out_of_service_by_hand_shows_once_it_was_left_and_goes_when_it_is_given_back() -> None:
    state, _ = play(INSIDE, ServiceWithheld("repair"))
    assert isinstance(state.place, Technical)
    out, _ = play(state, Pressed("actions.end"))
    assert out.place == OutOfService("repair")
    inside, _ = enter(out)
    back, _ = play(inside, ServiceWithheld(""), Pressed("actions.end"))
    assert back.place == Attract()


def test_a_technician_who_was_waited_for_gets_in_where_the_terminal_halted_meanwhile() -> None:
    called, _ = play(FORM, Pressed("dock.help"), CARD, Pressed("called.end"))
    halted, _ = play(called, Halted("store"))
    assert halted.place == TechnicianCode(WHO)


def test_what_halted_the_terminal_still_does_after_a_technician_was_in() -> None:
    halted, _ = play(ONLINE, Halted("store"))
    inside, _ = enter(halted)
    out, _ = play(inside, Pressed("actions.end"))
    assert out.place == OutOfService("store")
    well, _ = play(out, Restored())
    assert well.place == Attract()


def test_help_offers_no_staff_of_residents_inside() -> None:
    helped, _ = play(INSIDE, Pressed("dock.help"))
    assert isinstance(helped.cover, Help)
    assert view(helped, DESK).node("cover.chat") is None
