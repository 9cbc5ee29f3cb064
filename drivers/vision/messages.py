"""What the camera can be asked and what it answers: commands, results, and the closed words of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import Command

PHOTO_WIDTH = 102
PHOTO_HEIGHT = 126
PHOTO_BYTES = PHOTO_WIDTH * PHOTO_HEIGHT * 3
"""A decoded card photo: rows from the top, 8-bit RGB."""


PAGE_BYTES = 4 * 2**20
"""The largest picture of a page that crosses between the processes."""


class Challenge(StrEnum):
    """What somebody may be asked to do. Left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    OPEN_MOUTH = "open_mouth"
    BLINK_TWICE = "blink_twice"


class Decision(StrEnum):
    """What one comparison or check came to."""

    ACCEPT = "accept"
    SECOND_FACTOR = "second_factor"
    REJECT = "reject"
    NO_FACE = "no_face"


class Reason(StrEnum):
    """Why a check did not end with `accept`; empty when it did."""

    NONE = ""
    NOT_ALIKE = "not_alike"
    NOT_SURE = "not_sure"
    NOT_LIVE = "not_live"  # flat, or it moved as no head does
    WRONG_ACTION = "wrong_action"  # something else was done than was asked
    NO_ANSWER = "no_answer"  # the challenge ran out
    SWAPPED = "swapped"  # the track or the identity broke in the middle
    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    COVERED = "covered"  # a mask, a hand: nose or mouth cannot be seen
    DARK = "dark"
    BACKLIGHT = "backlight"
    BLURRED = "blurred"
    CAMERA_BLACK = "camera_black"
    CAMERA_FROZEN = "camera_frozen"
    PHOTO_UNUSABLE = "photo_unusable"  # no face in the card's photo


class Aim(StrEnum):
    """How to stand, as seen by the person. `good` when nothing is to be changed."""

    GOOD = "good"
    LEFT = "left"
    RIGHT = "right"
    HIGHER = "higher"
    LOWER = "lower"
    NEARER = "nearer"
    FARTHER = "farther"
    STRAIGHT = "straight"  # look at the camera
    ALONE = "alone"  # two faces
    UNCOVER = "uncover"  # a mask
    LIGHT = "light"  # too dark
    NO_BACKLIGHT = "no_backlight"
    STILL = "still"  # blurred
    NOBODY = "nobody"


class Stage(StrEnum):
    """Where a check stands."""

    AIMING = "aiming"
    CHALLENGE = "challenge"
    COMPARING = "comparing"


class Lie(StrEnum):
    """How a sheet lies under the document camera, and what is to be done. Directions are those of whoever stands before
    it: `away` from them, `nearer` to them. `good` when nothing is to be changed.
    """

    GOOD = "good"
    NO_PAGE = "no_page"
    TWO_PAGES = "two_pages"
    GO_LEFT = "go_left"
    GO_RIGHT = "go_right"
    GO_AWAY = "go_away"
    GO_NEARER = "go_nearer"
    TOO_LARGE = "too_large"  # it hangs over on opposite sides
    TOO_SMALL = "too_small"
    TOO_DARK = "too_dark"
    GLARE = "glare"
    BLURRED = "blurred"
    BLANK = "blank"  # nothing is written on this side
    STILL = "still"  # well, once it has lain there for a moment


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """Of the site profile. Distances are Euclidean over 128 numbers; `accept` < `second` < 2.

    `detector` and `passive` are absolute paths of ONNX files with the SHA-256 that they must have; empty = not used.
    """

    accept: float = 0.50
    second: float = 0.60
    frames: int = 5
    challenge_s: float = 6.0
    aim_s: float = 20.0
    detector: str = ""
    detector_sha256: str = ""
    passive: str = ""
    passive_sha256: str = ""
    passive_threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class CheckFace(Command):
    """Compare whoever stands there with a card's photo. The result is a `FaceChecked`.

    `challenges`: what to ask, in order (two, drawn by the caller); empty = the way without challenge, which needs the
    passive model to end with `accept` and otherwise ends with `second_factor`. `photo`: `PHOTO_BYTES` bytes.
    """

    photo: bytes = field(repr=False)
    challenges: tuple[Challenge, ...] = ()


@dataclass(frozen=True, slots=True)
class TakePage(Command):
    """Look for a sheet of paper and take it by itself once it lies well and still. The result is a `PageTaken`."""


@dataclass(frozen=True, slots=True)
class PageTaken:
    """A flat page. `jpeg` is its picture, `width` x `height` pixels, at most `PAGE_BYTES`; `lie` is what it was taken
    as: `good`, or what the resident accepted.
    """

    lie: Lie
    width: int
    height: int
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShowPicture(Command):
    """Draw a JPEG into the preview until the command is cancelled, its only end; the camera stays closed."""

    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FaceChecked:
    """How a check ended. No distance and no picture: those stay in the vision process."""

    decision: Decision
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class Progress:
    """What a check says on its way; reported by the driver as `DeviceEvent("face", ...)` with these fields as text.

    `step` is 1 for the first challenge, of `steps`; `doing` what is asked now; `done` true when it was just done.
    """

    stage: Stage
    aim: Aim = Aim.GOOD
    step: int = 0
    steps: int = 0
    doing: Challenge | None = None
    done: bool = False
