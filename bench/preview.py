"""The camera's preview, from a frame in the camera's process to the glass, in percent of one core.

Ours: shared memory. Peer: what one would write first, each frame packed as JPEG, sent through a pipe to the loop and
unpacked there by `QImage.fromData`. Both show 640 x 360 in the same place of the same page, 30 times a second.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from bench.programs import ROOT, StalledError
from bench.rows import Goal, Row, row
from contracts.preview import name_of

GROUP = "preview"
GOAL = Goal(most=15.0)
LEAST_FPS = 27.0
SPARE_S = 3.0
"""The writer draws that much longer than the screen looks."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU in percent of one core on either side, and frames painted in a second."""

    writer: float
    screen: float
    fps: float

    @property
    def both(self) -> float:
        """The whole path."""
        return self.writer + self.screen


def measure(seconds: float = 6.0, display: str = "", *, least_fps: float = LEAST_FPS) -> list[Row]:
    """Measure both for `seconds` each, on an X display such as ":99" or, without one, offscreen.

    Raises:
        StalledError: a side did not come up, or ours painted fewer than `least_fps` frames a second.
    """
    ours, peer = _cost("ring", seconds, display), _cost("pipe", seconds, display)
    where = "X" if display else "offscreen"
    detail = f"writer {ours.writer:.1f} + screen {ours.screen:.1f} at {ours.fps:.0f} frames/s ({where})"
    if ours.fps < least_fps:
        raise StalledError(f"only {ours.fps:.0f} frames/s were painted")
    said = f"writer {peer.writer:.1f} + screen {peer.screen:.1f} at {peer.fps:.0f} frames/s"
    name = "JPEG through a pipe"
    return [
        row(GROUP, "preview 640x360, 30 frames/s, both processes", "% core", ours.both, name, peer.both, GOAL, detail),
        row(GROUP, "of it in the camera's process", "% core", ours.writer, name, peer.writer, detail=said),
        row(GROUP, "of it in the screen's process", "% core", ours.screen, name, peer.screen, detail=said),
    ]


def _cost(kind: str, seconds: float, display: str) -> Cost:
    name = name_of(os.getpid(), secrets.token_bytes(16))
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.preview_writer", kind, name, str(seconds + SPARE_S)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb" if display else "offscreen", "DISPLAY": display}
    try:
        screen = subprocess.run(
            [sys.executable, "-m", "bench.preview_screen", kind, name, str(seconds)],
            stdin=writer.stdout,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            timeout=seconds + 30,
            check=False,
        )
        # The pipe stays open here: a peer that goes on writing must not be stopped by its reader's end.
        if writer.stdout is not None:
            writer.stdout.read()
        said = writer.communicate(timeout=seconds + 30)[1]
    except subprocess.TimeoutExpired as error:
        raise StalledError(f"preview, {kind}: {error.cmd[2]} did not end") from None
    finally:
        writer.kill()
        writer.wait()
    seen, drawn = _last(screen.stderr), _last(said)
    return Cost(drawn["cpu"], seen["cpu"], seen["fps"])


def _last(said: bytes) -> Mapping[str, float]:
    """The result is the last line that a side wrote.

    Raises:
        StalledError: there is none.
    """
    lines = said.decode("utf-8", "replace").strip().splitlines()
    try:
        found: dict[str, float] = json.loads(lines[-1])
    except (IndexError, ValueError):
        raise StalledError(f"preview: no result, {lines[-1:]}") from None
    return found
