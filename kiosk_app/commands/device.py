"""`kiosk device`: one device at a time, for technicians. A device that a running terminal owns is refused (exit 3)."""

from __future__ import annotations

import queue
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from kiosk_app.clock import SystemClock
from kiosk_app.commands import discovery
from kiosk_app.commands.common import FAILED, UNREACHABLE, USAGE, Json, State, ask_running, out, owned, place, stop
from provisioning import CheckState

if TYPE_CHECKING:
    from drivers.device import Command, Completion, Device

app = typer.Typer(help="One device at a time.", no_args_is_help=True)
discovery.register(app)
Uri = Annotated[
    str, typer.Option("--uri", help="Where it is, instead of the profile: serial:/dev/ttyUSB0?baud=115200.")
]
SECONDS = 20.0
CAMERAS = frozenset({"v4l2", "file", "dir", "mjpeg", "fault"})
T = TypeVar("T")


@app.command("list")
def list_devices(state: State = None, as_json: Json = False) -> None:
    """The devices of this site and how they are."""
    report = ask_running(state, "doctor")
    if report is not None:
        rows: list[dict[str, Any]] = report["devices"]
    else:
        rows = [{"id": d.id, "kind": d.kind, "uri": d.uri, "state": "not asked"} for d in _specs(state)]
    if as_json:
        out(rows)
        return
    for row in rows:
        out(f"{row['id']:12} {row['kind']:16} {row['state']:16} {row.get('cause', row.get('uri', ''))}")


@app.command("network")
def network(state: State = None, as_json: Json = False) -> None:
    """The way to the platform layer by layer, and what stands in it; 1 when something does."""
    from kiosk_app.health import net_probes
    from kiosk_app.health.network import culprit, judge
    from offline_cache import look
    from provisioning import ProvisioningError, load_identity

    facts = net_probes.local_facts()
    try:
        identity = load_identity(place(state).provision)
        facts = replace(facts, way=look(identity.url, identity, SystemClock()))
    except ProvisioningError:
        # Not enrolled: what this machine says of its own network is told all the same.
        pass
    found = judge(facts)
    first = culprit(found)
    if as_json:
        out({"cause": first.id if first else None, "layers": [finding.as_json() for finding in found]})
    else:
        for finding in found:
            remedy = "" if finding.state is CheckState.PASS else f" → {finding.remedy.zh}"
            out(f"{finding.state.value:5} {finding.id:12} {finding.cause.zh}{remedy}")
    if first is not None and first.state is CheckState.FAIL:
        raise typer.Exit(FAILED)


@app.command("read-card")
def read_card(
    state: State = None, uri: Uri = "", seconds: float = SECONDS, reveal: bool = False, as_json: Json = False
) -> None:
    """Read one card; masked unless --reveal."""
    from contracts.masks import mask_address, mask_id, mask_name
    from drivers.card_reader import Card, ReadCard, SamCardReader, connection

    factory = _understood(connection, _uri(state, "card_reader", uri))
    done = _once(SamCardReader("card", factory, clock=SystemClock()), ReadCard("read", seconds, fresh=False), seconds)
    card = done.result
    if not isinstance(card, Card):
        _failed("the card", done)
    facts = {
        "layout": card.layout.value,
        "name": card.name if reveal else mask_name(card.name),
        "sex": card.sex.value if reveal else "*",
        "nation": card.nation if reveal else "*",
        "birth": card.birth.isoformat() if reveal else "*",
        "address": card.address if reveal else mask_address(card.address) if card.address else "",
        "id_number": card.id_number if reveal else mask_id(card.id_number),
        "authority": card.authority if reveal else "*",
        "valid_from": card.valid_from.isoformat(),
        "valid_to": card.valid_to.isoformat() if card.valid_to else "长期",
        "ms": round(card.timing.seconds * 1000, 1) if card.timing else None,
    }
    if as_json:
        out(facts)
    else:
        for name, value in facts.items():
            out(f"{name:12} {value}")


@app.command("read-code")
def read_code(
    state: State = None, uri: Uri = "", seconds: float = SECONDS, reveal: bool = False, as_json: Json = False
) -> None:
    """Wait for one code; its text is shown only with --reveal: it may be somebody's credential."""
    from drivers.code_reader import CodeRead, ReadCode, reader
    from drivers.vision import VisionDevice

    clock = SystemClock()
    where = _uri(state, "code_reader", uri)
    scheme = where.partition(":")[0]
    make = VisionDevice if scheme in CAMERAS else reader
    device: Device = _understood(lambda address: make("code", address, clock=clock), where)
    done = _once(device, ReadCode("read", seconds), seconds)
    code = done.result
    if not isinstance(code, CodeRead):
        _failed("the code", done)
    facts = {"format": code.format, "characters": len(code.text), "text": code.text if reveal else None}
    out(facts if as_json else f"{facts['format']}  {facts['characters']} characters  {code.text if reveal else ''}")


