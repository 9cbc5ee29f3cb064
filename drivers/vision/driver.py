"""The camera as a device: one command at a time in a process of its own, replaced after each look at a face."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass

from contracts.preview import name_of
from drivers.code_reader import CodeRead, ReadCode
from drivers.device import (
    Capabilities,
    Command,
    Completion,
    DeviceError,
    DeviceEvent,
    DeviceState,
    ErrorKind,
    Listener,
    Report,
    Status,
)
from drivers.host import Down, Host, Patience, Up
from drivers.host_frames import CorruptStreamError
from drivers.owner import Clock
from drivers.vision import shared, wire
from drivers.vision.messages import (
    PAGE_BYTES,
    PHOTO_BYTES,
    CheckFace,
    FaceSettings,
    PageTaken,
    Progress,
    ShowPicture,
    TakePage,
)
from drivers.vision.uri import parse

KIND = "camera"
PAPER_KIND = "document_scanner"
"""One that looks down on a table: it takes pages and shows what was taken, and loads no face models."""
CHILD = "drivers.vision.child"
PATIENCE = Patience(hang=10.0)
"""Loading models and comparing faces may hold the interpreter for a second on a loaded machine."""
MOST_WAITING = 4
REST_S = 4.0
"""So long may a command that was ended take to close the camera; then the process is replaced."""
MOST_MESSAGES = 200
"""In one second. A child that works sends fewer than 40."""
STILLBORN = 2
"""Children that may die while they load face models; the next is started without them."""
LOOK_AGAIN_S = 4.0
"""Each look lights the camera's lamp for a moment."""
_BROKEN = frozenset({wire.Cause.BLACK, wire.Cause.FROZEN, wire.Cause.NOT_A_CAMERA})


Wanted = CheckFace | ReadCode | TakePage | ShowPicture
WORKS: dict[type[Wanted], wire.Work] = {
    CheckFace: wire.Work.FACE,
    ReadCode: wire.Work.CODE,
    TakePage: wire.Work.PAGE,
    ShowPicture: wire.Work.PICTURE,
}
OF_PAPER = frozenset({wire.Work.PAGE, wire.Work.PICTURE})


@dataclass(slots=True)
class _Live:
    command: Wanted
    until: float
    preview: str = ""
    shown: bool = False


@dataclass(slots=True)
class _Resting:
    """What the child has not put away yet: its command may have been answered long since."""

    id: str
    preview: str
    work: wire.Work
    late: float | None = None


