"""Events in, pages and effects out, in order, on one thread."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_app.conductor import Conductor
from kiosk_app.lab.samples import desk
from kiosk_app.loop import PlainLoop
from kiosk_app.visit.effects import VerifyToken
from kiosk_app.visit.events import CodeRead, OnlineChanged, Pressed, TokenRefused
from kiosk_app.visit.state import Attract, Home, Identify
from ui.view import Act, Action, Edit, Key, ScreenView, Touched


class Stage:
    def __init__(self) -> None:
        self.now = 0.0
        self.loop = PlainLoop(lambda: self.now)
        self.pages: list[ScreenView] = []
        self.log: list[tuple[str, Mapping[str, object]]] = []
        self.conductor = Conductor(self.loop, desk, self.pages.append, self.record, lambda: "v1")
        self.conductor.show()

    def record(self, name: str, fields: Mapping[str, str | int | bool]) -> None:
        self.log.append((name, fields))


def test_a_touch_leads_to_the_next_page() -> None:
    stage = Stage()
    stage.conductor.input(Touched(0.0))
    stage.conductor.input(Act("start.touch"))
    assert isinstance(stage.conductor.state.place, Home)
    assert stage.pages[-1].screen == "home"
    assert ("visit_began", {"visit": "v1"}) in stage.log


def test_events_that_arise_while_stepping_wait_their_turn() -> None:
    stage = Stage()
    stage.conductor.dispatch(OnlineChanged(True))
    seen: list[str] = []

    def refuse(effect: VerifyToken) -> None:
        stage.conductor.dispatch(TokenRefused("token-expired"))
        seen.append(type(stage.conductor.state.place).__name__)

    stage.conductor.equip({VerifyToken: refuse})
    stage.conductor.dispatch(CodeRead("opaque"))
    assert seen == ["Identify"]
    assert isinstance(stage.conductor.state.place, Identify)
    assert stage.conductor.state.place.notice == "code_token-expired"


def test_an_effect_that_nobody_performs_is_logged_and_harms_nothing() -> None:
    stage = Stage()
    stage.conductor.dispatch(OnlineChanged(True))
    stage.conductor.dispatch(CodeRead("opaque"))
    assert any(name == "unexpected_event" and f["event"] == "VerifyToken" for name, f in stage.log)


def test_readers_are_told_when_a_page_stops_listening() -> None:
    stage = Stage()
    wanted: list[frozenset[str]] = []
    stage.conductor.on_listening = wanted.append
    for node in ("start.touch", "service.XF01", "actions.start"):
        stage.conductor.dispatch(Pressed(node))
    assert wanted == [frozenset()]


def test_every_wiper_runs_even_when_one_fails() -> None:
    stage = Stage()
    ran: list[str] = []

    def bad() -> None:
        raise OSError("gone")

    stage.conductor.wipers.add("first", bad)
    stage.conductor.wipers.add("second", lambda: ran.append("second"))
    stage.conductor.wipers.add("third", bad)
    stage.conductor.input(Act("start.touch"))
    stage.conductor.input(Act("actions.end"))
    assert ran == ["second"]
    told = {"visit": "v1", "count": 3, "failed": 2, "which": "first,third"}
    assert ("wipe_done", told) in stage.log


def test_holding_and_typing_reach_the_visit() -> None:
    stage = Stage()
    for node in ("start.touch", "service.XF01", "actions.start"):
        stage.conductor.input(Act(node))
    stage.conductor.input(Edit("form.content", "楼道灯坏了两周没人修"))
    assert stage.conductor.state.visit.answers["content"] == "楼道灯坏了两周没人修"
    stage.conductor.input(Act("reveal", Action.HOLD))
    assert stage.conductor.state.visit.reveal
    stage.conductor.input(Act("reveal", Action.RELEASE))
    assert not stage.conductor.state.visit.reveal


def test_the_idle_clock_warns_counts_down_and_ends() -> None:
    stage = Stage()
    stage.conductor.input(Act("start.touch"))
    stage.now = 61.0
    stage.loop.after(0.0, lambda: None)
    for _ in range(40):
        stage.now += 1.0
        stage.loop.post(lambda: None)
        drain(stage.loop)
    assert any(page.cover == "idle" for page in stage.pages)
    assert isinstance(stage.conductor.state.place, Attract)
    stage.conductor.input(Key("help"))
    assert stage.pages[-1].cover == "help"


def drain(loop: PlainLoop) -> None:
    """Run what is due, then stop."""
    loop.after(0.0, loop.quit)
    loop.run()


def test_what_waits_for_the_wipers_is_called_behind_them() -> None:
    stage = Stage()
    order: list[str] = []
    stage.conductor.wipers.add("one", lambda: order.append("wiper"))
    stage.conductor.after_wipe = lambda: order.append("after")
    stage.conductor.input(Touched(0.0))
    stage.conductor.input(Act("start.touch"))
    stage.conductor.dispatch(Pressed("actions.end"))
    assert order == ["wiper", "after"]
