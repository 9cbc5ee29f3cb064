"""One opened camera: a thread reads it, keeps the latest frame only, and draws the preview. Vision process only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.vision.sight import Sight
from drivers.vision.sources import CameraSource, SourceError
from drivers.vision.wire import Cause

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

FAILED_READS = 3
REOPENINGS = 2
"""So many in a row without a picture between: the camera is gone."""
REOPEN_S = 0.3
"""Before it is opened again: a camera that lost its cable for a moment needs that to come up."""
GONE_S = 4.0
"""So long without a picture: gone as well, however slowly its reads fail."""
JOIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, (h, w, 3) BGR, its number from 1, and when it was taken (monotonic seconds)."""

    picture: Picture
    number: int
    at: float


class Camera:
    """Open from `start` to `stop`. `draw` gets every frame on the reading thread; `ending` ends a source's waiting."""

    def __init__(
        self,
        source: CameraSource,
        draw: Callable[[Picture, float], object],
        *,
        ending: threading.Event,
        now: Callable[[], float],
    ) -> None:
        self._source, self._draw, self._now = source, draw, now
        self._ending = ending
        self._changed = threading.Condition()
        self._latest: Frame | None = None
        self._gone = Cause.NONE
        self._spoilt = Cause.NONE
        self._proven = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the source and begin to read.

        Raises:
            SourceError: it cannot be opened.
        """
        self._ending.clear()
        self._source.open()
        self._thread = threading.Thread(target=self._read, name="camera", daemon=True)
        self._thread.start()

    @property
    def gone(self) -> Cause:
        """Why no more frames come; NONE while they do."""
        with self._changed:
            return self._gone

    @property
    def spoilt(self) -> Cause:
        """BLACK or FROZEN while the camera shows nothing that can be judged."""
        with self._changed:
            return self._spoilt

    @property
    def proven(self) -> bool:
        """Whether what came so far shows that the camera sees: not black, and not one picture again and again."""
        with self._changed:
            return self._proven

    def newer(self, than: int, wait: float) -> Frame | None:
        """Return the latest frame if its number is greater than `than`, waiting up to `wait` seconds for one."""
        with self._changed:
            self._changed.wait_for(lambda: self._gone or (self._latest and self._latest.number > than), wait)
            return self._latest if self._latest is not None and self._latest.number > than else None

    def stop(self) -> bool:
        """Close the camera and zero the last frame; False when its library does not let go of the thread."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)
            if self._thread.is_alive():
                return False
        with self._changed:
            latest, self._latest = self._latest, None
        if latest is not None and latest.picture.flags.writeable:
            latest.picture.fill(0)
        return True

    def _read(self) -> None:
        cause = Cause.SILENT
        try:
            cause = self._read_on()
        finally:
            self._source.close()
            with self._changed:
                self._gone = cause
                self._changed.notify_all()

    def _read_on(self) -> Cause:
        """Read until the end is wanted (NONE) or the camera is gone (why)."""
        sight = Sight(noisy=self._source.noisy)
        number = failed = reopened = 0
        seen_at = self._now()
        while not self._ending.is_set():
            picture = self._source.read()
            at = self._now()
            if picture is None:
                failed += 1
                if failed < FAILED_READS:
                    continue
                if reopened == REOPENINGS or at - seen_at > GONE_S:
                    return Cause.SILENT
                failed, reopened = 0, reopened + 1
                self._ending.wait(REOPEN_S)
                try:
                    self._source.open()
                except SourceError as error:
                    # It worked a moment ago: the cable, whatever the kernel calls it.
                    return Cause.DISCONNECTED if error.cause is Cause.NO_DEVICE else error.cause
                continue
            failed = reopened = 0
            number, seen_at = number + 1, at
            self._draw(picture, at)
            spoilt = sight.see(picture, at)
            with self._changed:
                self._latest, self._spoilt, self._proven = Frame(picture, number, at), spoilt, sight.proven
                self._changed.notify_all()
        return Cause.NONE
