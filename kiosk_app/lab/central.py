"""The platform as its own process, with its lab routes, and a client of them that pins its authority."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from kiosk_app.lab.processes import Process, WorldError

ANSWER_S = 20.0


class Platform:
    """`central-platform serve --lab` on a folder of its own."""

    def __init__(self, folder: Path, packages: Path, port: int = 0) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        arguments = ["serve", "--data", str(folder), "--port", str(port), "--lab", "--packages", str(packages)]
        self.process = Process("central_platform.cli", arguments, folder / "stderr.txt")
        self.url = ""
        self.fingerprint = ""
        self.authority = ""
        self._tls: ssl.SSLContext | None = None

    def ready(self) -> None:
        """Wait until it serves.

        Raises:
            WorldError: it ended instead.
        """
        told = json.loads(self.process.first_line())
        self.url, self.fingerprint = told["url"], told["ca_fingerprint"]
        self.authority = told["ca_pem_path"]
        self._tls = ssl.create_default_context(cafile=told["ca_pem_path"])

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 443)

    def get(self, path: str, **query: str) -> Any:
        """GET a JSON answer; `path` may be a whole address.

        Raises:
            WorldError: no answer, or not a good one.
        """
        address = path if path.startswith("https://") else self.url + path
        if query:
            address += "?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())
        return self._call(urllib.request.Request(address, headers={"Accept": "application/json"}))  # noqa: S310

    def download(self, address: str) -> bytes:
        """GET whatever is at a whole address, as a phone does.

        Raises:
            WorldError: no answer, or not a good one.
        """
        return self._send(urllib.request.Request(address))  # noqa: S310

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a JSON object.

        Raises:
            WorldError: no answer, or not a good one.
        """
        return self.ask("POST", path, body)

    def grants(self, service: str, person: Mapping[str, str], answers: Mapping[str, str]) -> bool:
        """True when the rules of a service would grant what somebody applies for, or when officers decide.

        Raises:
            WorldError: no answer, or not a good one.
        """
        body = {"service": service, "person": dict(person), "answers": dict(answers)}
        return bool(self.post("/lab/judgements", body)["granted"])

    def charge(self, service: str, person: Mapping[str, str], answers: Mapping[str, str]) -> int:
        """What somebody's answers would cost, in fen; 0 when they owe nothing.

        Raises:
            WorldError: no answer, or not a good one.
        """
        body = {
            "service": service,
            "person": dict(person),
            "answers": {name: text for name, text in answers.items() if text},
        }
        return int(self.post("/lab/charges", body)["fen"])

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, token: str = "") -> Any:
        """Make any call, as somebody of the staff when there is a token.

        Raises:
            WorldError: no answer, or not a good one.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        return self._call(urllib.request.Request(self.url + path, data, headers, method=method))  # noqa: S310

    def _call(self, request: urllib.request.Request) -> Any:
        try:
            return json.loads(self._send(request))
        except ValueError as error:
            raise WorldError(f"the platform did not answer: {type(error).__name__}") from error

    def _send(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S, context=self._tls) as answer:  # noqa: S310
                found: bytes = answer.read()
                return found
        except urllib.error.HTTPError as error:
            with error:
                raise WorldError(f"the platform answered {error.code} to {urlsplit(request.full_url).path}") from error
        except OSError as error:
            raise WorldError(f"the platform did not answer: {type(error).__name__}") from error

    def end(self) -> None:
        """Stop it at once: every answer it gave is on its disk already."""
        self.process.kill()
