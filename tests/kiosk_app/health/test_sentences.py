"""Every combination of what a device can say has a cause and a remedy in both languages."""

from __future__ import annotations

import itertools
import re

import pytest

from drivers.device import DeviceState, ErrorKind, Paper, Status
from kiosk_app.health import describe, usable
from kiosk_app.health.causes import CAUSES, OPENING
from kiosk_app.health.power import WORDS
from kiosk_app.health.sentences import ERRORS, JACK, NAMES, NO_JACK, PAPER, SHEETS, STATES
from provisioning import CheckState

KINDS = [*NAMES, "something_new"]
DETAILS = [
    {name: word for name, word in (("paper", paper), ("cover", cover), ("cause", cause)) if word}
    for paper, cover, cause in itertools.product(
        ["", *Paper, "strange"], ["", "open", "closed", "unknown"], ["", *ErrorKind, "strange"]
    )
]


def test_tables_are_complete() -> None:
    assert set(STATES) == set(DeviceState)
    assert set(PAPER) == set(SHEETS) == set(Paper)
    assert set(ERRORS) == set(ErrorKind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", list(DeviceState))
def test_every_combination_has_whole_sentences(kind: str, state: DeviceState) -> None:
    for detail in DETAILS:
        finding = describe(Status("d", kind, state, detail))
        for words in (finding.cause, finding.remedy):
            assert words.zh.endswith("。"), (detail, words)
            assert words.en.endswith("."), (detail, words)
            assert not re.search(r"[{}]", words.zh + words.en)
            assert not re.search(r"[\u4e00-\u9fff]", words.en)


@pytest.mark.parametrize("cause", list(OPENING))
@pytest.mark.parametrize("kind", KINDS)
def test_why_a_device_cannot_be_opened_is_told(kind: str, cause: str) -> None:
    finding = describe(Status("d", kind, DeviceState.OFFLINE, {"cause": cause}))
    plain = describe(Status("d", kind, DeviceState.OFFLINE))
    assert finding.severity is not CheckState.PASS
    assert (finding.cause, finding.remedy) != (plain.cause, plain.remedy)
    assert finding.cause.zh.endswith("。")
    assert len(finding.cause.zh.split("。")[0]) <= 24


def test_what_fails_is_somebodys_and_what_is_well_is_nobodys() -> None:
    details = [*DETAILS, *({"cause": word} for table in CAUSES.values() for word in table)]
    details += [{"cause": word} for word in OPENING] + [{"power": word} for word in WORDS]
    faults = set()
    for kind, state, detail in itertools.product(KINDS, DeviceState, details):
        finding = describe(Status("d", kind, state, detail))
        row = finding.as_json()
        assert row["part"]
        assert row["part_en"].isascii()
        if finding.severity is CheckState.PASS:
            assert row["who"] == "nobody"
        elif detail.get("cause") != "head_hot":
            assert row["who"] in ("host", "technician", "platform"), (kind, state, detail)
        if finding.severity is not CheckState.PASS:
            faults.add((kind, finding.cause.zh))
    assert len(faults) > 200, "at least 60 faults are told apart"


@pytest.mark.parametrize(
    ("status", "part", "who"),
    [
        (Status("p", "receipt_printer", DeviceState.USER_ACTION, {"paper": "out", "cover": "closed"}), "纸", "host"),
        (Status("p", "receipt_printer", DeviceState.USER_ACTION, {"paper": "out", "cover": "open"}), "盖子", "host"),
        (
            Status("p", "receipt_printer", DeviceState.OFFLINE, {"paper": "out", "cause": "silent"}),
            "数据线",
            "technician",
        ),
        (Status("s", "page_printer", DeviceState.USER_ACTION, {"cause": "no_toner", "paper": "full"}), "粉盒", "host"),
        (Status("c", "camera", DeviceState.HARDWARE_ERROR, {"cause": "camera_black"}), "镜头", "host"),
        (Status("r", "relays", DeviceState.ONLINE, {"cause": "left_open", "open": "locker-1"}), "柜门", "host"),
        (Status("u", "ups", DeviceState.OFFLINE, {"cause": "refused"}), "nut-server", "technician"),
        (Status("u", "ups", DeviceState.ONLINE, {"power": "low", "cause": "replace_battery"}), "市电", "host"),
        (Status("u", "ups", DeviceState.ONLINE, {"power": "mains", "cause": "replace_battery"}), "电池", "technician"),
        (Status("x", "presence", DeviceState.NO_DEVICE, {"cause": "profile"}), "站点配置", "platform"),
    ],
)
def test_whose_it_is(status: Status, part: str, who: str) -> None:
    row = describe(status).as_json()
    assert part in row["part"]
    assert row["who"] == who


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", list(DeviceState))
def test_what_is_not_usable_is_never_told_as_fine(kind: str, state: DeviceState) -> None:
    for detail in DETAILS:
        status = Status("d", kind, state, detail)
        if not usable(status):
            assert describe(status).severity is not CheckState.PASS, detail


@pytest.mark.parametrize("detail", [{"plugged": word} for word in JACK] + [{"cause": word} for word in NO_JACK])
@pytest.mark.parametrize("state", list(DeviceState))
def test_the_jack_has_whole_sentences(state: DeviceState, detail: dict[str, str]) -> None:
    finding = describe(Status("d", "headphones", state, detail))
    for words in (finding.cause, finding.remedy):
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
        assert not re.search(r"[{}]", words.zh + words.en)
    assert len(finding.cause.zh.split("。")[0]) <= 24


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, table in CAUSES.items() for word in table])
@pytest.mark.parametrize("state", list(DeviceState))
def test_what_stands_around_the_terminal_has_whole_sentences_of_its_own(
    kind: str, word: str, state: DeviceState
) -> None:
    detail = {"power": word} if word in WORDS else {"cause": word}
    finding = describe(Status("d", kind, state, {**detail, "open": "locker-1,locker-2,locker-3"}))
    assert finding.severity is not CheckState.PASS
    for words in (finding.cause, finding.remedy):
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
        assert not re.search(r"[{}]", words.zh + words.en)
    assert len(finding.cause.zh.split("。")[0]) <= 24
    assert len(finding.remedy.zh) <= 50
    others = [describe(Status("d", kind, state, {"cause": other})).cause for other in CAUSES[kind] if other != word]
    assert finding.cause not in others


