"""Enrolment where there is no network: the request goes to the platform on a stick, the answer comes back on it.

The answer is signed by a key that the pinned authority certified for this one purpose, and is bound to the device key:
it is of use to one machine, whoever finds the stick.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from contracts import CanonicalError, canonical
from contracts.enrolment import ANSWER, ANSWERS_URI, CATALOGUE, MAX_ANSWER, REQUEST, VERSION
from contracts.hardware import hardware_of
from provisioning.apply import load_profile
from provisioning.authority import fingerprint, host_and_port, normal_fingerprint
from provisioning.device import (
    CERTIFIED,
    Asked,
    DeviceKey,
    Tpm,
    forget,
    kept_device,
    pending_device,
    read_asked,
    write_asked,
)
from provisioning.enrol import prepare
from provisioning.errors import (
    BundleDamagedError,
    BundleForeignError,
    BundleForgedError,
    BundleOlderError,
    NothingAskedError,
    ProvisioningError,
    StickUnwritableError,
)
from provisioning.files import PRIVATE, sweep, sync_folder, write_atomic
from provisioning.identity import LINK, Identity, load_identity
from provisioning.inventory import machine_inventory
from provisioning.key import key_from_pem, spki_hex, word_of
from provisioning.ports import Clock, RandomBytes
from provisioning.settle import Enrolled, Wish, settle
from provisioning.tpm import password_of

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Requested:
    """A request on a stick; `key` is the word by which the platform's operator knows it is this one."""

    file: Path
    key: str


def write_request(
    stick: Path,
    url: str,
    ca_fingerprint: str,
    folder: Path,
    clock: Clock,
    random: RandomBytes,
    *,
    terminal: str | None = None,
    inventory: Mapping[str, Any] | None = None,
    tpm: Tpm | None = None,
) -> Requested:
    """Write this machine's request into the folder `stick`. Doing it again asks for the same key.

    Raises:
        TicketMalformedError: address or fingerprint cannot be what a slip says.
        StickUnwritableError, TpmRefusedError: as their names say.
    """
    host_and_port(url)
    pin = normal_fingerprint(ca_fingerprint)
    machine = dict(inventory if inventory is not None else machine_inventory())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder / LINK)
    device = pending_device(folder, random, tpm, hardware_of(machine))
    asked = Asked(url, pin, "", terminal, why="stick", hardware=hardware_of(machine), inode=folder.stat().st_ino)
    write_asked(folder, asked, random)
    wish, body = prepare(device, url, b"", terminal, machine, clock, _certified(folder, device, random))
    value = {"kind": "enrolment-request", "version": VERSION, "authority": pin, **body}
    try:
        write_atomic(stick / REQUEST, canonical(value), random)
    except OSError as error:
        raise StickUnwritableError(error.strerror or type(error).__name__) from error
    return Requested(stick / REQUEST, word_of(wish.device.key.public_key()))


