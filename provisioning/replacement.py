"""A part was replaced: its device of the profile keeps its id and gets another address, without enrolling again.

`replaced.json` beside the identity says so, signed by the device key: what somebody else wrote there counts for
nothing. A row holds only as long as the profile says of that device what it said when the part was replaced; when the
platform has learned of it and signs the new address, the row has done its work.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from contracts import canonical
from provisioning.errors import ProvisioningError
from provisioning.files import PRIVATE, write_atomic
from provisioning.identity import Identity, load_identity
from provisioning.ports import Clock, RandomBytes
from provisioning.profile import DeviceSpec, SiteProfile
from provisioning.words import Words

FILE = "replaced.json"
MAX_BYTES = 64 * 1024
LOCAL: Mapping[str, frozenset[str]] = {
    "card_reader": frozenset({"serial", "usb", "sdt-usb", "hid", "pcsc"}),
    "code_reader": frozenset({"serial", "input"}),
    "receipt_printer": frozenset({"serial", "usb", "lp"}),
    "social_card_reader": frozenset({"pcsc"}),
    "camera": frozenset({"v4l2"}),
    "document_scanner": frozenset({"v4l2"}),
    "presence": frozenset({"serial"}),
    "relays": frozenset({"serial"}),
    "headphones": frozenset({"jack", "input"}),
    "biometric_voice": frozenset({"serial"}),
    "biometric_palm": frozenset({"serial"}),
    "biometric_iris": frozenset({"serial"}),
}
"""Kinds that can be replaced on the spot, and the wires that lead to something in the cabinet. Where else a printer's
pages or a person's data go, and which programme decodes a photo, only the platform says.
"""
OPTIONS: Mapping[str, frozenset[str]] = {"relays": frozenset({"board", "unit", "channels"})}
"""What of an entry may change with the part; what hangs on its channels stays."""


class ReplacementError(ProvisioningError):
    """The part cannot take the device's place."""

    code = "replacement-refused"
    cause = Words("这个部件不能这样换。", "This part cannot be replaced so.")
    remedy = Words(
        "请核对设备编号、种类和地址；要改种类或网络地址，请让平台运维更新站点配置。",
        "Compare id, kind and address; for another kind or a network address have the operators change the profile.",
    )


class ReplacementDamagedError(ProvisioningError):
    """The file is not what this terminal wrote."""

    code = "replacement-damaged"
    cause = Words("换件记录不是本机写的，不采用。", "The record of replaced parts is not this terminal's.")
    remedy = Words("请重新运行 kiosk device replace。", "Run kiosk device replace again.")


