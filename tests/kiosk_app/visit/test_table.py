"""Nothing that can happen is unanswered, nothing that can be pressed leads nowhere, nothing personal stays."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.identity import CardEvidence, Level
from kiosk_app.lab.samples import (
    ADULT,
    CHILD,
    ELDER,
    EQUIPPED,
    EXPIRED,
    FOREIGNER,
    KNOWN,
    OFFLINE,
    ONLINE,
    PERMIT,
    RECEIPT,
    SEEING,
    TOLD,
    desk,
)
from kiosk_app.screens import SCREENS, view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import CheckBiometric, Effect, StartFace, StopFace
from kiosk_app.visit.events import (
    EVENTS,
    Accepted,
    BiometricEnded,
    CameraShown,
    CardFailed,
    CardGone,
    CardRead,
    ClockTicked,
    CodeFailed,
    CodeRead,
    DeviceChanged,
    Edited,
    Event,
    FaceEnded,
    FaceProgress,
    HeadphonesChanged,
    Held,
    KeyPressed,
    LockChanged,
    NoticeChanged,
    OnlineChanged,
    PageTaken,
    PhoneCodeRefused,
    PhoneCodeRight,
    PhoneCodeSent,
    PhoneCodeWrong,
    PowerChanged,
    Prefilled,
    PrefillMissing,
    PresenceChanged,
    Pressed,
    PrintEnded,
    Rejected,
    Resume,
    Saved,
    SaveFailed,
    ScanEnded,
    SheetLies,
    SiteChanged,
    Stirred,
    Suspend,
    TimerFired,
    TokenAccepted,
    TokenRefused,
    Unanswered,
    WitnessChecked,
)
from kiosk_app.visit.face import running
from kiosk_app.visit.remark import NO_REMARK
from kiosk_app.visit.state import PLACES, Attract, Farewell, Identify, Lock, Materials, OutOfService, Prefs, Visit
from kiosk_app.visit.step import handled
from kiosk_app.visit.talk import NO_TALK
from tests.kiosk_app.visit.walks import checking
from ui.view import Action

DESK = desk()
SITES = [ONLINE, OFFLINE, SEEING, EQUIPPED]
BEFORE_A_FACE = replace(
    EQUIPPED,
    place=Identify(Level.L2),
    visit=Visit(service="GA02", person=ADULT, evidence=(CardEvidence(ADULT, photo=True),), started=True),
)
BEFORE_A_PAPER = replace(
    EQUIPPED, place=Materials("PROOF"), visit=replace(KNOWN, service="JZ02", consent=True, reveal=False)
)
SECRETS = ("赵秀兰", "110102194203155128", "钱文博", "13800138000", "6222020200000000003")


def test_every_event_is_answered_at_every_place() -> None:
    missing = [(p.__name__, e.__name__) for p, e in itertools.product(PLACES, EVENTS) if not handled(p, e)]
    assert missing == []


def test_every_place_has_a_page() -> None:
    assert set(SCREENS) == set(PLACES)


events = st.one_of(
    st.sampled_from(
        [
            Stirred(),
            CardRead(ELDER),
            CardRead(ADULT),
            CardRead(ADULT, photo=True),
            CardRead(ELDER, photo=True),
            CardRead(ELDER, "social"),
            CardRead(CHILD),
            CardRead(PERMIT, "hmt", photo=True),
            CardRead(FOREIGNER, "foreigner_2023", facts={"latin_name": "EXAMPLE ANN"}),
            CameraShown("doorstep-1"),
            CameraShown(""),
            FaceProgress("aiming", "nearer"),
            FaceProgress("challenge", step=1, steps=2, doing="turn_left"),
            FaceProgress("comparing"),
            SheetLies("no_page"),
            SheetLies("still"),
            PageTaken("sha256:" + "a" * 64, "good"),
            PageTaken("sha256:" + "b" * 64, "blurred"),
            ScanEnded("timeout"),
            ScanEnded("offline"),
            DeviceChanged("document_scanner", "online", {}),
            DeviceChanged("document_scanner", "offline", {}),
            DeviceChanged("document_scanner", "no_device", {}),
            FaceEnded("accept"),
            FaceEnded("second_factor", "not_sure"),
            FaceEnded("reject", "not_alike"),
            FaceEnded("no_face", "dark"),
            FaceEnded("no_face", "offline"),
            BiometricEnded("palm", "accept"),
            BiometricEnded("palm", "reject"),
            BiometricEnded("voice", "not_enrolled"),
            BiometricEnded("iris", "offline"),
            TokenAccepted(ELDER, "medical"),
            WitnessChecked("", 600),
            TimerFired("aim"),
            DeviceChanged("camera", "online", {}),
            DeviceChanged("camera", "offline", {}),
            DeviceChanged("biometric_palm", "offline", {}),
            Pressed("way.face"),
            Pressed("way.palm"),
            Pressed("actions.agree"),
            Pressed("actions.quiet"),
            Pressed("actions.decline"),
            Pressed("relation.parent"),
            CardRead(EXPIRED),
            CardFailed("unreadable"),
            CardFailed("moved"),
            CodeRead("token"),
            CodeFailed("not_credential"),
            TokenAccepted(ELDER),
            TokenRefused("token-expired"),
            PhoneCodeSent("c1", "138*****000"),
            PhoneCodeRefused("too-many"),
            PhoneCodeRight(),
            PhoneCodeWrong("code-wrong", 3),
            WitnessChecked("李师傅"),
            WitnessChecked(""),
            Prefilled({"phone": "13800138000", "bank": "6222020200000000003"}, {}),
            PrefillMissing(),
            Saved("s1", "L1"),
            SaveFailed("full"),
            Accepted("s1", RECEIPT),
            Rejected("s1", "slot-full"),
            Unanswered("s1"),
            PrintEnded("s1.0", "printed"),
            PrintEnded("s1.0", "unknown", "timeout"),
            PrintEnded("s1.0", "not_printed", "no_paper"),
            DeviceChanged("receipt_printer", "user_action", {"paper": "out"}),
            DeviceChanged("receipt_printer", "online", {"paper": "full"}),
            OnlineChanged(True),
            OnlineChanged(False),
            PresenceChanged(True),
            PresenceChanged(False),
            PowerChanged("low"),
            PowerChanged("mains"),
            LockChanged(Lock.URGENT),
            LockChanged(Lock.WANTED),
            LockChanged(Lock.NONE),
            NoticeChanged(TOLD),
            NoticeChanged(None),
            TimerFired("lock"),
            HeadphonesChanged(True),
            HeadphonesChanged(False),
            Held("reveal", True),
            KeyPressed("help"),
            KeyPressed("back"),
            KeyPressed("corner"),
            TimerFired("jack"),
            Suspend("paper"),
            Resume(),
            CardGone(),
            ClockTicked(),
            SiteChanged(),
            TimerFired("idle"),
            TimerFired("tick"),
            TimerFired("answer"),
            TimerFired("slow"),
            TimerFired("farewell"),
            Edited("identify.phone", "13800138000"),
            Edited("identify.code", "123456"),
            Edited("identify.pin", "246810"),
            Edited("form.bank", "6222020200000000003"),
            Edited("form.phone", "13800138000"),
            Edited("form.addr", "西城区 德胜街道 新风街 1 号"),
            Edited("form.content", "路灯坏了"),
        ]
    ),
    st.integers(0, 40),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*SITES, BEFORE_A_PAPER]), st.lists(events, max_size=40))
def test_random_visits_never_end_nowhere_and_leave_nothing(start: State, plan: list[Event | int]) -> None:
    state = start
    for item in plan:
        page = view(state, DESK)
        assert len({n.id for n in page.nodes}) == len(page.nodes), "two nodes with one id"
        active = [n for n in page.nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        before = state
        state, _ = step(state, event, DESK)
        if isinstance(state.place, Attract | Farewell):
            assert state.visit.person is None
            assert not state.visit.answers
            assert not state.visit.evidence
        if isinstance(state.place, Attract):
            # Whoever asks staff from the waiting page has no visit, only a talk, until the page is left alone.
            assert replace(state.visit, talk=NO_TALK, remark=NO_REMARK) == Visit()
            saying = state.visit.talk.shown or state.visit.remark.shown
            assert step(state, TimerFired("idle"), DESK)[0].visit == Visit() or saying
            assert state.prefs == Prefs() or isinstance(before.place, Attract)
            shown = repr(view(state, DESK))
            assert not any(secret in shown for secret in SECRETS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*SITES, BEFORE_A_PAPER]), st.lists(events, max_size=25))
def test_from_everywhere_the_end_is_reached(start: State, plan: list[Event | int]) -> None:
    state = start
    for item in plan:
        active = [n for n in view(state, DESK).nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        state, _ = step(state, event, DESK)
    state, _ = step(state, Resume(), DESK)
    for _ in range(6):
        for name in ("answer", "idle", *["tick"] * 31, "farewell"):
            state, _ = step(state, TimerFired(name), DESK)
    assert isinstance(state.place, Attract) or state.place in (OutOfService("power"), OutOfService("locked"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*SITES, BEFORE_A_PAPER]), st.lists(events, max_size=25))
def test_everything_that_can_be_pressed_is_answered(start: State, plan: list[Event | int]) -> None:
    state = start
    for item in plan:
        for node in view(state, DESK).nodes:
            if Action.PRESS in node.actions and node.enabled:
                _, effects = step(state, Pressed(node.id), DESK)
                logged = [e for e in effects if getattr(e, "event", "") == "unexpected_event"]
                covered = state.cover is not None and not node.id.startswith(("cover.", "dock."))
                assert covered or not logged, node.id
        active = [n for n in view(state, DESK).nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        state, _ = step(state, event, DESK)


def lamp(lit: bool, effects: tuple[Effect, ...]) -> bool:
    """Whether the camera is on after these effects, performed in order."""
    for effect in effects:
        if isinstance(effect, StartFace | StopFace):
            lit = isinstance(effect, StartFace)
    return lit


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*SITES, BEFORE_A_FACE, checking(), checking(EQUIPPED)]), st.lists(events, max_size=30))
def test_the_camera_is_on_exactly_while_the_page_says_so_and_only_after_consent(
    start: State, plan: list[Event | int]
) -> None:
    state, lit = start, running(start)
    for item in plan:
        active = [n for n in view(state, DESK).nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        state, effects = step(state, event, DESK)
        lit = lamp(lit, effects)
        # A check that ended by itself has put the camera out; telling it so again is harmless.
        assert lit == running(state)
        agreed = {c.text for c in state.visit.consents if c.given}
        for effect in effects:
            if isinstance(effect, StartFace):
                assert "consent.face" in agreed
            if isinstance(effect, CheckBiometric):
                assert f"consent.{effect.kind}" in agreed
        if lit:
            assert state.cover is None
            assert state.world.works("camera")
            assert view(state, DESK).node("face.camera") is not None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*SITES, BEFORE_A_FACE]), st.lists(events, max_size=30))
def test_nobody_stands_before_a_closed_door(start: State, plan: list[Event | int]) -> None:
    state = start
    for item in plan:
        active = {n.id for n in view(state, DESK).nodes if n.actions and n.enabled}
        if isinstance(state.place, Identify) and state.cover is None:
            assert "dock.help" in active
            # Where somebody is asked for consent, the way back is the no.
            assert active & {"actions.back", "actions.decline"}
            assert "actions.end" in active
        names = sorted(active)
        event: Event = Pressed(names[item % len(names)]) if isinstance(item, int) else item
        state, _ = step(state, event, DESK)


def test_changing_how_it_looks_loses_nothing() -> None:
    state, _ = step(ONLINE, CardRead(ELDER), DESK)
    state, _ = step(state, Pressed("service.GA02"), DESK)
    state, _ = step(state, Pressed("actions.start"), DESK)
    for node in ("dock.elder", "dock.lang", "dock.size", "dock.contrast", "dock.voice", "dock.low", "dock.elder"):
        after, _ = step(state, Pressed(node), DESK)
        assert replace(after, prefs=state.prefs, page=state.page) == state
        state = replace(state, prefs=after.prefs)


def test_a_level_that_was_not_reached_is_refused() -> None:
    state, _ = step(ONLINE, CardRead(ELDER), DESK)
    assert state.visit.level(online=True) == Level.L1
    state, _ = step(state, Pressed("service.YL01"), DESK)
    from kiosk_app.visit.state import Review

    forced = replace(state, place=Review(), visit=replace(state.visit, consent=True))
    after, effects = step(forced, Pressed("actions.submit"), DESK)
    assert isinstance(after.place, Review)
    assert after.place.notice == "level_first"
    assert any(getattr(e, "fields", {}).get("why") == "level" for e in effects)
