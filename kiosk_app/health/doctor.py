"""The doctor's report: devices and checks, worst first, and the one sentence to say on the phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from drivers.device import DeviceState, Status
from kiosk_app.health.devices import DeviceFinding, describe
from kiosk_app.health.duty import Who, duty_of_check
from provisioning import CheckResult, CheckState, DeviceSpec, Words
from provisioning.selftest import worst_first

_RANK = {CheckState.FAIL: 0, CheckState.WARN: 1, CheckState.PASS: 2}
_MARK = {"pass": "✓", "warn": "!", "fail": "✗"}
WHOSE = {
    Who.NOBODY: Words("不用人管", "nobody"),
    Who.HOST: Words("现场人员", "host"),
    Who.TECHNICIAN: Words("维护人员", "technician"),
    Who.PLATFORM: Words("平台运维", "platform"),
}
"""What people call whose turn it is."""
READY = Words("一切正常，可以服务。", "All is well; the terminal is ready.")


def doctor_report(
    statuses: Iterable[Status],
    checks: Iterable[CheckResult],
    *,
    expected: Iterable[DeviceSpec] = (),
    at: datetime | None = None,
    terminal: str = "",
    replaced: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return `{"devices", "checks", "ready", "say", "at", "terminal"}`; everything worst first.

    Args:
        statuses: what the devices last said.
        checks: results of `check_all` and of the self-test.
        expected: devices of the site profile; one that said nothing is reported as not there.
        at: when this was found out.
        terminal: whose report it is.
        replaced: id -> address of devices that are not where the signed profile says: their part was replaced here.

    `ready` is true when nothing fails. `say` holds the sentence to begin a telephone call with, in `zh` and `en`.
    """
    known = {status.device: status for status in statuses}
    for spec in expected:
        known.setdefault(spec.id, Status(spec.id, spec.kind, DeviceState.NO_DEVICE))
    findings = sorted((describe(status) for status in known.values()), key=lambda finding: _RANK[finding.severity])
    results = worst_first(checks)
    say = _say(findings, results)
    return {
        "terminal": terminal,
        "at": at.isoformat(timespec="seconds") if at is not None else "",
        "ready": not any(item.severity is CheckState.FAIL for item in findings)
        and not any(item.state is CheckState.FAIL for item in results),
        "say": {"zh": say.zh, "en": say.en},
        "devices": [
            finding.as_json() | ({"replaced": replaced[finding.id]} if replaced and finding.id in replaced else {})
            for finding in findings
        ],
        "checks": [result.as_json() | duty_of_check(result).as_json() for result in results],
    }


def render_text(report: Mapping[str, Any], lang: str = "zh") -> tuple[str, ...]:
    """Return the report as lines for a technician: the sentence to say, then what is wrong, then the rest."""
    end = "_en" if lang == "en" else ""
    rows = [(item["severity"], item["id"], item) for item in report["devices"]]
    rows += [(item["state"], item["id"], item) for item in report["checks"]]
    rows.sort(key=lambda row: _RANK[CheckState(row[0])])
    lines = [str(report["say"]["en" if lang == "en" else "zh"])]
    for state, name, item in rows:
        remedy = f" → {item['remedy' + end]} ({whose(item['who'], lang)})" if state != CheckState.PASS else ""
        moved = f" [{item['replaced']}]" if item.get("replaced") else ""
        lines.append(f"{_MARK[state]} {name}{moved}: {item['cause' + end]}{remedy}")
    return tuple(lines)


def whose(who: str, lang: str) -> str:
    """Return in words whose turn it is."""
    words = WHOSE[Who(who)]
    return words.en if lang == "en" else words.zh


def _say(findings: list[DeviceFinding], results: tuple[CheckResult, ...]) -> Words:
    for severity in (CheckState.FAIL, CheckState.WARN):
        for finding in findings:
            if finding.severity is severity:
                return finding.cause
        for result in results:
            if result.state is severity:
                return result.cause
    return READY
