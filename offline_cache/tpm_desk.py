"""A TPM 2.0 by the commands of tpm2-tools, one private folder for each piece of work.

Source: Trusted Platform Module Library, part 1, sections 19 (sessions) and 27 (objects).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline_cache.errors import AnotherTpm, KeyRefused

DEVICE = Path("/dev/tpmrm0")
_TIMEOUT_S = 30.0
_RESTORE = "put back its firmware and Secure Boot settings"
_FOREIGN = "another TPM sealed the key, or this one was cleared since: put the former board back"
_CAUSES = (
    ("a policy check failed", f"the machine did not start as on the day of sealing: {_RESTORE}"),
    ("Failed to", "the TPM does not answer: look whether the firmware has switched it off"),
)


def tpm_missing(tcti: str | None) -> str | None:
    """Tell why there is no TPM to use at `tcti`; None there is the kernel's resource manager."""
    if shutil.which("tpm2_unseal") is None:
        return "tpm2-tools is not installed"
    if tcti is None and not os.access(DEVICE, os.R_OK | os.W_OK):
        return f"{DEVICE} is not there" if not DEVICE.exists() else f"this user may not use {DEVICE}: group tss"
    return None


@contextmanager
def tpm_desk(tcti: str | None, whose: str) -> Iterator[TpmDesk]:
    """Open a desk; what lies on it is gone afterwards.

    Args:
        tcti: how to reach the TPM, as tpm2-tools spell it; None is the kernel's resource manager.
        whose: what is lost without it, such as `the store's key`.

    Raises:
        KeyRefused: there is no TPM to use.
    """
    why = tpm_missing(tcti)
    if why is not None:
        raise KeyRefused(f"{whose} is sealed by the TPM, and {why}")
    with tempfile.TemporaryDirectory(prefix="doorstep-tpm-") as folder:
        yield TpmDesk(Path(folder), tcti)


class TpmDesk:
    """A private folder for handles and halves. The key itself goes by pipe only."""

    def __init__(self, folder: Path, tcti: str | None) -> None:
        self._folder = folder
        self._environment = {**os.environ, "TPM2TOOLS_TCTI": tcti or f"device:{DEVICE}"}

    def read(self, name: str) -> bytes:
        """Return a file that lies on the desk."""
        return (self._folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Lay a file on the desk."""
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
            if "integrity check failed" in said:
                raise AnotherTpm(_FOREIGN)
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