def test_only_a_battery_that_is_almost_empty_keeps_a_terminal_out_of_service() -> None:
    low = Status("ups-1", "ups", DeviceState.ONLINE, {"power": "low", "cause": "replace_battery"})
    assert describe(low).severity is CheckState.FAIL
    assert "快用完" in describe(low).cause.zh
    for detail in ({"power": "battery"}, {"cause": "stale"}, {"power": "mains", "cause": "replace_battery"}):
        assert describe(Status("ups-1", "ups", DeviceState.ONLINE, detail)).severity is CheckState.WARN
    assert describe(Status("ups-1", "ups", DeviceState.ONLINE, {"power": "mains"})).severity is CheckState.PASS


def test_a_board_that_tells_nothing_is_no_fault() -> None:
    quiet = describe(Status("r", "relays", DeviceState.ONLINE, {"confirms": "no"}))
    assert (quiet.severity, quiet.cause.zh) == (CheckState.PASS, "继电器板工作，但不回报状态。")
    assert describe(Status("r", "relays", DeviceState.OFFLINE, {"confirms": "no"})).severity is CheckState.WARN


def test_sentence_for_the_phone_is_short() -> None:
    for kind, state, detail in itertools.product(KINDS, DeviceState, DETAILS):
        cause = describe(Status("d", kind, state, detail)).cause
        assert len(cause.zh.split("。")[0]) <= 24


@pytest.mark.parametrize(
    ("state", "detail", "zh"),
    [
        (DeviceState.ONLINE, {"paper": "full", "cover": "closed"}, "小票打印机工作正常。"),
        (DeviceState.ONLINE, {"paper": "low", "cover": "closed"}, "小票打印机的纸快用完了。"),
        (DeviceState.USER_ACTION, {"paper": "out", "cover": "closed"}, "小票打印机没有纸了。"),
        (DeviceState.USER_ACTION, {"paper": "out", "cover": "open"}, "小票打印机的盖子开着。"),
        (DeviceState.HARDWARE_ERROR, {"paper": "jammed", "cover": "closed"}, "小票打印机卡纸了。"),
        (DeviceState.HARDWARE_ERROR, {"paper": "full", "cover": "closed"}, "小票打印机报告硬件故障。"),
        (DeviceState.OFFLINE, {"paper": "out", "cover": "open"}, "小票打印机没有应答。"),
        (DeviceState.STARTING, {}, "不知道小票打印机还有没有纸。"),
    ],
)
def test_printer_says_its_worst_trouble(state: DeviceState, detail: dict[str, str], zh: str) -> None:
    told = describe(Status("printer", "receipt_printer", state, detail)).cause.zh
    assert told == ("小票打印机正在启动。" if state is DeviceState.STARTING else zh)


def test_card_that_could_not_be_read_is_no_fault_of_the_reader() -> None:
    finding = describe(Status("card", "card_reader", DeviceState.ONLINE, {"cause": "unreadable"}))
    assert finding.severity is CheckState.PASS


def test_silent_speech_does_not_keep_a_terminal_out_of_service() -> None:
    assert describe(Status("s", "speech", DeviceState.NO_DEVICE)).severity is CheckState.WARN


def test_a_printer_of_sheets_is_told_about_sheets_and_may_keep_quiet_about_its_paper() -> None:
    out = describe(Status("s", "page_printer", DeviceState.USER_ACTION, {"paper": "out", "cover": "closed"}))
    assert "A4" in out.remedy.zh
    assert "热敏" not in out.remedy.zh
    quiet = describe(Status("s", "page_printer", DeviceState.ONLINE, {"paper": "unknown", "cover": "unknown"}))
    assert quiet.severity is CheckState.PASS
