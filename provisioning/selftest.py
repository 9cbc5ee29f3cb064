"""The self-test: handed-in probes, each judged within its time, each with a cause and a next step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from provisioning.words import Words

PROBE_S = 10.0


class CheckState(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: what is so, and what to do about it. `word` is what is wrong in one word of the check's own."""

    id: str
    state: CheckState
    cause: Words
    remedy: Words
    word: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the object that `kiosk doctor --json` shows."""
        return {
            "id": self.id,
            "state": self.state.value,
            "cause": self.cause.zh,
            "remedy": self.remedy.zh,
            "cause_en": self.cause.en,
            "remedy_en": self.remedy.en,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """A named probe."""

    id: str
    probe: Callable[[], CheckResult]


_RANK = {CheckState.FAIL: 0, CheckState.WARN: 1, CheckState.PASS: 2}


def self_test(checks: Iterable[Check], seconds: float = PROBE_S) -> tuple[CheckResult, ...]:
    """Run the probes side by side and return their results, worst first.

    A probe that raises has failed; so has one that gives no answer within `seconds`.
    """
    running = [(check, _Run(check.probe)) for check in checks]
    for _, run in running:
        run.start()
    results = []
    for check, run in running:
        # Each wait starts when the one before has ended: a stuck probe costs its own time, not the others'.
        run.join(seconds)
        results.append(run.result if run.result is not None else _no_result(check.id, run.error))
    return worst_first(results)


def worst_first(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Sort by badness and keep the order within it."""
    return tuple(sorted(results, key=lambda result: _RANK[result.state]))


class _Run(threading.Thread):
    def __init__(self, probe: Callable[[], CheckResult]) -> None:
        super().__init__(daemon=True, name="self-test")
        self._probe = probe
        self.result: CheckResult | None = None
        self.error: str | None = None

    def run(self) -> None:
        try:
            self.result = self._probe()
        except Exception as error:  # noqa: BLE001 - whatever a probe throws is a failed check, named below
            self.error = type(error).__name__


def _no_result(check_id: str, error: str | None) -> CheckResult:
    if error is None:
        cause = Words("检查没有在规定时间内结束。", "The check did not end in time.")
    else:
        cause = Words(f"检查本身出错（{error}）。", f"The check itself failed ({error}).")
    remedy = Words(
        "请重启终端后再查；仍不行请联系运维。", "Restart the terminal and check again; if it stays, call the operators."
    )
    return CheckResult(check_id, CheckState.FAIL, cause, remedy, "no_result")
