"""Voice, palm and iris: asked first, compared by their module, refused without losing anything."""

from __future__ import annotations

import pytest

from kiosk_app.identity import Level
from kiosk_app.lab.samples import EQUIPPED
from kiosk_app.screens import view
from kiosk_app.visit import State
from kiosk_app.visit.effects import CheckBiometric
from kiosk_app.visit.events import BiometricEnded, DeviceChanged, Pressed
from kiosk_app.visit.state import Identify, Way
from tests.kiosk_app.visit.walks import ADULT, DESK, only, walk, with_card

KINDS = ["voice", "palm", "iris"]


def asked(kind: str) -> State:
    state, _ = walk(with_card(EQUIPPED), Pressed(f"way.{kind}"))
    return state


def notice(state: State) -> str:
    assert isinstance(state.place, Identify)
    return state.place.notice


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_compared_before_consent(kind: str) -> None:
    state, effects = walk(with_card(EQUIPPED), Pressed(f"way.{kind}"))
    assert only(effects, CheckBiometric) == []
    node = view(state, DESK).node("consent.text")
    assert node is not None
    assert len(node.text) <= 120


@pytest.mark.parametrize("kind", KINDS)
def test_an_accepted_body_reaches_the_level(kind: str) -> None:
    state, effects = walk(asked(kind), Pressed("actions.agree"))
    assert only(effects, CheckBiometric) == [CheckBiometric(kind, ADULT.id_number)]
    state, _ = walk(state, BiometricEnded(kind, "accept"))
    assert state.visit.level(online=True) is Level.L2


@pytest.mark.parametrize("kind", KINDS)
def test_refusing_is_not_asked_again(kind: str) -> None:
    state, effects = walk(asked(kind), Pressed("actions.decline"))
    assert only(effects, CheckBiometric) == []
    assert view(state, DESK).node(f"way.{kind}") is None


@pytest.mark.parametrize(("decision", "said"), [("reject", "body_reject"), ("not_enrolled", "body_not_enrolled")])
def test_an_answer_that_is_no_leads_on_kindly(decision: str, said: str) -> None:
    state, _ = walk(asked("palm"), Pressed("actions.agree"), BiometricEnded("palm", decision))
    assert notice(state) == said
    assert state.visit.level(online=True) is Level.L1


def test_the_answer_of_another_module_proves_nothing() -> None:
    state, _ = walk(asked("palm"), Pressed("actions.agree"), BiometricEnded("iris", "accept"))
    assert state.visit.level(online=True) is Level.L1


def test_an_answer_that_came_after_the_page_was_left_proves_nothing() -> None:
    state, _ = walk(
        asked("voice"), Pressed("actions.agree"), Pressed("actions.back"), BiometricEnded("voice", "accept")
    )
    assert state.visit.level(online=True) is Level.L1


def test_a_module_that_is_unplugged_leads_to_other_ways() -> None:
    state, _ = walk(asked("iris"), Pressed("actions.agree"), DeviceChanged("biometric_iris", "offline", {}))
    assert notice(state) == "body_offline"
    assert isinstance(state.place, Identify)
    assert state.place.way is Way.OPEN
