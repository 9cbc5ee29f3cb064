"""The table of faults says of each what a technician can act on, and covers every device and every check."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from kiosk_app.health import Facts, check_all
from kiosk_app.health.duty import Who
from kiosk_app.health.line import LINE
from kiosk_app.health.sentences import NAMES
from kiosk_app.health.standstill import HALTS
from kiosk_app.lab.fault_page import FILE, page
from kiosk_app.lab.fault_shape import CHECKS, IDS, PARTS, Fault, Scene, device, halted
from kiosk_app.lab.fault_table import FAULTS
from provisioning import CheckState, Words

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BY_ID = {fault.id: fault for fault in FAULTS}
DOES = re.compile(r"请|不需要处理")
BLAME = re.compile(r"你|违规|错误操作")

every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)


def test_there_are_at_least_sixty_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) == len(BY_ID) >= 60


def test_no_two_faults_are_told_alike() -> None:
    told = Counter((fault.says.cause, fault.says.remedy) for fault in FAULTS)
    assert [words for words, count in told.items() if count > 1] == []


def test_no_two_faults_are_played_alike() -> None:
    played = [(fault.scene, fault.does) for fault in FAULTS if fault.does.hand != "nothing"]
    assert [deed for n, deed in enumerate(played) if deed in played[:n]] == []


@every_fault
def test_it_is_told_in_whole_sentences_in_both_languages(fault: Fault) -> None:
    for words in (fault.says.cause, fault.says.remedy):
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
        assert not re.search(r"[{}|]", words.zh + words.en)
        assert not re.search(r"[\u4e00-\u9fff]", words.en)
    assert fault.shown.zh
    assert fault.shown.en.isascii()


@every_fault
def test_the_remedy_says_what_to_do_and_blames_nobody(fault: Fault) -> None:
    assert DOES.search(fault.says.remedy.zh)
    assert not BLAME.search(fault.says.remedy.zh + fault.says.cause.zh)
    assert fault.says.severity is not CheckState.PASS


@every_fault
def test_a_part_is_named_and_it_is_somebodys_turn_unless_waiting_helps(fault: Fault) -> None:
    assert fault.says.duty.part.zh
    waits = fault.id in {"receipt_printer.hot", "platform.closed"}
    assert (fault.says.duty.who is Who.NOBODY) == waits


@every_fault
def test_whoever_is_asked_to_act_is_the_one_whose_turn_it_is(fault: Fault) -> None:
    remedy, who = fault.says.remedy.zh, fault.says.duty.who
    if "kiosk " in remedy or "systemctl" in remedy or "重装" in remedy or "安装" in remedy:
        assert who in (Who.TECHNICIAN, Who.PLATFORM), "a host has no keyboard"
    if remedy.startswith(("请让平台运维", "请打电话问平台运维", "请告诉平台运维")):
        assert who is Who.PLATFORM


def test_every_kind_of_device_and_every_check_occurs() -> None:
    told = {fault.says.kind for fault in FAULTS}
    # Of a keypad and its keys nothing can be known: it only ever types.
    assert set(NAMES) - {"keypad"} <= told
    assert {result.id for result in check_all(Facts(), NOW)} <= told
    assert told <= set(NAMES) | set(CHECKS)


def test_every_scene_is_used_and_what_suffers_too_is_known() -> None:
    assert {fault.scene for fault in FAULTS} == set(Scene)
    known = set(IDS.values()) | set(CHECKS)
    assert all(fault.also <= known for fault in FAULTS)
    assert len(PARTS) == 10


def test_the_page_for_technicians_is_the_one_that_the_table_makes() -> None:
    assert FILE.read_text("utf-8") == page(), "run python -m kiosk_app.lab.fault_page"


@pytest.mark.parametrize("table", [LINE.values(), HALTS.values()])
def test_the_way_to_the_platform_and_a_standstill_have_whole_sentences(table: list[tuple[object, ...]]) -> None:
    told = [[one for one in row if isinstance(one, Words)] for row in table]
    for cause, remedy in told:
        assert len(cause.zh.split("。")[0]) <= 24
        assert len(remedy.zh) <= 50
        assert remedy.zh.startswith("请")
        assert all(words.zh.endswith("。") for words in (cause, remedy))
        assert all(words.en.endswith(".") for words in (cause, remedy))
    assert len({cause for cause, _ in told}) == len(told)


def test_a_stuck_knife_is_not_told_as_a_jam_and_is_a_technicians() -> None:
    from drivers.device import DeviceState

    said = device("receipt_printer", DeviceState.HARDWARE_ERROR, "cutter_error", paper="jammed", cover="closed")
    assert "切刀" in said.cause.zh
    assert said.duty.who is Who.TECHNICIAN


def test_a_fault_of_a_reason_unheard_of_sends_to_the_screen() -> None:
    assert "屏幕" in halted("something-new").remedy.zh
