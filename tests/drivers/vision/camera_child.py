"""The camera's process with a face check and a code watch that do what the card's photo tells them: for tests only.

The words stand at the start of the photo: `accept`, `crash`, `hang`, `flood`, `raise`, `slow`, `never`.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from drivers.code_reader import CodeRead
from drivers.vision.child import run
from drivers.vision.messages import Aim, Challenge, Decision, FaceChecked, FaceSettings, Progress, Stage
from drivers.vision.tools import TOOLS, FaceMaker, Tools

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENOUGH = 4
NO_MODELS, CRASHING_MODELS, SLOW_MODELS = 101.0, 102.0, 103.0
"""Values of `aim_s` that choose what loading comes to: the settings are all that reaches a child at its start."""


class Face:
    def __init__(self, photo: bytes, challenges: tuple[Challenge, ...]) -> None:
        self._word = photo.rstrip(b"\0").decode()
        self._challenges = challenges
        self._fed = 0
        self.result: FaceChecked | None = None

    def feed(self, frame: NDArray[np.uint8], at: float) -> tuple[Progress, ...]:
        self._fed += 1
        match self._word:
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "hang":
                time.sleep(3600)
            case "flood":
                return (Progress(Stage.AIMING),) * 1000
            case "raise":
                raise ValueError("a name that must not be seen")
            case "slow":
                time.sleep(0.3)
            case "never":
                return ()
        if self._fed == 1:
            return (Progress(Stage.AIMING, Aim.NEARER),)
        if self._fed == ENOUGH:
            self.result = FaceChecked(Decision.ACCEPT)
        return (Progress(Stage.CHALLENGE, step=1, steps=len(self._challenges), doing=self._challenges[0]),)

    def wipe(self) -> None:
        self._word = ""


class Watch:
    """A picture that is red in the middle is a code."""

    def __init__(self) -> None:
        self._seen = 0

    def feed(self, frame: NDArray[np.uint8], at: float) -> CodeRead | None:
        blue, _, red = (int(v) for v in frame[frame.shape[0] // 2, frame.shape[1] // 2])
        self._seen += red > 200 and blue < 50
        return CodeRead("a red picture", "QRCode") if self._seen >= 2 else None

    def wipe(self) -> None:
        self._seen = 0


def load_faces(settings: FaceSettings) -> FaceMaker:
    if settings.aim_s == NO_MODELS:
        raise ImportError("No module named 'dlib'", name="dlib")
    if settings.aim_s == CRASHING_MODELS:
        os.kill(os.getpid(), signal.SIGILL)
    if settings.aim_s == SLOW_MODELS:
        time.sleep(1.0)
    return Face


if __name__ == "__main__":
    run(Tools(load_faces, Watch, TOOLS.page))