def take_bundle(
    source: Path,
    folder: Path,
    clock: Clock,
    random: RandomBytes,
    arrived: Path,
    *,
    inventory: Mapping[str, Any] | None = None,
) -> Enrolled:
    """Take the platform's answer from the folder `source`; the catalogue goes to `arrived`, for the first start.

    Everything is checked before anything changes. The same answer again is taken again, and changes nothing.

    Raises:
        NothingAskedError: this machine wrote no request.
        BundleDamagedError, BundleForgedError, BundleForeignError, BundleOlderError: as their names say.
        ProvisioningError: what `settle` raises.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder / LINK)
    asked, device, identity = read_asked(folder), kept_device(folder), _enrolled(folder)
    pin = asked.fingerprint if asked is not None else _pin_of(identity)
    signed, authority_pem = _signed(_read(source / ANSWER), pin)
    catalogue = _catalogue(signed, source)
    named = str(signed.get("device_key"))
    ours = identity is not None and named == spki_hex(identity.device_public())
    if identity is not None and ours and (_in_force(identity, signed) or device is None):
        forget(folder)
        return Enrolled(identity.terminal, folder, load_profile(folder), identity.key_protection)
    machine = hardware_of(inventory if inventory is not None else machine_inventory())
    if asked is not None and not asked.at_home(folder, machine):
        raise BundleForeignError("the request was written on another machine, or this folder is a copy")
    if asked is None or device is None or named != spki_hex(device.key.public_key()):
        raise BundleForeignError("for another key than this machine's request")
    if catalogue is not None:
        _copy(catalogue, arrived, random)
    certified = _certified(folder, device, random)
    wish = Wish(device, certified, device.lock(certified), asked.url, authority_pem, asked.terminal, asked.hardware)
    return settle(signed, wish, folder, clock, random)


def _certified(folder: Path, device: DeviceKey, random: RandomBytes) -> ec.EllipticCurvePrivateKey:
    """Return the key that the request is for: the device key, or one that waits, locked by the TPM."""
    if device.tpm is None:
        return device.key
    try:
        return key_from_pem((folder / CERTIFIED).read_bytes(), password_of(device.tpm))
    except (OSError, ValueError):
        made = device.new_certified_key()
        write_atomic(folder / CERTIFIED, device.lock(made), random, PRIVATE)
        return made


def _enrolled(folder: Path) -> Identity | None:
    try:
        return load_identity(folder)
    except ProvisioningError:
        return None


def _pin_of(identity: Identity | None) -> str:
    if identity is None:
        raise NothingAskedError
    return fingerprint(x509.load_pem_x509_certificate(identity.ca_path.read_bytes()).public_bytes(Encoding.DER))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ANSWER + 1)
        value = json.loads(data) if len(data) <= MAX_ANSWER else None
    except (OSError, ValueError, RecursionError) as error:
        raise BundleDamagedError(type(error).__name__) from error
    if not isinstance(value, dict) or not isinstance(value.get("signed"), dict):
        raise BundleDamagedError("no answer")
    return value


def _signed(value: Mapping[str, Any], pin: str) -> tuple[Mapping[str, Any], bytes]:
    """Return what was signed, and the authority in PEM, once it is the pinned one that stands behind the signature."""
    signed: Mapping[str, Any] = value["signed"]
    try:
        authority = x509.load_pem_x509_certificate(str(signed.get("ca_pem")).encode())
        signer = x509.load_pem_x509_certificate(str(value.get("certificate")).encode())
    except ValueError as error:
        raise BundleDamagedError("certificate") from error
    if fingerprint(authority.public_bytes(Encoding.DER)) != pin:
        raise BundleForeignError("another authority than the slip says")
    try:
        signer.verify_directly_issued_by(authority)
        names = signer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        key = signer.public_key()
        if ANSWERS_URI not in names.get_values_for_type(x509.UniformResourceIdentifier):
            raise BundleForgedError("the signer is no signer of answers")
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise BundleForgedError("the signer's key")
        key.verify(bytes.fromhex(str(value.get("signature"))), canonical(signed), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, TypeError, CanonicalError, x509.ExtensionNotFound) as error:
        raise BundleForgedError(type(error).__name__) from error
    if signed.get("kind") != "enrolment-answer" or signed.get("version") != VERSION:
        raise BundleForeignError("not an answer to a request")
    return signed, authority.public_bytes(Encoding.PEM)


def _catalogue(signed: Mapping[str, Any], source: Path) -> Path | None:
    """Return the catalogue's file when there is one, once its bytes are those that were signed."""
    told = signed.get("catalogue")
    if told is None:
        return None
    path, state = source / CATALOGUE, hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                state.update(block)
    except OSError as error:
        raise BundleDamagedError("the catalogue") from error
    if state.hexdigest() != told:
        raise BundleDamagedError("the catalogue")
    return path


def _in_force(identity: Identity, signed: Mapping[str, Any]) -> bool:
    """Tell whether this very answer is in force.

    Raises:
        BundleOlderError: a newer one is.
    """
    try:
        fresh = x509.load_pem_x509_certificate(str(signed.get("certificate_pem")).encode())
    except ValueError as error:
        raise BundleDamagedError("certificate") from error
    if fresh.not_valid_before_utc < identity.certificate.not_valid_before_utc:
        raise BundleOlderError
    return fresh == identity.certificate


def _copy(source: Path, target: Path, random: RandomBytes) -> None:
    half = target.with_name(f".{target.name}.{random(6).hex()}.tmp")
    try:
        with source.open("rb") as taken, half.open("xb") as file:
            while block := taken.read(_BLOCK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, target)
        sync_folder(target.parent)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise StickUnwritableError(error.strerror or type(error).__name__) from error
