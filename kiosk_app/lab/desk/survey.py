"""How everything is: one object for the window, put together from the simulators, the platform and the terminal.

Asking must not slow the terminal down, so each source is asked at its own pace and remembered in between; a source that
does not answer keeps its last word. Everything leaves here masked.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from contracts.masks import mask_phone
from kiosk_app.clock import BEIJING
from kiosk_app.control import ControlError
from kiosk_app.control import ask as ask_terminal
from kiosk_app.lab.desk.cast import Mask
from kiosk_app.lab.desk.hands import FAULTS, NORMAL, PRINTER_SOUND, UNPLUG, Hands, RefusedError
from kiosk_app.lab.desk.ports import LabWorld
from kiosk_app.lab.processes import WorldError

T = TypeVar("T")
WIRE_LINES = 200
LOG_LINES = 100
LOG_TAIL_BYTES = 24 * 1024
CONTROL_S = 3.0
RETRY_S = 0.4
COVERED = "▒▒▒▒"
OTHER_CARD = "other"
"""A card lies on the pad that these hands did not put there."""
_PANEL_FAULTS = {"silent": "silent", "stalled": "stalled", "hot": "hot", "cutter": "cutter"}
_SHOWN = ("id", "kind", "state", "severity", "part", "part_en", "who")
_COUNTED = {
    "card_reader": (("finds", "find"), ("reads", "read")),
    "code_reader": (("triggers", "trigger"), ("codes", "code")),
    "receipt_printer": (("rows", "rows"),),
}


class _Source(Generic[T]):
    """One source, asked at most every so many seconds."""

    def __init__(self, every_s: float, ask: Callable[[], T], nothing: T) -> None:
        self._every_s = every_s
        self._ask = ask
        self._due = float("-inf")
        self.value = nothing

    def look(self, now: float) -> T:
        """Return what it last said, asking again when it is time."""
        if now >= self._due:
            self._due = now + self._every_s
            try:
                self.value = self._ask()
            except (WorldError, ControlError, RefusedError, OSError):
                self._due = now + min(self._every_s, RETRY_S)
        return self.value

    def expire(self) -> None:
        """Ask again the next time."""
        self._due = float("-inf")

    def forget(self, nothing: T) -> None:
        """As if it had never been asked."""
        self.expire()
        self.value = nothing


class Survey:
    """Looks at a world for the window. `state` may be called from any thread."""

    def __init__(self, world: LabWorld, hands: Hands) -> None:
        self._world = world
        self._hands = hands
        self._mask = Mask(hands.holders)
        self._lock = threading.Lock()
        self._wire: deque[dict[str, str]] = deque(maxlen=WIRE_LINES)
        self._counted: dict[tuple[str, str], int] = {}
        self._heard = 0
        self._requests = 0
        self._said_by = ""
        self._polling: dict[str, str] | None = None
        self._polled: dict[str, int] = {}
        status: dict[str, Any] = {}
        self._card = _Source(0.4, lambda: world.card.ask(status=True), status)
        self._code = _Source(0.4, lambda: world.code.ask(status=True), status)
        self._printer = _Source(0.4, lambda: world.printer.ask(status=True), status)
        self._view = _Source(0.4, self._ask_view, status)
        self._doctor = _Source(3.0, lambda: self._control("doctor", look=False), status)
        self._counts = _Source(1.0, lambda: self._control("outbox-counts"), status)
        self._camera = _Source(0.4, lambda: world.parts.control("camera").ask(status=True), status)
        self._watched: tuple[bool, str] = (False, "")
        self._messages: _Source[list[dict[str, Any]]] = _Source(1.0, self._ask_messages, [])
        self._asked: _Source[None] = _Source(1.0, self._ask_requests, None)

    def look_again(self) -> None:
        """Something was done: what the next `state` says of it must be new."""
        for source in (self._card, self._code, self._printer, self._view, self._camera, self._messages, self._asked):
            source.expire()

    def state(self) -> dict[str, Any]:
        """Return how everything is."""
        with self._lock:
            return self._state(self._world.clock.monotonic())

    def _state(self, now: float) -> dict[str, Any]:
        hands, world = self._hands, self._world
        running = world.powered and not hands.starting
        if not running:
            for source in (self._view, self._doctor, self._counts):
                source.forget({})
        card, code, printer = self._card.look(now), self._code.look(now), self._printer.look(now)
        view = self._view.look(now) if running else {}
        report = self._doctor.look(now) if running else {}
        counts = self._counts.look(now) if running else {}
        self._asked.look(now)
        face = self._face(now)
        panel = printer.get("panel", {})
        for device, found in (("card_reader", card), ("code_reader", code), ("receipt_printer", printer)):
            self._count(device, found)
        return {
            "terminal": {"running": running, "screen": str(view.get("screen", "")), "name": report.get("terminal", "")},
            "cards": [holder.shown(world.clock.now().date()) for holder in hands.holders],
            "pad": (hands.on_pad or OTHER_CARD) if card.get("card") else None,
            "phone": self._phone(now, code),
            "paper": panel.get("paper", "full"),
            "cover": panel.get("cover", "closed"),
            "receipts": list(reversed(printer.get("receipts", []))),
            "network": "up" if hands.plug.value == "up" else "down",
            "platform": hands.platform_mode,
            "headphones": hands.headphones_in and running,
            "devices": [{name: d.get(name) for name in _SHOWN} for d in report.get("devices", [])],
            "face": face,
            "faults": {device: list(names) for device, names in FAULTS.items() if device != "camera" or hands.camera},
            "broken": {
                "card_reader": _broken(card),
                "code_reader": _broken(code),
                "receipt_printer": UNPLUG if hands.printer_unplugged else _panel_fault(panel),
                "camera": hands.face.attack or hands.face.scene.replace(NORMAL, ""),
            },
            "outbox": {"ready": counts.get("ready", 0) + counts.get("inflight", 0), "dead": counts.get("dead", 0)}
            | {name: counts[name] for name in ("sent", "lost") if name in counts},
            "wire": [dict(line) for line in self._wire],
            "log": self._log(),
        }

    def _face(self, now: float) -> dict[str, Any]:
        hands = self._hands
        if not hands.camera:
            return {"able": False, "why": "camera" if any(one.live for one in hands.holders) else "portraits"}
        # While somebody sits down the simulator is busy, and its last word stands.
        found = self._camera.value if hands.seating else self._camera.look(now)
        watched, doing = bool(found.get("clients")), str(found.get("doing") or "")
        before, self._watched = self._watched, (watched, doing)
        if watched != before[0]:
            self._tell("camera", "→ open" if watched else "→ close")
        if doing and doing != before[1]:
            self._tell("camera", f"← {doing}", doing)
        face = hands.face
        return {
            "able": True,
            "who": face.who or None,
            "attack": face.attack or None,
            "scene": face.scene,
            "watched": watched,
            "doing": doing,
        }

    def _phone(self, now: float, code: Mapping[str, Any]) -> dict[str, Any]:
        who = self._hands.phone_of
        resident = self._hands.holder(who).resident if who else None
        if who != self._said_by:
            self._said_by = who
            self._messages.forget([])
        return {
            "who": who,
            "number": mask_phone(resident.phone) if resident is not None else "",
            "messages": self._messages.look(now),
            "code_shown": bool(code.get("shown")),
        }

    # Sources

    def _control(self, command: str, **more: object) -> dict[str, Any]:
        answer = ask_terminal(self._world.state.control, {"command": command, **more}, CONTROL_S)
        return answer if isinstance(answer, dict) else {}

    def _ask_messages(self) -> list[dict[str, Any]]:
        resident = self._hands.holder(self._hands.phone_of).resident if self._hands.phone_of else None
        found = self._hands.messages(resident.phone) if resident is not None else []
        # The code in a message is what the phone is for; whatever else it names stays covered.
        return [{"text": self._mask(str(m["text"])), "at": m["at"]} for m in found]

    def _ask_view(self) -> dict[str, Any]:
        view: dict[str, Any] = self._world.stage.ask(view=True)["view"]
        if int(view.get("said", 0)) < self._heard:
            self._heard = 0  # the terminal started again
        spoken = self._world.stage.ask(said=self._heard)
        self._heard = int(spoken["count"])
        for line in spoken["said"]:
            words = COVERED if line.get("private") else str(line["text"])
            self._tell("voice", f"→ {words}", "headphones" if line.get("headphones") else "", str(line.get("at", "")))
        return {"screen": view.get("screen", "")}

    def _ask_requests(self) -> None:
        lines = self._world.platform.get("/lab/log")
        for line in lines[self._requests :]:
            if not str(line["path"]).startswith("/lab/"):
                at = datetime.fromisoformat(str(line["at"])).astimezone(BEIJING).isoformat(timespec="milliseconds")
                self._tell("platform", f"→ {line['method']} {line['path']}", f"{line['status']} · {line['ms']} ms", at)
        self._requests = len(lines)

    def _count(self, device: str, status: Mapping[str, Any]) -> None:
        """Tell what the far end of a wire counted since it was last looked at."""
        last = self._wire[-1] if self._wire else {}
        going_on = last.get("device") == device and last is self._polling
        more = dict(self._polled) if going_on else {}
        latest = ""
        for name, words in _COUNTED[device]:
            value = status.get(name)
            if not isinstance(value, int):
                continue
            before = self._counted.get((device, name))
            self._counted[device, name] = value
            if before is not None and value > before:
                more[words] = more.get(words, 0) + value - before
                latest = words
        if not latest:
            return
        text = "→ " + " · ".join(f"{words} ×{count}" for words, count in more.items())
        if going_on:
            # A reader that is polled all day fills one line, not the list.
            last["text"], last["meaning"] = text, latest
        else:
            self._tell(device, text, latest)
            self._polling = self._wire[-1]
        self._polled = more

    def _tell(self, device: str, text: str, meaning: str = "", at: str = "") -> None:
        at = at or self._world.clock.now().isoformat(timespec="milliseconds")
        self._wire.append({"at": at, "device": device, "text": self._mask(text), "meaning": meaning})

    def _log(self) -> list[dict[str, str]]:
        lines = [*_tail(self._world.state.log), *self._hands.done]
        lines.sort(key=lambda line: line["at"])
        return [{**line, "text": self._mask(line["text"])} for line in lines[-LOG_LINES:]]


def _tail(path: Path) -> list[dict[str, str]]:
    """The newest lines of the terminal's own log."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_TAIL_BYTES))
            raw = file.read().splitlines()
    except OSError:
        return []
    found = []
    for line in raw:
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # cut off at the beginning, or being written
        if isinstance(entry, dict) and "at" in entry:
            fields = entry.get("fields")
            said = [f"{name}={value}" for name, value in fields.items()] if isinstance(fields, dict) else []
            text = " ".join([str(entry.get("event", "")), *said])
            found.append({"at": str(entry["at"]), "device": "terminal", "text": text})
    return found[-LOG_LINES:]


def _broken(status: Mapping[str, Any]) -> str:
    if status.get("plugged") is False:
        return UNPLUG
    return next(iter(status.get("faults") or ()), "")


def _panel_fault(panel: Mapping[str, Any]) -> str:
    for name in _PANEL_FAULTS:
        if name in panel and panel[name] != PRINTER_SOUND[name]:
            return name
    ack = panel.get("ack", "ok")
    return "" if ack == "ok" else f"ack-{ack}"
