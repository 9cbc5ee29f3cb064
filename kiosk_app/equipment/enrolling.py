"""What a technician's page has done on a machine that is not enrolled: slips read, the platform asked, parts found.

The slip is held here from the moment it is read until it has done its work or the technician leaves; of it only host
and terminal's number go to the page. Asking, looking and reading run on threads of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.enrolment import ANSWER
from drivers.code_reader import CodeRead as Code
from drivers.code_reader import ReadCode, reader
from drivers.device import Completion, Device, ErrorKind, Report
from drivers.vision import VisionDevice
from drivers.vision.messages import FaceSettings
from kiosk_app.clock import SystemClock
from kiosk_app.conductor import Performer, Record
from kiosk_app.equipment.machine import Surroundings
from kiosk_app.visit.effects import (
    Effect,
    Enrol,
    FindParts,
    FindSticks,
    ForgetSlip,
    LookAround,
    OpenService,
    ReplacePart,
    ShowAuthority,
    TakeAnswer,
    TakeSlip,
    TakeTyped,
    WriteRequest,
)
from kiosk_app.visit.enrolment import Facts, Part, Refusal, Slip
from kiosk_app.visit.events import (
    AuthorityShown,
    CodeFailed,
    CodeRead,
    EnrolProgress,
    EnrolRefused,
    EnrolWaits,
    Event,
    MachineEnrolled,
    MachineLooked,
    PartsFound,
    PartTaken,
    ReaderFound,
    RequestWritten,
    SlipTaken,
    SticksFound,
)
from offline_cache.faces import LockedIdentity
from provisioning import (
    EnrolmentPendingError,
    ProvisioningError,
    Reply,
    Ticket,
    enrol,
    load_profile,
    parse_ticket,
    read_asked,
    status,
    take_bundle,
    write_request,
)
from provisioning.authority import host_and_port, normal_fingerprint, presented_authority
from provisioning.device import usual_keeper
from provisioning.discovery import Suggestion, compare, find
from provisioning.enrol import TIMEOUT_S
from provisioning.errors import NoAnswerError, NothingAskedError, OtherPlatformError, StickUnwritableError
from provisioning.identity import former_authority
from provisioning.platform_http import PlatformHttp
from provisioning.replacement import replace_part, with_replacements
from provisioning.status import trouble
from provisioning.ticket import normal_code

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk_app.terminal import Options, Terminal

READ_SECONDS = 3600.0
AGAIN_S = 1.0
"""After something that is no slip: it may still be held up."""
CAMERAS = 2
"""So many cameras look at once: nobody knows yet which one looks at people."""
STICK = "stick"


class Telling(PlatformHttp):
    """The way to the platform, which tells where the ceremony stands: who is asked has proved to be the platform."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(SystemClock())
        self._tell = tell

    def post(
        self, url: str, body: Mapping[str, Any], *, authority: Path, identity: LockedIdentity | None, timeout: float
    ) -> Reply:
        """Send `body` and return the answer; see `provisioning.ports.Http`."""
        self._tell("asking")
        reply = super().post(url, body, authority=authority, identity=identity, timeout=timeout)
        self._tell("checking")
        return reply


def refusal_of(error: ProvisioningError) -> Refusal:
    """Return what the page says of an error."""
    cause, remedy = error.cause, error.remedy
    return Refusal(error.code, {"zh": cause.zh, "en": cause.en}, {"zh": remedy.zh, "en": remedy.en}, error.detail)


def address_of(text: str) -> str:
    """Return the address that was typed, whole."""
    return text if text.startswith("https://") else f"https://{text}"


