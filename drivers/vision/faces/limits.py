"""Every threshold of a face check in one place, and where each comes from.

"Measured" means: on the synthetic presentations of docs/faces.md, at 640 pixels of frame width, where points are
noisiest. They are to be looked at again with a site's own camera and light; the distances of the match are in
`FaceSettings`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares of the frame or of the face, seconds, levels of 255, Euclidean distances."""

    # Where somebody stands. Wide up and down: people sit, people are small, and the camera does not move.
    left: float = 0.26
    right: float = 0.74
    top: float = 0.14
    bottom: float = 0.86
    nearer: float = 0.118  # face width of frame width: 150 of 1280 pixels; dlib's cut wants 150 for the whole head
    farther: float = 0.36
    second_face: float = 0.55  # of the first one's width: somebody beside, not somebody passing behind

    # The picture.
    dark: float = 38.0  # mean of the face; a face lit by one street lamp is about 40
    dark_frame: float = 32.0  # mean of the frame when no face can be found
    backlight_face: float = 85.0
    backlight_around: float = 105.0  # the surroundings are so much brighter than the face
    blurred: float = 14.0  # variance of the Laplacian at 100 pixels; measured 60 to 900 sharp, under 8 smeared
    covered: float = 9.5  # `quality.Cover.colour`: masks 10 to 52, bare faces in plain light under 16
    lips: float = 4.5  # `quality.Cover.lips`: masks up to 4, bare faces 4 to 33
    black: float = 9.0  # brightest part of the frame (99th percentile)
    black_s: float = 2.0
    frozen_s: float = 2.0  # no sensor gives the same picture twice: noise
    frozen_frames: int = 8

    # At rest. Yaw and pitch are of `signals.Shape`.
    straight: float = 0.50  # measured -0.54 to 0.39 among portraits looking about ahead
    rest_s: float = 0.6
    rest_frames: int = 4
    rest_yaw: float = 0.16  # spread allowed; measured noise up to 0.10
    rest_mar: float = 0.12

    # Actions, as differences from the person's own rest.
    turn: float = 0.27  # measured turns of 22 to 30 degrees: 0.35 to 0.74; tilted prints up to 0.15, once 0.32
    turn_flat: float = 0.023  # `signals.flatness`: turns 0.033 to 0.063, prints up to 0.021, noise up to 0.017
    mouth: float = 0.28  # measured 0.51 to 0.82 wide open; noise up to 0.06
    shut: float = 0.77  # share of the resting eye aspect ratio; measured 0.39 to 0.65 shut (one 0.76)
    opened: float = 0.86
    blink_least_s: float = 0.03
    blink_most_s: float = 0.9
    blink_fall_s: float = 0.45  # lids fall fast; a print that is tilted changes slowly
    blinks_within_s: float = 3.5
    near_turn: float = 0.20  # about at rest again
    near_mouth: float = 0.16
    hold_frames: int = 2
    hold_s: float = 0.08
    wrong_turn: float = 0.33  # clearly something else than was asked
    wrong_mouth: float = 0.38
    wrong_s: float = 0.20
    reaction_s: float = 0.25  # nobody answers a prompt sooner: it was under way before
    rest_again_s: float = 4.0
    stuck_s: float = 1.2  # from then on it is asked whether this is still the same face

    # One track, one identity.
    lost_s: float = 1.5  # a far turn hides a face from the detector for a moment
    same_track: float = 0.12  # overlap of two boxes in a row
    same_rest: float = 0.40  # measured 0.06 to 0.10 of one sitting; strangers 0.6 and more
    same_acting: float = 0.60  # measured up to 0.49 turned, 0.43 mouth open

    # Carried: the surroundings of the face move along with it, as those of a print or a tablet in a hand do.
    carried_shift: float = 0.020  # of the face's width: less is noise
    carried_still: float = 0.010  # so far the surroundings move by noise
    carried_share: float = 0.70
    carried_looks: int = 8

    compare_s: float = 3.0
    compare_frames: int = 3  # neutral frames that are waited for before the best is taken
    passive_looks: int = 8
