"""The real platform on a real TLS socket of this process: for tests that kill nobody, at a third of the start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from central_platform import enrolment
from central_platform.platform import Platform
from central_platform.settings import Settings
from tests.central_platform.live import served
from tests.faults.real_platform import PACKAGES, Files, key_pem, request_for, rows_of

TERMINAL = "XC-0042"


class LocalPlatform:
    """Looks like `RealPlatform` to whoever talks to it and reads its database."""

    def __init__(self, folder: Path, platform: Platform, port: int) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.platform = platform
        self.port = port
        self.url = f"https://127.0.0.1:{port}"

    def enrol(self) -> tuple[str, Files]:
        """Put a terminal into service; returns its id and files."""
        key = ec.generate_private_key(ec.SECP256R1())
        code = enrolment.create(self.platform, TERMINAL, {"name": "样例终端"})
        pem = enrolment.enrol(self.platform, code, request_for(key), {}).certificate.pem
        cert, private = self.folder / "terminal.pem", self.folder / "terminal.key"
        cert.write_text(pem)
        private.write_bytes(key_pem(key))
        return TERMINAL, Files(self.platform.authority.ca_path, cert, private)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read from its database as it lies on the disk."""
        return rows_of(self.data, sql)


@contextmanager
def local_platform(folder: Path) -> Iterator[LocalPlatform]:
    """Run one for as long as it is needed."""
    # Without the other packages' clips and pages: one service that everybody may ask for is enough.
    shutil.copytree(PACKAGES / "XF01", folder / "packages" / "XF01", ignore=shutil.ignore_patterns("voice"))
    shutil.copy(PACKAGES / "reference.json", folder / "packages")
    settings = Settings(folder / "data", packages=folder / "packages", public_url="https://platform.test", flush_s=0.1)
    platform = Platform.open(settings)
    try:
        platform.presence.start(settings.flush_s)
        with served(platform) as port:
            yield LocalPlatform(folder, platform, port)
    finally:
        platform.close()