@dataclass(frozen=True, slots=True)
class Row:
    """One replaced part: `was` is the address in the profile at that time, `uri` the new one."""

    id: str
    kind: str
    was: str
    uri: str
    at: str
    options: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is signed."""
        return {
            "id": self.id,
            "kind": self.kind,
            "was": self.was,
            "uri": self.uri,
            "at": self.at,
            "options": dict(self.options),
        }

    def fits(self, spec: DeviceSpec) -> bool:
        """True while the profile says of the device what it said then."""
        return (self.id, self.kind, self.was) == (spec.id, spec.kind, spec.uri)


def check(spec: DeviceSpec, uri: str, options: Mapping[str, str]) -> None:
    """Make sure that `uri` may take the place of the device's own address.

    Raises:
        ReplacementError: the device may not be replaced here, or not by this.
    """
    allowed = LOCAL.get(spec.kind, frozenset())
    if spec.options.get("fixed") is True or not allowed:
        raise ReplacementError(f"{spec.id}: only the platform changes this device")
    if urlsplit(spec.uri).scheme not in allowed:
        raise ReplacementError(f"{spec.id}: what is reached over a network only the platform changes")
    parts = urlsplit(uri)
    if parts.scheme not in allowed or parts.netloc or not uri.isprintable():
        raise ReplacementError(f"{spec.id}: expected {', '.join(sorted(allowed))}")
    if unknown := set(options) - OPTIONS.get(spec.kind, frozenset()):
        raise ReplacementError(f"{spec.id}: {', '.join(sorted(unknown))} cannot change with the part")


def replace_part(
    folder: Path,
    profile: SiteProfile,
    device: str,
    uri: str,
    clock: Clock,
    random: RandomBytes,
    options: Mapping[str, str] | None = None,
) -> Row:
    """Write down that `device` is at `uri` from the next start on; confirmed by whoever calls this.

    Raises:
        ReplacementError: not such a device, or it may not be replaced by this.
        ProvisioningError: not enrolled.
    """
    identity = load_identity(folder)
    spec = next((one for one in profile.devices if one.id == device), None)
    if spec is None:
        raise ReplacementError(f"{device}: not in the site profile")
    given = dict(options or {})
    check(spec, uri, given)
    row = Row(
        spec.id, spec.kind, spec.uri, uri, clock.now().isoformat(timespec="seconds"), tuple(sorted(given.items()))
    )
    try:
        kept = [old for old in read_rows(folder, identity) if old.id != device]
    except ReplacementDamagedError:
        kept = []
    others = [one for one in replaced(profile, kept).devices if one.id != device]
    if taken := next((one.id for one in others if one.uri.partition("?")[0] == uri.partition("?")[0]), ""):
        raise ReplacementError(f"{device}: {taken} is there")
    _write(folder, identity, [*kept, *([] if uri == spec.uri and not given else [row])], random)
    return row


def read_rows(folder: Path, identity: Identity) -> tuple[Row, ...]:
    """Return what was replaced, as this very terminal has written it down.

    Raises:
        ReplacementDamagedError: it is another's, or damaged.
    """
    file = folder / FILE
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ReplacementDamagedError(type(error).__name__) from error
    try:
        if len(raw) > MAX_BYTES:
            raise ValueError("too large")
        envelope = json.loads(raw)
        signed = envelope["signed"]
        key = identity.certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("key")
        key.verify(bytes.fromhex(envelope["signature"]), canonical(signed), ec.ECDSA(hashes.SHA256()))
        if signed["terminal"] != identity.terminal:
            raise ValueError("another terminal's")
        return tuple(_row(item) for item in signed["rows"])
    except (ValueError, KeyError, TypeError, RecursionError, InvalidSignature) as error:
        raise ReplacementDamagedError(type(error).__name__) from error


def replaced(profile: SiteProfile, rows: Iterable[Row]) -> SiteProfile:
    """Return the profile with the new addresses; rows that no longer fit, or may not be, change nothing."""
    by_id = {row.id: row for row in rows}
    devices = []
    for spec in profile.devices:
        row = by_id.get(spec.id)
        if row is not None and row.fits(spec) and _allowed(spec, row):
            spec = replace(spec, uri=row.uri, options={**spec.options, **dict(row.options)})
        devices.append(spec)
    return replace(profile, devices=tuple(devices))


def changed(signed: SiteProfile, used: SiteProfile) -> dict[str, str]:
    """Return id -> address of the devices that are not where the signed profile says."""
    before = {spec.id: spec for spec in signed.devices}
    return {spec.id: spec.uri for spec in used.devices if spec != before.get(spec.id)}


def with_replacements(folder: Path, profile: SiteProfile) -> SiteProfile:
    """Return the profile as the parts that hang here want it.

    Raises:
        ReplacementDamagedError: the record counts for nothing; the profile alone is in force.
        ProvisioningError: not enrolled.
    """
    return replaced(profile, read_rows(folder, load_identity(folder)))


def _allowed(spec: DeviceSpec, row: Row) -> bool:
    try:
        check(spec, row.uri, dict(row.options))
    except ReplacementError:
        return False
    return True


def _row(item: Mapping[str, Any]) -> Row:
    options = item.get("options", {})
    if not isinstance(options, Mapping):
        raise ValueError("options")
    name, kind, was, uri, at = (str(item[word]) for word in ("id", "kind", "was", "uri", "at"))
    return Row(name, kind, was, uri, at, tuple(sorted((str(key), str(value)) for key, value in options.items())))


def _write(folder: Path, identity: Identity, rows: Iterable[Row], random: RandomBytes) -> None:
    signed = {"terminal": identity.terminal, "rows": [row.as_json() for row in rows]}
    envelope = {"signed": signed, "signature": identity.sign(canonical(signed))}
    write_atomic(folder / FILE, json.dumps(envelope, ensure_ascii=False).encode(), random, PRIVATE)
