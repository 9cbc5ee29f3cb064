"""A small world in memory: simulators that remember what they were told, as the real ones do. Invented people only."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk_app.clock import SystemClock
from kiosk_app.folders import Folders
from kiosk_app.lab.cable import Plug
from kiosk_app.lab.desk import LabWorld
from kiosk_app.lab.people import Resident, draw
from kiosk_app.lab.processes import WorldError


class Reader:
    """A card or code reader."""

    def __init__(self) -> None:
        self.card: dict[str, Any] | None = None
        self.shown: str | None = None
        self.faults: dict[str, int | None] = {}
        self.plugged = True
        self.finds = 0

    def ask(self, **request: Any) -> dict[str, Any]:
        self.card = request.get("present", None if request.get("remove") else self.card)
        self.shown = request.get("show", self.shown)
        match request.get("fault"):
            case "none":
                self.faults, self.plugged = {}, True
            case "unplug":
                self.plugged = False
            case str(name):
                self.faults[name] = None
        if not request.get("status"):
            return {"ok": True}
        return {
            "card": self.card is not None,
            "shown": self.shown is not None,
            "plugged": self.plugged,
            "faults": self.faults,
            "finds": self.finds,
        }


class Camera:
    def __init__(self) -> None:
        self.shown = self.attack = self.other = ""
        self.scene = "normal"
        self.clients = 0
        self.doing = ""

    def ask(self, **request: Any) -> dict[str, Any]:
        self.scene = request.get("scene", self.scene)
        return {"clients": self.clients, "doing": self.doing or None} if request.get("status") else {}


class Parts:
    """A camera, until a test takes it away."""

    def __init__(self) -> None:
        self.there = frozenset({"camera"})
        self.camera = Camera()

    def control(self, part: str) -> Camera:
        assert part == "camera"
        return self.camera

    def sit(self, picture: str, *, attack: str = "", other: str = "", scene: str = "normal") -> None:
        if picture == "lost-1":
            raise WorldError("camera.sock: no such portrait")
        camera = self.camera
        camera.shown, camera.attack, camera.other, camera.scene = picture, attack, other, scene

    def away(self) -> None:
        self.sit("")


class Printer:
    def __init__(self) -> None:
        self.panel: dict[str, Any] = {"paper": "full", "cover": "closed", "silent": False, "ack": "ok", "hot": False}
        self.receipts: list[str] = []
        self.power = "on"

    def ask(self, **request: Any) -> dict[str, Any]:
        self.panel |= request.get("set", {})
        self.power = request.get("power", self.power)
        return {"receipts": self.receipts, "panel": self.panel, "rows": 0}


class Stage:
    def __init__(self) -> None:
        self.keys: list[str] = []
        self.headphones = "out"
        self.said: list[dict[str, Any]] = []

    def ask(self, **request: Any) -> dict[str, Any]:
        if "key" in request:
            if request["key"] == "help":
                raise WorldError("stage.sock: no key help")
            self.keys.append(request["key"])
        self.headphones = request.get("headphones", self.headphones)
        if "said" in request:
            return {"said": self.said[request["said"] :], "count": len(self.said)}
        return {"view": {"screen": "identify", "said": len(self.said)}}


class Platform:
    def __init__(self) -> None:
        self.people: list[Mapping[str, Any]] = []
        self.texts: dict[str, list[dict[str, str]]] = {}
        self.requests: list[dict[str, Any]] = []

    def get(self, path: str, **query: str) -> Any:
        return self.requests if path == "/lab/log" else self.texts.get(query["phone"], [])

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        self.people.append(body)
        return {}


class Cable:
    plugged = Plug.UP

    def plug(self, how: Plug) -> None:
        self.plugged = how


class DoubleWorld:
    def __init__(self, folder: Path) -> None:
        self.clock = SystemClock()
        self.card, self.code, self.printer = Reader(), Reader(), Printer()
        self.stage, self.platform, self.cable = Stage(), Platform(), Cable()
        self.parts = Parts()
        self.host = draw(random.Random(5), self.clock.now().date(), age=(30, 50))
        self.state = Folders(folder)
        self.powered = True
        self.faults: list[tuple[str, int]] = []

    def power_on(self) -> None:
        self.powered = True

    def power_cut(self) -> None:
        self.powered = False

    def token(self, resident: Resident) -> str:
        return f"TOKEN-{len(resident.name)}"

    def fault(self, mode: str, count: int = 1, path: str | None = None) -> None:
        self.faults.append((mode, count))

    def text(self, phone: str, text: str) -> None:
        """Let a text message come."""
        at = datetime.now(self.clock.now().tzinfo).isoformat()
        self.platform.texts.setdefault(phone, []).append({"phone": phone, "text": text, "at": at})


def as_world(double: DoubleWorld) -> LabWorld:
    """The double is a world: the type checker says so."""
    return double
