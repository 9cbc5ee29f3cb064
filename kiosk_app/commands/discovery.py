"""`kiosk device discover` and `replace`: what hangs here, and what takes another's place."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from urllib.parse import urlsplit

import typer

from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import FAILED, USAGE, Json, State, out, owned, place, stop

if TYPE_CHECKING:
    from provisioning import DeviceSpec, SiteProfile

Option = Annotated[
    list[str] | None, typer.Option("--option", help="What else the part needs: board=modbus, unit=3. May be repeated.")
]


ROOT = Path("/")


def register(app: typer.Typer) -> None:
    """Add the commands to `kiosk device`."""
    app.command("discover")(discover)
    app.command("replace")(replace)


def discover(
    state: State = None,
    probe: Annotated[bool, typer.Option("--probe/--no-probe", help="Ask serial ports what hangs there.")] = True,
    root: Annotated[
        Path, typer.Option(help="Where /sys and /dev are: below another folder for a mounted system.")
    ] = ROOT,
    as_json: Json = False,
) -> None:
    """Find devices: nothing is changed, nothing prints. Ports of a running terminal are not asked."""
    from provisioning.discovery import ask_upsd, find, look

    clock, machine = SystemClock(), look(root / "sys", root / "dev")
    profile = _profile(state)
    specs: tuple[DeviceSpec, ...] = profile.devices if profile else ()
    found = find(machine, clock, specs, _paths(specs) if owned(state) else (), asks=probe)
    suggestions = [*found.suggestions, *(ask_upsd(clock) if probe else ())]
    report: dict[str, Any] = {
        "suggestions": [one.as_json() for one in suggestions],
        "ports": [{"path": one.path, "outcome": one.outcome.value} for one in found.ports],
        "others": [{"what": what, "why": why.zh, "why_en": why.en} for what, why in found.others],
    }
    if as_json:
        out(report)
        return
    for row in report["suggestions"]:
        unsteady = "" if row["stable"] else "  （插拔后会变）"
        out(f"{row['kind']:20} {row['sure']:8} {row['uri']}{unsteady}  {row['device'] or '-'}  {row['why']}")
    for row in report["ports"]:
        out(f"{row['path']}: {row['outcome']}")
    for row in report["others"]:
        out(f"{row['what']}: {row['why']}")


def replace(
    device: Annotated[str, typer.Argument(help="The device's id in the site profile.")],
    uri: Annotated[str, typer.Option("--uri", help="Where the new part is; `kiosk device discover` shows it.")],
    option: Option = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Let a new part take a device's place: same id, same kind, another address. Counts from the next start on."""
    from provisioning import ProvisioningError, load_profile
    from provisioning.replacement import replace_part

    options = dict(_pair(text) for text in option or ())
    folder = place(state).provision
    try:
        profile = load_profile(folder)
        spec = next((one for one in profile.devices if one.id == device), None)
        if spec is not None and not yes:
            typer.confirm(f"{spec.id} ({spec.kind}): {spec.uri} → {uri}?", abort=True)
        row = replace_part(folder, profile, device, uri, SystemClock(), secrets.token_bytes, options)
    except ProvisioningError as error:
        _refuse(error)
    facts = row.as_json()
    out(facts if as_json else f"{row.id} ({row.kind}) is at {row.uri} from the next start of the terminal on")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        stop(f"--option {text}: expected name=value", USAGE)
    return name, value


def _refuse(error: Any) -> NoReturn:
    stop(f"{error.cause.zh}{error.remedy.zh} {error}", error.exit_code or FAILED)


def _profile(state: Path | None) -> SiteProfile | None:
    from provisioning import ProvisioningError, load_profile
    from provisioning.replacement import ReplacementDamagedError, with_replacements

    folder = place(state).provision
    try:
        profile = load_profile(folder)
    except ProvisioningError:
        return None
    try:
        return with_replacements(folder, profile)
    except ReplacementDamagedError:
        return profile


def _paths(specs: tuple[DeviceSpec, ...]) -> tuple[str, ...]:
    """The nodes that the devices of a running terminal use."""
    return tuple(urlsplit(spec.uri).path for spec in specs if urlsplit(spec.uri).path.startswith("/"))