@app.command("read-social-card")
def read_social_card(
    state: State = None, uri: Uri = "", seconds: float = SECONDS, reveal: bool = False, as_json: Json = False
) -> None:
    """Read one social-security card; masked unless --reveal."""
    from contracts.masks import mask_id, mask_name
    from drivers.social_card import ReadSocialCard, SocialCard, SocialCardReader, parse_address

    address = _understood(parse_address, _uri(state, "social_card_reader", uri))
    device = SocialCardReader("social", address, clock=SystemClock())
    done = _once(device, ReadSocialCard("read", seconds, fresh=False), seconds)
    card = done.result
    if not isinstance(card, SocialCard):
        _failed("the card", done)
    facts = {
        "name": card.name if reveal else mask_name(card.name),
        "id_number": card.id_number if reveal else mask_id(card.id_number),
        "card_number": card.card_number if reveal else "*",
        "region": card.region,
        "spec": card.spec,
        "valid_to": card.valid_to.isoformat() if card.valid_to else None,
    }
    if as_json:
        out(facts)
    else:
        for name, value in facts.items():
            out(f"{name:12} {value}")


@app.command("scan-image")
def scan_image(files: Annotated[list[Path], typer.Argument()], as_json: Json = False) -> None:
    """Find codes in picture files; one line each."""
    from drivers.code_reader.pictures import PictureError
    from drivers.code_reader.pictures import scan_image as scan

    bad = 0
    for file in files:
        try:
            found = scan(file)
        except PictureError as error:
            bad += 1
            stop_line = f"{file}: {error}"
            typer.echo(stop_line, err=True)
            continue
        out(found if as_json else f"{file}: {found['codes']}")
    if bad:
        raise typer.Exit(FAILED)


