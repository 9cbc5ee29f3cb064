"""Everything around one terminal: simulators, platform, cable, a person in front of it. Ends with its owner."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlparse

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk_app.clock import SystemClock
from kiosk_app.folders import Folders
from kiosk_app.identity import witness_entry
from kiosk_app.identity.one_time import hotp, step_of
from kiosk_app.lab.cable import Cable, Plug
from kiosk_app.lab.central import Platform
from kiosk_app.lab.parts import Parts
from kiosk_app.lab.people import LICENCE, Resident, draw, foreigner, permit_holder
from kiosk_app.lab.processes import ROOT, JsonLines, Process, WorldError, wait_until
from kiosk_app.lab.staff import Staff
from kiosk_app.services.checks import luhn
from provisioning import enrol
from provisioning.platform_http import PlatformHttp

SERVICES = tuple(sorted(path.parent.name for path in (ROOT / "central_platform" / "packages").glob("*/service.json")))
"""Every service that a terminal can finish."""
HOST_PIN = "246810"
PACKAGES = ROOT / "central_platform" / "packages"
PAGE = 4096
LIFTED_S = 0.8
STOP_S = 10.0


class World:
    """A place with one terminal. A context manager; its folder is short-lived and short-named (sockets live in it)."""

    def __init__(self, pace: str = "fast", seed: int = 1, *, landscape: bool = False, show: bool = False) -> None:
        self.pace = pace
        self.landscape = landscape
        self.show = show
        self.clock = SystemClock()
        self.random = random.Random(seed)
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-"))
        self.skipped = 0.0
        self.without: frozenset[str] = frozenset()
        self.services: tuple[str, ...] = SERVICES
        self.starts = 0
        self.machine: Path | None = None
        self.environment: dict[str, str] = {}
        self.before: tuple[str, ...] = ()
        self.amend: Callable[[dict[str, Any]], dict[str, Any]] = lambda profile: profile
        self.card = JsonLines(self.folder / "card.sock")
        self.code = JsonLines(self.folder / "code.sock")
        self.printer = JsonLines(self.folder / "printer.sock")
        self.sheets = JsonLines(self.folder / "sheets.sock")
        self.stage = JsonLines(self.folder / "stage.sock")
        self.host = draw(self.random, self.clock.now().date(), age=(30, 50))
        self.technician = draw(self.random, self.clock.now().date(), age=(25, 45))
        self.technician_id = ""
        self._technician_secret = b""
        self.state = Folders(self.folder / "t0")
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.paper = self.folder / "paper"
        self.tray = self.folder / "tray"
        self.packages = self.folder / "packages"
        self.meddled = False
        self._spoilt = False
        self._terminals = 0
        self._uri = ""
        self._sheets_uri = ""
        self._processes: list[Process] = []
        self.parts = Parts(self)
        self.staff = Staff(self)
        self._stage: Process | None = None
        self._platform: Platform | None = None
        self._cable: Cable | None = None

    # Life

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self) -> None:
        fast = ["--unpaced"] if self.pace == "fast" else []
        self._publish()
        self._platform = Platform(self.folder / "platform", self.packages)
        card = self._simulator("card_reader", ["--pty-link", str(self.folder / "card"), *fast], self.card)
        code = self._simulator("code_reader", ["--pty-link", str(self.folder / "code"), *fast], self.code)
        printer = self._simulator("receipt_printer", ["--tcp", "0", "--out", str(self.paper), *fast], self.printer)
        sheets = self._simulator("page_printer", ["--port", "0", "--out", str(self.tray), *fast], self.sheets)
        self._uri = json.loads(printer.first_line())["uri"]
        self._sheets_uri = json.loads(sheets.first_line())["uri"]
        self.card.connect(card)
        self.code.connect(code)
        self.printer.connect(printer)
        self.sheets.connect(sheets)
        self.platform.ready()
        self._cable = Cable(self.platform.address)
        self.platform.post("/lab/people", self.host.record())

    def _simulator(self, kind: str, arguments: list[str], control: JsonLines) -> Process:
        process = Process(
            f"drivers.{kind}.simulator",
            [*arguments, "--control", str(control.path)],
            self.folder / f"{kind}.stderr",
        )
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End everything that was started and remove its folder."""
        self.power_off()
        self.parts.close()
        for control in (self.card, self.code, self.printer, self.sheets):
            control.close()
        for process in self._processes:
            process.end()
        self._processes.clear()
        if self._cable is not None:
            self._cable.close()
        if self._platform is not None:
            self._platform.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def platform(self) -> Platform:
        """The platform."""
        if self._platform is None:
            raise WorldError("the world was not started")
        return self._platform

    @property
    def cable(self) -> Cable:
        """The network cable."""
        if self._cable is None:
            raise WorldError("the world was not started")
        return self._cable

    @property
    def terminal_pid(self) -> int:
        """The terminal's process.

        Raises:
            WorldError: the power is off.
        """
        if self._stage is None:
            raise WorldError("the power is off")
        return self._stage.popen.pid

    @property
    def powered(self) -> bool:
        """True while the terminal's process lives."""
        return self._stage is not None and self._stage.running

    # The terminal

    @property
    def installed(self) -> bool:
        """True once a terminal was enrolled."""
        return self._terminals > 0

    def install(self) -> None:
        """Put a new terminal in place: a slot, a one-time code, the real ceremony of enrolment."""
        self.power_off()
        self.cable.plug(Plug.UP)
        self.meddled = False
        self._terminals += 1
        self.state = Folders(self.folder / f"t{self._terminals}")
        self.state.root.mkdir(mode=0o700)
        slot = self.platform.post("/lab/terminals", self.amend(self.profile()))
        url = f"https://127.0.0.1:{self.cable.port}"
        clock = SystemClock()
        enrol(
            PlatformHttp(clock), url, slot["code"], self.platform.fingerprint, self.state.provision, clock, os.urandom
        )

    def profile(self) -> dict[str, Any]:
        """What the platform signs for the site."""
        return {
            "name": {"zh": "家门口政务服务终端", "en": "Doorstep terminal"},
            "place": {"zh": "西长安街街道某社区", "en": "A community in Xichang'anjie"},
            "kind": "community",
            "services": list(self.services),
            "devices": [
                {"id": "card-1", "kind": "card_reader", "uri": f"serial:{self.folder / 'card'}?baud=115200"},
                {"id": "code-1", "kind": "code_reader", "uri": f"serial:{self.folder / 'code'}?baud=9600"},
                {"id": "printer-1", "kind": "receipt_printer", "uri": self._uri},
                {"id": "sheets-1", "kind": "page_printer", "uri": self._sheets_uri},
                {"id": "voice-1", "kind": "speech", "uri": self._speech()},
                *self.parts.devices(),
            ],
            "witnesses": [witness_entry("host-1", self.host.id_no, HOST_PIN, os.urandom(16))],
        }

    def _speech(self) -> str:
        if self.show:
            return "speech:default?headphones=default"
        return f"speech:file:{self.sound}?pace={'fast' if self.pace == 'fast' else 'real'}"

    @property
    def sound(self) -> Path:
        """The file of the loudspeaker's samples of this terminal."""
        return self.folder / f"sound{self._terminals}.wav"

    @property
    def headphone_sound(self) -> Path:
        """The file of the headphones' samples of this terminal."""
        return self.sound.with_suffix(".headphones.wav")

    def power_on(self) -> None:
        """Start the terminal's process on its folder and wait until all of it is up."""
        self.power_off()
        path = self.folder / "stage.sock"
        path.unlink(missing_ok=True)
        arguments = ["--state", str(self.state.root), "--socket", str(path), "--pace", self.pace]
        arguments += ["--skipped", str(self.skipped)]
        arguments += ["--landscape"] if self.landscape else []
        arguments += ["--show"] if self.show else []
        arguments += [word for name in sorted(self.without) for word in ("--without", name)]
        self.starts += 1
        arguments += ["--machine", str(self.machine)] if self.machine else []
        environment = {"TMPDIR": str(self.temporary), **self.environment}
        self._stage = Process(
            "kiosk_app.lab.stage",
            arguments,
            self.folder / "stage.stderr",
            environment=environment,
            before=self.before,
        )
        self.stage.connect(self._stage)
        self.stage.ask(ready=True)

    def power_cut(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        if self._stage is not None:
            self._stage.kill()
        self.stage.close()

    def power_off(self) -> None:
        """Stop the terminal in good order."""
        if self._stage is None:
            return
        if self._stage.running:
            with contextlib.suppress(WorldError):
                self.stage.ask(quit=True)
                wait_until(lambda: not self.powered, STOP_S, "the terminal stops")
            self._stage.end()
        self._stage = None
        self.stage.close()

    def wait_dead(self, seconds: float = 15.0) -> None:
        """Wait until the terminal's process has died by itself.

        Raises:
            WorldError: it lives.
        """
        process = self._stage
        if process is None:
            return
        wait_until(lambda: not process.running, seconds, "the power cut did not come")
        process.reap()
        self.stage.close()

    @property
    def trouble(self) -> str:
        """What the terminal's process wrote to its standard error."""
        return self._stage.tail() if self._stage is not None else ""

    # The person and the things

    def resident(
        self,
        *,
        age: tuple[int, int] = (81, 93),
        expired: bool = False,
        known: bool = True,
        licences: tuple[str, ...] = (),
    ) -> Resident:
        """Draw somebody; `known` people have a record at the platform. They hold these `licences` and no others."""
        drawn = draw(self.random, self.clock.now().date(), age=age, expired=expired)
        drawn = replace(drawn, licences=licences)
        self.platform.post("/lab/people", drawn.record() if known else drawn.register())
        return drawn

    def revoke(self, resident: Resident) -> None:
        """Have every licence of somebody withdrawn."""
        held = {kind: {**LICENCE, "revoked": True} for kind in resident.licences}
        self.platform.post("/lab/people", {**resident.record(), "licences": held})

    def make_technician(self) -> None:
        """Put the technician on the platform's list, once."""
        if self.technician_id:
            return
        who = {"name": self.technician.name, "id_no": self.technician.id_no}
        made = self.platform.post("/lab/technicians", who)
        self.technician_id = str(made["id"])
        self._technician_secret = base64.b32decode(parse_qs(urlparse(str(made["uri"])).query)["secret"][0])

    def one_time_code(self, steps: int = 0) -> str:
        """What the technician's authenticator shows by the terminal's time, or so many steps later."""
        now = datetime.fromisoformat(str(self.stage.ask(clock=True)["now"]))
        return hotp(self._technician_secret, step_of(now) + steps) if self._technician_secret else ""

    def stranger(self, kind: str) -> Resident:
        """Draw somebody whose card is of another kind: foreigner, foreigner-2017 or hmt; the platform knows them."""
        today = self.clock.now().date()
        if kind == "hmt":
            drawn = permit_holder(self.random, today)
        else:
            drawn = foreigner(self.random, today, layout="foreigner2017" if kind.endswith("2017") else "foreigner2023")
        self.platform.post("/lab/people", {**drawn.record(), "name": drawn.name or drawn.facts["latin_name"]})
        return drawn

    def present(self, resident: Resident) -> None:
        """Put a card on the pad."""
        self.card.ask(present=resident.card())

    def remove(self) -> None:
        """Lift it, and leave the pad empty long enough for the reader to feel it when it is looking."""
        finds = int(str(self.card.ask(status=True)["finds"]))
        self.card.ask(remove=True)
        with contextlib.suppress(WorldError):
            wait_until(lambda: int(str(self.card.ask(status=True)["finds"])) > finds + 1, LIFTED_S, "the reader looks")

    def show_code(self, text: str | None) -> None:
        """Hold a phone in front of the code reader, or take it away."""
        self.code.ask(show=text)

    def token(self, resident: Resident, kind: str = "doorstep") -> str:
        """The text of a fresh QR credential: doorstep, medical, social_security, network_id or city_app."""
        return str(self.platform.post("/lab/tokens", {"person": resident.person(), "kind": kind})["raw"])

    def workday(self) -> date:
        """The day after the next on which halls are open, for appointments."""
        closed = set(json.loads((PACKAGES / "reference.json").read_text("utf-8")).get("closedDays") or ())
        days = (self.clock.now().date() + timedelta(days=n) for n in range(2, 14))
        return next(day for day in days if day.weekday() < 5 and day.isoformat() not in closed)

    def account(self, company: str) -> str:
        """An account number of one of the sample companies (1 water, 2 power, 3 gas, 4 heating) with something to pay.

        Raises:
            WorldError: the platform has no bill for any.
        """
        for _ in range(100):
            digits = company + "".join(str(self.random.randrange(10)) for _ in range(8))
            number = next(digits + check for check in "0123456789" if luhn(digits + check))
            if self.platform.get("/lab/bills", number=number)["most"]:
                return number
        raise WorldError("no account has anything to pay")

    def messages(self, phone: str) -> list[str]:
        """What the phone received, oldest first."""
        return [str(line["text"]) for line in self.platform.get("/lab/messages", phone=phone)]

    def advance(self, seconds: float) -> None:
        """Let time pass: the terminal's and the platform's."""
        answer = self.stage.ask(advance=seconds)
        self.skipped = float(answer["skipped"])
        self.platform.post("/lab/clock", {"advance_s": seconds})
        self.parts.advance(seconds)

    def fault(self, mode: str, count: int = 1, path: str | None = None) -> None:
        """Break the next answers of the platform."""
        body: dict[str, Any] = {"mode": mode, "count": count}
        self.platform.post("/lab/faults", {**body, "path": path} if path else body)

    # What may go wrong

    def damage_at(self) -> int:
        """A byte of the store in whose page something lives: the middle of the last page."""
        return self.state.store.stat().st_size - PAGE // 2

    def publish(self, how: str) -> None:
        """Publish a catalogue that the terminal must not take.

        Raises:
            WorldError: there is no such fault.
        """
        if how not in ("broken-schema", "bad-signature"):
            raise WorldError(f"package: {how} is neither broken-schema nor bad-signature")
        self._spoilt = True

        def spoil() -> None:
            file = self.packages / "YL01" / "service.json"
            service = json.loads(file.read_text("utf-8"))
            service["version"] = int(service["version"]) + 1
            if how == "broken-schema":
                service["level"] = "L9"
            file.write_text(json.dumps(service, ensure_ascii=False), "utf-8")
            if how == "bad-signature":
                self._swap_signing_key()

        self.restart_platform(spoil)
        self.stage.ask(poke=True)

    def _swap_signing_key(self) -> None:
        """From now on the platform signs with a key that no terminal trusts."""
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = self.platform.folder / "authority" / "signing.key"
        shutil.copy2(file, file.with_suffix(".right"))
        file.write_bytes(pem)

    def _publish(self) -> None:
        """Lay the packages out for the platform.

        Their clips come along only where people listen: scripts listen for samples that they know beforehand, and when
        clips are used by a terminal depends on when it was last idle.
        """
        left_out = () if self.show else ("voice",)
        shutil.copytree(PACKAGES, self.packages, ignore=shutil.ignore_patterns(*left_out))

    def _unspoil(self) -> None:
        """Publish what is right again."""

        def mend() -> None:
            shutil.rmtree(self.packages)
            self._publish()
            right = self.platform.folder / "authority" / "signing.right"
            if right.exists():
                right.replace(self.platform.folder / "authority" / "signing.key")

        self._spoilt = False
        self.restart_platform(mend)

    def restart_platform(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Stop the platform, change something of its folder or its packages, and start it again at the same address."""
        port = self.platform.address[1]
        self.platform.end()
        meanwhile()
        self._platform = Platform(self.folder / "platform", self.packages, port, unjudged=self._spoilt)
        self.platform.ready()
        if self.skipped:
            self.platform.post("/lab/clock", {"advance_s": self.skipped})

    def paper_status(self) -> Mapping[str, Any]:
        """Receipts, rows and panel of the printer."""
        return self.printer.ask(status=True)

    def rest(self) -> None:
        """Everything as it should be: no card, no faults, paper in, cable plugged."""
        if self.card.ask(status=True)["card"]:
            self.remove()
        self.card.ask(fault="none")
        self.code.ask(show=None, fault="none")
        self.printer.ask(power="on")
        self.printer.ask(set={"paper": "full", "cover": "closed", "silent": False, "stalled": False, "ack": "ok"})
        self.sheets.ask(set={"paper": "full", "cover": "closed", "stalled": False})
        self.parts.rest()
        self.cable.plug(Plug.UP)
        self.cable.latency(0.0)
        self.cable.drop_answers(0)
        if self._spoilt:
            self._unspoil()
        self.fault("ok", 0)
        self.staff.rest()
