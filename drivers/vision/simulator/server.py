"""The simulated camera: concatenated JPEG frames to whoever connects to a UNIX socket, and what it shows by JSON lines.

Control, several keys in one line or one each, every line answered by one: `{"show": NAME|null}`, `{"do": ACTION}`,
`{"attack": NAME|null, "other": NAME}`, `{"scene": NAME}`, `{"place": {"dx": 0, "dy": 0, "scale": 1}}`, `{"code":
TEXT|null}` and `{"status": true}`. Frames are rendered when they are first played and kept, so that playing on costs
next to nothing.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import segno

from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.messages import Challenge, FaceSettings
from drivers.vision.simulator.actor import ACTION_S, LOOP_S
from drivers.vision.simulator.show import INSTEAD, VIDEO_S, WAVES_S, Act, Attack, Show
from drivers.vision.simulator.stage import Figure, NoFaceError, Picture, Place, Room, Scene, figure

JPEG_QUALITY = 88
CODE_SHARE = 0.5
"""Height of a code held before the camera, of the frame's."""
KEYS = {"show", "do", "attack", "other", "scene", "place", "code", "status"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands before the camera. Another setting is another set of frames."""

    shown: str = ""
    other: str = ""
    attack: Attack | None = None
    scene: Scene = Scene.NORMAL
    place: Place = field(default_factory=Place)
    code: str = ""


class Camera:
    """Renders and keeps frames. `control` belongs to the control socket's threads, `next_frame` to the player's."""

    def __init__(self, pictures: Path, size: tuple[int, int], fps: float) -> None:
        self._pictures = pictures
        self._size = size
        self._fps = fps
        self._room = Room(size, 1)
        self._engine: Engine | None = None
        self._figures: dict[str, Figure] = {}
        self._lock = threading.Lock()
        self._setting = Setting()
        self._kept: dict[tuple[str, int, bool], bytes] = {}
        self._show: Show | None = None
        self._doing: Challenge | None = None
        self._index = 0
        self._swapped = False
        self.frames = 0
        self.clients = 0

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood, or there is no such portrait.
        """
        if unknown := set(request) - KEYS:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        setting = self._wanted(request)
        action = Challenge(str(request["do"])) if "do" in request else None
        figures = [self._figure(name) for name in (setting.shown, setting.other)]
        with self._lock:
            if setting != self._setting:
                self._setting = setting
                self._kept.clear()
                self._doing, self._index, self._swapped = None, 0, False
                self._show = self._staged(setting, *figures)
            if action is not None:
                self._doing, self._index = self._really(action), 0
            return self._status() if request.get("status") else {}

    def next_frame(self) -> bytes:
        """The JPEG of the next moment."""
        with self._lock:
            setting, show, doing, swapped = self._setting, self._show, self._doing, self._swapped
            index = self._index
            self._index += 1
            seconds = ACTION_S[doing] if doing else _loop(setting.attack)
            if self._index >= seconds * self._fps:
                self._index = 0
                self._swapped = swapped or (doing is not None and setting.attack is Attack.SWAP)
                self._doing = None
            self.frames += 1
            key = (doing or "", index, swapped)
            jpeg = self._kept.get(key)
        if jpeg is None:
            jpeg = self._rendered(setting, show, doing, index / self._fps, swapped)
            with self._lock:
                if setting == self._setting:
                    self._kept[key] = jpeg
        return jpeg

    def _wanted(self, request: Mapping[str, object]) -> Setting:
        now = self._setting
        place, attack = request.get("place", None), request.get("attack", now.attack)
        if place is not None and not isinstance(place, Mapping):
            raise ValueError("place: expected an object")
        numbers = {name: float(str(value)) for name, value in place.items()} if place else {}
        return Setting(
            shown=str(request.get("show", now.shown) or ""),
            other=str(request.get("other", now.other) or ""),
            attack=None if attack is None else Attack(str(attack)),
            scene=Scene(str(request.get("scene", now.scene))),
            place=Place(**{**_as_numbers(now.place), **numbers}),
            code=str(request.get("code", now.code) or ""),
        )

    def _figure(self, name: str) -> Figure | None:
        if not name:
            return None
        if name not in self._figures:
            path = next(
                (p for p in (self._pictures / name, self._pictures / f"{name}.png") if p.is_file()),
                None,
            )
            picture = cv2.imread(str(path)) if path is not None and path.parent == self._pictures else None
            if picture is None:
                raise ValueError("no such portrait")
            if self._engine is None:
                self._engine = load_engine(FaceSettings())
            try:
                self._figures[name] = figure(self._engine, np.asarray(picture, np.uint8), self._size[0])
            except NoFaceError as error:
                raise ValueError(str(error)) from error
        return self._figures[name]

    def _staged(self, setting: Setting, someone: Figure | None, other: Figure | None) -> Show | None:
        if someone is None:
            return None
        seed = zlib.crc32(setting.shown.encode())
        return Show(
            someone,
            self._room,
            seed,
            scene=setting.scene,
            attack=setting.attack,
            other=other or someone,
            place=setting.place,
        )

    def _really(self, action: Challenge) -> Challenge | None:
        """Who cheats with a picture does nothing on demand; who is out of order does something else."""
        match self._setting.attack:
            case Attack.WRONG_ORDER:
                return INSTEAD[action]
            case None | Attack.SWAP:
                return action
            case _:
                return None

    def _rendered(
        self, setting: Setting, show: Show | None, doing: Challenge | None, at: float, swapped: bool
    ) -> bytes:
        if show is not None:
            frame = show.frame(at, (Act(doing, 0.0),) if doing else (), swapped)
        elif setting.scene is Scene.BLACK:
            frame = np.zeros_like(self._room.wall)
        else:
            frame = self._room.noisy(self._room.wall, 0 if setting.scene is Scene.FROZEN else int(at * 1000))
        if setting.code:
            frame = _with_code(frame, setting.code)
        ok, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        return jpeg.tobytes() if ok else b""

    def _status(self) -> dict[str, object]:
        return {
            "shown": self._setting.shown or None,
            "doing": self._doing.value if self._doing else None,
            "clients": self.clients,
            "frames": self.frames,
            "scene": self._setting.scene.value,
            "attack": self._setting.attack.value if self._setting.attack else None,
        }


def _as_numbers(place: Place) -> dict[str, float]:
    return {"dx": place.dx, "dy": place.dy, "scale": place.scale}


def _loop(attack: Attack | None) -> float:
    match attack:
        case Attack.MOVED_PHOTO:
            return WAVES_S
        case Attack.FLAT_VIDEO:
            return VIDEO_S
        case _:
            return LOOP_S


def _with_code(frame: Picture, text: str) -> Picture:
    """A telephone with a code, held before the camera."""
    rows = [[0 if dark else 255 for dark in row] for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    side = int(frame.shape[0] * CODE_SHARE)
    code = cv2.resize(np.array(rows, np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
    out = frame.copy()
    top, left = (out.shape[0] - side) // 2, (out.shape[1] - side) // 2
    out[top : top + side, left : left + side] = code[..., None]
    return out
