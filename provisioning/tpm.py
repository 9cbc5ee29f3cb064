"""The device key in a TPM 2.0: it signs there and never leaves it (docs/adr/0022).

Two objects under a primary key that the TPM derives anew each time: the P-256 key, made inside and not exportable, and
a sealed password, under which the key of mutual TLS lies on the disk. Neither is tied to PCRs: new firmware does not
cost a terminal its identity.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from offline_cache.errors import AnotherTpm, KeyRefused
from offline_cache.tpm_desk import TpmDesk, tpm_desk, tpm_missing
from provisioning.errors import HardwareChangedError, TpmRefusedError
from provisioning.ports import RandomBytes

_SIGNS = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign|noda"
_SEALS = "fixedtpm|fixedparent|userwithauth|noda"
PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class TpmRecord:
    """What lies on the disk: the public key, and the two objects as only their TPM can read them."""

    public_pem: bytes = field(repr=False)
    signs: Mapping[str, bytes] = field(repr=False)
    seals: Mapping[str, bytes] = field(repr=False)
    tcti: str | None = None

    def to_json(self) -> bytes:
        """Return the bytes of the file."""
        halves = {
            name: {half: base64.b64encode(data).decode() for half, data in item.items()}
            for name, item in (("signs", self.signs), ("seals", self.seals))
        }
        return json.dumps({"public": self.public_pem.decode(), "tcti": self.tcti, **halves}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> TpmRecord:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            value = json.loads(data)
            public, tcti = str(value["public"]).encode(), value["tcti"]
            signs, seals = (
                {half: base64.b64decode(value[name][half], validate=True) for half in ("public", "private")}
                for name in ("signs", "seals")
            )
            key = load_pem_public_key(public)
        except (KeyError, TypeError) as error:
            raise ValueError("not the record of a TPM key") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or (tcti is not None and not isinstance(tcti, str)):
            raise ValueError("not the record of a TPM key")
        return cls(public, signs, seals, tcti)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public half of the device key."""
        key = load_pem_public_key(self.public_pem)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise TypeError("not a P-256 key")
        return key


def missing(tcti: str | None) -> str | None:
    """Tell why there is no TPM to use."""
    return tpm_missing(tcti)


def new_record(random: RandomBytes, tcti: str | None) -> TpmRecord:
    """Have the TPM make a key and seal a new password.

    Raises:
        TpmRefusedError: it does not.
    """
    with _desk(tcti) as desk:
        _primary(desk)
        desk.run("tpm2_create", "-C", "primary", "-G", "ecc256", "-a", _SIGNS, "-u", "s.public", "-r", "s.private")
        password = random(PASSWORD_BYTES)
        sealing = ("-i-", "-u", "p.public", "-r", "p.private")
        desk.run("tpm2_create", "-C", "primary", "-a", _SEALS, *sealing, data=password)
        desk.run("tpm2_load", "-C", "primary", "-u", "s.public", "-r", "s.private", "-c", "object")
        desk.run("tpm2_readpublic", "-c", "object", "-f", "pem", "-o", "pem")
        signs, seals = ({half: desk.read(f"{name}.{half}") for half in ("public", "private")} for name in ("s", "p"))
        return TpmRecord(desk.read("pem"), signs, seals, tcti)


def password_of(record: TpmRecord) -> str:
    """Return the sealed password, as hexadecimal digits.

    Raises:
        HardwareChangedError: this is not its TPM.
        TpmRefusedError: it does not answer.
    """
    with _desk(record.tcti) as desk:
        _primary(desk)
        _load(desk, record.seals)
        desk.run("tpm2_startauthsession", "--hmac-session", "--tpmkey-context", "primary", "-S", "session")
        try:
            desk.run("tpm2_sessionconfig", "session", "--enable-encrypt", quiet=False)
            return desk.run("tpm2_unseal", "-p", "session:session", "-c", "object", quiet=False).hex()
        finally:
            desk.attempt("tpm2_flushcontext", "session")


class TpmKey(ec.EllipticCurvePrivateKey):
    """The device key as `cryptography` knows private keys: it signs, by its TPM, and does nothing else."""

    def __init__(self, record: TpmRecord) -> None:
        self._record = record

    @property
    def curve(self) -> ec.EllipticCurve:
        """P-256."""
        return ec.SECP256R1()

    @property
    def key_size(self) -> int:
        """256."""
        return self.curve.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public half."""
        return self._record.public_key()

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Return the DER signature over SHA-256 of `data`.

        Raises:
            HardwareChangedError: this is not its TPM.
            TpmRefusedError: it does not answer.
        """
        if not isinstance(signature_algorithm, ec.ECDSA) or not isinstance(
            signature_algorithm.algorithm, hashes.SHA256
        ):
            raise ValueError("the TPM's key signs by ECDSA with SHA-256")
        digest = hashes.Hash(hashes.SHA256())
        digest.update(bytes(data))
        with _desk(self._record.tcti) as desk:
            _primary(desk)
            _load(desk, self._record.signs)
            desk.write("digest", digest.finalize())
            desk.run("tpm2_sign", "-c", "object", "-g", "sha256", "-f", "plain", "-d", "-o", "signature", "digest")
            return desk.read("signature")

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        """A signing key exchanges nothing."""
        raise TypeError("the TPM's key only signs")

    def private_numbers(self) -> NoReturn:
        """They never leave the TPM."""
        raise TypeError("the key does not leave the TPM")

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        """They never leave the TPM."""
        raise TypeError("the key does not leave the TPM")

    def __copy__(self) -> TpmKey:
        """It holds nothing that could be changed."""
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> TpmKey:
        """It holds nothing that could be changed."""
        return self


def _primary(desk: TpmDesk) -> None:
    desk.run("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-c", "primary")


def _load(desk: TpmDesk, halves: Mapping[str, bytes]) -> None:
    for half, data in halves.items():
        desk.write(half, data)
    desk.run("tpm2_load", "-C", "primary", "-u", "public", "-r", "private", "-c", "object")


@contextmanager
def _desk(tcti: str | None) -> Iterator[TpmDesk]:
    try:
        with tpm_desk(tcti, "the device key") as desk:
            yield desk
    except AnotherTpm as error:
        raise HardwareChangedError("tpm") from error
    except KeyRefused as error:
        raise TpmRefusedError(str(error)) from error
