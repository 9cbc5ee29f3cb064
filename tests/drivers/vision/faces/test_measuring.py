"""Measuring on synthetic pictures: detection, quality, surroundings, models from files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.vision.faces.aim import covered
from drivers.vision.faces.embed import distance
from drivers.vision.faces.engine import Engine, ModelError, card_picture, load_engine
from drivers.vision.faces.geometry import Box
from drivers.vision.faces.limits import Limits
from drivers.vision.faces.looking import Looker
from drivers.vision.faces.quality import CameraWatch, cover_of, sharpness
from drivers.vision.faces.surroundings import Surroundings
from drivers.vision.messages import PHOTO_BYTES, FaceSettings, Reason
from drivers.vision.simulator.show import Attack, Show
from drivers.vision.simulator.stage import Room, Scene
from tests.tools.presentations import Cast

LIMITS = Limits()


def test_the_same_face_is_near_and_another_is_far(cast: Cast) -> None:
    frame = Show(cast.figure(0), Room(cast.size, 1), 1).frame(0.5)
    live = cast.engine.embed_face(frame, cast.engine.detector.detect(frame)[0])
    own, other = (cast.engine.embed_photo(card_picture(cast.card(k))) for k in (0, 1))
    assert own is not None
    assert other is not None
    assert distance(live, own) < 0.4 < 0.6 < distance(live, other)


def test_a_card_of_plain_colour_has_no_face(engine: Engine) -> None:
    assert engine.embed_photo(card_picture(bytes(PHOTO_BYTES))) is None


def test_tracking_finds_the_face_where_the_whole_frame_does(cast: Cast) -> None:
    frame = Show(cast.figure(1), Room((1280, 720), 1), 1).frame(0.5)
    whole = cast.engine.detector.detect(frame)[0]
    near = cast.engine.detector.track(frame, whole.moved(12, -9))[0]
    assert np.hypot(*np.subtract(near.centre, whole.centre)) < 0.1 * whole.width


@pytest.mark.parametrize("number", range(6))
def test_a_mask_is_told_from_a_bare_face(cast: Cast, number: int) -> None:
    looker = Looker(cast.engine, LIMITS)
    bare = looker.look(Show(cast.figure(number), Room(cast.size, 1), 1).frame(0.5), 0.0)
    assert bare.points is not None
    assert not covered(cover_of(bare.frame, bare.points), LIMITS)


def test_smearing_shows_in_the_sharpness(cast: Cast) -> None:
    frame = Show(cast.figure(0), Room(cast.size, 1), 1).frame(0.5)
    box = cast.engine.detector.detect(frame)[0]
    grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    assert sharpness(grey, box) > LIMITS.blurred > sharpness(cv2.blur(grey, (15, 15)), box)


def test_a_quiet_camera_is_not_frozen_while_its_noise_changes() -> None:
    watch, rng = CameraWatch(LIMITS), np.random.default_rng(1)
    frames = [rng.integers(100, 104, (90, 160, 3), dtype=np.uint8) for _ in range(40)]
    assert {watch.look(frame, number / 10) for number, frame in enumerate(frames)} == {Reason.NONE}


@pytest.mark.parametrize(("attack", "carried"), [(None, False), (Attack.PHOTO, True)])
def test_surroundings_that_tremble_along_are_noticed(cast: Cast, attack: Attack | None, carried: bool) -> None:
    show = Show(cast.figure(3), Room(cast.size, 3), 3, attack=attack)
    looker, around = Looker(cast.engine, LIMITS), Surroundings(LIMITS)
    for number in range(40):
        view = looker.look(show.frame(number / 10), number / 10)
        if number == 0 and view.face is not None:
            around.begin(view.grey, view.face, view.eyes)
        elif view.face is not None:
            around.look(view.grey, view.eyes)
    assert around.carried is carried


def test_a_model_that_is_missing_or_another_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.onnx cannot be read"):
        load_engine(FaceSettings(detector=str(tmp_path / "nowhere.onnx")))
    (tmp_path / "other.onnx").write_bytes(b"other")
    with pytest.raises(ModelError, match=r"other\.onnx is not the one"):
        load_engine(FaceSettings(passive=str(tmp_path / "other.onnx"), passive_sha256="0" * 64))


def test_scenes_are_the_same_for_the_same_seed(cast: Cast) -> None:
    one, other = (Show(cast.figure(0), Room(cast.size, 5), 5, scene=Scene.NORMAL).frame(1.3) for _ in range(2))
    assert np.array_equal(one, other)


def test_a_box_is_clipped_to_the_picture() -> None:
    assert Box(-10, -10, 40, 40).clipped(20, 100) == (0, 0, 20, 30)
