"""What a terminal of the lab has only when a script asks for it: a camera with somebody before it, a slot for
social-security cards, modules for voice, palm and iris, a jack of a sound card, a presence sensor, a relay board with
lamps and lockers, a power supply; a payment provider for its platform.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.lab.processes import ROOT, JsonLines, Process, WorldError

if TYPE_CHECKING:
    from kiosk_app.lab.world import World

PORTRAITS = ROOT / "build" / "faces"
"""Published portraits out of registry packages: set-up fetches them, nothing of them is ever committed."""
FACING = ("biden-1", "collins-1", "obama-1", "obama-3", "sample3a-1", "sample5d-1", "sample6a-1", "sample6d-1")
"""Those who look straight ahead, as somebody before a terminal does: a face that is turned already cannot be turned."""
REFERENCE_KEY = "d0" * 32
"""Agreed with the authority of the lab, which enrolled everybody."""
LOOK_S = 0.05
REACTION_S = 0.5
"""Nobody moves at once when they are told to; what was under way before the prompt does not count."""
LIGHT, BEACON, LOCKER = 1, 2, 3
DOOR, PIR = 1, 2
WIRING: Mapping[str, Any] = {
    "board": "modbus",
    "channels": 4,
    "outputs": {"light": LIGHT, "beacon": BEACON, "locker-1": LOCKER},
    "inputs": {"locker-1": DOOR, "presence": PIR},
    "locks": ["locker-1"],
    "left_open_s": "3",
    "away_s": "2",
}
"""The relay board of the lab: two lamps, a locker with a contact, a PIR sensor."""
RESTS: Mapping[str, Mapping[str, Any]] = {
    "social-card": {"remove": True},
    "jack": {"plug": False},
    "pay": {"fault": "none"},
    "presence": {"stand": None},
    "relays": {"shut": DOOR, "contact": PIR, "closed": False, "power": "cycle"},
    "ups": {"mains": True, "charge": 100, "drain": 0, "flags": "", "runtime": None},
}
"""How a part is when nobody is there; modules accept."""
ACTIONS = frozenset({"turn_left", "turn_right", "open_mouth", "blink_twice"})


class Sitter:
    """Somebody before the camera who does what the page asks, as long as they sit there."""

    def __init__(self, world: World, face: JsonLines) -> None:
        self._world, self._face = world, face
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._sit, name="sitter", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Get up."""
        self._gone.set()
        self._thread.join(5.0)

    def _sit(self) -> None:
        done: tuple[str, str] = ("", "")
        while not self._gone.wait(LOOK_S):
            try:
                view = self._world.stage.ask(view=True)["view"]
            except WorldError:
                continue
            node = next((n for n in view["nodes"] if n["id"] == "face.prompt"), None)
            asked = str(node["value"]) if node is not None else ""
            if node is None:
                done = ("", "")
            # The hint tells the step, so that the same action may be asked twice in one check.
            mark = (asked, str(node["note"])) if node is not None else ("", "")
            if asked in ACTIONS and mark != done:
                done = mark
                self._gone.wait(REACTION_S)
                self._face.ask(do=asked)


