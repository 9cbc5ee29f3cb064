"""The real platform as a process that can be killed and comes back where it was, and a terminal enrolled with it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from offline_cache import PlatformClient
from tests.faults.processes import frozen
from tests.offline_cache.support import RealClock

PACKAGES = Path(__file__).parents[2] / "central_platform" / "packages"


@dataclass(frozen=True)
class Files:
    """The files of mutual TLS, as `offline_cache.ClientIdentity` wants them."""

    ca_path: Path
    cert_path: Path | None = None
    key_path: Path | None = None


def request_for(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a certificate request in PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "new")])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return csr.public_bytes(Encoding.PEM).decode()


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the private key in PEM, for an invented terminal."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def rows_of(data: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read from the database of a platform as it lies on the disk."""
    with closing(sqlite3.connect(f"file:{data / 'platform.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


class RealPlatform:
    """`central-platform serve` on a folder of its own. `start` again after `kill` takes the same port and database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        # The clips that were baked are many, and no terminal here speaks.
        self._packages = shutil.copytree(PACKAGES, folder / "packages", ignore=shutil.ignore_patterns("voice"))
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.ca = Path()

    @property
    def url(self) -> str:
        """Where it is without a proxy."""
        return f"https://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = [
            *(sys.executable, "-m", "central_platform.cli", "serve", "--lab", "--data", str(self.data)),
            *("--packages", str(self._packages), "--port", str(self.port)),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the platform did not start")
        ready = json.loads(line)
        self.port, self.ca = int(ready["url"].rpartition(":")[2]), Path(ready["ca_pem_path"])

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it hang, with all its connections."""
        assert self._process is not None
        with frozen(self._process):
            yield

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def enrol(self) -> tuple[str, Files]:
        """Put a new terminal into service; returns its id and files."""
        slot = self.lab("POST", "/lab/terminals", {"name": "样例终端"})
        key = ec.generate_private_key(ec.SECP256R1())
        client = PlatformClient(self.url, Files(self.ca), RealClock())
        found = client.enrol(slot["code"], request_for(key), {"cores": 2})
        client.close()
        files = Files(self.ca, self.folder / "terminal.pem", self.folder / "terminal.key")
        assert files.cert_path is not None
        assert files.key_path is not None
        files.cert_path.write_text(found.certificate_pem)
        files.key_path.write_bytes(key_pem(key))
        return found.terminal, files

    def lab(self, method: str, path: str, body: Any = None) -> Any:
        """Make one of the lab's calls, not through any proxy."""
        answer = requests.request(method, self.url + path, json=body, verify=str(self.ca), timeout=10)
        answer.raise_for_status()
        return answer.json()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read from its database as it lies on the disk."""
        return rows_of(self.data, sql)


@contextmanager
def real_platform(folder: Path) -> Iterator[RealPlatform]:
    """Run one for as long as it is needed."""
    platform = RealPlatform(folder)
    platform.start()
    try:
        yield platform
    finally:
        # It has nothing to save; a graceful end would wait for open connections.
        platform.kill()
