"""Hands at the desk: every thing that can be presented, taken away or broken, and a memory of what they did.

The simulators know their own state; what nobody else knows is remembered here: whose card lies on the pad, whose
phone is out, how the cable and the platform were set, whether headphones are in, who stands before the camera.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk_app.lab.cable import Plug
from kiosk_app.lab.desk.cast import Holder
from kiosk_app.lab.desk.ports import Asked, LabWorld

CARD_FAULTS = (
    "bad-chk",
    "truncate",
    "noise",
    "split",
    "silent",
    "lift-mid-read",
    "unplug-mid-read",
    "find-80",
    "select-81",
    "read-41",
    "sam-32",
    "sam-66",
    "selftest-60",
    "unknown-type",
    "address-21",
    "address-silent",
    "twice",
    "late",
)
"""Those of `drivers.card_reader.virtual_sam`; a test compares them."""
CODE_FAULTS = ("noise", "long", "binary", "silent", "split")
"""Those of `drivers.code_reader.simulator`; a test compares them."""
PRINTER_FAULTS: Mapping[str, Mapping[str, Any]] = {
    "silent": {"silent": True},
    "stalled": {"stalled": True},
    "hot": {"hot": True},
    "cutter": {"cutter": "error"},
    "ack-late": {"ack": "late"},
    "ack-lost": {"ack": "lost"},
    "ack-duplicate": {"ack": "duplicate"},
}
"""What each fault sets on the simulator's panel."""
PRINTER_SOUND = {"silent": False, "stalled": False, "hot": False, "cutter": "ok", "ack": "ok"}
UNPLUG = "unplug"
NONE = "none"
NORMAL = "normal"
SCENES = ("dark", "backlight", "two_faces", "mask", "black", "frozen", "nobody")
ATTACKS = ("photo", "moved_photo", "flat_video", "swap", "wrong_order")
"""Those of `drivers.vision.simulator`; a test compares them."""
EMPTY_SCENES = ("black", "frozen", "nobody")
"""What goes wrong with the camera whether or not somebody is there."""
FAULTS: Mapping[str, tuple[str, ...]] = {
    "card_reader": (*CARD_FAULTS, UNPLUG),
    "code_reader": (*CODE_FAULTS, UNPLUG),
    "receipt_printer": (*PRINTER_FAULTS, UNPLUG),
    "camera": (*SCENES, *ATTACKS),
}
PLATFORM_MODES = ("ok", "500", "html", "hang", "close")
ALWAYS = 10_000
"""Requests that a platform fault lasts for: until somebody takes it away."""
KEYS = ("up", "down", "select", "back", "next", "help", "louder", "softer", "repeat")
"""The pad's keys, as the stage calls them too."""
_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
LOG_LINES = 100


