"""`serve`: one process, TLS by the platform's own authority, one JSON line when it is really ready."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn

from central_platform.app import create_app
from central_platform.housekeeping import Housekeeping
from central_platform.logbook import Logbook
from central_platform.payments.settling import Settling
from central_platform.peer import PeerProtocol
from central_platform.platform import Platform
from central_platform.settings import ADDRESS, Settings

BACKLOG = 512


def serve(settings: Settings, host: str, port: int, announce: Callable[[Mapping[str, Any]], None]) -> None:
    """Serve until a signal ends it.

    `announce` gets url, ca_pem_path, ca_fingerprint and pid once connections are taken.
    """
    # uvicorn raises the signal that ended it once more; with the default action nothing below would be flushed.
    signal.signal(signal.SIGTERM, _leave)
    listener = _listen(host, port)
    url = f"https://{_shown(host)}:{listener.getsockname()[1]}"
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = replace(settings, public_url=settings.public_url or url)
    remember_address(settings)
    platform = Platform.open(settings, logbook=Logbook(settings.data / "requests.jsonl"))
    tidy, settling = Housekeeping(platform), Settling(platform)
    try:
        platform.presence.start(settings.flush_s)
        tidy.start()
        settling.start()
        ready = {
            "url": url,
            "ca_pem_path": str(platform.authority.ca_path.resolve()),
            "ca_fingerprint": platform.authority.fingerprint,
            "pid": os.getpid(),
        }
        server = _Server(_config(platform, host), lambda: announce(ready))
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        settling.close()
        tidy.close()
        platform.close()
        listener.close()


def remember_address(settings: Settings) -> None:
    """Keep where receipts point to, for commands beside the server that issue some."""
    (settings.data / ADDRESS).write_text(settings.public_url, encoding="utf-8")


def announce_to(ready_file: Path | None) -> Callable[[Mapping[str, Any]], None]:
    """Return what writes the ready line to a file, whole or not at all, and to standard output."""

    def announce(ready: Mapping[str, Any]) -> None:
        line = json.dumps(ready) + "\n"
        # The file first: whoever waits for the line may read the file at once.
        if ready_file is not None:
            unfinished = ready_file.with_name(ready_file.name + ".part")
            unfinished.write_text(line, encoding="utf-8")
            unfinished.replace(ready_file)
        sys.stdout.write(line)
        sys.stdout.flush()

    return announce


class _Server(uvicorn.Server):
    """Tells when it has begun to take connections."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        if self.started:
            self._started()


def _config(platform: Platform, host: str) -> uvicorn.Config:
    names = () if host in {"0.0.0.0", "::"} else (host,)
    cert, key = platform.authority.server_files(names, platform.clock.now())
    config = uvicorn.Config(
        create_app(platform),
        http=PeerProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        ssl_certfile=str(cert),
        ssl_keyfile=str(key),
        ssl_ca_certs=str(platform.authority.ca_path),
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say they are TCP: without it
    # every answer waited 40 ms for the client's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:
        return "localhost"
    return f"[{host}]" if ":" in host else host