class Enrolling:
    """Enrols one machine by screens. Performers are called on the loop's thread and return at once."""

    def __init__(self, options: Options, terminal: Terminal, around: Surroundings, record: Record) -> None:
        self._options = options
        self._terminal = terminal
        self._around = around
        self._record = record
        self._folder = options.folders.provision
        self._ticket: Ticket | None = None
        self._worker = ThreadPoolExecutor(1, "enrol")
        self._seeker = ThreadPoolExecutor(1, "seek")
        self._count = itertools.count(1)
        self._wanted = False
        self._eyes: dict[str, Device] = {}
        self._closed = False

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {
            LookAround: lambda effect: self._aside(lambda: MachineLooked(self.facts())),
            TakeSlip: lambda effect: self._aside(lambda: self._taken(parse_ticket(effect.raw))),
            TakeTyped: lambda effect: self._aside(lambda: self._typed(effect)),
            ShowAuthority: lambda effect: self._aside(lambda: self._shown(effect.address)),
            Enrol: lambda effect: self._aside(lambda: self._enrol(effect.replace)),
            FindSticks: lambda effect: self._aside(lambda: SticksFound(tuple(self._around.sticks()))),
            WriteRequest: lambda effect: self._aside(lambda: self._request(effect.stick)),
            TakeAnswer: lambda effect: self._aside(self._answer),
            FindParts: lambda effect: self._aside(self._parts),
            ReplacePart: lambda effect: self._aside(lambda: self._replace(effect)),
            ForgetSlip: lambda effect: self._forget(),
            OpenService: lambda effect: self._terminal.renew(),
        }

    def start(self) -> None:
        """Look whether an attempt waits since before the power went."""
        self._aside(lambda: MachineLooked(self.facts(), at_start=True))

    def close(self) -> None:
        """End everything; nothing of a slip is kept."""
        self._closed = True
        self._wanted = False
        self._ticket = None
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._seeker.submit(self._shut)
        # A port that is being asked keeps nobody waiting: it is given back within seconds.
        self._seeker.shutdown(wait=False)

    def facts(self) -> Facts:
        """Return what this machine is, and what an attempt waits for."""
        asked, known = read_asked(self._folder), status(self._folder, self._options.clock)
        problem = trouble(self._folder)
        told = Facts(
            problem="" if problem is None else problem.code,
            cause={} if problem is None else {"zh": problem.cause.zh, "en": problem.cause.en},
            network=self._around.network(),
        )
        if asked is None or not (asked.code or asked.why == STICK):
            return told
        host = urlsplit(asked.url).netloc
        return Facts(
            told.problem, told.cause, told.network, asked.why or "answer", known.key, host, asked.terminal or ""
        )

    def _aside(self, work: Callable[[], Event | None]) -> None:
        """Do it on the worker's thread; what it returns, or why it stopped, goes to the page."""
        self._worker.submit(self._answered, work)

    def _answered(self, work: Callable[[], Event | None]) -> None:
        try:
            event = work()
        except ProvisioningError as error:
            event = EnrolRefused(refusal_of(error))
        except (OSError, ValueError) as error:
            event = EnrolRefused(refusal_of(ProvisioningError(type(error).__name__)))
        if event is not None and not self._closed:
            self._terminal.post(event)

    # The slip

    def _forget(self) -> None:
        self._ticket = None

    def _taken(self, ticket: Ticket) -> Event:
        self._check_platform(ticket.ca_fingerprint)
        self._ticket = ticket
        return SlipTaken(Slip(urlsplit(ticket.url).netloc, ticket.terminal or ""))

    def _typed(self, effect: TakeTyped) -> Event:
        url = address_of(effect.address)
        host_and_port(url)
        return self._taken(Ticket(url, normal_code(effect.code), normal_fingerprint(effect.digits)))

    def _shown(self, address: str) -> Event:
        return AuthorityShown(presented_authority(address_of(address), TIMEOUT_S))

    def _check_platform(self, fingerprint: str) -> None:
        """A machine that served people is not turned into somebody else's by whoever stands before it."""
        former = former_authority(self._folder)
        if former is not None and former != fingerprint:
            raise OtherPlatformError

    # The ceremony

    def _enrol(self, replace: bool) -> Event:
        slip, again = self._ticket, False
        if slip is None:
            asked = read_asked(self._folder)
            if asked is None or not asked.code:
                raise NothingAskedError
            slip, again = asked.ticket(), asked.replace
        self._make_room()
        try:
            done = enrol(
                Telling(lambda step: self._terminal.post(EnrolProgress(step))),
                slip.url,
                slip.code,
                slip.ca_fingerprint,
                self._folder,
                self._options.clock,
                self._options.random_bytes,
                terminal=slip.terminal,
                tpm=usual_keeper(self._folder),
                replace=replace or again,
            )
        except EnrolmentPendingError:
            return EnrolWaits(status(self._folder, self._options.clock).key)
        return MachineEnrolled(done.terminal)

    def _make_room(self) -> None:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    # Without a network

    def _request(self, name: str) -> Event:
        slip, stick = self._ticket, self._around.sticks().get(name)
        if slip is None:
            raise NothingAskedError
        if stick is None:
            raise StickUnwritableError("gone")
        self._make_room()
        made = write_request(
            stick,
            slip.url,
            slip.ca_fingerprint,
            self._folder,
            self._options.clock,
            self._options.random_bytes,
            terminal=slip.terminal,
            tpm=usual_keeper(self._folder),
        )
        return RequestWritten(made.key)

    def _answer(self) -> Event:
        stick = next((one for one in self._around.sticks().values() if (one / ANSWER).is_file()), None)
        if stick is None:
            raise NoAnswerError
        self._make_room()
        clock, random_bytes = self._options.clock, self._options.random_bytes
        done = take_bundle(stick, self._folder, clock, random_bytes, self._options.folders.arrived)
        return MachineEnrolled(done.terminal)

    # Parts

    def _parts(self) -> Event:
        profile = with_replacements(self._folder, load_profile(self._folder))
        found = find(self._around.look(), SystemClock(), profile.devices)
        rows = []
        for one in compare(profile.devices, (*found.suggestions, *self._around.others), found.ports):
            other = one.other
            uri, options = ("", {}) if other is None else (other.uri, dict(other.options))
            rows.append(Part(one.spec.id, one.spec.kind, one.presence.value, uri, options))
        return PartsFound(tuple(rows))

    def _replace(self, effect: ReplacePart) -> Event:
        profile = load_profile(self._folder)
        try:
            row = replace_part(
                self._folder,
                profile,
                effect.device,
                effect.uri,
                self._options.clock,
                self._options.random_bytes,
                effect.options,
            )
        except ProvisioningError as error:
            return PartTaken(effect.device, error.code)
        self._record("part_replaced", {"device": row.id, "kind": row.kind})
        return PartTaken(effect.device)

    # What looks for a slip

    def listen(self, wanted: frozenset[str]) -> None:
        """Look for codes exactly while the page wants it. Loop's thread."""
        if bool(wanted) == self._wanted or self._closed:
            return
        self._wanted = bool(wanted)
        self._seeker.submit(self._seek if self._wanted else self._shut)

    def _seek(self) -> None:
        """Cameras at once, then whatever answers on a port."""
        try:
            machine = self._around.look()
            seen = (*find(machine, SystemClock(), asks=False).suggestions, *self._around.others)
            self._open([one for one in seen if one.kind == "camera"][:CAMERAS])
            self._open(one for one in seen if one.kind == "code_reader")
            if self._wanted:
                answered = find(machine, SystemClock()).suggestions
                self._open(one for one in answered if one.kind == "code_reader")
        except OSError as error:
            self._record(
                "device_failed", {"device": "code_reader", "command": type(error).__name__, "cause": "offline"}
            )
        self._tell_eyes(done=True)

    def _open(self, found: Iterable[Suggestion]) -> None:
        for one in found:
            if not self._wanted or one.uri in self._eyes:
                continue
            try:
                device = self._eye(one)
            except ValueError:
                continue
            self._eyes[one.uri] = device
            device.start(lambda report, device=device: self._hear(device, report))  # type: ignore[misc]
            self._read(device)
        self._tell_eyes()

    def _eye(self, one: Suggestion) -> Device:
        name = f"{one.kind}-{next(self._count)}"
        if one.kind == "camera":
            return VisionDevice(name, one.uri, clock=self._options.clock, settings=FaceSettings())
        return reader(name, one.uri, clock=self._options.clock, options=one.options)

    def _tell_eyes(self, *, done: bool = False) -> None:
        kinds = {"camera" if isinstance(one, VisionDevice) else "reader" for one in tuple(self._eyes.values())}
        what = "both" if len(kinds) == 2 else next(iter(kinds), "none" if done else "looking")
        if self._wanted:
            self._terminal.post(ReaderFound(what))

    def _read(self, device: Device) -> None:
        device.submit(ReadCode(f"slip-{next(self._count)}", READ_SECONDS))

    def _hear(self, device: Device, report: Report) -> None:
        """Device's thread."""
        if not isinstance(report, Completion) or not self._wanted:
            return
        match report.result:
            case Code(text):
                self._terminal.post(CodeRead(text))
            case _ if report.error is not None and report.error.kind is ErrorKind.UNREADABLE:
                self._terminal.post(CodeFailed("unreadable"))
        self._terminal.screen.post(lambda: self._read_soon(device))

    def _read_soon(self, device: Device) -> None:
        self._terminal.screen.after(AGAIN_S, lambda: self._read_again(device))

    def _read_again(self, device: Device) -> None:
        if self._wanted and device in tuple(self._eyes.values()):
            self._read(device)

    def _shut(self) -> None:
        while self._eyes:
            self._eyes.popitem()[1].stop()
