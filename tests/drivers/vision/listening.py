"""Hears a camera's reports, and asks it things, for the tests of this room."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from drivers.device import Completion, DeviceEvent, DeviceState, ErrorKind, Report, Status
from drivers.vision import PHOTO_BYTES, Challenge, CheckFace, VisionDevice

SOON = 12.0
TWO = (Challenge.TURN_LEFT, Challenge.OPEN_MOUTH)


class Clock:
    """Real seconds, and some more when a test says so."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


class Ears:
    """Everything that the device reports."""

    def __init__(self, patience: float = SOON) -> None:
        self._patience = patience
        self.reports: list[Report] = []
        self._changed = threading.Condition()

    def hear(self, report: Report) -> None:
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()

    def until(self, holds: Callable[[], object], what: str) -> None:
        end = time.monotonic() + self._patience
        with self._changed:
            while not holds():
                assert time.monotonic() < end, f"{what}; last: {self.reports[-3:]}"
                self._changed.wait(0.02)

    def answers(self, id: str) -> list[Completion]:
        return [r for r in self.reports if isinstance(r, Completion) and r.id == id]

    def answer(self, id: str) -> Completion:
        self.until(lambda: self.answers(id), f"no answer to {id}")
        return self.answers(id)[0]

    def error(self, id: str) -> ErrorKind | None:
        error = self.answer(id).error
        return error.kind if error else None

    def events(self, name: str) -> list[dict[str, str]]:
        return [dict(r.data) for r in self.reports if isinstance(r, DeviceEvent) and r.name == name]

    def previews(self) -> list[str]:
        return [data["preview"] for data in self.events("camera")]

    def preview(self) -> str:
        self.until(lambda: any(self.previews()), "no preview")
        return next(name for name in reversed(self.previews()) if name)

    @property
    def status(self) -> Status:
        return [r for r in self.reports if isinstance(r, Status)][-1]

    def become(self, state: DeviceState, **detail: str) -> None:
        def so() -> bool:
            return self.status.state is state and detail.items() <= self.status.detail.items()

        self.until(so, f"not {state} {detail}")


def check(id: str, word: str = "accept", deadline: float = 30.0) -> CheckFace:
    return CheckFace(id, deadline, word.encode().ljust(PHOTO_BYTES, b"\0"), TWO)


Ready = tuple[VisionDevice, Ears]
Make = Callable[..., Ready]
