"""The store's key sealed by a TPM 2.0, by the commands of tpm2-tools.

The key is a sealed object under a primary key of the owner hierarchy, which the TPM derives anew each time, and its
policy wants the PCRs of the day it was sealed. What lies on the disk is of use to this TPM only, after this boot only.
The answer travels from the TPM under a salted session, so that a probe on the bus reads nothing.
Source: Trusted Platform Module Library, part 1, sections 19 (sessions), 23 (PCR) and 27.2 (sealed data).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline_cache.errors import KeyRefused

DEVICE = Path("/dev/tpmrm0")
PCRS = "sha256:7"
"""PCR 7: whether the machine started with Secure Boot and whose signatures it trusts."""
_ATTRIBUTES = "fixedtpm|fixedparent|noda"
_TIMEOUT_S = 30.0
_RESTORE = "put back its firmware and Secure Boot settings"
_CAUSES = (
    ("a policy check failed", f"the machine did not start as on the day of sealing: {_RESTORE}"),
    ("integrity check failed", "another TPM sealed the key, or this one was cleared since: put the former board back"),
    ("Failed to", "the TPM does not answer: look whether the firmware has switched it off"),
)


class TpmCustody:
    """Seals and unseals by tpm2-tools."""

    name = "tpm"

    def __init__(self, tcti: str | None = None, pcrs: str = PCRS) -> None:
        """Nothing is asked yet.

        Args:
            tcti: how to reach the TPM, as tpm2-tools spell it; None is the kernel's resource manager.
            pcrs: the bank and registers that have to be as they were, such as `sha256:7`.
        """
        self._tcti = tcti
        self._pcrs = pcrs

    def missing(self) -> str | None:
        """Tell why there is no TPM to use."""
        if shutil.which("tpm2_unseal") is None:
            return "tpm2-tools is not installed"
        if self._tcti is None and not os.access(DEVICE, os.R_OK | os.W_OK):
            return f"{DEVICE} is not there" if not DEVICE.exists() else f"this user may not use {DEVICE}: group tss"
        return None

    def seal(self, key: bytes) -> bytes:
        """Return the two halves of the sealed object and its registers, as JSON."""
        with self._desk() as desk:
            desk.run("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-c", "primary")
            # A trial session works the policy out; `tpm2_createpolicy` would leave its own in one of the few slots.
            desk.run("tpm2_startauthsession", "-S", "trial")
            try:
                desk.run("tpm2_policypcr", "-S", "trial", "-l", self._pcrs, "-L", "policy")
            finally:
                desk.attempt("tpm2_flushcontext", "trial")
            halves = ("-u", "public", "-r", "private")
            desk.run("tpm2_create", "-C", "primary", "-L", "policy", "-a", _ATTRIBUTES, "-i-", *halves, data=key)
            sealed = {name: base64.b64encode(desk.read(name)).decode() for name in ("public", "private")}
        return json.dumps({"pcrs": self._pcrs, **sealed}).encode()

    def open(self, sealed: bytes) -> bytes:
        """Return the key, when this is its TPM and the registers are as they were."""
        try:
            record = json.loads(sealed)
            pcrs = str(record["pcrs"])
            halves = {name: base64.b64decode(record[name], validate=True) for name in ("public", "private")}
        except (ValueError, KeyError, TypeError):
            raise KeyRefused("the sealed key is damaged: put the file back from a copy") from None
        with self._desk() as desk:
            for name, data in halves.items():
                desk.write(name, data)
            desk.run("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-c", "primary")
            desk.run("tpm2_load", "-C", "primary", "-u", "public", "-r", "private", "-c", "object")
            desk.run("tpm2_startauthsession", "--policy-session", "--tpmkey-context", "primary", "-S", "session")
            try:
                desk.run("tpm2_sessionconfig", "session", "--enable-encrypt", quiet=False)
                desk.run("tpm2_policypcr", "-S", "session", "-l", pcrs)
                return desk.run("tpm2_unseal", "-p", "session:session", "-c", "object", quiet=False)
            finally:
                desk.attempt("tpm2_flushcontext", "session")

    @contextmanager
    def _desk(self) -> Iterator[_Desk]:
        why = self.missing()
        if why is not None:
            raise KeyRefused(f"the store's key is sealed by the TPM, and {why}")
        with tempfile.TemporaryDirectory(prefix="doorstep-tpm-") as folder:
            yield _Desk(Path(folder), self._tcti)


class _Desk:
    """A private folder for handles and halves. The key itself goes by pipe only."""

    def __init__(self, folder: Path, tcti: str | None) -> None:
        self._folder = folder
        self._environment = {**os.environ, "TPM2TOOLS_TCTI": tcti or f"device:{DEVICE}"}

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        (self._folder / name).write_bytes(data)

    def run(self, command: str, *arguments: str, data: bytes = b"", quiet: bool = True) -> bytes:
        """Run one command; returns what it wrote.

        Raises:
            KeyRefused: it failed, with the cause as far as it can be told.
        """
        words = [command, *(["-Q"] if quiet else []), *arguments]
        try:
            done = subprocess.run(
                words, input=data, capture_output=True, cwd=self._folder, env=self._environment, timeout=_TIMEOUT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise KeyRefused(f"the TPM does not answer ({command}: {type(error).__name__})") from None
        # A TPM behind no resource manager has room for three objects.
        if command != "tpm2_sessionconfig":
            self.attempt("tpm2_flushcontext", "-t")
        if done.returncode:
            said = done.stderr.decode(errors="replace")
            raise KeyRefused(next((cause for mark, cause in _CAUSES if mark in said), f"the TPM refused ({command})"))
        return done.stdout

    def attempt(self, *words: str) -> None:
        """Run a command of tidying up; where there is nothing to tidy it fails, and that is well."""
        with_nothing = subprocess.DEVNULL
        try:
            subprocess.run(
                words, stdin=with_nothing, stdout=with_nothing, stderr=with_nothing, cwd=self._folder,
                env=self._environment, timeout=_TIMEOUT_S,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return