class VisionDevice:
    """One camera (`drivers.device.Device`): `CheckFace` -> `FaceChecked`, `ReadCode` -> `CodeRead`; a document camera:
    `TakePage` -> `PageTaken`, `ShowPicture` until it is cancelled.

    Events: `page` {"lie": a word of `Lie`}, `face` (a `Progress`, its fields as text), `camera` {"preview": name of the
    shared memory, "" when it goes}.
    Status detail: `models` (loading, ready, missing), `cause` (`drivers.vision.wire.Cause`, or why models are missing).
    Errors: OFFLINE (no camera, or gone), DEVICE_FAULT, TIMEOUT, CANCELLED, REFUSED (not for a camera, or too many).
    """

    def __init__(
        self,
        device_id: str,
        uri: str,
        *,
        clock: Clock,
        paper: bool = False,
        settings: FaceSettings | None = None,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        patience: Patience = PATIENCE,
        child: str = CHILD,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`uri` is one of `drivers.vision.uri`; `paper`: a document camera. `clock` times the commands' deadlines,
        `monotonic` the child.

        Raises:
            ValueError: the address cannot be understood.
        """
        parse(uri)
        self._id, self._paper = device_id, paper
        self._kind = PAPER_KIND if paper else KIND
        self._clock, self._monotonic, self._random_bytes = clock, monotonic, random_bytes
        settings = settings or FaceSettings()
        self._arguments = (
            wire.URI,
            uri,
            wire.SETTINGS,
            json.dumps(asdict(settings)),
            *((wire.PAPER,) if paper else ()),
        )
        self._listener: Listener = lambda _: None
        self._lock = threading.RLock()
        self._live: OrderedDict[str, _Live] = OrderedDict()
        self._resting: _Resting | None = None
        self._up = False
        self._stopped = False
        self._used = False
        self._models = wire.Models.LOADING
        self._models_cause = ""
        self._state = DeviceState.STARTING
        self._cause = ""
        self._said: Status | None = None
        self._stillborn = 0
        self._looked_at = float("-inf")
        self._second = 0.0
        self._messages = 0
        self._host = Host(
            child,
            wire.PAPER_WIRE if paper else wire.WIRE,
            arguments=(*self._arguments, wire.LOOK),
            on_message=self._on_message,
            on_change=self._on_change,
            on_tick=self._on_tick,
            patience=patience,
            monotonic=monotonic,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        able = {"pages", "preview"} if self._paper else {"face", "codes", "preview"}
        return Capabilities(self._id, self._kind, frozenset(able))

    @property
    def status(self) -> Status | None:
        """The last reported status, None before the start."""
        return self._said

    @property
    def pid(self) -> int | None:
        """The camera's process, while it runs."""
        return self._host.pid

    def start(self, listener: Listener) -> None:
        """Start the child; the first report says `starting`. Previews that a killed terminal left are removed."""
        self._listener = listener
        shared.sweep()
        self._report_status()
        self._host.start()

    def submit(self, command: Command) -> None:
        """Queue a command of this kind of camera; exactly one `Completion` follows.

        Raises:
            ValueError: a command of this id is still on its way.
        """
        why = self._refusal(command)
        if why is not None or not isinstance(command, Wanted):
            self._listener(Completion(self._id, command.id, error=why))
            return
        with self._lock:
            self._live[command.id] = _Live(command, self._clock.monotonic() + command.deadline)
        self._begin_next()

    def cancel(self, command_id: str) -> None:
        """End a command, waiting or running; unknown ids are ignored."""
        self._end(command_id, ErrorKind.CANCELLED, "cancelled")

    def snap(self, command_id: str) -> None:
        """Have the page of a running `TakePage` taken as it lies; other ids are ignored."""
        with self._lock:
            if self._resting is not None and self._resting.id == command_id:
                self._host.send(wire.Snap(command_id))

    def look(self) -> None:
        """See whether the camera still sees: it opens for a moment, if nothing is asked of it. For a time when nobody
        stands before it. What has changed comes as a status; at most every `LOOK_AGAIN_S`.
        """
        now = self._monotonic()
        with self._lock:
            if self._live or not self._up or now - self._looked_at < LOOK_AGAIN_S:
                return
            self._looked_at = now
            self._host.send(wire.Look())

    def forget(self) -> None:
        """Wipe: end whatever runs, and replace the process if it has looked at anybody or anything since it began."""
        with self._lock:
            left, used = list(self._live), self._used
        for command_id in left:
            self._end(command_id, ErrorKind.CANCELLED, "forgotten")
        if used:
            self._renew()

    def stop(self) -> None:
        """End the child; what was not done completes as cancelled, the preview is zeroed and gone."""
        self._stopped = True
        self._host.stop()
        with self._lock:
            left = list(self._live)
        for command_id in left:
            self._complete(command_id, error=DeviceError(ErrorKind.CANCELLED, "stopped"))

    def _refusal(self, command: Command) -> DeviceError | None:
        with self._lock:
            if command.id in self._live:
                raise ValueError(f"command {command.id} is still on its way")
            if self._stopped:
                return DeviceError(ErrorKind.CANCELLED, "stopped")
            if not isinstance(command, Wanted) or (WORKS[type(command)] in OF_PAPER) is not self._paper:
                return DeviceError(ErrorKind.REFUSED, f"a camera does not know {type(command).__name__}")
            if isinstance(command, CheckFace) and len(command.photo) != PHOTO_BYTES:
                return DeviceError(ErrorKind.REFUSED, f"a photo has {PHOTO_BYTES} bytes")
            if isinstance(command, ShowPicture) and not 0 < len(command.jpeg) <= PAGE_BYTES:
                return DeviceError(ErrorKind.REFUSED, f"a picture has at most {PAGE_BYTES} bytes")
            if len(self._live) >= MOST_WAITING:
                return DeviceError(ErrorKind.REFUSED, "too many commands are waiting")
        return None

    # Beginning and ending, any thread

    def _begin_next(self) -> None:
        with self._lock:
            if not self._up or self._resting is not None or self._stopped:
                return
            for id, live in self._live.items():
                live.preview = name_of(os.getpid(), self._random_bytes(16))
                work = WORKS[type(live.command)]
                photo = live.command.photo if isinstance(live.command, CheckFace) else b""
                photo = live.command.jpeg if isinstance(live.command, ShowPicture) else photo
                asked = live.command.challenges if isinstance(live.command, CheckFace) else ()
                if self._host.send(wire.Begin(id, work, live.preview, asked, photo)):
                    self._resting, self._used = _Resting(id, live.preview, work), True
                return

    def _end(self, command_id: str, kind: ErrorKind, detail: str) -> None:
        """Answer a command before it is done; the child is told to put it away."""
        with self._lock:
            if command_id not in self._live:
                return
            if self._resting is not None and self._resting.id == command_id:
                self._resting.late = self._monotonic() + REST_S
                self._host.send(wire.Cease(command_id))
        self._complete(command_id, error=DeviceError(kind, detail))

    def _complete(self, command_id: str, result: object | None = None, error: DeviceError | None = None) -> None:
        with self._lock:
            live = self._live.pop(command_id, None)
        if live is None:
            return
        if live.shown:
            self._event("camera", {"preview": ""})
        self._listener(Completion(self._id, command_id, result, error))

    def _renew(self) -> None:
        """Replace the process: what it had in memory is gone with it. A camera that was well is not looked at again."""
        look = () if self._state is DeviceState.ONLINE else (wire.LOOK,)
        with self._lock:
            self._up = False
        self._host.set_arguments(*self._arguments, *look, *self._no_faces())
        self._host.recycle()

    def _no_faces(self) -> tuple[str, ...]:
        return (wire.NO_FACES,) if self._stillborn >= STILLBORN else ()

    # The host's thread

    def _on_message(self, message: object) -> None:
        self._count()
        match message:
            case wire.Loaded(models, cause):
                self._models, self._models_cause = models, cause
                self._stillborn = 0 if models is wire.Models.READY else self._stillborn
                self._report_status()
            case wire.Looked(cause):
                self._looked(cause)
            case wire.Shown(id):
                self._expect(id)
                self._show(id)
            case wire.Told(id, progress):
                self._expect(id, wire.Work.FACE)
                if id in self._live:
                    self._event("face", as_text(progress))
            case wire.FaceEnded(id, checked):
                self._expect(id, wire.Work.FACE)
                self._complete(id, checked)
            case wire.CodeEnded(id, text, format):
                self._expect(id, wire.Work.CODE)
                self._complete(id, CodeRead(text, format))
            case wire.Lies(id, lie):
                self._expect(id, wire.Work.PAGE)
                if id in self._live:
                    self._event("page", {"lie": lie.value})
            case wire.PageEnded(id, lie, width, height, jpeg):
                self._expect(id, wire.Work.PAGE)
                self._complete(id, PageTaken(lie, width, height, jpeg))
            case wire.Failed(id, kind, detail):
                self._expect(id)
                self._complete(id, error=DeviceError(kind, detail))
            case wire.Rested(id):
                self._expect(id)
                self._rested(id)
            case _:
                pass

    def _count(self) -> None:
        """Refuse a child that floods: the host replaces what talks nonsense, with back-off."""
        now = self._monotonic()
        if now - self._second >= 1.0:
            self._second, self._messages = now, 0
        self._messages += 1
        if self._messages > MOST_MESSAGES:
            raise CorruptStreamError("more messages than a camera has to say")

    def _expect(self, id: str, work: wire.Work | None = None) -> None:
        """Refuse an answer to what was not asked, or to another question."""
        resting = self._resting
        if resting is None or resting.id != id or (work is not None and resting.work is not work):
            raise CorruptStreamError("the answer to another question")

    def _looked(self, cause: wire.Cause) -> None:
        if not cause:
            self._state = DeviceState.ONLINE
        else:
            self._state = DeviceState.HARDWARE_ERROR if cause in _BROKEN else DeviceState.OFFLINE
        self._cause = cause.value
        self._report_status()

    def _show(self, id: str) -> None:
        with self._lock:
            live = self._live.get(id)
            if live is None or live.shown:
                return
            live.shown = True
        self._event("camera", {"preview": live.preview})

    def _rested(self, id: str) -> None:
        with self._lock:
            resting = self._resting
            if resting is None:
                return
            self._resting = None
        shared.remove(resting.preview)
        self._complete(id, error=DeviceError(ErrorKind.DEVICE_FAULT, "ended without an answer"))
        if resting.work is wire.Work.FACE:
            self._renew()
        else:
            self._begin_next()

    def _on_change(self, change: Up | Down) -> None:
        if isinstance(change, Up):
            self._models, self._models_cause = wire.Models.LOADING, ""
            with self._lock:
                self._up, self._used = True, False
            self._begin_next()
            self._report_status()
            return
        with self._lock:
            self._up = False
            resting, self._resting = self._resting, None
        if resting is not None:
            shared.remove(resting.preview)
            wanted = change.cause in ("recycled", "stopped")
            kind = ErrorKind.CANCELLED if wanted else ErrorKind.DEVICE_FAULT
            self._complete(resting.id, error=DeviceError(kind, f"vision process {change.cause}"))
        if change.cause == "stopped":
            self._state, self._cause = DeviceState.OFFLINE, "stopped"
        elif change.cause != "recycled":
            self._fell(change)
        self._report_status()

    def _fell(self, change: Down) -> None:
        """The child died, hung or talked nonsense: the next one looks at the camera first."""
        if self._models is wire.Models.LOADING and change.cause == "exited":
            self._stillborn += 1
        self._state, self._cause = DeviceState.STARTING, f"vision_{change.cause}"
        self._host.set_arguments(*self._arguments, wire.LOOK, *self._no_faces())

    def _on_tick(self, now: float) -> None:
        with self._lock:
            time_is_up = self._clock.monotonic()
            late = [id for id, live in self._live.items() if time_is_up >= live.until]
            stuck = self._resting is not None and self._resting.late is not None and now > self._resting.late
        for command_id in late:
            self._end(command_id, ErrorKind.TIMEOUT, "not done in time")
        if stuck:
            self._renew()

    def _event(self, name: str, data: dict[str, str]) -> None:
        self._listener(DeviceEvent(self._id, name, data))

    def _report_status(self) -> None:
        detail = {} if self._paper else {"models": self._models.value}
        if cause := self._cause or ("" if self._paper else self._models_cause):
            detail["cause"] = cause
        status = Status(self._id, self._kind, self._state, detail)
        if status != self._said:
            self._said = status
            report: Report = status
            self._listener(report)


def as_text(progress: Progress) -> dict[str, str]:
    """Return the fields of a progress as text: what an event carries."""
    return {
        "stage": progress.stage.value,
        "aim": progress.aim.value,
        "step": str(progress.step),
        "steps": str(progress.steps),
        "doing": progress.doing.value if progress.doing else "",
        "done": "true" if progress.done else "false",
    }
