"""The device key while it is being enrolled: made once and kept until then, so that each step can be repeated."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from contracts.hardware import same_machine
from provisioning.errors import HardwareChangedError
from provisioning.files import PRIVATE, write_atomic
from provisioning.key import KeyProtection, key_from_pem, key_to_pem, locked_pem, new_key
from provisioning.ports import RandomBytes
from provisioning.ticket import Ticket
from provisioning.tpm import TpmKey, TpmRecord, missing, new_record, password_of

KEY = "pending.key"
ASKED = "pending.json"
AUTHORITY = "pending.authority"
CERTIFIED = "pending.tls"
"""Beside a device key in a TPM: the key that a request on a stick is for, locked."""


@dataclass(frozen=True, slots=True)
class Tpm:
    """The TPM that is to keep the device key; `tcti` is how to reach it, None the kernel's resource manager."""

    tcti: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device key, in a TPM or not, with the means to store what belongs to it."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    tpm: TpmRecord | None = None

    @property
    def protection(self) -> KeyProtection:
        """Who keeps it."""
        return KeyProtection.FILE if self.tpm is None else KeyProtection.TPM

    def new_certified_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the key that a certificate is asked for: the device key, or one for mutual TLS beside a TPM's."""
        return self.key if self.tpm is None else new_key()

    def lock(self, key: ec.EllipticCurvePrivateKey) -> bytes:
        """Return the PEM of a certified key as it is kept: locked by the TPM, when there is one."""
        return key_to_pem(key) if self.tpm is None else locked_pem(key, password_of(self.tpm))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the technician asked for, so that the same can be asked again without typing. `why` tells what it waits for.

    The code is kept until the enrolment stands; from the first answer on it is of use to this key only.
    """

    url: str
    fingerprint: str
    code: str = field(default="", repr=False)
    terminal: str | None = None
    replace: bool = False
    why: str = ""
    hardware: Mapping[str, Any] = field(default_factory=dict, repr=False)
    inode: int = 0

    def at_home(self, folder: Path, hardware: Mapping[str, Any]) -> bool:
        """Tell whether it was asked from this folder of this machine: an image may have been copied since."""
        return self.inode == folder.stat().st_ino and same_machine(self.hardware, hardware)

    def ticket(self) -> Ticket:
        """Return the slip."""
        return Ticket(self.url, self.code, self.fingerprint, self.terminal)


def write_asked(folder: Path, asked: Asked, random: RandomBytes) -> None:
    """Keep what was asked."""
    value = {name: getattr(asked, name) for name in asked.__slots__}
    write_atomic(folder / ASKED, json.dumps(value).encode(), random, PRIVATE)


def read_asked(folder: Path) -> Asked | None:
    """Return what was asked and has not been answered; None when nothing was, or nobody can tell."""
    try:
        value = json.loads((folder / ASKED).read_bytes())
        found = Asked(**value)
        found.url.strip(), found.fingerprint.strip(), found.code.strip()
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return found


def pending_device(folder: Path, random: RandomBytes, tpm: Tpm | None, hardware: Mapping[str, Any]) -> DeviceKey:
    """Return the key of the attempt before this one, or a new one.

    A key of another machine, of another keeper, or a damaged one is thrown away.

    Raises:
        TpmRefusedError: the TPM does not do its part.
    """
    path, asked = folder / KEY, read_asked(folder)
    if asked is not None and not asked.at_home(folder, hardware):
        forget(folder)
    try:
        os.chmod(path, PRIVATE)
        kept = _read(path.read_bytes())
        if (kept.tpm is None) == (tpm is None):
            if kept.tpm is not None:
                password_of(kept.tpm)
            return kept
    except (OSError, ValueError, HardwareChangedError):
        path.unlink(missing_ok=True)
    if tpm is None:
        made = DeviceKey(new_key())
        write_atomic(path, key_to_pem(made.key), random, PRIVATE)
    else:
        record = new_record(random, tpm.tcti)
        made = DeviceKey(TpmKey(record), record)
        write_atomic(path, record.to_json(), random, PRIVATE)
    return made


def kept_device(folder: Path) -> DeviceKey | None:
    """Return the key that waits for its certificate, or None."""
    try:
        return _read((folder / KEY).read_bytes())
    except (OSError, ValueError):
        return None


def usual_keeper(folder: Path, tcti: str | None = None) -> Tpm | None:
    """Return who is to keep the device key when nobody says: what an attempt before this one chose, or a TPM if any.

    The choice is kept to, because the key of that attempt may have used the code up.
    """
    before = kept_device(folder)
    if before is not None:
        return None if before.tpm is None else Tpm(before.tpm.tcti)
    return None if missing(tcti) is not None else Tpm(tcti)


def forget(folder: Path) -> None:
    """The enrolment stands, or is given up: nothing waits any more. The key goes last."""
    for name in (ASKED, AUTHORITY, CERTIFIED, KEY):
        (folder / name).unlink(missing_ok=True)


def _read(data: bytes) -> DeviceKey:
    if not data.startswith(b"{"):
        return DeviceKey(key_from_pem(data))
    record = TpmRecord.from_json(data)
    return DeviceKey(TpmKey(record), record)
