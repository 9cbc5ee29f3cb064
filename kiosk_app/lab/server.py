"""What the device lab's window asks of the world: a UNIX socket (0600), one JSON object a line.

`{"do": "state"}` tells everything; `{"do": ACTION, ...}` lets one thing happen. Answers are `{"ok": true, ...}` or
`{"ok": false, "why": ...}`. Exists only where devices are simulated.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from contracts.id_number import age
from contracts.masks import mask_name, mask_phone
from drivers.transport.far_end import ControlSocket
from kiosk_app.control import ControlError, ask
from kiosk_app.lab.cable import Plug
from kiosk_app.lab.happenings import CODE
from kiosk_app.lab.people import Resident
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.world import HOST_PIN, World

FAULTS: Mapping[str, tuple[str, ...]] = {
    "card_reader": ("bad-chk", "truncate", "noise", "silent", "lift-mid-read", "read-41", "unknown-type", "unplug"),
    "code_reader": ("noise", "long", "binary", "silent", "unplug"),
    "receipt_printer": ("hot", "cutter", "silent", "ack-lost", "unplug"),
}
PRINTER_FAULTS: Mapping[str, Mapping[str, Any]] = {
    "hot": {"hot": True},
    "cutter": {"cutter": "error"},
    "silent": {"silent": True},
    "ack-lost": {"ack": "lost"},
    "none": {"hot": False, "cutter": "ok", "silent": False, "ack": "ok"},
}
PLATFORM = ("ok", "500", "html", "hang", "close", "drop-after-commit")
LINES = 40
MOST_RECEIPTS = 12


class LabServer:
    """The world as the lab's window sees it."""

    def __init__(self, world: World, path: Path, on_main: Callable[[Callable[[], None]], None]) -> None:
        """`on_main` runs something on the thread that owns the world's processes, and waits for it.

        A process that is tied to its owner dies with the *thread* that started it.
        """
        self._world = world
        self._on_main = on_main
        self._lock = threading.RLock()
        self._people: dict[str, tuple[str, Resident]] = {
            "elder-1": ("resident", world.resident()),
            "elder-2": ("resident", world.resident()),
            "adult-1": ("resident", world.resident(age=(24, 60))),
            "expired-1": ("expired", world.resident(age=(60, 75), expired=True)),
            "host-1": ("host", world.host),
        }
        self._pad = ""
        self._phone = "elder-1"
        self._code = False
        self._network = "up"
        self._platform = "ok"
        self._headphones = False
        self._broken = dict.fromkeys(FAULTS, "")
        self._panel = {"paper": "full", "cover": "closed"}
        self._doing: dict[str, Callable[[Mapping[str, object]], None]] = {
            "present": self._present,
            "lift": self._lift,
            "show-qr": self._show_code,
            "read-code": self._read_code,
            "key": lambda asked: self._stage(key=str(asked["key"])),
            "paper": lambda asked: self._printer("paper", str(asked["set"])),
            "cover": lambda asked: self._printer("cover", str(asked["set"])),
            "network": self._set_network,
            "platform": self._set_platform,
            "headphones": self._jack,
            "power": self._power,
            "fault": self._fault,
        }
        self._socket = ControlSocket(path, self.answer)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def answer(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one line."""
        what = str(request.get("do", ""))
        try:
            with self._lock:
                if what == "state":
                    return self._state()
                if what not in self._doing:
                    return {"ok": False, "why": f"unknown: {what}"}
                self._doing[what](request)
        except (WorldError, KeyError) as error:
            return {"ok": False, "why": str(error)}
        return {}

    # State

    def _state(self) -> dict[str, object]:
        world = self._world
        return {
            "terminal": {"running": world.powered, "screen": self._screen(), "name": self._name()},
            "cards": [self._card(name, kind, one) for name, (kind, one) in self._people.items()],
            "pad": self._pad or None,
            "phone": self._phone_state(),
            **self._panel,
            "receipts": self._receipts(),
            "network": self._network,
            "platform": self._platform,
            "headphones": self._headphones,
            "devices": self._devices(),
            "faults": {kind: list(names) for kind, names in FAULTS.items()},
            "broken": dict(self._broken),
            "outbox": self._outbox(),
            "wire": self._wire(),
        }

    def _card(self, name: str, kind: str, one: Resident) -> dict[str, object]:
        today = self._world.clock.now().date()
        sub = f"PIN {HOST_PIN}" if kind == "host" else name
        years = 0 if kind == "host" else age(one.birth, today)
        return {"id": name, "label": mask_name(one.name), "sub": sub, "kind": kind, "age": years}

    def _phone_state(self) -> dict[str, object]:
        one = self._people[self._phone][1]
        found: list[dict[str, str]] = []
        with contextlib.suppress(WorldError):
            found = self._world.platform.get("/lab/messages", phone=one.phone)
        messages = [{"text": line["text"], "at": line["at"]} for line in found[-5:]]
        return {
            "who": self._phone,
            "number": mask_phone(one.phone),
            "messages": messages,
            "code_shown": self._code,
        }

    def _screen(self) -> str:
        if not self._world.powered:
            return ""
        with contextlib.suppress(WorldError):
            return str(self._world.stage.ask(view=True)["view"]["screen"])
        return ""

    def _name(self) -> str:
        if not self._world.powered:
            return ""
        with contextlib.suppress(WorldError):
            return str(self._world.stage.ask(view=True)["view"]["chrome"]["terminal"]).rpartition(" ")[2]
        return ""

    def _receipts(self) -> list[str]:
        with contextlib.suppress(WorldError):
            return [str(path) for path in reversed(self._world.paper_status()["receipts"])][:MOST_RECEIPTS]
        return []

    def _control(self, command: str) -> Any:
        try:
            return ask(self._world.state.control, {"command": command}) if self._world.powered else None
        except ControlError:
            return None

    def _devices(self) -> list[dict[str, str]]:
        report = self._control("doctor") or {}
        return [{"id": d["id"], "kind": d["kind"], "state": d["state"]} for d in report.get("devices") or ()]

    def _outbox(self) -> dict[str, int]:
        counts = self._control("outbox-counts") or {}
        return {name: int(counts[name]) for name in ("ready", "inflight", "sent", "dead") if name in counts}

    def _wire(self) -> list[dict[str, str]]:
        with contextlib.suppress(WorldError):
            return [
                {
                    "at": str(line["at"]),
                    "device": "platform",
                    "text": f"→ {line['method']} {line['path']}",
                    "meaning": str(line["status"]),
                }
                for line in self._world.platform.get("/lab/log")
                if not str(line["path"]).startswith("/lab/")
            ][-LINES:]
        return []

    # Actions

    def _stage(self, **request: object) -> None:
        self._world.stage.ask(**request)

    def _present(self, asked: Mapping[str, object]) -> None:
        name = str(asked["card"])
        kind, one = self._people[name]
        self._world.present(one)
        self._pad = name
        if kind != "host":
            self._phone = name

    def _lift(self, _asked: Mapping[str, object]) -> None:
        self._world.card.ask(remove=True)
        self._pad = ""

    def _show_code(self, asked: Mapping[str, object]) -> None:
        who = asked.get("who")
        self._code = who is not None
        if who is None:
            self._world.show_code(None)
            return
        self._phone = str(who)
        self._world.show_code(self._world.token(self._people[self._phone][1]))

    def _read_code(self, _asked: Mapping[str, object]) -> None:
        """Type the code of the last message with the keypad."""
        texts = self._world.messages(self._people[self._phone][1].phone)
        found = CODE.search(texts[-1]) if texts else None
        if found is None:
            raise WorldError("no message with a code has come")
        for digit in found[1]:
            self._stage(key=digit)

    def _printer(self, name: str, value: str) -> None:
        self._world.printer.ask(set={name: value})
        self._panel[name] = value

    def _set_network(self, asked: Mapping[str, object]) -> None:
        self._network = "up" if asked["set"] == "up" else "down"
        self._world.cable.plug(Plug(self._network))
        if self._world.powered:
            self._stage(poke=True)

    def _set_platform(self, asked: Mapping[str, object]) -> None:
        self._platform = str(asked["set"]) if asked["set"] in PLATFORM else "ok"
        self._world.fault(self._platform, 0 if self._platform == "ok" else 1000)

    def _jack(self, asked: Mapping[str, object]) -> None:
        self._headphones = bool(asked["set"])
        self._stage(headphones="in" if self._headphones else "out")

    def _power(self, asked: Mapping[str, object]) -> None:
        if asked["set"] == "cut":
            self._world.power_cut()
        elif not self._world.powered:
            self._headphones = False
            self._on_main(self._world.power_on)

    def _fault(self, asked: Mapping[str, object]) -> None:
        kind, name = str(asked["device"]), str(asked["name"])
        if kind not in FAULTS or name not in (*FAULTS[kind], "none"):
            raise WorldError(f"no fault {name} of {kind}")
        match kind:
            case "card_reader":
                self._world.card.ask(fault=name)
            case "code_reader":
                self._world.code.ask(fault=name)
            case _ if name == "unplug":
                self._world.printer.ask(power="off")
            case _:
                self._world.printer.ask(power="on")
                self._world.printer.ask(set=dict(PRINTER_FAULTS[name]))
        self._broken[kind] = "" if name == "none" else name
