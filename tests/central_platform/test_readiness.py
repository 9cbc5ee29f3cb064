"""Readiness reports on the platform: which are believed, how they are looked up, what a QR code proves."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from central_platform import newcomers, readiness
from central_platform.cli import app
from contracts.readiness import statement_of
from tests.central_platform.world import TERMINAL, World, new_key

BASE = "https://platform.test"


def found(state: str = "pass") -> dict[str, Any]:
    """A report whose only check ended so."""
    check = {"id": "disk", "state": state, "cause": "磁盘还剩 9.0 GB。", "remedy": "不需要处理。"}
    return {
        "kind": "readiness",
        "version": 1,
        "id": str(uuid.uuid4()),
        "terminal": TERMINAL,
        "at": "2026-11-20T02:00:00Z",
        "by": "machine",
        "occasion": "boot",
        "ready": state != "fail",
        "devices": [],
        "checks": [check],
        "guided": [],
    }


def signed(report: dict[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    return key.sign(statement_of(report).signed_bytes(), ec.ECDSA(hashes.SHA256())).hex()


def sent(world: World, report: dict[str, Any], signature: str, **other: Any) -> dict[str, Any]:
    body = {"report": report, "signature": signature}
    return world.result(world.item(body, "readiness", **{"id": report["id"], **other}))


def why(result: dict[str, Any]) -> str:
    assert result["status"] == "rejected"
    return str(result["problem"]["code"])


def test_a_report_is_kept_once_and_holds_when_it_is_checked_again(world: World) -> None:
    report = found()
    item = world.item({"report": report, "signature": signed(report, world.key)}, "readiness", id=report["id"])
    assert [world.result(item)["status"] for _ in range(2)] == ["accepted", "duplicate"]
    (line,) = readiness.listed(world.platform, TERMINAL)
    assert (line["id"], line["ready"], line["by"], line["failed"]) == (report["id"], True, "machine", [])
    kept = readiness.shown(world.platform, report["id"])
    assert kept is not None
    assert (kept["report"], kept["holds"]) == (report, True)


def test_a_report_that_was_changed_is_refused(world: World) -> None:
    report = found()
    signature = signed(report, world.key)
    report["checks"][0]["cause"] = "磁盘还剩 90.0 GB。"
    assert why(sent(world, report, signature)) == "signature-invalid"
    assert readiness.listed(world.platform) == []


def test_a_report_signed_by_another_key_is_refused(world: World) -> None:
    report = found()
    assert why(sent(world, report, signed(report, new_key()))) == "signature-invalid"


def test_the_report_of_another_terminal_is_refused(world: World) -> None:
    report = {**found(), "terminal": "XC-0099"}
    assert why(sent(world, report, signed(report, world.key))) == "report-foreign"


def test_a_report_sent_again_under_another_id_is_refused(world: World) -> None:
    report = found()
    assert sent(world, report, signed(report, world.key))["status"] == "accepted"
    assert why(sent(world, report, signed(report, world.key), id=str(uuid.uuid4()))) == "report-replayed"


def test_a_report_that_says_ready_while_something_fails_is_refused(world: World) -> None:
    report = found()
    signature = signed(report, world.key)
    report["checks"][0]["state"] = "fail"
    assert why(sent(world, report, signature)) == "data-invalid"


@pytest.mark.parametrize("broken", [{}, {"kind": "readiness"}, {**found(), "id": "1"}, {**found(), "devices": 7}])
def test_what_is_no_report_is_refused(world: World, broken: dict[str, Any]) -> None:
    body = {"report": broken, "signature": "00"}
    assert why(world.result(world.item(body, "readiness"))) == "data-invalid"


def asked(world: World, address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    answer = world.public.get(parts.path, dict(parse_qsl(parts.query)))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_code_of_a_report_is_awaited_before_it_comes_and_genuine_afterwards(world: World) -> None:
    report = found("fail")
    signature = signed(report, world.key)
    address = statement_of(report).address(BASE, signature)
    assert len(address) < 330
    assert asked(world, address)["proof"] == "awaited"
    sent(world, report, signature)
    told = asked(world, address)
    assert (told["proof"], told["terminal"], told["ready"], told["report"]) == (
        "genuine",
        TERMINAL,
        False,
        report["id"],
    )


@pytest.mark.parametrize(("old", "new"), [("ok=0", "ok=1"), ("XC-0042", "XC-0043"), ("02:00:00", "03:00:00")])
def test_a_code_that_was_changed_proves_nothing(world: World, old: str, new: str) -> None:
    report = found("fail")
    signature = signed(report, world.key)
    sent(world, report, signature)
    address = statement_of(report).address(BASE, signature)
    assert old in address
    assert asked(world, address.replace(old, new))["proof"] == "false"


def test_nonsense_in_the_place_of_a_code_proves_nothing(world: World) -> None:
    assert asked(world, "/readiness")["proof"] == "false"
    assert asked(world, "/readiness?t=XC-0042&r=1&at=x&ok=2&d=*&s=ÿ")["proof"] == "false"


def test_a_browser_gets_a_page_that_says_it_in_words(world: World) -> None:
    report = found()
    signature = signed(report, world.key)
    parts = urlsplit(statement_of(report).address(BASE, signature))
    browser = {"accept": "text/html"}
    awaited = world.public.get(parts.path, dict(parse_qsl(parts.query)), browser)
    assert "报告还没有收到" in awaited.text
    sent(world, report, signature)
    genuine = world.public.get(parts.path, dict(parse_qsl(parts.query)), browser)
    assert (genuine.status_code, "这份报告是真的" in genuine.text, TERMINAL in genuine.text) == (200, True, True)
    false = world.public.get(parts.path, {"t": "<script>"}, browser)
    assert (false.status_code, "不能采信" in false.text, "<script>" in false.text) == (404, True, False)


def test_operators_see_the_newest_report_beside_the_slot_and_check_one_by_command(world: World) -> None:
    report = found()
    sent(world, report, signed(report, world.key))
    (slot,) = newcomers.listed(world.platform)
    assert slot["report"]["ready"] is True
    data = str(world.platform.settings.data)
    listed = CliRunner().invoke(app, ["terminals", "reports", "--id", TERMINAL, "--data", data])
    assert json.loads(listed.stdout)["id"] == report["id"]
    one = CliRunner().invoke(app, ["terminals", "report", report["id"], "--data", data])
    assert (one.exit_code, json.loads(one.stdout)["holds"]) == (0, True)
    assert CliRunner().invoke(app, ["terminals", "report", "nobody", "--data", data]).exit_code == 1
