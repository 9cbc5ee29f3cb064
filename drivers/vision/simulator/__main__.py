"""`python -m drivers.vision.simulator --socket S.sock --control C.sock --pictures FOLDER`: see `server`."""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path
from types import FrameType

import cv2

from drivers.transport.far_end import ControlSocket
from drivers.vision.simulator.player import Player
from drivers.vision.simulator.server import Camera


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A camera with synthetic people before it.")
    parser.add_argument("--socket", type=Path, required=True, help="UNIX socket that serves concatenated JPEG frames")
    parser.add_argument("--control", type=Path, required=True, help="UNIX socket that takes JSON lines")
    parser.add_argument("--pictures", type=Path, default=Path("build/faces"), help="folder of portraits")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options = parser.parse_args()

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parent = os.getppid() if options.with_parent else None
    cv2.setNumThreads(1)
    width, height = (int(part) for part in options.size.split("x"))
    camera = Camera(options.pictures, (width, height), options.fps)
    player = Player(options.socket, camera, options.fps)
    control = ControlSocket(options.control, camera.control)
    try:
        player.run(parent)
    finally:
        control.close()
        player.close()


if __name__ == "__main__":
    main()
