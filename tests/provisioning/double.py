"""A tiny TLS server that speaks the platform's enrolment, with everything it heard in a list."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from contracts import key_id, sign

TERMINAL = "XC-0042"
CODE = "7K3MQ2XW9A"
LATER_CODE = "9A7K3MQ2XW"


def profile_value(**changes: Any) -> dict[str, Any]:
    return {
        "terminal": TERMINAL,
        "rev": 3,
        "expires": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
        "name": {"zh": "新街口便民终端", "en": "Xinjiekou terminal"},
        "place": {"zh": "社区一层大厅", "en": "Community hall, ground floor"},
        "position": {"lat": "39.9400", "lon": "116.3700"},
        "kind": "community",
        "services": ["SB01", "YL01"],
        "devices": [
            {"id": "card", "kind": "card_reader", "uri": "serial:/dev/ttyS0?baud=115200"},
            {"id": "printer", "kind": "receipt_printer", "uri": "tcp://127.0.0.1:9100", "width": 576},
        ],
        "witnesses": [{"name": "周姨", "card_hash": "A" * 64, "salt": "5a17", "pin_hash": "b" * 64}],
        "hotlines": ["66007070", "12345"],
        "hours": "00:00-24:00",
        **changes,
    }


class FixedClock:
    def __init__(self, now: datetime | None = None) -> None:
        self.moment = now or datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


class Ca:
    """A P-256 authority. The same `name` again gives another authority with an equal name."""

    def __init__(self, name: str = "test authority") -> None:
        now = datetime.now(UTC)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            self._builder(self.name, self.key.public_key(), now - timedelta(hours=1), now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def leaf(
        self,
        key: ec.EllipticCurvePublicKey,
        san: x509.GeneralName,
        begin: timedelta = timedelta(hours=-1),
        life: timedelta = timedelta(days=14),
    ) -> bytes:
        start = datetime.now(UTC) + begin
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leaf")])
        return (
            self._builder(name, key, start, start + life)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([san]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
            .public_bytes(Encoding.PEM)
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, begin: datetime, end: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )


@dataclass
class Heard:
    path: str
    body: dict[str, Any]
    peer: str | None


Answer = tuple[int, Any]


@dataclass
class Platform:
    """What the double knows. `answer` may be replaced; `heard` is its request log."""

    ca: Ca
    signer: Ed25519PrivateKey
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[str, dict[str, Any]], Answer] | None = None
    profile: dict[str, Any] = field(default_factory=profile_value)
    life: timedelta = timedelta(days=14)

    @property
    def keys(self) -> dict[str, str]:
        raw = self.signer.public_key().public_bytes_raw()
        return {key_id(raw): raw.hex()}

    def certify(self, csr_pem: str, terminal: str = TERMINAL, ca: Ca | None = None, key: Any = None) -> str:
        csr = x509.load_pem_x509_csr(csr_pem.encode())
        san = x509.UniformResourceIdentifier(f"urn:kiosk:terminal:{terminal}")
        return (ca or self.ca).leaf(key or csr.public_key(), san, life=self.life).decode()  # type: ignore[arg-type]

    def enrolled(self, csr_pem: str, **changes: Any) -> dict[str, Any]:
        return {
            "terminal": TERMINAL,
            "certificate_pem": self.certify(csr_pem),
            "ca_pem": self.ca.pem.decode(),
            "keys": self.keys,
            "profile": sign(self.profile, self.signer),
            **changes,
        }

    def respond(self, path: str, body: dict[str, Any]) -> Answer:
        if self.answer is not None:
            return self.answer(path, body)
        if path == "/v1/enrol":
            if body["code"] not in {CODE, LATER_CODE}:
                return 404, {"code": "code-unknown"}
            return 201, self.enrolled(body["csr_pem"])
        if path == "/v1/certs/renew":
            return 200, {"certificate_pem": self.certify(body["csr_pem"])}
        return 404, {"code": "not-found"}


@contextmanager
def platform(
    folder: Path,
    ca: Ca | None = None,
    presented: Ca | None = None,
    chain: bool = True,
    host: str = "127.0.0.1",
    begin: timedelta = timedelta(hours=-1),
) -> Iterator[Platform]:
    """Run the double; `presented` stands in the chain in place of the real issuer, `host` in the certificate."""
    ca = ca or Ca()
    double = Platform(ca, Ed25519PrivateKey.generate())
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = ca.leaf(key.public_key(), x509.IPAddress(ip_address(host)), begin)
    shown = (presented or ca).pem if chain else b""
    (folder / "server.pem").write_bytes(leaf + shown)
    (folder / "server.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    (folder / "ca.pem").write_bytes(ca.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    if chain:  # OpenSSL would complete the chain from here by itself.
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_OPTIONAL

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            connection = self.connection
            assert isinstance(connection, ssl.SSLSocket)
            peer = connection.getpeercert() or {}
            names = [value for kind, value in peer.get("subjectAltName", ()) if kind == "URI"]
            body = json.loads(raw)
            double.heard.append(Heard(self.path, body, str(names[0]) if names else None))
            status, value = double.respond(self.path, body)
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            kind = "text/html" if isinstance(value, bytes) else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            return

    class Server(HTTPServer):
        def get_request(self) -> tuple[socket.socket, Any]:
            raw, address = self.socket.accept()
            raw.settimeout(5)
            try:
                return context.wrap_socket(raw, server_side=True), address
            except OSError:
                raw.close()
                raise

        def handle_error(self, *args: Any) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    double.url = f"https://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
