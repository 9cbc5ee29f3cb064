"""Where pictures come from: a camera, a film, a folder, a stream, and each of them gone wrong.

Every source blocks in `read` for at most about a second, so that whoever reads it can be ended. Needs OpenCV: imported
in the vision process only, after `drivers.vision.child` has set its environment.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from drivers.vision import uri as addresses
from drivers.vision.jpeg import JpegSplitter, acceptable
from drivers.vision.uri import CameraUri, Scheme
from drivers.vision.wire import Cause

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

READ_S = 1.0
CHUNK = 256 * 1024
DEFAULT_FILE_FPS = 25.0
SLOW_S = 0.9
BURST_EVERY, BURST = 40, 3
"""The loose cable: of every 40 reads, 3 in a row fail, which is when a camera is opened again."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})

Wait = Callable[[float], object]
"""Waits so many seconds, less when the reading ends (`threading.Event.wait`)."""
Now = Callable[[], float]


class SourceError(Exception):
    """The source cannot be opened."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(str(cause))
        self.cause = cause


class CameraSource(Protocol):
    """Pictures one after the other. Used from one thread, `health` from any."""

    @property
    def noisy(self) -> bool:
        """Whether a sensor is behind it, whose noise makes every picture different."""

    def open(self) -> None:
        """Get ready.

        Raises:
            SourceError: it is not there, not ours to open, or no camera.
        """

    def read(self) -> Picture | None:
        """Return the newest picture, (h, w, 3) BGR; None when there was none this time."""

    def close(self) -> None:
        """Let go; harmless when it is not open."""

    def health(self) -> Cause:
        """Say what can be said without opening it: a camera's lamp stays dark."""


class Capture(Protocol):
    """What is used of `cv2.VideoCapture`."""

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        """Whether it could be opened."""

    def set(self, prop: int, value: float, /) -> bool:
        """Ask for a property; drivers may refuse."""

    def get(self, prop: int, /) -> float:
        """Return a property, 0 when it is not known."""

    def read(self) -> tuple[bool, Any]:
        """Return the next picture."""

    def release(self) -> None:
        """Close it."""


