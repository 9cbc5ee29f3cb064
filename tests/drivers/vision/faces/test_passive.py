"""The optional passive model by path and hash. No package ships the real one: a tiny network stands in for it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from drivers.vision.faces import resnet
from drivers.vision.faces.engine import load_engine
from drivers.vision.faces.geometry import Box
from drivers.vision.faces.passive import LIVE, SIDE, PassiveModel
from drivers.vision.messages import Challenge, Decision, FaceChecked, FaceSettings, Reason
from tests.tools.presentations import Cast, present


def network(path: Path, answer: int) -> str:
    """Write a network that finds every bright picture to be of class `answer`; returns its SHA-256."""
    graph = resnet._Graph()
    x = graph.node("Flatten", [graph.node("GlobalAveragePool", ["chip"])], axis=1)
    weights = np.zeros((3, 3), np.float32)
    weights[:, answer] = 0.1
    graph.node("Gemm", [x, graph.constant(weights)], output="face", transB=0)
    path.write_bytes(graph.model(side=SIDE, outputs=3))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_score_is_that_of_the_living_class(tmp_path: Path) -> None:
    network(tmp_path / "live.onnx", LIVE)
    network(tmp_path / "print.onnx", 0)
    frame, box = np.full((360, 640, 3), 200, np.uint8), Box(280, 130, 100, 100)
    assert PassiveModel(tmp_path / "live.onnx").score(frame, box) > 0.99
    assert PassiveModel(tmp_path / "print.onnx").score(frame, box) < 0.01


@pytest.mark.parametrize(
    ("answer", "challenges", "end"),
    [
        (LIVE, (), FaceChecked(Decision.ACCEPT)),
        (0, (), FaceChecked(Decision.SECOND_FACTOR, Reason.NOT_LIVE)),
        (0, (Challenge.OPEN_MOUTH, Challenge.TURN_LEFT), FaceChecked(Decision.SECOND_FACTOR, Reason.NOT_LIVE)),
    ],
)
def test_a_passive_model_decides_the_quiet_way_and_can_only_lower_the_other(
    cast: Cast, tmp_path: Path, answer: int, challenges: tuple[Challenge, ...], end: FaceChecked
) -> None:
    file = tmp_path / "passive.onnx"
    settings = FaceSettings(passive=str(file), passive_sha256=network(file, answer))
    watched = Cast(load_engine(settings), cast.size)
    assert present(watched, 0, challenges=challenges, settings=settings).result == end
