"""The camera's process, started by `drivers.host`: the one place of a running terminal that loads OpenCV and dlib."""

from __future__ import annotations

import json
import os
import sys

from drivers.host_child import connect
from drivers.vision.messages import FaceSettings
from drivers.vision.tools import TOOLS, Tools
from drivers.vision.uri import parse
from drivers.vision.wire import LOOK, NO_FACES, PAPER, PAPER_WIRE, SETTINGS, URI, WIRE

ENVIRONMENT = {
    "OPENCV_LOG_LEVEL": "ERROR",
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(4096 * 4096),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""Read by the libraries when they are loaded: quiet, one thread, no 10 s for a camera, no picture that swells."""

NICE = 5
"""The whole process yields to the screen. Its threads are alike: one that judged at a lower rank would keep the
interpreter from the one that reads the camera while it waits for its turn (measured: a third of the preview lost)."""


def run(tools: Tools) -> None:
    """Serve the owner named on the command line until it is gone."""
    paper = PAPER in sys.argv
    owner = connect(PAPER_WIRE if paper else WIRE)
    os.environ.update(ENVIRONMENT)
    os.setpriority(os.PRIO_PROCESS, 0, NICE)
    import cv2

    from drivers.vision.work import Worker

    cv2.setNumThreads(1)
    settings = FaceSettings(**json.loads(_argument(SETTINGS)))
    uri = parse(_argument(URI))
    faces = not paper and NO_FACES not in sys.argv
    Worker(owner, uri, settings, tools, look=LOOK in sys.argv, faces=faces).read()
    # At once: the other threads may be inside libraries that an orderly end would pull from under them.
    os._exit(0)


def _argument(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


if __name__ == "__main__":
    run(TOOLS)
