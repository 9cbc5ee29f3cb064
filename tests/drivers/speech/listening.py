"""A speech device that is really started, and everything it reports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.device import Completion, DeviceEvent, DeviceState, Report, Status
from drivers.host import Patience
from drivers.speech import Channel, Clip, Speak, Speech

DEADLINE = 20.0
QUICK = Patience(hang=1.5, first=0.02, longest=0.2, tick=0.05)


@dataclass(frozen=True, slots=True)
class Seen:
    at: float
    report: Report


class Listening:
    """Owns one `Speech`; a context manager."""

    def __init__(self, uri: str, clips: Sequence[Path] = ()) -> None:
        self.seen: list[Seen] = []
        self._news = threading.Condition()
        self.speech = Speech("speech", uri, clips=clips, patience=QUICK)
        self.speech.start(self._add)
        self.status = self.wait_status(DeviceState.ONLINE)

    def __enter__(self) -> Listening:
        return self

    def __exit__(self, *_: object) -> None:
        self.speech.stop()

    def _add(self, report: Report) -> None:
        with self._news:
            self.seen.append(Seen(time.monotonic(), report))
            self._news.notify_all()

    def wait(self, wanted: Callable[[Report], bool], since: int = 0) -> Seen:
        def found() -> Seen | None:
            return next((s for s in self.seen[since:] if wanted(s.report)), None)

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, DEADLINE), self.seen
            seen = found()
        assert seen is not None
        return seen

    def wait_status(self, state: DeviceState, since: int = 0) -> Status:
        report = self.wait(lambda r: isinstance(r, Status) and r.state is state, since).report
        assert isinstance(report, Status)
        return report

    def started(self, command: str, clip: int = 0) -> Seen:
        wanted = {"id": command, "clip": str(clip)}
        return self.wait(lambda r: isinstance(r, DeviceEvent) and r.name == "speech_started" and r.data == wanted)

    def hushed(self, since: int = 0) -> float:
        report = self.wait(lambda r: isinstance(r, DeviceEvent) and r.name == "speech_hushed", since).report
        assert isinstance(report, DeviceEvent)
        return float(report.data["ms"])

    def ended(self, command: str) -> Completion:
        report = self.wait(lambda r: isinstance(r, Completion) and r.id == command).report
        assert isinstance(report, Completion)
        return report


def say(
    name: str,
    *texts: str,
    lang: str = "zh",
    private: bool = False,
    channel: Channel = Channel.LOUDSPEAKER,
    deadline: float = 30.0,
    rate: float = 1.0,
    volume: float = 0.8,
) -> Speak:
    """A command with one clip for each text."""
    clips = tuple(Clip(text, lang) for text in texts)
    return Speak(name, deadline, clips, rate=rate, volume=volume, channel=channel, private=private)
