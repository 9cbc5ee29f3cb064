"""Models and portraits, once for the room. Without portraits (set-up off line) the tests that need them say so."""

from __future__ import annotations

import cv2
import pytest

from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.messages import FaceSettings
from tests.tools.faces import portraits
from tests.tools.presentations import Cast


@pytest.fixture(scope="session")
def engine() -> Engine:
    cv2.setNumThreads(1)
    return load_engine(FaceSettings())


@pytest.fixture(scope="session")
def cast(engine: Engine) -> Cast:
    if not portraits():
        pytest.skip("no portraits: python -m tests.tools.faces fetches them")
    return Cast(engine)
