"""What the camera's process looks with: the face check and the code watch, loaded when they are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from drivers.vision.messages import Challenge, FaceChecked, FaceSettings, Lie, PageTaken, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivers.code_reader import CodeRead

    Picture = NDArray[np.uint8]


class FaceTask(Protocol):
    """One check of one face; `drivers.vision.faces.check.FaceCheck`."""

    def feed(self, frame: Picture, at: float) -> tuple[Progress, ...]:
        """Take a (h, w, 3) BGR frame, not mirrored, taken at `at` (monotonic s); returns what changed."""

    @property
    def result(self) -> FaceChecked | None:
        """How it ended, set once."""

    def wipe(self) -> None:
        """Zero what was kept."""


class CodeTask(Protocol):
    """One look for a code; `drivers.code_reader.watch.CodeWatch`."""

    def feed(self, frame: Picture, at: float) -> CodeRead | None:
        """Take a frame as above; returns the code once it was read twice alike."""

    def wipe(self) -> None:
        """Forget what was read."""


class PageTask(Protocol):
    """One look for a page; `drivers.vision.pages.watch.PageWatch`."""

    def feed(self, frame: Picture, at: float, *, now: bool) -> Lie:
        """Take a frame as above; returns how the sheet lies. `now`: it is taken as it lies."""

    @property
    def result(self) -> PageTaken | None:
        """The page, once it was taken."""

    def wipe(self) -> None:
        """Forget it."""


FaceMaker = Callable[[bytes, tuple[Challenge, ...]], FaceTask]
"""Begins a check with a card's photo and what to ask."""


@dataclass(frozen=True, slots=True)
class Tools:
    """How to get them. `load_faces` takes about a second and raises whatever its models raise; the others are
    cheap.
    """

    load_faces: Callable[[FaceSettings], FaceMaker]
    watch: Callable[[], CodeTask]
    page: Callable[[], PageTask]


def _load_faces(settings: FaceSettings) -> FaceMaker:
    from drivers.vision.faces.check import FaceCheck, load_engine

    engine = load_engine(settings)
    return lambda photo, challenges: FaceCheck(engine, photo, challenges, settings)


def _watch() -> CodeTask:
    from drivers.code_reader.watch import CodeWatch

    return CodeWatch()


def _page() -> PageTask:
    from drivers.vision.pages.watch import PageWatch

    return PageWatch()


TOOLS = Tools(_load_faces, _watch, _page)
"""What the product looks with."""
