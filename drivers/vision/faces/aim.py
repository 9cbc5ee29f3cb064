"""How somebody should stand, from what was measured. Pure.

Directions are the person's own: the picture is not mirrored, so a face at the left edge belongs to somebody who
stands too far to their right and is asked to move left.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.vision.faces.geometry import Box
from drivers.vision.faces.limits import Limits
from drivers.vision.faces.quality import Cover, Light
from drivers.vision.messages import Aim, Reason


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. `others`: widths of further faces in pixels; `size`: width and height of the frame."""

    size: tuple[int, int]
    face: Box
    others: tuple[float, ...]
    yaw: float
    light: Light
    sharp: float
    cover: Cover


def judge(seen: Seen, limits: Limits) -> Aim:
    """The one thing to change first."""
    width, height = seen.size
    x, y = seen.face.centre
    share = seen.face.width / width
    light = seen.light
    checks = (
        (any(other >= limits.second_face * seen.face.width for other in seen.others), Aim.ALONE),
        (share < limits.nearer, Aim.NEARER),
        (share > limits.farther, Aim.FARTHER),
        (x < limits.left * width, Aim.LEFT),
        (x > limits.right * width, Aim.RIGHT),
        (y > limits.bottom * height, Aim.HIGHER),
        (y < limits.top * height, Aim.LOWER),
        (light.face < limits.backlight_face and light.around - light.face > limits.backlight_around, Aim.NO_BACKLIGHT),
        (light.face < limits.dark, Aim.LIGHT),
        (covered(seen.cover, limits), Aim.UNCOVER),
        (abs(seen.yaw) > limits.straight, Aim.STRAIGHT),
        (seen.sharp < limits.blurred, Aim.STILL),
    )
    return next((aim for wrong, aim in checks if wrong), Aim.GOOD)


def covered(cover: Cover, limits: Limits) -> bool:
    """Whether something lies over nose or mouth."""
    return cover.colour > limits.covered and cover.lips < limits.lips


def judge_empty(mean: float, middle: float, limits: Limits) -> Aim:
    """What may be the matter when no face was found: levels of the whole frame and of its middle."""
    if mean < limits.dark_frame:
        return Aim.LIGHT
    if middle < limits.backlight_face and mean - middle > limits.backlight_around * 0.6:
        return Aim.NO_BACKLIGHT
    return Aim.NOBODY


REASONS = {
    Aim.ALONE: Reason.TWO_FACES,
    Aim.UNCOVER: Reason.COVERED,
    Aim.LIGHT: Reason.DARK,
    Aim.NO_BACKLIGHT: Reason.BACKLIGHT,
    Aim.STILL: Reason.BLURRED,
}
"""Why aiming came to nothing; anything else is `Reason.NO_FACE`: nobody stood there as is needed."""