class Parts:
    """The optional devices of one world; each is started when it is first asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: dict[str, Process] = {}
        self._controls: dict[str, JsonLines] = {}
        self._uris: dict[str, str] = {}
        self._sitter: Sitter | None = None
        self._helper: tuple[Path, str] | None = None

    @property
    def there(self) -> frozenset[str]:
        """The parts that were started."""
        return frozenset(self._uris)

    def add(self, parts: frozenset[str]) -> None:
        """Start what is not there yet.

        Raises:
            WorldError: it does not start, or has no portraits to show.
        """
        for part in sorted(parts - self.there):
            match part:
                case "camera":
                    self._start_camera()
                case "document-camera":
                    self._start_document_camera()
                case "social-card":
                    self._start_card()
                case "jack":
                    self._start_jack()
                case "pay":
                    self._start_provider()
                case "presence":
                    self._start_serial("presence", [])
                case "relays":
                    self._start_serial("relays", ["--board", "modbus", "--doors", f"{LOCKER}:{DOOR}"])
                case "ups":
                    self._uris["ups"] = _uri_of(self._start("ups", "drivers.ups.simulator", ["--port", "0"]))
                case _:
                    self._start_module(part)

    def devices(self) -> list[dict[str, Any]]:
        """Their entries in the site profile."""
        found: list[dict[str, Any]] = []
        if "camera" in self._uris:
            found.append({"id": "camera-1", "kind": "camera", "uri": self._uris["camera"]})
        if "document-camera" in self._uris:
            found.append({"id": "pages-1", "kind": "document_scanner", "uri": self._uris["document-camera"]})
        if self._helper is not None:
            program, digest = self._helper
            found.append({"id": "photos-1", "kind": "photo_decoder", "uri": f"helper:{program}?sha256={digest}"})
        if "social-card" in self._uris:
            found.append({"id": "social-1", "kind": "social_card_reader", "uri": self._uris["social-card"]})
        if "jack" in self._uris:
            found.append({"id": "jack-1", "kind": "headphones", "uri": self._uris["jack"]})
        more: Mapping[str, Mapping[str, Any]] = {"presence": {"away_s": "2"}, "relays": WIRING, "ups": {}}
        found += [
            {"id": f"{part}-1", "kind": part, "uri": self._uris[part], **options}
            for part, options in more.items()
            if part in self._uris
        ]
        found += [
            {
                "id": f"module-{part}",
                "kind": f"biometric_{part}",
                "uri": self._uris[part],
                "reference_key": REFERENCE_KEY,
            }
            for part in ("voice", "palm", "iris")
            if part in self._uris
        ]
        return found

    def kinds(self) -> frozenset[str]:
        """The kinds of these devices."""
        return frozenset(str(device["kind"]) for device in self.devices()) - {"photo_decoder"}

    def control(self, part: str) -> JsonLines:
        """The control socket of a part.

        Raises:
            WorldError: the script did not ask for this part.
        """
        found = self._controls.get(part)
        if found is None:
            raise WorldError(f"this terminal has no {part}: name it in `parts`")
        return found

    def rest(self) -> None:
        """Everybody away, every fault mended."""
        self.plug()
        self.hang_camera()
        self.away()
        for part, control in self._controls.items():
            if part == "document-camera":
                control.ask(sheet=None)
            elif part != "camera":
                control.ask(fault="none")
                control.ask(**RESTS.get(part, {"decision": "accept"}))

    def advance(self, seconds: float) -> None:
        """Time passes, for the payment provider too: it looks at the time of every question."""
        if "pay" in self._controls:
            self.control("pay").ask(advance=seconds)

    def close(self) -> None:
        """End all of it."""
        self.away()
        for control in self._controls.values():
            control.close()
        for process in self._running.values():
            process.end()
        self._running.clear()

    # The person before the camera

    def sit(self, picture: str, *, attack: str = "", other: str = "", scene: str = "normal") -> None:
        """Somebody sits down before the camera and does what is asked."""
        self.away()
        face = self.control("camera")
        face.ask(scene=scene)
        face.ask(show=picture)
        face.ask(attack=attack or None, **({"other": other} if other else {}))
        self._sitter = Sitter(self._world, face)

    def away(self) -> None:
        """Nobody is there any more."""
        if self._sitter is not None:
            self._sitter.leave()
            self._sitter = None
        face = self._controls.get("camera")
        if face is not None:
            face.ask(show=None, scene="normal", attack=None, code=None)

    def unplug(self) -> None:
        """Pull the camera's cable: its stream ends in the middle of a picture."""
        self.away()
        self._controls.pop("camera").close()
        self._running.pop("camera").kill()

    def lift_camera(self) -> None:
        """Pull the document camera's cable."""
        self._controls.pop("document-camera").close()
        self._running.pop("document-camera").kill()

    def hang_camera(self) -> None:
        """Put it in again, where it was pulled."""
        if "document-camera" in self._uris and "document-camera" not in self._controls:
            self._start_table()

    def plug(self) -> None:
        """Put it in again, wherever it was."""
        if "camera" in self._uris and "camera" not in self._controls:
            self._start_simulator()

    # Starting

    def _start(self, part: str, module: str, arguments: list[str]) -> Process:
        path = self._world.folder / f"{part}.sock"
        process = Process(module, [*arguments, "--control", str(path)], self._world.folder / f"{part}.stderr")
        self._running[part] = process
        control = JsonLines(path)
        control.connect(process)
        self._controls[part] = control
        return process

    def _start_camera(self) -> None:
        if not portraits():
            raise WorldError(f"no portraits in {PORTRAITS}: run packaging/setup.sh where a registry can be reached")
        self._uris["camera"] = f"mjpeg:{self._world.folder / 'eye.sock'}"
        self._start_simulator()
        self._helper = self._write_helper()

    def _start_simulator(self) -> None:
        stream = str(self._world.folder / "eye.sock")
        self._start("camera", "drivers.vision.simulator", ["--socket", stream, "--pictures", str(PORTRAITS)])

    def _start_document_camera(self) -> None:
        self._uris["document-camera"] = f"mjpeg:{self._world.folder / 'table.sock'}"
        self._start_table()

    def _start_table(self) -> None:
        stream = str(self._world.folder / "table.sock")
        self._start("document-camera", "drivers.vision.simulator.table", ["--socket", stream])

    def _write_helper(self) -> tuple[Path, str]:
        """The program that stands for a vendor's photo decoder, and its hash."""
        pictures, program = self._world.folder / "card-photos", self._world.folder / "photo-helper"
        pictures.mkdir()
        for names in portraits().values():
            for name in names:
                card_photo(PORTRAITS / f"{name}.png", pictures / f"{name}.png")
        code = "import sys, pathlib; from drivers.card_reader.photo_simulator import write_helper as w;"
        code += "print(w(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))"
        command = [sys.executable, "-c", code, str(program), str(pictures)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise WorldError(f"the photo helper cannot be written: {done.stderr.strip()[-200:]}")
        return program, done.stdout.strip()

    def _start_card(self) -> None:
        process = self._start("social-card", "drivers.social_card.simulator", ["--tcp", "0"])
        self._uris["social-card"] = _uri_of(process)

    def _start_jack(self) -> None:
        link = self._world.folder / "jack"
        self._start("jack", "drivers.jack.simulator", ["--pty-link", str(link), "--unpaced"])
        self._uris["jack"] = f"input:{link}"

    def _start_serial(self, part: str, arguments: list[str]) -> None:
        link = self._world.folder / part
        self._start(part, f"drivers.{part}.simulator", ["--pty-link", str(link), "--unpaced", *arguments])
        self._uris[part] = f"serial:{link}"

    def _start_provider(self) -> None:
        """The provider keeps its money in the world's folder, so that it can lose its power, too."""
        folder = self._world.folder
        data = str(folder / "provider.db")
        process = self._start("pay", "central_platform.payments.simulator", ["--port", "0", "--data", data])
        told = json.loads(process.first_line())
        self._uris["pay"] = str(told["url"])
        merchant = self._world.platform.post("/lab/provider", {"url": told["url"], "key": told["key"]})
        authority = str(self._world.platform.authority)
        self.control("pay").ask(merchant=merchant["merchant"], key=merchant["key"], ca=authority)
        if self._world.skipped:
            self.advance(self._world.skipped)

    def _start_module(self, kind: str) -> None:
        process = self._start(kind, "drivers.biometric.simulator", ["--modality", kind, "--tcp", "0"])
        self._uris[kind] = _uri_of(process)


def portraits() -> Mapping[str, list[str]]:
    """The people of the portraits, those of whom there are most pictures first, each with their names in order."""
    found: dict[str, list[str]] = {}
    for name in FACING:
        if (PORTRAITS / f"{name}.png").is_file():
            found.setdefault(name.rpartition("-")[0], []).append(name)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def card_photo(portrait: Path, photo: Path) -> None:
    """Cut a portrait to the shape of a card's photo, 102 to 126, and make it as small."""
    from PIL import Image

    with Image.open(portrait) as image:
        width, height = image.size
        across = min(width, round(height * 102 / 126))
        down = min(height, round(width * 126 / 102))
        left, top = (width - across) // 2, (height - down) // 2
        image.convert("RGB").crop((left, top, left + across, top + down)).resize((102, 126)).save(photo)


def _uri_of(process: Process) -> str:
    return str(json.loads(process.first_line())["uri"])