class V4l2Source:
    """A camera of the kernel, by its stable path under /dev/v4l/by-id, as MJPEG of the size that is asked for."""

    noisy = True

    def __init__(self, uri: CameraUri, capture: Callable[[str], Capture] | None = None) -> None:
        self._uri = uri
        self._make = capture or (lambda path: cv2.VideoCapture(path, cv2.CAP_V4L2))
        self._capture: Capture | None = None

    def open(self) -> None:
        """Open it; see `CameraSource.open`."""
        self.close()
        if cause := self.health():
            raise SourceError(cause)
        capture = self._make(self._uri.path)
        if not capture.isOpened():
            capture.release()
            raise SourceError(_why_closed(self._uri.path))
        # The format first: the sizes that a driver offers depend on it, and raw 1280x720 is 10 pictures a second.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._uri.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._uri.height)
        capture.set(cv2.CAP_PROP_FPS, self._uri.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._capture = capture

    def read(self) -> Picture | None:
        """Return the next picture."""
        return _read(self._capture)

    def close(self) -> None:
        """Close the device; its lamp goes out."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def health(self) -> Cause:
        """Whether the path leads to a device that we may open."""
        return _of_path(self._uri.path)


class FileSource:
    """A film, in a loop, at its own speed or at `fps`."""

    noisy = False

    def __init__(self, uri: CameraUri, wait: Wait, now: Now) -> None:
        self._uri = uri
        self._pace = _Pace(wait, now)
        self._capture: Capture | None = None

    def open(self) -> None:
        """Open it; see `CameraSource.open`."""
        self.close()
        if cause := self.health():
            raise SourceError(cause)
        capture: Capture = cv2.VideoCapture(self._uri.path, cv2.CAP_FFMPEG)
        if not capture.isOpened():
            capture.release()
            raise SourceError(Cause.NOT_A_CAMERA)
        own = capture.get(cv2.CAP_PROP_FPS)
        known = own if addresses.LEAST_FPS <= own <= addresses.MOST_FPS else DEFAULT_FILE_FPS
        self._pace.begin(self._uri.fps or known)
        self._capture = capture

    def read(self) -> Picture | None:
        """Return the next picture, when its time has come."""
        self._pace.wait()
        picture = _read(self._capture)
        if picture is None and self._capture is not None:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            picture = _read(self._capture)
        return picture

    def close(self) -> None:
        """Close the film."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def health(self) -> Cause:
        """Whether the file is there."""
        return _of_path(self._uri.path)


class FolderSource:
    """Pictures of a folder in the order of their names, in a loop. Read again each time: the folder may change."""

    noisy = False

    def __init__(self, uri: CameraUri, wait: Wait, now: Now) -> None:
        self._uri = uri
        self._pace = _Pace(wait, now)
        self._files: list[Path] = []
        self._next = 0

    def open(self) -> None:
        """Open it; see `CameraSource.open`."""
        self.close()
        if cause := self.health():
            raise SourceError(cause)
        try:
            found = sorted(p for p in Path(self._uri.path).iterdir() if p.suffix.lower() in SUFFIXES)
        except OSError as error:
            raise SourceError(Cause.NOT_A_CAMERA) from error
        if not found:
            raise SourceError(Cause.NOT_A_CAMERA)
        self._files = found
        self._pace.begin(self._uri.fps)

    def read(self) -> Picture | None:
        """Return the next picture, when its time has come."""
        self._pace.wait()
        if not self._files:
            return None
        path = self._files[self._next % len(self._files)]
        self._next += 1
        with contextlib.suppress(OSError):
            return _decode(path.read_bytes())
        return None

    def close(self) -> None:
        """Forget the folder's list."""
        self._files, self._next = [], 0

    def health(self) -> Cause:
        """Whether the folder is there."""
        return _of_path(self._uri.path)


class StreamSource:
    """Concatenated JPEG pictures from a UNIX socket. Only the newest of what has arrived is decoded."""

    noisy = True

    def __init__(self, uri: CameraUri, now: Now) -> None:
        self._uri = uri
        self._now = now
        self._socket: socket.socket | None = None
        self._splitter = JpegSplitter()

    def open(self) -> None:
        """Open it; see `CameraSource.open`."""
        self.close()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(READ_S)
        try:
            connection.connect(self._uri.path)
        except (OSError, ValueError) as error:
            connection.close()
            raise SourceError(_cause_of(error)) from error
        self._socket = connection
        self._splitter = JpegSplitter()

    def read(self) -> Picture | None:
        """Return the newest picture that has arrived, waiting for one up to a second."""
        if self._socket is None:
            return None
        until = self._now() + READ_S
        pictures: list[bytes] = []
        try:
            while not pictures and (left := until - self._now()) > 0:
                self._socket.settimeout(left)
                data = self._socket.recv(CHUNK)
                if not data:
                    return None
                pictures = self._splitter.feed(data)
            self._socket.setblocking(False)
            while pictures and (data := self._socket.recv(CHUNK)):
                pictures += self._splitter.feed(data)
        except (BlockingIOError, TimeoutError):
            pass
        except OSError:
            return None
        return _decode(pictures[-1]) if pictures and acceptable(pictures[-1]) else None

    def close(self) -> None:
        """Hang up."""
        connection, self._socket = self._socket, None
        if connection is not None:
            connection.close()
        self._splitter = JpegSplitter()

    def health(self) -> Cause:
        """Whether there is a socket."""
        return _of_path(self._uri.path)


class FaultySource:
    """Another source gone wrong, for trying out what a fault looks like from above."""

    def __init__(self, source: CameraSource, fault: addresses.Fault, wait: Wait) -> None:
        self._source, self._fault, self._wait = source, fault, wait
        self._noise = np.random.default_rng(1)
        self._kept: Picture | None = None
        self._reads = 0

    @property
    def noisy(self) -> bool:
        """A frozen camera pretends to be one: that is what has to be noticed."""
        return self._source.noisy or self._fault is addresses.Fault.FROZEN

    def open(self) -> None:
        """Open the source underneath."""
        self._source.open()

    def read(self) -> Picture | None:
        """Return its picture, or what the fault makes of it."""
        self._reads += 1
        if self._fault is addresses.Fault.SLOW:
            self._wait(SLOW_S)
        picture = self._source.read()
        if picture is None:
            return None
        match self._fault:
            case addresses.Fault.BLACK:
                # A covered lens: the sensor's noise goes on.
                return self._noise.integers(0, 4, picture.shape, np.uint8)
            case addresses.Fault.FROZEN:
                self._kept = picture if self._kept is None else self._kept
                return self._kept
            case addresses.Fault.DROP if self._reads % BURST_EVERY < BURST:
                return None
            case _:
                return picture

    def close(self) -> None:
        """Close the source underneath, and forget the picture that stood still."""
        self._source.close()
        self._kept = None

    def health(self) -> Cause:
        """The source's own."""
        return self._source.health()


def source(uri: CameraUri, wait: Wait, now: Now) -> CameraSource:
    """Return the source that an address names; nothing is opened."""
    made: CameraSource
    match uri.scheme:
        case Scheme.V4L2:
            made = V4l2Source(uri)
        case Scheme.FILE:
            made = FileSource(uri, wait, now)
        case Scheme.FOLDER:
            made = FolderSource(uri, wait, now)
        case Scheme.MJPEG:
            made = StreamSource(uri, now)
    return made if uri.fault is None else FaultySource(made, uri.fault, wait)


class _Pace:
    """Keeps pictures of a file from coming faster than `fps`; what is late is not caught up with."""

    def __init__(self, wait: Wait, now: Now) -> None:
        self._wait, self._now = wait, now
        self._step = 0.0
        self._due = 0.0

    def begin(self, fps: float) -> None:
        self._step, self._due = 1 / fps, self._now()

    def wait(self) -> None:
        left = self._due - self._now()
        if left > 0:
            self._wait(min(left, READ_S))
        self._due = max(self._due + self._step, self._now())


def _read(capture: Capture | None) -> Picture | None:
    if capture is None:
        return None
    done, picture = capture.read()
    return _whole(picture) if done else None


def _decode(data: bytes) -> Picture | None:
    if not data:
        return None
    try:
        return _whole(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
    except cv2.error:
        return None


def _whole(picture: object) -> Picture | None:
    """The picture if it is one as everything above expects it: (h, w, 3), 8 bits."""
    if isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3:
        return picture
    return None


def _of_path(path: str) -> Cause:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return _cause_of(error)
    if stat.S_ISSOCK(mode):
        return Cause.NONE if os.access(path, os.W_OK) else Cause.NO_ACCESS
    return Cause.NONE if os.access(path, os.R_OK) else Cause.NO_ACCESS


def _why_closed(path: str) -> Cause:
    """Ask the kernel why OpenCV could not open a device: OpenCV itself says no more than "no"."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
    except OSError as error:
        return _cause_of(error)
    return Cause.NOT_A_CAMERA


def _cause_of(error: Exception) -> Cause:
    match error:
        case OSError(errno=errno.EBUSY):
            return Cause.BUSY
        case PermissionError():
            return Cause.NO_ACCESS
        case ConnectionRefusedError() | FileNotFoundError() | NotADirectoryError():
            return Cause.NO_DEVICE
        case OSError(errno=(errno.ENODEV | errno.ENXIO)):
            return Cause.NO_DEVICE
        case _:
            return Cause.NOT_A_CAMERA
