"""The camera: a face compared with the photo of the card that was read, a code held before the lens.

Card photos live here, decoded, until the visit ends; nothing of a face comes out of the camera's own process.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from drivers.card_reader.photo import PhotoDecoder
from drivers.card_reader.photo import decoder as photo_decoder
from drivers.code_reader import CodeRead as Code
from drivers.code_reader import ReadCode
from drivers.device import Completion, DeviceEvent, DeviceState, Report, Status
from drivers.transport import UriError
from drivers.vision import VisionDevice
from drivers.vision.messages import Challenge, CheckFace, FaceChecked, FaceSettings
from kiosk_app.conductor import Performer, Record
from kiosk_app.visit.effects import Effect, StartFace, StopFace
from kiosk_app.visit.events import (
    CameraShown,
    CodeFailed,
    CodeRead,
    DeviceChanged,
    Event,
    FaceEnded,
    FaceProgress,
)
from provisioning import DeviceSpec

if TYPE_CHECKING:
    from kiosk_app.terminal import Options, Terminal

KIND = "camera"
CODES = "camera_code"
CHECK_SECONDS = 60.0
WATCH_SECONDS = 3600.0
CHALLENGES = 2
SETTINGS = frozenset(field.name for field in fields(FaceSettings))


def settings_of(options: Mapping[str, Any]) -> FaceSettings:
    """Read the face settings of a camera in the profile. Numbers travel as text: canonical JSON has no floats.

    Raises:
        ValueError: a number is none, or the thresholds are in the wrong order.
    """
    chosen: dict[str, Any] = {}
    for name, value in options.items():
        if name not in SETTINGS:
            continue
        kind = type(getattr(FaceSettings(), name))
        chosen[name] = kind(str(value))
    settings = FaceSettings(**chosen)
    if not 0 < settings.accept < settings.second < 2:
        raise ValueError("accept and second are out of order")
    return settings


def draw_challenges(random_bytes: Callable[[int], bytes], count: int = CHALLENGES) -> tuple[Challenge, ...]:
    """Draw `count` different challenges in random order, each order equally likely."""
    left = list(Challenge)
    drawn = []
    for _ in range(count):
        most = 256 - 256 % len(left)
        byte = next(b for b in iter(lambda: random_bytes(1)[0], None) if b < most)
        drawn.append(left.pop(byte % len(left)))
    return tuple(drawn)


class Looking:
    """One camera. A check or a look for codes runs while the page wants it; each report becomes an event."""

    def __init__(
        self,
        spec: DeviceSpec | None,
        photos: DeviceSpec | None,
        options: Options,
        terminal: Terminal,
        record: Record,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._terminal = terminal
        self._record = record
        self._random_bytes = random_bytes
        self._count = itertools.count(1)
        self._worker = ThreadPoolExecutor(1, "photos")
        self._photos: dict[str, Future[bytes | None]] = {}
        self._checking = ""
        self._watching = ""
        self._quiet = False
        self.last: Status | None = None
        self._photo_spec = photos
        self._decoder = self._make_decoder(photos)
        self._camera: VisionDevice | None = None
        if spec is None:
            return
        try:
            self._camera = VisionDevice(spec.id, spec.uri, clock=options.clock, settings=settings_of(spec.options))
        except ValueError:
            self._terminal.post(DeviceChanged(KIND, "no_device", {"cause": "uri"}))

    def _make_decoder(self, spec: DeviceSpec | None) -> PhotoDecoder:
        try:
            return photo_decoder(spec.uri if spec is not None else "null:")
        except UriError:
            self._record("device_failed", {"device": "photo_decoder", "command": "open", "cause": "refused"})
            return photo_decoder("null:")

    def statuses(self) -> tuple[Status, ...]:
        """How the camera and the photo decoder are."""
        found = [] if self.last is None else [self.last]
        if self._photo_spec is not None:
            well = self._decoder.available()
            state = DeviceState.ONLINE if well else DeviceState.HARDWARE_ERROR
            detail = {} if well else {"cause": self._decoder.last_cause.value}
            found.append(Status(self._photo_spec.id, self._photo_spec.kind, state, detail))
        return tuple(found)

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {StartFace: self._start_check, StopFace: self._stop_check}

    def start(self) -> None:
        """Start the camera's process."""
        if self._camera is None:
            self._terminal.post(DeviceChanged(KIND, "no_device", {}))
            return
        self._camera.start(self._hear)

    def stop(self) -> None:
        """End it."""
        if self._camera is not None:
            self._camera.stop()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def look(self) -> None:
        """See whether the camera sees; for when nobody is here. Any thread."""
        if self._camera is not None:
            self._camera.look()

    def wipe(self) -> None:
        """The visit is over: no photo is kept and nobody is looked at."""
        self._photos.clear()
        self._stop_check(StopFace())
        if self._camera is not None:
            self._camera.forget()

    def card(self, number: str, blob: bytes) -> bool:
        """A card was read: decode its photo aside, and tell whether a face can be compared with it."""
        if self._camera is None or not blob or not self._decoder.available():
            return False
        self._photos[number] = self._worker.submit(self._decoder.decode, blob)
        return True

    def listen(self, wanted: frozenset[str]) -> None:
        """Look for codes exactly while the page wants it. Loop's thread."""
        if self._camera is None:
            return
        if CODES in wanted and not self._watching and not self._checking:
            self._watching = f"codes-{next(self._count)}"
            self._camera.submit(ReadCode(self._watching, WATCH_SECONDS))
        elif CODES not in wanted and self._watching:
            self._camera.cancel(self._watching)

    def _start_check(self, effect: StartFace) -> None:
        found = self._photos.get(effect.id_number)
        if self._camera is None or found is None:
            self._terminal.post(FaceEnded("no_face", "photo_unusable"))
            return
        if self._watching:
            self._camera.cancel(self._watching)
        self._stop_check(StopFace())
        name = self._checking = f"face-{next(self._count)}"
        found.add_done_callback(lambda done: self._terminal.screen.post(lambda: self._check(name, done, effect.quiet)))

    def _check(self, name: str, found: Future[bytes | None], quiet: bool) -> None:
        """Loop's thread: the photo is there, or it is not to be had."""
        if name != self._checking or self._camera is None:
            return
        photo = None if found.cancelled() or found.exception() else found.result()
        if photo is None:
            self._checking = ""
            self._terminal.conductor.dispatch(FaceEnded("no_face", "photo_unusable"))
            return
        challenges = () if quiet else draw_challenges(self._random_bytes)
        self._quiet = quiet
        self._camera.submit(CheckFace(name, CHECK_SECONDS, photo, challenges))

    def _stop_check(self, effect: StopFace) -> None:
        running, self._checking = self._checking, ""
        if running and self._camera is not None:
            self._camera.cancel(running)

    def _hear(self, report: Report) -> None:
        """Camera's thread."""
        match report:
            case Status(state=state, detail=detail):
                self.last = report
                self._terminal.post(DeviceChanged(KIND, state.value, dict(detail)))
            case DeviceEvent(name="camera", data=data):
                self._terminal.post(CameraShown(data.get("preview", "")))
            case DeviceEvent(name="face", data=data):
                self._terminal.post(progress_of(data))
            case Completion():
                self._terminal.screen.post(lambda: self._ended(report))

    def _ended(self, done: Completion) -> None:
        """Loop's thread: a command ended."""
        if done.id == self._watching:
            self._watching = ""
            self._seen(done)
        elif done.id == self._checking:
            self._checking = ""
            self._checked(done)

    def _checked(self, done: Completion) -> None:
        live = "passive" if self._quiet else "challenge"
        event: Event
        match done.result:
            case FaceChecked(decision, reason):
                event = FaceEnded(decision.value, reason.value, live)
            case _:
                why = done.error.kind.value if done.error else "device_fault"
                self._record("device_failed", {"device": done.device, "command": done.id, "cause": why})
                event = FaceEnded("no_face", why, live)
        self._terminal.conductor.dispatch(event)

    def _seen(self, done: Completion) -> None:
        if isinstance(done.result, Code):
            self._terminal.conductor.dispatch(CodeRead(done.result.text))
        elif done.error is not None and done.error.kind.value == "unreadable":
            self._terminal.conductor.dispatch(CodeFailed("unreadable"))


def progress_of(data: Mapping[str, str]) -> FaceProgress:
    """Read what the camera says of a check on its way."""
    return FaceProgress(
        stage=data.get("stage", ""),
        aim=data.get("aim", "good"),
        step=int(data.get("step", "0")),
        steps=int(data.get("steps", "0")),
        doing=data.get("doing", ""),
        done=data.get("done", "") in ("true", "True", "1"),
    )
