"""A face is compared after consent only, on this page only, kindly, and never as the only way."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from drivers.vision.messages import Aim, Challenge, Reason
from kiosk_app.identity import FaceEvidence, Level
from kiosk_app.lab.samples import OFFLINE, ONLINE, SEEING
from kiosk_app.screens import view
from kiosk_app.visit import State, listening
from kiosk_app.visit.consents import version
from kiosk_app.visit.effects import CallHost, FetchPrefill, StartFace, StartTimer, StopFace
from kiosk_app.visit.events import (
    CameraShown,
    CardRead,
    DeviceChanged,
    FaceEnded,
    FaceProgress,
    KeyPressed,
    Pressed,
    Stirred,
    Suspend,
    TimerFired,
)
from kiosk_app.visit.face import running
from kiosk_app.visit.state import FaceStage, Form, Home, Identify, IdleWarning, Timer, Way
from tests.kiosk_app.visit.walks import ADULT, DESK, ELDER, checking, later, only, walk, with_card

TURN = FaceProgress("challenge", step=1, steps=2, doing="turn_left")


def look(state: State) -> Identify:
    assert isinstance(state.place, Identify)
    return state.place


def prompt(state: State) -> str:
    node = view(state, DESK).node("face.prompt")
    assert node is not None
    return node.value


def ways(state: State) -> list[str]:
    return [n.id for n in view(state, DESK).nodes if n.id.startswith("way.") and n.enabled]


def test_the_face_is_offered_beside_a_card_with_a_photo() -> None:
    assert "way.face" in ways(with_card())


@pytest.mark.parametrize("site", [ONLINE, OFFLINE])
def test_without_a_camera_no_face_is_offered(site: State) -> None:
    assert "way.face" not in ways(with_card(site))


def test_a_camera_that_is_unplugged_is_drawn_closed_with_a_reason() -> None:
    state, _ = walk(with_card(), DeviceChanged("camera", "offline", {}))
    node = view(state, DESK).node("way.face")
    assert node is not None
    assert not node.enabled
    assert node.note


def test_nothing_starts_before_consent() -> None:
    state, effects = walk(with_card(), Pressed("way.face"))
    assert only(effects, StartFace) == []
    assert look(state).look.stage is FaceStage.CONSENT


def test_the_consent_is_shown_spoken_and_short() -> None:
    state, _ = walk(with_card(), Pressed("way.face"))
    page = view(state, DESK)
    node = page.node("consent.text")
    assert node is not None
    assert len(node.text) <= 120
    assert node.text in page.intro
    assert {"actions.agree", "actions.decline", "actions.quiet"} <= {n.id for n in page.nodes}


@pytest.mark.parametrize(("node", "quiet"), [("actions.agree", False), ("actions.quiet", True)])
def test_consent_starts_the_camera_for_the_holder_of_the_card(node: str, quiet: bool) -> None:
    _, effects = walk(with_card(), Pressed("way.face"), Pressed(node))
    assert only(effects, StartFace) == [StartFace(ADULT.id_number, quiet)]


def test_consent_is_kept_with_the_version_of_its_text() -> None:
    given = checking().visit.consents[-1]
    assert (given.text, given.version, given.given) == ("consent.face", version("consent.face", "zh"), True)
    assert version("consent.face", "zh") != version("consent.face", "en")


def test_refusing_leads_on_at_once_and_is_not_asked_again() -> None:
    state, effects = walk(with_card(), Pressed("way.face"), Pressed("actions.decline"))
    assert only(effects, StartFace) == []
    assert ways(state) == ["way.phone", "way.witness"]
    assert state.visit.consents[-1].given is False
    again, effects = walk(state, Pressed("way.face"))
    assert only(effects, StartFace) == []
    assert "way.face" not in ways(again)


def test_an_accepted_face_reaches_the_level() -> None:
    state, effects = walk(checking(), TURN, FaceEnded("accept", live="challenge"))
    assert state.visit.level(online=True) is Level.L2
    assert FaceEvidence("challenge") in state.visit.evidence
    asked = only(effects, FetchPrefill)
    assert asked == [
        FetchPrefill(
            ADULT.id_number,
            "GA02",
            ({"kind": "card", "layout": "resident"}, {"kind": "face", "live": "challenge"}),
            ADULT.name,
        )
    ]
    assert only(effects, StopFace)


def test_a_verdict_that_nobody_waits_for_proves_nothing() -> None:
    state, _ = walk(with_card(), FaceEnded("accept"))
    assert state.visit.level(online=True) is Level.L1
    stopped, _ = walk(checking(), Pressed("actions.back"), FaceEnded("accept"))
    assert stopped.visit.level(online=True) is Level.L1


def test_not_sure_leads_to_another_way_and_is_nobodys_failure() -> None:
    state, _ = walk(checking(), FaceEnded("second_factor", "not_sure"))
    assert state.visit.failures == {}
    assert look(state).notice == "face_second"
    assert ways(state)[:2] == ["way.phone", "way.witness"]


def test_two_failures_put_the_face_behind_the_others_and_say_what_else_there_is() -> None:
    state, _ = walk(checking(), FaceEnded("reject", "not_alike"))
    assert look(state).notice == "face_not_alike"
    state, _ = walk(state, Pressed("way.face"), FaceEnded("reject", "not_alike"))
    assert look(state).notice == "face_enough"
    assert ways(state) == ["way.phone", "way.witness", "way.face"]


def test_consent_is_asked_once_for_two_tries() -> None:
    state, _ = walk(checking(), FaceEnded("reject", "not_alike"))
    _, effects = walk(state, Pressed("way.face"))
    assert only(effects, StartFace)


def test_five_failures_bring_people_and_leave_the_witness() -> None:
    state = checking()
    called = []
    for _ in range(5):
        state, effects = walk(state, FaceEnded("reject", "not_alike"), Pressed("way.face"))
        called += only(effects, CallHost)
    assert called == [CallHost("identify")]
    assert ways(state) == ["way.witness"]


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.NONE}))
def test_every_reason_is_said_kindly_and_leads_on(reason: Reason) -> None:
    decision = {Reason.NOT_SURE: "second_factor", Reason.NOT_ALIKE: "reject", Reason.NOT_LIVE: "reject"}.get(
        reason, "no_face"
    )
    state, effects = walk(checking(), FaceEnded(decision, reason.value))
    assert look(state).way is Way.OPEN
    notice = view(state, DESK).node("identify.notice")
    assert notice is not None
    assert "失败" not in notice.text
    assert {"way.phone", "way.witness"} <= set(ways(state))
    assert only(effects, StopFace)


@pytest.mark.parametrize("reason", ["offline", "timeout", "cancelled", "device_fault", "", "made_up"])
def test_a_camera_that_ends_is_not_the_persons_failure(reason: str) -> None:
    state, _ = walk(checking(), FaceEnded("no_face", reason))
    assert state.visit.failures == {}
    assert look(state).notice == "face_camera"


def test_the_camera_unplugged_in_the_middle_leads_to_other_ways() -> None:
    state, effects = walk(checking(), TURN, DeviceChanged("camera", "offline", {}))
    assert look(state).notice == "face_camera"
    assert only(effects, StopFace)
    assert ways(state) == ["way.phone", "way.witness"]


def test_a_busy_camera_is_not_gone() -> None:
    state, effects = walk(checking(), DeviceChanged("camera", "busy", {}))
    assert running(state)
    assert only(effects, StopFace) == []


LEAVING = {
    "another way": Pressed("actions.back"),
    "the end": Pressed("actions.end"),
    "home": Pressed("actions.home"),
    "help": Pressed("dock.help"),
    "help by key": KeyPressed("help"),
    "back by key": KeyPressed("back"),
    "nobody stirs": TimerFired("idle"),
    "people need the machine": Suspend("technician"),
    "a card": CardRead(ELDER),
}


@pytest.mark.parametrize("event", LEAVING.values(), ids=LEAVING.keys())
def test_the_camera_goes_off_when_the_page_is_left_or_covered(event: object) -> None:
    state, effects = walk(checking(), TURN, event)  # type: ignore[arg-type]  # any event of the list
    assert only(effects, StopFace)
    assert not running(state)


@pytest.mark.parametrize("node", ["dock.lang", "dock.elder", "dock.voice", "dock.low", "dock.contrast", "dock.size"])
def test_another_look_does_not_stop_the_check(node: str) -> None:
    state, effects = walk(checking(), TURN, Pressed(node))
    assert running(state)
    assert only(effects, StopFace) == []
    assert prompt(state) == "turn_left"


def test_after_help_the_check_begins_again_by_a_press() -> None:
    state, _ = walk(checking(quiet=True), Pressed("dock.help"), Pressed("cover.close"))
    assert look(state).look.stage is FaceStage.READY
    _, effects = walk(state, Pressed("actions.agree"))
    assert only(effects, StartFace) == [StartFace(ADULT.id_number, True)]


def test_after_the_idle_warning_nothing_looks_until_a_press() -> None:
    state, _ = walk(checking(), TimerFired("idle"))
    assert isinstance(state.cover, IdleWarning)
    awake, effects = walk(state, Stirred())
    assert only(effects, StartFace) == []
    assert not running(awake)


def test_somebody_before_the_camera_is_somebody_there() -> None:
    _, effects = walk(checking(), FaceProgress("aiming", "nearer"))
    assert StartTimer(Timer.IDLE, 60.0) in effects
    _, effects = walk(checking(), FaceProgress("aiming", "nobody"))
    assert only(effects, StartTimer) == []


def test_aiming_words_keep_two_seconds_and_the_newest_is_said() -> None:
    state, _ = walk(checking(), FaceProgress("aiming", "nearer"))
    assert prompt(state) == "nearer"
    state, effects = walk(state, FaceProgress("aiming", "left"), FaceProgress("aiming", "higher"), at=later(0.5))
    assert prompt(state) == "nearer"
    assert StartTimer(Timer.AIM, 1.5) in effects
    state, _ = walk(state, TimerFired("aim"), at=later(2.0))
    assert prompt(state) == "higher"


def test_an_aiming_word_that_is_no_longer_true_is_not_said() -> None:
    state, _ = walk(checking(), FaceProgress("aiming", "nearer"))
    state, _ = walk(state, FaceProgress("aiming", "left"), FaceProgress("aiming", "nearer"), at=later(0.5))
    state, _ = walk(state, TimerFired("aim"), at=later(2.0))
    assert prompt(state) == "nearer"


def test_what_is_asked_comes_at_once() -> None:
    state, _ = walk(checking(), FaceProgress("aiming", "nearer"))
    state, _ = walk(state, TURN, at=later(0.1))
    assert prompt(state) == "turn_left"


def test_a_done_action_is_praised() -> None:
    done = FaceProgress("challenge", step=1, steps=2, doing="turn_left", done=True)
    mouth = FaceProgress("challenge", step=2, steps=2, doing="open_mouth")
    before, _ = walk(checking(), TURN)
    state, _ = walk(before, done)
    assert view(state, DESK).node("face.prompt") == view(before, DESK).node("face.prompt")
    state, _ = walk(state, mouth)
    node = view(state, DESK).node("face.prompt")
    assert node is not None
    assert node.text.startswith("好")
    assert "2" in node.note


@pytest.mark.parametrize(
    ("lang", "word"), list(itertools.product(("zh", "en"), [*Aim, *Challenge])), ids=lambda w: str(w)
)
def test_every_word_of_the_camera_has_a_sentence(lang: str, word: str) -> None:
    stage = "challenge" if word in set(Challenge) else "aiming"
    event = FaceProgress(stage, aim=word, doing=word, step=1, steps=2)
    state, _ = walk(replace(checking(), prefs=replace(SEEING.prefs, lang=lang)), event)
    node = view(state, DESK).node("face.prompt")
    assert node is not None
    assert node.value == word
    assert len(node.text) > 4


def test_the_picture_is_shown_while_there_is_one() -> None:
    state, _ = walk(checking(), CameraShown("doorstep-1"))
    node = view(state, DESK).node("face.camera")
    assert node is not None
    assert node.value == "camera:doorstep-1"
    state, _ = walk(state, CameraShown(""))
    node = view(state, DESK).node("face.camera")
    assert node is not None
    assert node.value == "camera:"


def test_the_camera_looks_for_codes_only_where_the_resident_chose_it() -> None:
    devices = {k: v for k, v in SEEING.world.devices.items() if k != "code_reader"}
    site = replace(SEEING, world=replace(SEEING.world, devices=devices))
    asked = replace(with_card(site), visit=with_card(site).visit.__class__(service="GA02", started=True))
    assert "camera_code" not in listening(asked)
    state, _ = walk(asked, Pressed("way.code"))
    assert listening(state) == {"camera_code"}
    covered, _ = walk(state, Pressed("dock.help"))
    # Under help a technician's card is heard, and nothing else.
    assert listening(covered) == {"card_reader"}
    back, _ = walk(state, Pressed("actions.back"))
    assert "camera_code" not in listening(back)


def test_a_face_is_never_compared_for_whoever_has_no_card() -> None:
    state, effects = walk(replace(SEEING, place=Identify(Level.L2)), Pressed("way.face"), Pressed("actions.agree"))
    assert only(effects, StartFace) == []
    assert isinstance(state.place, Identify | Form | Home)


def test_progress_of_a_check_that_was_left_changes_nothing() -> None:
    left, _ = walk(checking(), Pressed("actions.back"))
    after, _ = walk(left, TURN)
    assert after == left
