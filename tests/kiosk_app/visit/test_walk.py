"""One resident's way through the statechart, event by event."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.lab.samples import ADULT, ELDER, EXPIRED, OFFLINE, ONLINE, RECEIPT, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import FetchPrefill, Print, Rate, SendPhoneCode, Submit, Wipe
from kiosk_app.visit.events import (
    Accepted,
    CardRead,
    Edited,
    Event,
    OnlineChanged,
    PhoneCodeRight,
    PhoneCodeSent,
    Prefilled,
    Pressed,
    PrintEnded,
    Saved,
    TimerFired,
    WitnessChecked,
)
from kiosk_app.visit.flow import closed_because
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Guide,
    Home,
    Identify,
    IdleWarning,
    Outcome,
    Receipt,
    Review,
    Submitting,
    Verdict,
)


def walk(state: State, *events: Event) -> tuple[State, list[object]]:
    """Step through events; returns the last state and the effects of the last step."""
    effects: tuple[object, ...] = ()
    for event in events:
        state, effects = step(state, event, desk())
    return state, list(effects)


def kinds(effects: list[object]) -> set[type]:
    return {type(e) for e in effects}


def to_form(online: State = ONLINE) -> State:
    state, effects = walk(
        online,
        Pressed("start.touch"),
        Pressed("service.YL01"),
        Pressed("actions.start"),
        CardRead(ELDER),
        Pressed("way.phone"),
        Edited("identify.phone", "13800138000"),
        Pressed("actions.send"),
    )
    assert SendPhoneCode in kinds(effects)
    state, effects = walk(
        state,
        PhoneCodeSent("c1", "138*****000"),
        Edited("identify.code", "123456"),
        Pressed("actions.check"),
        PhoneCodeRight(),
    )
    assert FetchPrefill in kinds(effects)
    return state


def test_a_card_and_a_phone_code_lead_to_a_prefilled_form() -> None:
    state, _ = walk(
        to_form(),
        Prefilled(
            {"phone": "13800138000", "addr": "西城区 德胜街道 新风街 1 号"}, {"phone": {"zh": "民政局 3月", "en": "x"}}
        ),
    )
    assert state.place == Form(current="bank")
    assert {"phone", "addr"} <= set(state.visit.answers)


def test_submit_needs_consent_and_prints_what_the_platform_said() -> None:
    filled = {"phone": "13800138000", "addr": "西城区 德胜街道 新风街 1 号", "bank": "6222020200112233441"}
    state, _ = walk(to_form(), Prefilled({k: filled[k] for k in ("phone", "addr")}, {}))
    state, _ = walk(state, Edited("form.bank", "6222020200000000003"))
    for tail in range(10):
        state, _ = walk(state, Edited("form.bank", f"622202020000000000{tail}"), Pressed("actions.next"))
        if isinstance(state.place, Review):
            break
    assert isinstance(state.place, Review)
    state, effects = walk(state, Pressed("actions.submit"))
    assert Submit not in kinds(effects)
    state, effects = walk(state, Pressed("consent"), Pressed("actions.submit"))
    assert Submit in kinds(effects)
    assert isinstance(state.place, Submitting)
    state, _ = walk(state, Saved("s1", "L20261122-0042-0001"))
    state, effects = walk(state, Accepted("s1", RECEIPT))
    assert isinstance(state.place, Outcome)
    assert Print in kinds(effects)
    state, _ = walk(state, PrintEnded("s1.0", "printed"))
    state, _ = walk(state, Pressed("actions.rate"), Pressed("grade.4"))
    state, effects = walk(state, Pressed("actions.rate"))
    assert {Rate, Wipe} <= kinds(effects)
    assert isinstance(state.place, Farewell)
    assert state.visit.person is None
    state, _ = walk(state, *[TimerFired("farewell")] * 5)
    assert state.place == Attract()


def test_offline_the_second_proof_is_a_witness_and_the_outcome_never_says_accepted() -> None:
    state, _ = walk(
        OFFLINE,
        Pressed("start.touch"),
        Pressed("service.YL01"),
        Pressed("actions.start"),
        CardRead(ELDER),
        Pressed("way.witness"),
        CardRead(ADULT),
        Edited("identify.pin", "246810"),
    )
    state, _ = walk(state, Pressed("actions.check"), WitnessChecked("李师傅"))
    assert isinstance(state.place, Form)
    answers = {"phone": "13800138000", "addr": "西城区 德胜街道 新风街 1 号", "bank": "6222020200000000003"}
    state = replace(state, visit=replace(state.visit, answers=answers, consent=True), place=Review())
    state, _ = walk(state, Pressed("actions.submit"))
    if isinstance(state.place, Submitting):
        state, _ = walk(state, Saved("s1", "L20261122-0042-0001"))
        assert state.visit.case is not None
        assert state.visit.case.verdict is Verdict.SAVED


def test_by_a_clock_from_before_its_time_nothing_is_saved_that_would_carry_the_date() -> None:
    undated = replace(desk(), dated=False)
    at_guide = step(step(OFFLINE, Pressed("start.touch"), undated)[0], Pressed("service.XF01"), undated)[0]
    assert closed_because(at_guide, desk()) == ""
    assert closed_because(at_guide, undated) == "offline"
    refused, effects = step(at_guide, Pressed("actions.start"), undated)
    assert (refused.place, Submit in kinds(list(effects))) == (at_guide.place, False)
    told = {node.id: node for node in view(at_guide.at(Home()), undated).nodes}
    assert told["service.XF01"].note == "要等网络恢复"
    assert closed_because(replace(at_guide, world=ONLINE.world), undated) == ""


def test_an_expired_card_proves_nothing() -> None:
    state, _ = walk(ONLINE, CardRead(EXPIRED))
    assert isinstance(state.place, Identify)
    assert state.place.notice == "card_expired"
    assert not state.visit.evidence


def test_a_service_below_its_age_is_explained_not_refused_with_a_code() -> None:
    state, _ = walk(ONLINE, CardRead(ADULT), Pressed("service.YL01"), Pressed("actions.start"))
    assert isinstance(state.place, Guide)


def test_a_stirring_hand_only_takes_the_warning_away() -> None:
    state, _ = walk(ONLINE, Pressed("start.touch"), TimerFired("idle"))
    assert isinstance(state.cover, IdleWarning)
    state, _ = walk(state, Pressed("service.YL01"))
    assert state.cover is None
    assert state.place == Home()


def test_the_countdown_ends_the_visit_and_calls_out_the_card() -> None:
    state, _ = walk(ONLINE, CardRead(ELDER), TimerFired("idle"), *[TimerFired("tick")] * 30)
    assert isinstance(state.place, Farewell)
    assert "card" in state.place.reminders


def test_no_paper_asks_for_people_and_goes_on_when_there_is_some() -> None:
    out = replace(ONLINE, world=replace(ONLINE.world, devices={**ONLINE.world.devices}))
    state, _ = walk(
        replace(to_form(out), place=Submitting()),
        Saved("s1", "L1"),
        Accepted("s1", RECEIPT),
        PrintEnded("s1.0", "not_printed", "no_paper"),
    )
    assert isinstance(state.place, Receipt)
    state, effects = walk(state, Pressed("print.try"))
    assert Print in kinds(effects)


def test_network_lost_before_submit_keeps_everything_and_promises_nothing() -> None:
    state, _ = walk(
        ONLINE, Pressed("start.touch"), Pressed("service.SB01"), OnlineChanged(False), Pressed("actions.start")
    )
    assert isinstance(state.place, Guide)