@app.command("match-face")
def match_face(
    photo: Annotated[Path | None, typer.Argument(help="The card's photo.")] = None,
    live: Annotated[Path | None, typer.Argument(help="The live picture.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="CSV of two columns: id photo, live picture.")] = None,
    accept: Annotated[float, typer.Option(help="Up to this distance it is the same person.")] = 0.50,
    second: Annotated[float, typer.Option(help="Up to this distance a second proof is needed.")] = 0.60,
    detector: Annotated[Path | None, typer.Option(help="YuNet ONNX file, instead of dlib's HOG detector.")] = None,
    detector_sha256: Annotated[str, typer.Option(help="The SHA-256 that the detector's file must have.")] = "",
    as_json: Json = False,
) -> None:
    """Compare card photos with live pictures, on this machine; nothing is kept."""
    from drivers.vision.faces.engine import ModelError
    from drivers.vision.faces.pairs import Matcher, read_pairs
    from drivers.vision.faces.photographs import PhotographError
    from drivers.vision.messages import FaceSettings

    if not 0 < accept <= second < 2:
        stop("thresholds: 0 < --accept <= --second < 2", USAGE)
    if detector is not None and not detector_sha256:
        stop("--detector needs --detector-sha256", USAGE)
    if pairs is not None:
        try:
            jobs = read_pairs(pairs)
        except (OSError, ValueError) as error:
            stop(f"{pairs}: {error}", USAGE)
    else:
        jobs = [(photo, live)] if photo is not None and live is not None else []
    if not jobs:
        stop("name two pictures, or --pairs FILE.csv", USAGE)
    settings = FaceSettings(accept=accept, second=second, detector=str(detector or ""), detector_sha256=detector_sha256)
    try:
        matcher = Matcher.loaded(settings)
    except ModelError as error:
        stop(str(error), FAILED)
    bad = 0
    for one, other in jobs:
        try:
            found = matcher.match(one, other)
        except PhotographError as error:
            bad += 1
            typer.echo(str(error), err=True)
            continue
        out(found if as_json else f"{found['decision']:13} {found['distance']}  {found['id']}  {found['live']}")
    if bad:
        raise typer.Exit(FAILED)


@app.command("print")
def print_test(
    to: Annotated[str, typer.Option("--to", help="tcp://host:port or serial:/dev/...; default: the profile's.")] = "",
    state: State = None,
    text: Annotated[str, typer.Option(help="What to print on the test page.")] = "打印测试 Print test",
    seconds: float = SECONDS,
    as_json: Json = False,
) -> None:
    """Print a test page and say whether the paper really came."""
    from drivers.receipt_printer import EscposPrinter, FileJournal, Print, printed_of
    from drivers.transport import parse_uri
    from kiosk_app.documents import ReceiptKind, ReceiptModel, page_of, render

    clock = SystemClock()
    factory = _understood(parse_uri, _uri(state, "receipt_printer", to))
    model = ReceiptModel(
        kind=ReceiptKind.INFO, centre="Doorstep 家门口", service=text, number="TEST", at=clock.now(), title="打印测试"
    )
    journal = FileJournal(_journal(state))
    printer = EscposPrinter("printer", factory, journal, clock, secrets.token_bytes)
    done = _once(printer, Print("test", seconds, "test", (render(page_of(model)),)), seconds)
    found = printed_of(done)
    facts = {
        "outcome": found.outcome.value,
        "cause": found.cause.value if found.cause else None,
        "sent": found.sent,
        "total": found.total,
    }
    out(facts if as_json else f"{facts['outcome']}  {facts['cause'] or ''}  {found.sent}/{found.total} bytes")
    if found.outcome.value != "printed":
        raise typer.Exit(FAILED if found.sent else UNREACHABLE)


@app.command("switch")
def switch(name: str, on: bool, state: State = None, seconds: float = SECONDS, as_json: Json = False) -> None:
    """Switch a lamp of the relay board: `kiosk device switch light true`."""
    from drivers.relays import Switch, Switched

    done = _once(_board(state), Switch("switch", seconds, name, on), seconds)
    if not isinstance(done.result, Switched):
        _failed("the relay", done)
    facts = {"name": name, "on": done.result.on, "confirmed": done.result.confirmed}
    out(facts if as_json else f"{name} is {'on' if on else 'off'}{'' if done.result.confirmed else ', not confirmed'}")


@app.command("open-locker")
def open_locker(name: str, state: State = None, seconds: float = SECONDS, as_json: Json = False) -> None:
    """Pulse the lock of a locker and say what its contact says."""
    from drivers.relays import Door, OpenLocker

    done = _once(_board(state), OpenLocker("open", seconds, name), seconds)
    if not isinstance(done.result, Door):
        _failed("the locker", done)
    out({"name": name, "door": done.result.value} if as_json else f"{name}: {done.result.value}")
    if done.result is not Door.OPENED:
        raise typer.Exit(FAILED)


def _board(state: Path | None) -> Device:
    from drivers.relays import relays

    _not_owned(state)
    spec = next((one for one in _specs(state) if one.kind == "relays"), None)
    if spec is None:
        stop("no relay board in the profile", USAGE)
    return _understood(lambda uri: relays(spec.id, uri, clock=SystemClock(), options=spec.options), spec.uri)


@app.command("speak")
def speak(
    text: str, lang: str = "zh", state: State = None, uri: Uri = "", seconds: float = SECONDS, as_json: Json = False
) -> None:
    """Say a sentence and report how much of it was played."""
    from drivers.speech import Clip, Speak, Speech, Spoken
    from kiosk_app.voice.baked import CLIPS

    _not_owned(state)
    device = Speech("speech", uri or _profile_uri(state, "speech") or "speech:default", clips=(CLIPS,))
    done = _once(device, Speak("say", seconds, (Clip(text, lang),), private=False), seconds)
    if not isinstance(done.result, Spoken) or not done.ok:
        _failed("the voice", done)
    found = done.result
    facts = {"clips": found.clips_done, "seconds": found.seconds, "synthesised": found.synthesised}
    out(facts if as_json else f"{facts['seconds']} s")


def _specs(state: Path | None) -> Iterable[Any]:
    from provisioning import ProvisioningError, load_profile
    from provisioning.replacement import ReplacementDamagedError, with_replacements

    folder = place(state).provision
    try:
        profile = load_profile(folder)
        return with_replacements(folder, profile).devices
    except ReplacementDamagedError:
        return profile.devices
    except ProvisioningError:
        return ()


def _profile_uri(state: Path | None, kind: str) -> str:
    return next((spec.uri for spec in _specs(state) if spec.kind == kind), "")


def _uri(state: Path | None, kind: str, given: str) -> str:
    if given:
        return given
    _not_owned(state)
    found = _profile_uri(state, kind)
    if not found:
        stop(f"no {kind} in the profile: name one with --uri (or --to)", USAGE)
    return found


def _understood(make: Callable[[str], T], address: str) -> T:
    """Make something of an address, or say what is wrong with it."""
    try:
        return make(address)
    except ValueError as error:
        stop(str(error), USAGE)


def _not_owned(state: Path | None) -> None:
    if owned(state):
        stop("the running terminal owns this device: stop it, or hand the device over in technician mode", UNREACHABLE)


def _journal(state: Path | None) -> Path:
    """Where a technician's test prints are journalled: beside the store, or in the temporary folder of the machine."""
    import tempfile

    root = place(state).root
    return (root if root.is_dir() else Path(tempfile.mkdtemp(prefix="doorstep-"))) / "test-prints.journal"


def _once(device: Device, command: Command, seconds: float) -> Completion:
    """Start a device, do one thing, stop it."""
    from drivers.device import Completion, DeviceError, ErrorKind, Report

    answers: queue.SimpleQueue[Completion] = queue.SimpleQueue()

    def hear(report: Report) -> None:
        if isinstance(report, Completion) and report.id == command.id:
            answers.put(report)

    device.start(hear)
    try:
        device.submit(command)
        return answers.get(timeout=seconds + 5.0)
    except queue.Empty:
        return Completion(device.capabilities.device, command.id, error=DeviceError(ErrorKind.TIMEOUT))
    finally:
        device.stop()


def _failed(what: str, done: Completion) -> NoReturn:
    error = done.error
    kind = error.kind.value if error else "unknown"
    code = UNREACHABLE if kind in {"offline", "timeout"} else FAILED
    stop(f"{what} was not read, said or moved: {kind} {error.detail if error else ''}".rstrip(), code)
