"""What the tests of this room share: a clock, invented cases, a signed catalogue."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contracts import uuid7
from offline_cache import Limits, NewItem, Store, open_store

KEY = bytes(range(32))
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIMITS = Limits(min_free_bytes=0, reserve_bytes=0)
_numbers = itertools.count(1)


class RealClock:
    """Time as it is."""

    def now(self) -> datetime:
        return datetime.now(SHANGHAI)

    def monotonic(self) -> float:
        return time.monotonic()


class HandClock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)
        self.mono = 100.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.mono


def new_id() -> str:
    return uuid7(time.time_ns() // 1_000_000, os.urandom)


def item(case_key: str = "case-1", body: Mapping[str, Any] | None = None, **more: Any) -> NewItem:
    content = body if body is not None else {"service": "YL01", "answers": {"n": next(_numbers)}}
    return NewItem(
        more.get("id") or new_id(),
        case_key,
        more.get("kind", "application"),
        "1",
        content,
        more.get("provisional"),
        more.get("priority", False),
    )


def open_at(folder: Path, **more: Any) -> Store:
    clock = more.pop("clock", None) or RealClock()
    limits = more.pop("limits", LIMITS)
    key = more.pop("key", KEY)
    return open_store(folder / "store.db", key, clock, "boot-1", limits, **more)


def until(condition: Callable[[], Any], within_s: float = 8.0, what: str = "") -> Any:
    """Wait for a condition; return what it returned."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.005)
    raise AssertionError(f"not within {within_s} s: {what or condition}")


def killed_at(step: int, job: Callable[[Callable[..., None]], object]) -> bool:
    """Run `job` in a process that kills itself at the n-th call of what it is handed; False when it had fewer."""
    passed = 0

    def die(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        code = 1
        try:
            job(die)
            code = 0
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL)
    return ended != 0
