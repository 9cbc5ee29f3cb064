"""Asking the lab's world over its UNIX socket: one JSON line out, one JSON line back."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes; an answer that is longer is no answer of ours."""


class GoneError(Exception):
    """Nobody answers on the socket."""


def ask(path: Path, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    """Send one request and return its answer; `timeout` in seconds is for each step.

    Raises:
        GoneError: the socket is not there, or whoever listens hung up, was too slow or did not answer in JSON.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(str(path))
            connection.sendall(json.dumps(dict(request), ensure_ascii=False).encode() + b"\n")
            line = _line(connection)
        answer = json.loads(line)
    except (OSError, ValueError) as error:
        raise GoneError(type(error).__name__) from error
    if not isinstance(answer, dict):
        raise GoneError("no object")
    return answer


def _line(connection: socket.socket) -> bytes:
    data = bytearray()
    while b"\n" not in data:
        part = connection.recv(65536)
        if not part or len(data) > LONGEST_ANSWER:
            raise ValueError("no whole line")
        data += part
    return bytes(data).partition(b"\n")[0]
