"""Papers: asked for where they can be photographed, the camera on only while the page says so, nothing loose kept."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.vision.messages import Lie
from kiosk_app.lab.samples import EQUIPPED, KNOWN, ONLINE
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.services import Catalogue, Scan
from kiosk_app.visit import Desk, State
from kiosk_app.visit.effects import DropPage, Effect, RestCamera, ShowPage, SnapPage, Submit, TakePage
from kiosk_app.visit.events import (
    CameraShown,
    DeviceChanged,
    Event,
    KeyPressed,
    PageTaken,
    Pressed,
    ScanEnded,
    SheetLies,
    Stirred,
    TimerFired,
)
from kiosk_app.visit.flow import materials_of, to_materials
from kiosk_app.visit.materials import handed_in, wanted
from kiosk_app.visit.state import Case, Form, Materials, Review, Verdict, Visit
from kiosk_app.visit.supplied import ScanStage
from tests.kiosk_app.services.data import package
from tests.kiosk_app.visit.walks import DESK, later, only, walk
from ui.view import Action

FIRST, SECOND = "sha256:" + "a" * 64, "sha256:" + "b" * 64
ANSWERS = {"hardship": "illness", "desc": "一家三口，父亲住院", "phone": "13800138000", "bank": "6222020200000000006"}
VISIT = replace(KNOWN, service="JZ02")
ASKED = replace(EQUIPPED, place=Materials("PROOF"), visit=VISIT)
BROKEN = DeviceChanged("document_scanner", "offline", {})
ON, GOOD = Pressed("actions.scan"), PageTaken(FIRST, "good")


def desk_with(scan: Scan | None, *, required: bool) -> Desk:
    """The desk where the papers of JZ02 are asked for differently."""
    content = package("JZ02")
    for material in content["service"]["materials"]:
        if material["code"] == "PROOF":
            material["required"] = required
            material.pop("scan")
            if scan is not None:
                material["scan"] = {k: v for k, v in asdict(scan).items() if v}
    return replace(DESK, catalogue=Catalogue.build({"packages": [{"id": "JZ02"}]}, {"JZ02": content}))


def place(state: State) -> Materials:
    assert isinstance(state.place, Materials)
    return state.place


def words(state: State, desk: Desk = DESK) -> str:
    shown = view(state, desk)
    return "\n".join([shown.title, shown.lead, *(n.text for n in shown.nodes), *(n.note for n in shown.nodes)])


def test_a_page_that_was_kept_goes_with_the_case() -> None:
    state, effects = walk(ASKED, ON, SheetLies("still"), GOOD, Pressed("actions.keep"))
    assert only(effects, TakePage) == [TakePage()]
    assert only(effects, ShowPage) == [ShowPage(FIRST)]
    state, _ = walk(state, ON, PageTaken(SECOND, "good"), Pressed("actions.keep"), Pressed("actions.next"))
    assert isinstance(state.place, Review)
    told = [{"code": "PROOF", "given": "paper", "pages": [FIRST, SECOND]}]
    assert handed_in(state, DESK) == (told, (FIRST, SECOND))
    ready = replace(state, visit=replace(state.visit, consent=True, answers=ANSWERS))
    state, effects = walk(ready, Pressed("actions.submit"))
    (sent,) = only(effects, Submit)
    assert isinstance(sent, Submit)
    assert sent.pages == (FIRST, SECOND)
    assert sent.body["materials"] == told


def test_taken_again_the_first_page_is_forgotten() -> None:
    state, effects = walk(ASKED, ON, GOOD, Pressed("actions.retake"))
    assert place(state).stage is ScanStage.AIM
    assert only(effects, DropPage) == [DropPage(FIRST)]
    assert wanted(state) == TakePage()


@pytest.mark.parametrize(
    "way", [Pressed("actions.back"), KeyPressed("back"), Pressed("actions.end"), TimerFired("idle")]
)
def test_a_page_that_nobody_kept_is_forgotten_with_its_picture(way: Event) -> None:
    state, effects = walk(ASKED, ON, GOOD, way)
    if isinstance(way, TimerFired):
        state, more = walk(state, *[TimerFired("tick")] * 31)
        effects = (*effects, *more)
    assert DropPage(FIRST) in effects
    assert wanted(state) is None


def test_a_page_that_comes_too_late_is_forgotten() -> None:
    _, effects = walk(ASKED, ON, Pressed("actions.back"), GOOD)
    assert only(effects, DropPage) == [DropPage(FIRST)]
    _, effects = walk(ASKED, ON, Pressed("actions.end"), GOOD)
    assert DropPage(FIRST) in effects


def test_a_page_can_be_taken_out_again_and_what_is_full_takes_no_more() -> None:
    state = ASKED
    pages = ["sha256:" + letter * 64 for letter in "abcd"]
    for page in pages:
        state, _ = walk(state, ON, PageTaken(page, "good"), Pressed("actions.keep"))
    assert not [n for n in view(state, DESK).nodes if n.id == "actions.scan"]
    state, effects = walk(state, ON)
    assert not only(effects, TakePage)
    state, effects = walk(state, Pressed("page.2"), Pressed("actions.remove"))
    assert state.visit.papers["PROOF"].pages == (pages[0], *pages[2:])
    assert only(effects, DropPage) == [DropPage(pages[1])]


def test_every_way_to_lie_has_words_in_both_languages() -> None:
    state, _ = walk(ASKED, ON)
    for lie in set(Lie) - {Lie.GOOD}:
        for lang in ("zh", "en"):
            said, _ = walk(replace(state, prefs=replace(state.prefs, lang=lang)), SheetLies(lie.value), at=later(9))
            assert place(said).prompt == lie.value
            prompt = next(n for n in view(said, DESK).nodes if n.id == "materials.prompt")
            assert prompt.text


def test_aiming_words_keep_their_distance_and_hold_still_comes_at_once() -> None:
    state, _ = walk(ASKED, ON, SheetLies("go_left"), SheetLies("blurred"))
    assert (place(state).prompt, place(state).queued) == ("go_left", "blurred")
    waited, _ = walk(state, TimerFired("aim"), at=later(3))
    assert place(waited).prompt == "blurred"
    still, _ = walk(state, SheetLies("still"))
    assert place(still).prompt == "still"


def test_help_puts_the_camera_out_and_it_begins_anew_only_when_asked() -> None:
    state, effects = walk(ASKED, ON, Pressed("dock.help"))
    assert only(effects, RestCamera)
    assert place(state).stage is ScanStage.ASK
    state, effects = walk(state, Pressed("cover.close"))
    assert not only(effects, TakePage)


def test_whoever_sees_better_has_it_taken_as_it_lies() -> None:
    state, effects = walk(ASKED, ON, Pressed("actions.snap"))
    assert only(effects, SnapPage) == [SnapPage()]
    state, _ = walk(state, PageTaken(FIRST, "blurred"))
    assert "可以重拍" in words(state)


def test_without_the_paper_the_case_goes_on_where_it_may() -> None:
    state, _ = walk(ASKED, Pressed("actions.without"))
    assert isinstance(state.place, Review)
    assert state.visit.papers["PROOF"].given == "none"
    back, _ = walk(state, Pressed("actions.back"))
    assert place(back).code == "PROOF"


def test_a_broken_camera_is_said_kindly_and_there_is_another_way() -> None:
    state, _ = walk(ASKED, BROKEN)
    assert "高拍仪现在用不了" in words(state)
    main = next(n for n in view(state, DESK).nodes if n.style == "primary" and n.slot == "actions")
    assert main.id == "actions.without"
    ended, _ = walk(ASKED, ON, ScanEnded("offline"))
    assert "高拍仪现在用不了" in words(ended)


def test_where_there_is_no_camera_only_a_paper_that_must_be_there_is_asked_for() -> None:
    form = replace(ONLINE, place=Form("bank"), visit=VISIT)
    assert materials_of(form, DESK) == ()
    needed = desk_with(Scan(2, follow=15), required=True)
    state, _ = to_materials(form, needed)
    assert place(state).code == "PROOF"
    state, _ = walk(state, Pressed("actions.later"), at=needed)
    assert isinstance(state.place, Review)
    assert state.visit.papers["PROOF"].given == "later"


def test_a_paper_that_must_be_there_and_cannot_follow_leads_to_the_window() -> None:
    needed = desk_with(Scan(2), required=True)
    state = replace(ONLINE, place=Materials("PROOF"), visit=VISIT)
    assert "这份材料要有" in words(state, needed)
    for way in ("actions.without", "actions.later", "actions.next"):
        stays, _ = walk(state, Pressed(way), at=needed)
        assert isinstance(stays.place, Materials)


def test_whoever_helps_is_not_shown_the_page() -> None:
    state, _ = walk(ASKED, ON, CameraShown("doorstep-1"), GOOD)
    helped = replace(state, visit=replace(state.visit, helped=True))
    pictures = [next(n.value for n in view(s, DESK).nodes if n.id == "materials.camera") for s in (state, helped)]
    assert pictures == ["camera:doorstep-1", "camera:"]


def test_the_receipt_says_what_went_along_and_what_is_to_be_brought() -> None:
    case = Case("s1", "L1", Verdict.SAVED)
    kept, _ = walk(ASKED, ON, GOOD, Pressed("actions.keep"), Pressed("actions.next"))
    paper = receipt_of(replace(kept, visit=replace(kept.visit, case=case)), DESK)
    assert paper is not None
    assert paper.materials == ("情况证明：1 页，随申请交了",)
    needed = desk_with(Scan(2, follow=15), required=True)
    later_, _ = walk(ASKED, Pressed("actions.later"), at=needed)
    paper = receipt_of(replace(later_, visit=replace(later_.visit, case=case)), needed)
    assert paper is not None
    assert "15 个工作日内" in paper.materials[0]


def test_a_picture_under_the_idle_warning_stands_again_when_somebody_stirs() -> None:
    warned, effects = walk(ASKED, ON, GOOD, TimerFired("idle"))
    assert RestCamera() in effects
    awake, effects = walk(warned, Stirred())
    assert awake.cover is None
    assert ShowPage(FIRST) in effects


def test_whoever_ends_from_the_idle_warning_leaves_no_page() -> None:
    warned, _ = walk(ASKED, ON, GOOD, TimerFired("idle"))
    _, effects = walk(warned, Pressed("cover.end"))
    assert DropPage(FIRST) in effects


EVENTS = st.sampled_from([
    ON, GOOD, PageTaken(SECOND, "blurred"), SheetLies("go_left"), SheetLies("still"), ScanEnded("timeout"), BROKEN,
    DeviceChanged("document_scanner", "online", {}), DeviceChanged("document_scanner", "no_device", {}), Stirred(),
    TimerFired("aim"), TimerFired("idle"), TimerFired("tick"), KeyPressed("back"), KeyPressed("help"),
])  # fmt: skip


def seen(state: Effect | None, effects: tuple[Effect, ...]) -> Effect | None:
    """What the camera does after these effects, performed in order."""
    for effect in effects:
        if isinstance(effect, TakePage | ShowPage):
            assert state is None, "two at once"
            state = effect
        elif isinstance(effect, RestCamera):
            state = None
    return state


@given(st.lists(st.one_of(EVENTS, st.integers(0, 30)), max_size=30))
def test_the_camera_does_exactly_what_the_page_shows_and_holds_no_page_that_the_visit_does_not(
    plan: list[Event | int],
) -> None:
    state: State = ASKED
    does: Effect | None = None
    held: set[str] = set()
    for item in plan:
        active = [n for n in view(state, DESK).nodes if n.actions and n.enabled and Action.PRESS in n.actions]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) and active else Stirred()
        event = item if not isinstance(item, int) else event
        held |= {event.page} if isinstance(event, PageTaken) else set()
        state, effects = walk(state, event)
        does = seen(does, effects)
        assert does == wanted(state)
        held -= {e.page for e in effects if isinstance(e, DropPage)}
        kept = {page for paper in state.visit.papers.values() for page in paper.pages}
        fresh = {place(state).shown} if isinstance(state.place, Materials) and place(state).new else set()
        assert held == kept | fresh
        if state.visit == Visit():
            assert not held
