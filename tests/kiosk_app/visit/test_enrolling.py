"""Enrolment by screens, decided: what leads where, what is kept of a slip, and who can reach it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.lab.samples import OFFLINE, ONLINE, desk, pages
from kiosk_app.screens import view
from kiosk_app.screens.enrolling import BUILDERS
from kiosk_app.visit import State, listening, step
from kiosk_app.visit.effects import (
    Effect,
    Enrol,
    FindParts,
    ForgetSlip,
    LookAround,
    OpenService,
    ReplacePart,
    ShowAuthority,
    StartTimer,
    TakeSlip,
    TakeTyped,
)
from kiosk_app.visit.enrolling import ASK_AGAIN_S, BUSY, complete, short_form, taken
from kiosk_app.visit.enrolment import Enrolling, Facts, Part, Refusal, Slip, Stage
from kiosk_app.visit.events import (
    AuthorityShown,
    CodeFailed,
    CodeRead,
    Edited,
    EnrolProgress,
    EnrolRefused,
    EnrolWaits,
    Event,
    Halted,
    KeyPressed,
    MachineEnrolled,
    MachineLooked,
    PartsFound,
    PartTaken,
    Pressed,
    ReaderFound,
    RequestWritten,
    Restored,
    SlipTaken,
    SticksFound,
    Stirred,
    TimerFired,
)
from kiosk_app.visit.state import Attract, OutOfService, Prefs, Timer, Visit
from kiosk_app.words import has
from provisioning import errors
from ui.view import Action

DESK = desk()
CODE = "7K3M9QAB2C"
DIGITS = "3fa20c9d" * 8
OUT = replace(OFFLINE, place=OutOfService("not_enrolled", enrol=True))
TOLD = Refusal("slot-occupied", {"zh": "被占用。", "en": "Occupied."}, {"zh": "请核对。", "en": "Compare."})


def play(state: State, *plan: Event | str) -> tuple[State, tuple[Effect, ...]]:
    """Step through events and presses; returns the last effects."""
    effects: tuple[Effect, ...] = ()
    for item in plan:
        state, effects = step(state, Pressed(item) if isinstance(item, str) else item, DESK)
    return state, effects


def at(state: State) -> Enrolling:
    assert isinstance(state.place, Enrolling)
    return state.place


def ready() -> State:
    return play(OUT, "enrol", "actions.slip", "way.scan", CodeRead("slip"), SlipTaken(Slip("host", "XC-1")))[0]


def running() -> State:
    return play(ready(), "actions.enrol")[0]


@pytest.mark.parametrize("state", [ONLINE, *pages().values()], ids=lambda state: type(state.place).__name__)
def test_only_a_terminal_out_of_service_for_want_of_an_enrolment_offers_it(state: State) -> None:
    if isinstance(state.place, Enrolling):
        return
    offered = isinstance(state.place, OutOfService) and state.place.enrol
    assert isinstance(step(state, Pressed("enrol"), DESK)[0].place, Enrolling) == offered
    assert (view(state, DESK).node("enrol") is not None) == offered


def test_a_store_that_does_not_open_is_no_matter_for_a_new_slip() -> None:
    halted, _ = step(ONLINE, Halted("store_key", enrol=True), DESK)
    assert not isinstance(play(halted, "enrol")[0].place, Enrolling)


def test_residents_still_read_that_it_does_not_serve_and_whom_to_call() -> None:
    page = view(OUT, DESK)
    assert "66007070" in str(page.node("out.where"))
    assert page.focus == "dock.help"
    assert [node.id for node in page.nodes if node.role == "card"] == ["enrol"]


def test_it_begins_with_a_look_at_the_machine() -> None:
    state, effects = play(OUT, "enrol")
    assert LookAround() in effects
    state, _ = play(state, MachineLooked(Facts(network="no_cable")))
    assert "没有插网线" in str(view(state, DESK).node("enrol.network"))


def test_the_text_of_a_slip_goes_to_whoever_enrols_and_not_into_the_page() -> None:
    state, effects = play(OUT, "enrol", "actions.slip", "way.scan", ReaderFound("reader"), CodeRead(CODE))
    assert TakeSlip(CODE) in effects
    assert CODE not in repr(view(state, DESK))
    assert CODE not in repr((state, effects))


def test_readers_listen_on_the_page_that_asks_for_a_slip_and_nowhere_else() -> None:
    state = play(OUT, "enrol", "actions.slip", "way.scan")[0]
    assert listening(state) == {"code_reader", "camera_code"}
    for stage in Stage:
        if stage is not Stage.SCAN:
            assert listening(replace(state, place=replace(at(state), stage=stage))) == frozenset()


def test_something_else_before_the_reader_is_said_and_the_page_stays() -> None:
    state = play(OUT, "enrol", "actions.slip", "way.scan")[0]
    for event, words in (
        (CodeFailed("unreadable"), "没看清"),
        (EnrolRefused(Refusal("ticket-malformed", {}, {})), "不是开通单"),
        (EnrolRefused(Refusal("other-platform", {}, {})), "另一个平台"),
    ):
        state = play(state, event)[0]
        assert at(state).stage is Stage.SCAN
        assert words in str(view(state, DESK).node("enrol.notice"))


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("platform.example:8443/7k3m9qab2c", ("platform.example:8443", CODE)),
        ("https://platform.example/7K3M9QAB2C", ("platform.example", CODE)),
        ("platform.example", ("platform.example", "")),
        ("platform.example/", ("platform.example", "")),
        ("platform.example/short", ("platform.example/short", "")),
        ("platform.example/7k3m9qabil", ("platform.example/7k3m9qabil", "")),
    ],
)
def test_the_short_form_is_an_address_and_a_code(typed: str, parts: tuple[str, str]) -> None:
    assert short_form(typed) == parts


def test_a_field_takes_what_its_panel_can_type() -> None:
    assert taken("address", "HTTPS://a_b.c") == "https://ab.c"
    assert taken("code", "7k3m-9qil") == "7K3M9Q"
    assert taken("digits", "3f:a2 zz") == "3FA2"
    assert len(taken("digits", "a" * 99)) == 64


@pytest.mark.parametrize(
    ("field", "text", "good"),
    [
        ("address", "ab", False),
        ("address", "a.example", True),
        ("address", "a.example/x", False),
        ("code", "7K3M9QA", False),
        ("code", "7K3M9QAB", True),
        ("digits", "A" * 63, False),
        ("digits", "A" * 64, True),
    ],
)
def test_each_field_is_checked_before_the_next(field: str, text: str, good: bool) -> None:
    place = replace(Enrolling("not_enrolled", Stage.TYPE, asking=field), **{field: text})
    assert complete(place) == good
    state = replace(OFFLINE, place=place)
    main = view(state, DESK).node("actions.typed")
    assert main is not None
    assert main.enabled == good
    assert good or at(play(state, "actions.typed")[0]).notice == "short"


def test_what_is_typed_is_compared_by_eye_and_then_wiped() -> None:
    state = play(OUT, "enrol", "actions.slip", "way.type")[0]
    state = play(state, Edited("slip.address", "a.example"), "actions.typed", Edited("slip.code", CODE))[0]
    state, effects = play(state, "actions.typed")
    assert ShowAuthority("a.example") in effects
    state = play(state, AuthorityShown(DIGITS))[0]
    rows = [node for node in view(state, DESK).nodes if node.id.startswith("enrol.digits")]
    assert "".join(node.value for node in rows).replace(" ", "") == DIGITS.upper()
    state, effects = play(state, "actions.same")
    assert TakeTyped("a.example", CODE, DIGITS) in effects
    state = play(state, SlipTaken(Slip("a.example")))[0]
    assert at(state).code == ""


def test_another_fingerprint_sends_nothing() -> None:
    state = play(OUT, "enrol", "actions.slip", "way.type", Edited("slip.address", f"a.example/{CODE.lower()}"))[0]
    state, effects = play(state, "actions.typed", AuthorityShown(DIGITS), "actions.different")
    assert at(state).stage is Stage.REFUSED
    assert not any(isinstance(effect, Enrol | TakeTyped) for effect in effects)
    assert "冒充" in str(view(state, DESK).node("enrol.do"))


def test_a_code_that_was_typed_is_gone_with_its_page() -> None:
    typed = play(OUT, "enrol", "actions.slip", "way.type", Edited("slip.address", "a.example"), "actions.typed")[0]
    typed = play(typed, Edited("slip.code", CODE))[0]
    for way in ("actions.back", "actions.end", TimerFired(Timer.IDLE)):
        left, _ = play(typed, way)
        assert not (isinstance(left.place, Enrolling) and left.place.code)


def test_an_operator_is_waited_for_and_asked_by_itself() -> None:
    state = play(running(), EnrolProgress("asking"))[0]
    state, effects = play(state, EnrolWaits("4a15f362"))
    assert StartTimer(Timer.ENROL, ASK_AGAIN_S) in effects
    word = view(state, DESK).node("enrol.word")
    assert word is not None
    assert (word.value, word.spoken) == ("4a15 f362", "4 a 1 5 f 3 6 2")
    state, effects = play(state, TimerFired(Timer.ENROL))
    assert Enrol() in effects
    page = state.page
    state, effects = play(state, EnrolWaits("4a15f362"))
    assert state.page == page, "the page is not introduced anew each time"
    state, effects = play(state, TimerFired(Timer.ENROL), EnrolRefused(Refusal("platform-unreachable", {}, {})))
    assert at(state).stage is Stage.WAIT
    assert StartTimer(Timer.ENROL, ASK_AGAIN_S) in effects


def test_nobody_has_to_stand_by_while_the_platform_is_asked() -> None:
    for state in (running(), play(running(), EnrolWaits("4a15f362"))[0]):
        assert play(state, TimerFired(Timer.IDLE))[0] == state
    assert play(running(), KeyPressed("back"))[0].place == running().place


def test_a_page_that_nobody_looks_at_is_left() -> None:
    for stage in set(Stage) - BUSY - {Stage.PARTS, Stage.DONE}:
        state = replace(OFFLINE, place=Enrolling("revoked", stage), prefs=Prefs(lang="en"))
        left, effects = play(state, TimerFired(Timer.IDLE))
        assert left.place == OutOfService("revoked", enrol=True)
        assert left.prefs == Prefs()
        assert ForgetSlip() in effects


def test_a_refusal_is_tried_again_without_typing() -> None:
    state, _ = play(running(), EnrolRefused(Refusal("platform-unreachable", {"zh": "连不上。", "en": "No."}, {})))
    assert "网线" in str(view(state, DESK).node("enrol.do"))
    state, effects = play(state, "actions.enrol")
    assert Enrol() in effects


def test_a_spent_code_leads_to_another_slip() -> None:
    state, _ = play(
        running(), EnrolRefused(Refusal("code-used", {"zh": "用过。", "en": "Used."}, {"zh": "请换。", "en": ""}))
    )
    page = view(state, DESK)
    assert page.node("actions.enrol") is None
    assert at(play(state, "actions.slip")[0]).stage is Stage.SLIP


def test_another_machine_s_place_is_taken_only_after_a_question() -> None:
    state, effects = play(running(), EnrolRefused(TOLD), "replace")
    assert not any(isinstance(effect, Enrol) for effect in effects)
    assert "没上传的办件" in str(view(state, DESK).node("enrol.replaces"))
    assert Enrol(replace=True) in play(state, "actions.enrol")[1]


@pytest.mark.parametrize(
    ("waiting", "stage"), [("answer", Stage.RUN), ("asked", Stage.RUN), ("stick", Stage.REQUESTED)]
)
def test_after_a_power_cut_it_goes_on_where_it_stood(waiting: str, stage: Stage) -> None:
    facts = Facts(waiting=waiting, word="4a15f362", host="h", terminal="XC-1")
    state, effects = play(OUT, MachineLooked(facts, at_start=True))
    assert at(state).stage is stage
    assert (Enrol() in effects) == (stage is Stage.RUN)
    assert play(OUT, MachineLooked(facts))[0] == OUT


def test_an_enrolment_that_comes_through_after_the_page_was_left_counts() -> None:
    state, effects = play(OUT, MachineEnrolled("XC-1"))
    assert at(state).stage is Stage.PARTS
    assert FindParts() in effects


def test_parts_are_compared_and_service_is_begun_once() -> None:
    state = play(running(), MachineEnrolled("XC-1"))[0]
    other = Part("scanner", "code_reader", "elsewhere", "serial:/dev/ttyUSB1", {"board": "x"})
    state = play(state, PartsFound((Part("reader", "card_reader", "found"), other)))[0]
    state, effects = play(state, "part.scanner")
    assert ReplacePart("scanner", "serial:/dev/ttyUSB1", {"board": "x"}) in effects
    assert play(state, "part.reader")[1] == () or ReplacePart not in map(type, play(state, "part.reader")[1])
    state = play(state, PartTaken("scanner"))[0]
    assert [part.presence for part in at(state).parts or ()] == ["found", "replaced"]
    state, effects = play(state, "actions.open")
    assert OpenService() in effects
    assert OpenService() not in play(state, "actions.open")[1]
    assert isinstance(play(state, Restored())[0].place, Attract)


def test_a_part_that_may_not_be_replaced_says_so() -> None:
    state = play(
        running(), MachineEnrolled("XC-1"), PartsFound((Part("x", "camera", "elsewhere", "v4l2:/dev/video0"),))
    )[0]
    state = play(state, PartTaken("x", "replacement-refused"))[0]
    assert "不能这样换" in str(view(state, DESK).node("part.x"))


def test_an_enrolled_machine_whose_technician_has_gone_goes_into_service() -> None:
    state, effects = play(running(), MachineEnrolled("XC-1"), TimerFired(Timer.IDLE))
    assert OpenService() in effects
    assert at(state).stage is Stage.DONE


def test_every_stage_has_a_page_and_every_error_has_words_for_a_screen() -> None:
    assert set(BUILDERS) == set(Stage)
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ProvisioningError)
    ]
    for kind, lang in itertools.product(kinds, ("zh", "en")):
        told = Refusal(
            kind.code, {"zh": kind.cause.zh, "en": kind.cause.en}, {"zh": kind.remedy.zh, "en": kind.remedy.en}
        )
        state = replace(play(running(), EnrolRefused(told))[0], prefs=Prefs(lang=lang))
        do = view(state, DESK).node("enrol.do")
        assert do is not None
        assert do.text
        commands = kind in {errors.OtherPlatformError, errors.EnrolmentPendingError}
        assert commands or "kiosk" not in do.text, kind.code
        assert commands or "--" not in do.text, kind.code
        assert has(f"tech.enrol.do.{kind.code}") or do.text == getattr(kind.remedy, lang)


events = st.one_of(
    st.sampled_from(
        [
            MachineLooked(Facts()),
            MachineLooked(
                Facts("hardware-changed", {"zh": "换了。", "en": "Changed."}, "no_address", "asked", "4a15f362")
            ),
            MachineLooked(Facts(waiting="stick", word="4a15f362"), at_start=True),
            ReaderFound("both"),
            ReaderFound("none"),
            CodeRead(CODE),
            SlipTaken(Slip("host", "XC-1")),
            AuthorityShown(DIGITS),
            EnrolProgress("checking"),
            EnrolWaits("4a15f362"),
            EnrolRefused(TOLD),
            EnrolRefused(Refusal("platform-unreachable", {"zh": "连不上。", "en": "No."}, {}, "TimeoutError")),
            MachineEnrolled("XC-1"),
            SticksFound(()),
            SticksFound(("A", "B")),
            RequestWritten("4a15f362"),
            PartsFound((Part("x", "camera", "elsewhere", "v4l2:/dev/video0"), Part("y", "odd", "silent"))),
            PartTaken("x", "replacement-refused"),
            Edited("slip.address", f"a.example/{CODE}"),
            Edited("slip.address", "a.example"),
            Edited("slip.code", CODE),
            Edited("slip.digits", DIGITS),
            KeyPressed("back"),
            KeyPressed("help"),
            Stirred(),
            TimerFired(Timer.ENROL),
            TimerFired(Timer.IDLE),
            Halted("not_enrolled", enrol=True),
        ]
    ),
    st.integers(0, 40),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, max_size=40))
def test_it_leads_back_to_out_of_service_or_into_service_and_never_to_a_visit(plan: list[Event | int]) -> None:
    state = OUT
    for item in plan:
        page = view(state, DESK)
        active = [node for node in page.nodes if Action.PRESS in node.actions and node.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        if isinstance(event, Pressed):
            logged = [e for e in step(state, event, DESK)[1] if getattr(e, "event", "") == "unexpected_event"]
            covered = state.cover is not None and not event.node.startswith(("cover.", "dock.", "ways."))
            assert covered or not logged, event.node
        state, _ = step(state, event, DESK)
        assert isinstance(state.place, Enrolling | OutOfService)
        assert state.visit == Visit() or state.visit.helped
        assert CODE not in repr(state)
        typing = isinstance(state.place, Enrolling) and state.place.stage in {Stage.TYPE, Stage.COMPARE, Stage.REFUSED}
        assert typing or not (isinstance(state.place, Enrolling) and state.place.code)
