"""A TPM 2.0 in a process: swtpm on a socket of its own, asked by tpm2-tools as the real one is."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class SoftwareTpm:
    """The running one."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def tcti(self) -> str:
        return f"swtpm:path={self.folder}/tpm"

    def run(self, *words: str) -> None:
        """Do something to it behind everybody's back."""
        subprocess.run(words, env={**os.environ, "TPM2TOOLS_TCTI": self.tcti}, check=True, capture_output=True)

    def open_handles(self) -> str:
        """What was left in its few slots."""
        environment = {**os.environ, "TPM2TOOLS_TCTI": self.tcti}
        what = ("handles-transient", "handles-loaded-session", "handles-saved-session")
        found = [subprocess.run(["tpm2_getcap", w], env=environment, check=True, capture_output=True) for w in what]
        return "".join(one.stdout.decode() for one in found).strip()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def software_tpm(folder: Path) -> Iterator[SoftwareTpm]:
    if shutil.which("swtpm") is None or shutil.which("tpm2_unseal") is None:
        pytest.skip("a TPM needs swtpm and tpm2-tools")
    folder.mkdir()
    process = subprocess.Popen(
        ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={folder}", "--server", f"type=unixio,path={folder}/tpm",
         "--ctrl", f"type=unixio,path={folder}/tpm.ctrl", "--flags", "not-need-init,startup-clear"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 10
    while not (folder / "tpm").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    made = SoftwareTpm(folder, process)
    try:
        yield made
    finally:
        made.stop()
