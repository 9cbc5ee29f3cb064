"""What crosses between the camera's driver and its child: frozen dataclasses. A photo goes in, a decision comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import ErrorKind
from drivers.host_frames import Wire
from drivers.vision.messages import PAGE_BYTES, PHOTO_BYTES, Challenge, FaceChecked, Lie, Progress

URI = "--uri"
SETTINGS = "--settings"
LOOK = "--look"
"""Argument of a child that is to look once through the camera before it does anything else."""
PAPER = "--paper"
"""Argument of a child that looks at paper: it loads no face models and speaks `PAPER_WIRE`."""
NO_FACES = "--no-faces"
"""Argument of a child that must not load the face models: they ended the ones before it."""


class Work(StrEnum):
    """What the camera is opened for."""

    FACE = "face"
    CODE = "code"
    PAGE = "page"
    PICTURE = "picture"
    """Nothing is opened: a picture that is there already is drawn."""


class Models(StrEnum):
    """Where the face models are."""

    LOADING = "loading"
    READY = "ready"
    MISSING = "missing"


class Cause(StrEnum):
    """What is wrong with a camera; empty when nothing is."""

    NONE = ""
    NO_DEVICE = "no_device"
    NO_ACCESS = "no_access"
    BUSY = "busy"
    NOT_A_CAMERA = "not_a_camera"
    SILENT = "silent"
    DISCONNECTED = "disconnected"
    BLACK = "camera_black"
    FROZEN = "camera_frozen"


@dataclass(frozen=True, slots=True)
class Begin:
    """To the child: open the camera and do this. `preview` names the shared memory to make; `photo` is the card's
    for faces, the JPEG for a picture to draw.
    """

    id: str
    work: Work
    preview: str
    challenges: tuple[Challenge, ...]
    photo: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cease:
    """To the child: end this one; only its `Rested` is wanted."""

    id: str


@dataclass(frozen=True, slots=True)
class Snap:
    """To the child: take the page of this command as it lies now."""

    id: str


@dataclass(frozen=True, slots=True)
class Look:
    """To the child: look through the camera for a moment, if nothing else is to be done, and tell what changed."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """From the child: the models are ready or missing, and why. A cause names no person."""

    models: Models
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """From the child: what a look through the camera, or at its place in the file system, came to."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Shown:
    """From the child: the preview of this command holds its first frame."""

    id: str


@dataclass(frozen=True, slots=True)
class Told:
    """From the child: how far a check is."""

    id: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class FaceEnded:
    """From the child: how a check ended."""

    id: str
    checked: FaceChecked


@dataclass(frozen=True, slots=True)
class CodeEnded:
    """From the child: a code was read twice alike."""

    id: str
    text: str = field(repr=False)
    format: str


@dataclass(frozen=True, slots=True)
class Lies:
    """From the child: how the sheet lies, when that has changed."""

    id: str
    lie: Lie


@dataclass(frozen=True, slots=True)
class PageEnded:
    """From the child: the page was taken."""

    id: str
    lie: Lie
    width: int
    height: int
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """From the child: a command came to nothing."""

    id: str
    kind: ErrorKind
    detail: str


@dataclass(frozen=True, slots=True)
class Rested:
    """From the child: of this command nothing is left, the camera is closed. Comes after every `Begin`, last."""

    id: str


_COMMON = (Begin, Cease, Look, Loaded, Looked, Shown, Failed, Rested)
WIRE = Wire(*_COMMON, Told, FaceEnded, CodeEnded, max_body=PHOTO_BYTES)
"""Of a camera that looks at people: nothing as large as a picture of them fits through."""
PAPER_WIRE = Wire(*_COMMON, Snap, Lies, PageEnded, max_body=PAGE_BYTES)
