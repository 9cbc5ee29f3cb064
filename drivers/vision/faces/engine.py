"""The models of a face check, loaded once."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.detector import Detector, HogDetector, YunetDetector
from drivers.vision.faces.embed import Embedder, Embedding, embedder
from drivers.vision.faces.geometry import Box
from drivers.vision.faces.landmarks import DlibLandmarks, Landmarks
from drivers.vision.faces.passive import Passive, PassiveModel
from drivers.vision.messages import PHOTO_BYTES, PHOTO_HEIGHT, PHOTO_WIDTH, FaceSettings

POINTS_FILE = "shape_predictor_68_face_landmarks.dat"
EMBEDDING_FILE = "dlib_face_recognition_resnet_model_v1.dat"
PHOTO_SCALE = 3
"""A card's photo is enlarged so many times, cubic, before points and embedding are taken."""


class ModelError(Exception):
    """A model is missing, is not the file that was agreed on, or does not load. The text says which and why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What a check needs. Used from one thread at a time."""

    detector: Detector
    landmarks: Landmarks
    embedder: Embedder
    passive: Passive | None = None

    def embed_face(self, picture: NDArray[np.uint8], box: Box) -> Embedding:
        """Embed one face of a BGR picture."""
        return self.embedder.embed(self.embedder.chip(picture, box, self.landmarks.points(picture, box)))

    def embed_photo(self, picture: NDArray[np.uint8]) -> Embedding | None:
        """Embed the face of a small portrait (h, w, 3) BGR; None when there is none."""
        found = self.detector.detect_small(picture)
        if not found:
            return None
        large = np.asarray(
            cv2.resize(picture, None, fx=PHOTO_SCALE, fy=PHOTO_SCALE, interpolation=cv2.INTER_CUBIC), np.uint8
        )
        return self.embed_face(large, found[0].scaled(PHOTO_SCALE))


def card_picture(photo: bytes) -> NDArray[np.uint8]:
    """The decoded photo of a card as a BGR picture (126, 102, 3).

    Raises:
        ValueError: it does not have the size of one.
    """
    if len(photo) != PHOTO_BYTES:
        raise ValueError(f"a card's photo has {PHOTO_BYTES} bytes, not {len(photo)}")
    return np.frombuffer(photo, np.uint8).reshape(PHOTO_HEIGHT, PHOTO_WIDTH, 3)[:, :, ::-1].copy()


def load_engine(settings: FaceSettings) -> Engine:
    """Load the models that the settings name; 1 to 3 s.

    Raises:
        ModelError: with a plain cause.
    """
    # Found without importing: the package asks for pkg_resources and ends the interpreter where that is gone.
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise ModelError("the package face_recognition_models is not installed")
    models = Path(spec.origin).parent / "models"
    detector = (
        YunetDetector(checked(settings.detector, settings.detector_sha256)) if settings.detector else HogDetector()
    )
    passive = PassiveModel(checked(settings.passive, settings.passive_sha256)) if settings.passive else None
    try:
        return Engine(detector, DlibLandmarks(models / POINTS_FILE), embedder(models / EMBEDDING_FILE), passive)
    except RuntimeError as error:
        raise ModelError(f"a model of face_recognition_models does not load: {error}") from error


def checked(path: str, sha256: str) -> Path:
    """The file, when it is the one that was agreed on.

    Raises:
        ModelError: it is not there, cannot be read, or has another hash.
    """
    file = Path(path)
    try:
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"the model {file.name} cannot be read: {error.strerror}") from error
    if found != sha256.lower():
        raise ModelError(f"the model {file.name} is not the one of the profile: its SHA-256 is {found}")
    return file
