"""`python -m drivers.vision.simulator.table --socket S.sock --control C.sock`: a document camera above a table.

Concatenated JPEG frames to whoever connects. Control, every line answered by one: `{"sheet": {...}|null}` lays down a
sheet (the fields of `sheets.Scene`), `{"lens": NAME}` with one of `LENSES`, `{"status": true}`. What was laid down lies
still; the sensor's noise goes on.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import FrameType

import cv2
import numpy as np

from drivers.transport.far_end import ControlSocket
from drivers.vision.simulator.player import Player
from drivers.vision.simulator.sheets import Scene, Table, draw

JPEG_QUALITY = 90
FRAMES = 3
"""So many drawings of one scene, each with its own noise, are played in turn."""
KEYS = {"sheet", "lens", "status"}
LENSES = ("clear", "covered", "frozen", "blind")
"""A lens with a cap on it; the same picture for ever; no picture at all."""
EMPTY = Scene(there=False)
SWITCHES = frozenset({"there", "thumb", "blank", "second"})


class TableCamera:
    """Draws and keeps frames. `control` belongs to the control socket's threads, `next_frame` to the player's."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._scene = EMPTY
        self._kept: list[bytes] = []
        self._index = 0
        self._lens = LENSES[0]
        self.clients = 0

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - KEYS:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        scene = _scene(request["sheet"]) if "sheet" in request else None
        lens = str(request.get("lens", self._lens))
        if lens not in LENSES:
            raise ValueError(f"lens: expected one of {', '.join(LENSES)}")
        with self._lock:
            if lens != self._lens:
                self._lens, self._kept = lens, []
            if scene is not None and scene != self._scene:
                self._scene, self._kept = scene, []
            return {"clients": self.clients, "there": self._scene.there} if request.get("status") else {}

    def next_frame(self) -> bytes:
        """The JPEG of the next moment."""
        with self._lock:
            scene, kept, lens = self._scene, self._kept, self._lens
            self._index += 1
            if lens == "blind":
                return b""
            if len(kept) == (1 if lens == "frozen" else FRAMES):
                return kept[self._index % len(kept)]
        picture = draw(scene, self._size, len(kept))
        shown = np.zeros_like(picture) if lens == "covered" else picture
        ok, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        made = jpeg.tobytes() if ok else b""
        with self._lock:
            if kept is self._kept:
                kept.append(made)
        return made


def _scene(asked: object) -> Scene:
    if asked is None:
        return EMPTY
    if not isinstance(asked, Mapping) or (unknown := set(asked) - {field.name for field in fields(Scene)}):
        raise ValueError(f"sheet: an object with the fields of a scene{f', not {min(unknown)}' if asked else ''}")
    read: dict[str, object] = {}
    for name, value in asked.items():
        if name == "table":
            read[name] = Table(str(value))
        elif name in SWITCHES:
            read[name] = bool(value)
        else:
            read[name] = int(str(value)) if name == "page" else float(str(value))
    return Scene(**read)  # type: ignore[arg-type]


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A document camera above a table.")
    parser.add_argument("--socket", type=Path, required=True, help="UNIX socket that serves concatenated JPEG frames")
    parser.add_argument("--control", type=Path, required=True, help="UNIX socket that takes JSON lines")
    parser.add_argument("--size", default="1200x900")
    parser.add_argument("--fps", type=float, default=8.0)
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options = parser.parse_args()

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parent = os.getppid() if options.with_parent else None
    cv2.setNumThreads(1)
    width, height = (int(part) for part in options.size.split("x"))
    camera = TableCamera((width, height))
    player = Player(options.socket, camera, options.fps)
    control = ControlSocket(options.control, camera.control)
    try:
        player.run(parent)
    finally:
        control.close()
        player.close()


if __name__ == "__main__":
    main()
