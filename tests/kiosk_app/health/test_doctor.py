"""The report that scripts and technicians read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from drivers.device import DeviceState, Status
from kiosk_app.health import doctor_report, render_text
from provisioning import CheckResult, CheckState, DeviceSpec, Words

CARD = Status("card", "card_reader", DeviceState.ONLINE)
PRINTER = Status("printer", "receipt_printer", DeviceState.ONLINE, {"paper": "full", "cover": "closed"})
NO_PAPER = Status("printer", "receipt_printer", DeviceState.USER_ACTION, {"paper": "out", "cover": "closed"})
SILENT = Status("speech", "speech", DeviceState.NO_DEVICE)
SLOW = CheckResult("clock", CheckState.FAIL, Words("慢。", "Slow."), Words("校时。", "Set it."))
FINE = CheckResult("disk", CheckState.PASS, Words("够。", "Enough."), Words("无。", "None."))


def test_shape_is_what_scripts_read() -> None:
    report = json.loads(json.dumps(doctor_report([CARD], [FINE], at=datetime.now(UTC), terminal="XC-0042")))
    assert {"devices", "checks", "ready"} <= set(report)
    assert {"id", "kind", "state", "cause", "remedy"} <= set(report["devices"][0])
    assert {"id", "state", "cause", "remedy"} <= set(report["checks"][0])


def test_all_well_is_ready() -> None:
    report = doctor_report([CARD, PRINTER], [FINE])
    assert report["ready"] is True
    assert report["say"]["en"] == "All is well; the terminal is ready."


def test_worst_device_comes_first_and_is_what_to_say() -> None:
    report = doctor_report([CARD, SILENT, NO_PAPER], [FINE])
    assert [device["id"] for device in report["devices"]] == ["printer", "speech", "card"]
    assert report["say"]["zh"] == "小票打印机没有纸了。"


def test_warning_alone_leaves_the_terminal_ready() -> None:
    report = doctor_report([CARD, PRINTER, SILENT], [FINE])
    assert (report["ready"], report["say"]["zh"]) == (True, "找不到语音播报。")


def test_failed_check_makes_it_not_ready() -> None:
    report = doctor_report([CARD], [FINE, SLOW])
    assert (report["ready"], report["say"]["zh"], report["checks"][0]["id"]) == (False, "慢。", "clock")


def test_device_of_the_profile_that_said_nothing_is_missing() -> None:
    report = doctor_report(
        [CARD], [], expected=[DeviceSpec("card", "card_reader", "u"), DeviceSpec("p", "receipt_printer", "u")]
    )
    assert [(device["id"], device["state"]) for device in report["devices"]] == [("p", "no_device"), ("card", "online")]
    assert report["ready"] is False


@pytest.mark.parametrize(
    ("state", "detail", "severity", "cause", "remedy"),
    [
        (DeviceState.ONLINE, {"plugged": "in"}, "pass", "插着耳机", "不需要处理"),
        (DeviceState.ONLINE, {"plugged": "out"}, "pass", "没有插耳机", "不需要处理"),
        (DeviceState.ONLINE, {"plugged": "unsure"}, "warn", "先当没插", "插一下再拔一下"),
        (DeviceState.OFFLINE, {"cause": "missing"}, "warn", "声卡上没有", "以 Headphone 结尾"),
        (DeviceState.OFFLINE, {"cause": "denied"}, "warn", "没有权限", "input 组"),
        (DeviceState.NO_DEVICE, {}, "warn", "找不到耳机插口", "请确认已接上"),
    ],
)
def test_the_jack_says_how_it_is_or_why_it_is_not_there(
    state: DeviceState, detail: dict[str, str], severity: str, cause: str, remedy: str
) -> None:
    report = doctor_report([CARD, PRINTER, Status("jack-1", "headphones", state, detail)], [FINE])
    (jack,) = [device for device in report["devices"] if device["id"] == "jack-1"]
    assert report["ready"] is True
    assert jack["severity"] == severity
    assert cause in jack["cause"]
    assert remedy in jack["remedy"]


def test_text_begins_with_the_sentence_to_say() -> None:
    lines = render_text(doctor_report([CARD, NO_PAPER], [FINE, SLOW]))
    assert lines[0] == "小票打印机没有纸了。"
    assert lines[1].startswith("✗ printer: 小票打印机没有纸了。 → 请打开盖子")
    assert len(lines) == 5


def test_text_is_there_in_english() -> None:
    lines = render_text(doctor_report([NO_PAPER], []), "en")
    assert lines[0] == "The receipt printer is out of paper."
    assert "Open the cover" in lines[1]
