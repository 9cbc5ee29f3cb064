"""What the camera's process does: one command at a time, the camera open no longer than that, nothing kept after it.

Threads: the first reads what the owner says; the second (`serve`) works and answers pings, so that a hang is seen; a
third reads the camera while it is open; a fourth loads the face models once and ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from drivers.device import ErrorKind
from drivers.host_child import Owner
from drivers.host_frames import Ping, Pong
from drivers.vision.camera import Camera, Frame
from drivers.vision.messages import Decision, FaceChecked, FaceSettings, Lie, Reason
from drivers.vision.ring import PAPER, Ring
from drivers.vision.sources import SourceError, source
from drivers.vision.tools import FaceMaker, FaceTask, Tools
from drivers.vision.uri import CameraUri
from drivers.vision.wire import (
    Begin,
    Cause,
    Cease,
    CodeEnded,
    FaceEnded,
    Failed,
    Lies,
    Loaded,
    Look,
    Looked,
    Models,
    PageEnded,
    Rested,
    Shown,
    Snap,
    Told,
    Work,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

log = logging.getLogger(__name__)

ANALYSED_FPS = 12.0
PAGES_FPS = 6.0
"""A sheet of paper is looked at less often: it has more pixels and less to say."""
DRAWN_S = 0.25
"""Between two drawings of a picture that stands: who shows it takes away what is a second old."""
TICK_S = 0.05
IDLE_S = 1.0
LOOK_S = 3.0
"""A look ends at the first good frame; so long is waited for one while exposure settles."""
AGAIN_S, AGAIN_MOST_S = 1.0, 30.0
"""Back-off between looks at a camera that is there and not well: each lights its lamp for a moment."""
ABSENT = frozenset({Cause.NO_DEVICE, Cause.DISCONNECTED, Cause.NO_ACCESS})
"""Looking for a camera that is not there costs nothing: every second."""
SILENT_S = 6.0
EXIT_WEDGED = 4

_SPOILT = {Cause.BLACK: Reason.CAMERA_BLACK, Cause.FROZEN: Reason.CAMERA_FROZEN}


class Errand(Protocol):
    """What is done with the frames of one command."""

    def see(self, frame: Frame, spoilt: Cause) -> bool:
        """Take a frame; True when the command has ended and its owner was told."""

    def wipe(self) -> None:
        """Zero what was kept."""


class Worker:
    """The process's work."""

    def __init__(
        self,
        owner: Owner,
        uri: CameraUri,
        settings: FaceSettings,
        tools: Tools,
        *,
        look: bool,
        faces: bool,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._owner, self._settings, self._tools, self._now = owner, settings, tools, now
        self._ending = threading.Event()
        self._source = source(uri, self._ending.wait, now)
        self._orders: queue.SimpleQueue[Begin | Cease | Snap | Look | Ping] = queue.SimpleQueue()
        self._begun: deque[Begin] = deque()
        self._ceased: set[str] = set()
        self._snapped: set[str] = set()
        self._models = threading.Event()
        self._make_face: FaceMaker | None = None
        self._faces = faces
        self._well = Cause.NONE
        self._untold = True
        self._look_at: float | None = now() if look else None
        self._again = AGAIN_S
        self._look_wanted = False

    # The first thread

    def read(self) -> None:
        """Pass on what the owner says, until it is gone."""
        threading.Thread(target=self._serve, name="vision", daemon=True).start()
        threading.Thread(target=self._load, name="models", daemon=True).start()
        for message in self._owner.messages():
            if isinstance(message, Begin | Cease | Snap | Look | Ping):
                self._orders.put(message)

    # The fourth thread

    def _load(self) -> None:
        """Load the face models; without them the camera still reads codes."""
        cause = "crashed"
        if self._faces:
            try:
                self._make_face = self._tools.load_faces(self._settings)
            except ImportError as error:
                cause = f"not_installed: {error.name}"
            except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a model file does to its library;
                # face_recognition leaves the interpreter when its models are not installed.
                cause = f"{type(error).__name__}: {error}"
        made = self._make_face is not None
        self._models.set()
        self._owner.send(Loaded(Models.READY if made else Models.MISSING, "" if made else cause[:200]))

    # The second thread

    def _serve(self) -> None:
        try:
            while True:
                self._obey(None if self._begun else self._until_look())
                if self._begun:
                    self._perform(self._begun.popleft())
                    # It has shown itself; and whoever came meanwhile shall not see the lamp go on for nothing.
                    self._look_wanted = False
                elif self._look_wanted:
                    self._look_wanted = False
                    self._look()
                elif self._look_at is not None and self._now() >= self._look_at:
                    self._look()
                elif not self._well and (cause := self._source.health()):
                    self._found(cause)
        except Exception as error:  # noqa: BLE001  a bug here must not leave a process that does nothing
            log.error("vision: %s", type(error).__name__)
            os._exit(EXIT_WEDGED)

    def _until_look(self) -> float:
        return IDLE_S if self._look_at is None else max(TICK_S, min(IDLE_S, self._look_at - self._now()))

    def _obey(self, wait: float | None) -> None:
        """Take every order that is there, waiting up to `wait` seconds for the first (None: not at all)."""
        with contextlib.suppress(queue.Empty):
            order = self._orders.get(timeout=wait) if wait else self._orders.get_nowait()
            while True:
                match order:
                    case Ping(n):
                        self._owner.send(Pong(n))
                    case Begin():
                        self._begun.append(order)
                    case Cease(id):
                        self._ceased.add(id)
                    case Snap(id):
                        self._snapped.add(id)
                    case Look():
                        self._look_wanted = True
                order = self._orders.get_nowait()

    # Looking whether there is a camera that sees

    def _look(self) -> None:
        camera = Camera(self._source, lambda picture, at: None, ending=self._ending, now=self._now)
        until = self._now() + LOOK_S
        cause, seen = Cause.SILENT, 0
        try:
            camera.start()
            while self._now() < until and not camera.gone:
                self._obey(None)
                if self._begun:
                    return  # somebody waits: whether the camera sees shows itself
                frame = camera.newer(seen, TICK_S)
                if frame is None:
                    continue
                seen, cause = frame.number, camera.spoilt
                if not cause and camera.proven:
                    break
            cause = camera.gone or cause
        except SourceError as error:
            cause = error.cause
        finally:
            self._let_go(camera)
        self._found(cause)

    def _found(self, cause: Cause) -> None:
        """Tell the owner, and look again later while it is not well."""
        changed, self._well = cause is not self._well or self._untold, cause
        if not cause:
            self._look_at, self._again = None, AGAIN_S
        elif cause in ABSENT:
            self._look_at, self._again = self._now() + AGAIN_S, AGAIN_S
        else:
            self._look_at, self._again = self._now() + self._again, min(self._again * 2, AGAIN_MOST_S)
        if changed:
            self._untold = False
            self._owner.send(Looked(cause))

    # One command

    def _perform(self, begin: Begin) -> None:
        if begin.id not in self._ceased:
            try:
                if begin.work is Work.PICTURE:
                    self._draw(begin)
                else:
                    self._attend(begin)
            except Exception as error:  # noqa: BLE001  a bug in what looks ends its command, not the process
                # Its text may hold what was seen: only the kind of error leaves.
                self._fail(begin, ErrorKind.DEVICE_FAULT, type(error).__name__)
        self._ceased.discard(begin.id)
        self._snapped.discard(begin.id)
        self._owner.send(Rested(begin.id))

    def _draw(self, begin: Begin) -> None:
        """Show a picture until the command ends; the camera stays closed."""
        import cv2
        import numpy as np

        # Before the preview is there: what cannot be drawn leaves none.
        decoded = cv2.imdecode(np.frombuffer(begin.photo, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            self._fail(begin, ErrorKind.DEVICE_FAULT, "not_a_picture")
            return
        picture = np.asarray(decoded, np.uint8)
        ring = Ring(begin.preview, PAPER, mirrored=False, whole=True)
        try:
            ring.draw(picture, self._now())
            self._owner.send(Shown(begin.id))
            while begin.id not in self._ceased:
                self._obey(DRAWN_S)
                ring.draw(picture, self._now())
        finally:
            ring.close()
            picture.fill(0)

    def _attend(self, begin: Begin) -> None:
        paper = begin.work is Work.PAGE
        ring = Ring(begin.preview, PAPER, mirrored=False, whole=True) if paper else Ring(begin.preview)
        camera = Camera(self._source, ring.draw, ending=self._ending, now=self._now)
        errand = self._errand(begin)
        try:
            camera.start()
            self._watch(begin, camera, errand)
        except SourceError as error:
            self._offline(begin, error.cause)
        finally:
            self._let_go(camera)
            ring.close()
            errand.wipe()

    def _errand(self, begin: Begin) -> Errand:
        if begin.work is Work.CODE:
            return _CodeErrand(begin.id, self._owner, self._tools)
        if begin.work is Work.PAGE:
            return _PageErrand(begin.id, self._owner, self._tools, lambda: self._asked(begin.id))
        return _FaceErrand(begin, self._owner, self._models, lambda: self._make_face)

    def _asked(self, id: str) -> bool:
        """Whether this command's page is wanted as it lies: good for one look, not for a sheet that comes later."""
        asked = id in self._snapped
        self._snapped.discard(id)
        return asked

    def _watch(self, begin: Begin, camera: Camera, errand: Errand) -> None:
        """Hand the newest frame to the errand, at most 12 a second (6 of paper), until it has ended."""
        step = 1 / (PAGES_FPS if begin.work is Work.PAGE else ANALYSED_FPS)
        seen, due = 0, self._now()
        heard = self._now()
        while True:
            self._obey(None)
            if begin.id in self._ceased:
                return
            early = due - self._now()
            if early > 0:
                self._ending.wait(min(early, TICK_S))
                continue
            frame = camera.newer(seen, TICK_S)
            if frame is None:
                if cause := camera.gone:
                    self._offline(begin, cause)
                    return
                if self._now() - heard > SILENT_S:
                    self._offline(begin, Cause.SILENT)
                    return
                continue
            if seen == 0:
                self._owner.send(Shown(begin.id))
                self._seen_well()
            seen, heard = frame.number, self._now()
            due = max(due + step, heard)
            if errand.see(frame, camera.spoilt):
                return

    def _seen_well(self) -> None:
        """A camera that was away and gives pictures again to a command needs no look any more."""
        if self._well not in _SPOILT and (self._well or self._look_at is not None):
            self._found(Cause.NONE)

    def _offline(self, begin: Begin, cause: Cause) -> None:
        self._fail(begin, ErrorKind.OFFLINE, cause.value)
        self._found(cause)

    def _fail(self, begin: Begin, kind: ErrorKind, detail: str) -> None:
        self._owner.send(Failed(begin.id, kind, detail))

    def _let_go(self, camera: Camera) -> None:
        if not camera.stop():
            # The camera's library holds its thread: only the end of the process closes the device.
            os._exit(EXIT_WEDGED)


class _FaceErrand:
    """Feeds a face check, once the models are there."""

    def __init__(
        self, begin: Begin, owner: Owner, models: threading.Event, maker: Callable[[], FaceMaker | None]
    ) -> None:
        self._begin, self._owner, self._models, self._maker = begin, owner, models, maker
        self._task: FaceTask | None = None

    def see(self, frame: Frame, spoilt: Cause) -> bool:
        """See `Errand.see`."""
        id = self._begin.id
        if not self._models.is_set():
            return False
        if self._task is None:
            make = self._maker()
            if make is None:
                self._owner.send(Failed(id, ErrorKind.DEVICE_FAULT, "models_missing"))
                return True
            self._task = make(self._begin.photo, self._begin.challenges)
        for progress in self._task.feed(frame.picture, frame.at):
            self._owner.send(Told(id, progress))
        checked = self._task.result
        if checked is None and spoilt:
            checked = FaceChecked(Decision.NO_FACE, _SPOILT[spoilt])
        if checked is None:
            return False
        self._owner.send(FaceEnded(id, checked))
        return True

    def wipe(self) -> None:
        """See `Errand.wipe`."""
        if self._task is not None:
            self._task.wipe()
        self._task = None


class _CodeErrand:
    """Feeds a code watch."""

    def __init__(self, id: str, owner: Owner, tools: Tools) -> None:
        self._id, self._owner = id, owner
        self._task = tools.watch()

    def see(self, frame: Frame, spoilt: Cause) -> bool:
        """See `Errand.see`. A black picture is somebody's telephone held too near: no reason to end."""
        code = self._task.feed(frame.picture, frame.at)
        if code is None:
            return False
        self._owner.send(CodeEnded(self._id, code.text, code.format))
        return True

    def wipe(self) -> None:
        """See `Errand.wipe`."""
        self._task.wipe()


class _PageErrand:
    """Feeds a look for a page."""

    def __init__(self, id: str, owner: Owner, tools: Tools, wanted: Callable[[], bool]) -> None:
        self._id, self._owner, self._wanted = id, owner, wanted
        self._task = tools.page()
        self._told: Lie | None = None

    def see(self, frame: Frame, spoilt: Cause) -> bool:
        """See `Errand.see`. A picture that stands still is paper that nobody touches, a black one a sheet that is held
        too near: no reason to end.
        """
        lie = self._task.feed(frame.picture, frame.at, now=self._wanted())
        taken = self._task.result
        if taken is not None:
            self._owner.send(PageEnded(self._id, taken.lie, taken.width, taken.height, taken.jpeg))
            return True
        if lie is not self._told:
            self._told = lie
            self._owner.send(Lies(self._id, lie))
        return False

    def wipe(self) -> None:
        """See `Errand.wipe`."""
        self._task.wipe()
