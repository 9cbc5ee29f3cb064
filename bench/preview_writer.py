"""A camera's process of which nothing is left but the preview: `python -m bench.preview_writer ring|pipe NAME SECONDS`.

Frames of 1280 x 720 are ready in memory (reading and decoding a camera is not the preview's doing); 30 times a second
one is drawn into shared memory, or, as the peer does, made small, packed as JPEG and written to the standard output.
CPU in percent of a core goes to the standard error at the end.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivers.vision.ring import PREVIEW, Ring

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

FPS = 30.0
QUALITY = 85
KINDS = ("ring", "pipe")


def frames() -> list[Picture]:
    """A wall, a head and shoulders, and a sensor's noise: what a JPEG of somebody costs."""
    rng = np.random.default_rng(1)
    made: list[Picture] = []
    for n in range(6):
        picture = np.full((720, 1280, 3), (196, 190, 182), np.uint8)
        cv2.ellipse(picture, (640 + 4 * n, 720), (330, 260), 0, 0, 360, (120, 80, 50), -1)
        cv2.ellipse(picture, (640 + 4 * n, 330), (140, 190), 0, 0, 360, (150, 180, 220), -1)
        noise = rng.integers(0, 12, picture.shape, np.uint8)
        made.append(np.asarray(cv2.add(picture, noise), np.uint8))
    return made


def draw_in_memory(name: str, seconds: float) -> float:
    """Return the CPU seconds of drawing for so many seconds."""
    pictures, ring = frames(), Ring(name)
    try:
        return _paced(seconds, lambda n, at: ring.draw(pictures[n % len(pictures)], at))
    finally:
        ring.close()


def send_down_a_pipe(seconds: float) -> float:
    """Return the CPU seconds of packing and sending for so many seconds."""
    pictures = frames()
    out = sys.stdout.buffer

    def send(n: int, _at: float) -> None:
        small = cv2.flip(cv2.resize(pictures[n % len(pictures)], (PREVIEW.width, PREVIEW.height)), 1)
        data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
        out.write(len(data).to_bytes(4) + data)
        out.flush()

    return _paced(seconds, send)


def _paced(seconds: float, do: object) -> float:
    if not callable(do):
        raise TypeError("nothing to do")
    began, cpu = time.monotonic(), time.process_time()
    number = 0
    while (now := time.monotonic()) - began < seconds:
        do(number, now)
        number += 1
        time.sleep(max(0.0, began + number / FPS - time.monotonic()))
    return time.process_time() - cpu


def main() -> None:
    """Run as one of the two kinds."""
    kind, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    cv2.setNumThreads(1)
    used = draw_in_memory(name, seconds) if kind == "ring" else send_down_a_pipe(seconds)
    sys.stderr.write(json.dumps({"cpu": 100 * used / seconds}) + "\n")


if __name__ == "__main__":
    main()