class RefusedError(Exception):
    """It cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Face:
    """Who is before the camera, as an id of the cast ("" is nobody), how they cheat, and what is wrong there."""

    who: str = ""
    attack: str = ""
    scene: str = NORMAL


class Hands:
    """One pair of hands. Methods may be called from any thread and are done one after the other.

    All raise `RefusedError` for what makes no sense, and `WorldError` when the world does not do it.
    """

    def __init__(self, world: LabWorld, holders: Sequence[Holder]) -> None:
        self._world = world
        self._by_id = {holder.id: holder for holder in holders}
        self._known: set[str] = set()
        self._lock = threading.RLock()
        self.holders = tuple(holders)
        self.on_pad = ""
        self.phone_of = next((h.id for h in holders if h.resident is not None), "")
        self.plug = Plug.UP
        self.platform_mode = "ok"
        self.headphones_in = False
        self.printer_unplugged = False
        self.starting = False
        self.face = Face()
        self.seating = False
        self.done: deque[dict[str, str]] = deque(maxlen=LOG_LINES)

    def holder(self, who: str) -> Holder:
        """Return one of the cast."""
        found = self._by_id.get(who)
        if found is None:
            raise RefusedError(f"nobody here is called {who!r}")
        return found

    def present(self, who: str) -> None:
        """Put somebody's card on the pad."""
        with self._lock:
            holder = self.holder(who)
            self._meet(holder)
            self._world.card.ask(present=dict(holder.card))
            self.on_pad = who
            if holder.resident is not None:
                self.phone_of = who
            self._note(f"present {who}")

    def lift(self) -> None:
        """Take the card away."""
        with self._lock:
            self._world.card.ask(remove=True)
            self.on_pad = ""
            self._note("lift")

    def show_qr(self, who: str | None) -> None:
        """Hold somebody's phone, with a fresh credential, before the code reader; None puts it away."""
        with self._lock:
            if not who:
                self._world.code.ask(show=None)
                self._note("phone away")
                return
            resident = self.holder(who).resident
            if resident is None:
                raise RefusedError(f"{who} has no phone")
            self._meet(self.holder(who))
            self._world.code.ask(show=self._world.token(resident))
            self.phone_of = who
            self._note(f"show-qr {who}")

    def read_code(self) -> None:
        """Press the digits of the newest text message on the terminal's number keys."""
        with self._lock:
            resident = self.holder(self.phone_of).resident if self.phone_of else None
            sent = self.messages(resident.phone) if resident is not None else []
            found = next((code for m in reversed(sent) if (code := _CODE.search(str(m["text"])))), None)
            if found is None:
                raise RefusedError("no message with a code has come yet")
            for digit in found.group():
                self._stage().ask(key=digit)
            self._note("read-code")

    def messages(self, phone: str) -> list[dict[str, Any]]:
        """What a phone received, oldest first: `{"text", "at"}`."""
        return [
            {"text": str(m["text"]), "at": str(m["at"])} for m in self._world.platform.get("/lab/messages", phone=phone)
        ]

    def paper(self, how: str) -> None:
        """Full, low, out or jammed."""
        self._set_printer("paper", how, ("full", "low", "out", "jammed"))

    def cover(self, how: str) -> None:
        """Open or closed."""
        self._set_printer("cover", how, ("open", "closed"))

    def network(self, how: str) -> None:
        """Plug the cable in or pull it."""
        with self._lock:
            self.plug = Plug(_one_of(how, ("up", "down")))
            self._world.cable.plug(self.plug)
            self._note(f"network {how}")

    def platform(self, how: str) -> None:
        """Let every answer of the platform go wrong in one way, until "ok"."""
        with self._lock:
            mode = _one_of(how, PLATFORM_MODES)
            self._world.fault(mode, 0 if mode == "ok" else ALWAYS)
            self.platform_mode = mode
            self._note(f"platform {mode}")

    def headphones(self, plugged: bool) -> None:
        """Plug headphones in or out."""
        with self._lock:
            self._stage().ask(headphones="in" if plugged else "out")
            self.headphones_in = plugged
            self._note(f"headphones {'in' if plugged else 'out'}")

    def key(self, name: str) -> None:
        """Press a key of the pad."""
        with self._lock:
            self._stage().ask(key=_one_of(name, KEYS))
            self._note(f"key {name}")

    @property
    def camera(self) -> bool:
        """True when this terminal has a camera, and the cast has faces."""
        return "camera" in self._world.parts.there and any(holder.live for holder in self.holders)

    def stand(self, who: str | None, attack: str | None = None, scene: str = NORMAL) -> None:
        """Let somebody stand before the camera, do what the page asks, or cheat in one way; None lets them go."""
        with self._lock:
            if not self.camera:
                raise RefusedError("this terminal has no camera")
            face = Face(who or "", _one_of(attack, ATTACKS) if attack else "", _one_of(scene, (NORMAL, *SCENES)))
            if face.attack and not face.who:
                raise RefusedError(f"{face.attack} needs somebody who does it")
            self.seating = True  # The first face takes seconds: its models are loaded.
            try:
                self._seat(face)
            finally:
                self.seating = False
            self.face = face
            words = [face.who or "away", face.attack, "" if face.scene == NORMAL else face.scene]
            self._note("face " + " ".join(word for word in words if word))

    def _seat(self, face: Face) -> None:
        parts = self._world.parts
        if not face.who:
            parts.away()
            if face.scene != NORMAL:
                parts.control("camera").ask(scene=face.scene)
            return
        holder = self.holder(face.who)
        self._meet(holder)
        other = ""
        if face.attack == "swap" or face.scene == "two_faces":
            other = next((one.live for one in self.holders if one.live != holder.live), "")
        parts.sit(holder.live, attack=face.attack, other=other, scene=face.scene)

    def _break_camera(self, name: str) -> None:
        """Whoever is there stays; if it takes somebody and nobody is there, the owner of the card on the pad comes."""
        now = self.face.who
        if name == NONE:
            self.stand(now)
        elif name in EMPTY_SCENES:
            self.stand(now, None, name)
        else:
            who = now or self.on_pad or self.holders[0].id
            self.stand(who, *((name, NORMAL) if name in ATTACKS else (None, name)))

    def power(self, how: str) -> None:
        """Cut the power (the terminal's process is killed), or let it start again; that takes seconds."""
        with self._lock:
            if _one_of(how, ("cut", "on")) == "cut":
                self._world.power_cut()
                self._note("power cut")
                return
            if self._world.powered:
                return
            self.starting = True
            try:
                self._note("power on")
                self._world.power_on()
            finally:
                self.starting = False
            if self.headphones_in:
                self._stage().ask(headphones="in")

    def fault(self, device: str, name: str) -> None:
        """Break one device in one way; "none" mends all of it."""
        with self._lock:
            known = FAULTS[_one_of(device, tuple(FAULTS))]
            _one_of(name, (NONE, *known))
            if device == "camera":
                self._break_camera(name)  # which leaves its own note
                return
            if device == "receipt_printer":
                self._break_printer(name)
            else:
                reader = self._world.card if device == "card_reader" else self._world.code
                reader.ask(fault=name)
            self._note(f"{device} {name}")

    def _break_printer(self, name: str) -> None:
        printer = self._world.printer
        if name == UNPLUG:
            printer.ask(power="off")
            self.printer_unplugged = True
        elif name == NONE:
            if self.printer_unplugged:
                printer.ask(power="on")
                self.printer_unplugged = False
            printer.ask(set=PRINTER_SOUND)
        else:
            printer.ask(set=dict(PRINTER_FAULTS[name]))

    def _set_printer(self, name: str, value: str, choices: tuple[str, ...]) -> None:
        with self._lock:
            self._world.printer.ask(set={name: _one_of(value, choices)})
            self._note(f"{name} {value}")

    def _stage(self) -> Asked:
        if not self._world.powered:
            raise RefusedError("the terminal has no power")
        return self._world.stage

    def _meet(self, holder: Holder) -> None:
        """Let the platform know of somebody before they are first seen, as it would of any resident."""
        if holder.resident is None or holder.id in self._known:
            return
        self._world.platform.post("/lab/people", holder.resident.record())
        self._known.add(holder.id)

    def _note(self, text: str) -> None:
        at = self._world.clock.now().isoformat(timespec="milliseconds")
        self.done.append({"at": at, "device": "lab", "text": text})


def _one_of(value: object, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise RefusedError(f"{value!r} is none of {', '.join(choices)}")
    return str(value)
