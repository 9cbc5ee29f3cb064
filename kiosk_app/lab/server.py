"""The lab's socket: the window (`ui.lab`), or anybody of the same user, sees and moves a world through it.

A UNIX socket of mode 0600; the peer's user id is asked of the kernel. JSON lines, one request, one answer:

    {"do": "state"}                     ->  {"terminal": {...}, "cards": [...], "pad": ID or null, "phone": {...}, ...}
    {"do": "present", "card": ID}       ->  {"ok": true} or {"ok": false, "why": "..."}

Deeds: present `card`; lift; show-qr `who` (null puts the phone away); read-code; paper, cover, network, platform and
power `set`; headphones `set` true or false; key `key`; fault `device` `name` ("none" mends); face `who` (null goes
away), `attack` null, photo, moved_photo, flat_video, swap or wrong_order, `scene` normal, dark, backlight, two_faces,
mask, black, frozen or nobody.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk_app.control import peer_uid
from kiosk_app.lab.desk import NORMAL, Hands, LabWorld, RefusedError, Survey, cast
from kiosk_app.lab.people import Resident
from kiosk_app.lab.processes import WorldError

LONGEST_REQUEST = 64 * 1024
QUIET_S = 120.0
"""How long a client may keep a connection open without asking anything."""
DEEDS = (
    "state",
    "present",
    "lift",
    "show-qr",
    "read-code",
    "paper",
    "cover",
    "network",
    "platform",
    "headphones",
    "key",
    "power",
    "fault",
    "face",
)

__all__ = ["DEEDS", "LabWorld", "WorldServer"]


class WorldServer:
    """Serves one world from `start` to `stop`; a context manager. `people` get the first cards on the desk, and
    `faces`, names of portraits by person, are the cast's.
    """

    def __init__(
        self, world: LabWorld, path: Path, people: Iterable[Resident] = (), faces: Sequence[Sequence[str]] = ()
    ) -> None:
        self.path = path
        self.hands = Hands(world, cast(world.host, world.clock.now().date(), people, faces))
        self.survey = Survey(world, self.hands)
        self._listener: socket.socket | None = None
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Take the socket and listen.

        Raises:
            OSError: the folder cannot be written, or the path is too long for a UNIX socket.
        """
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Bound under another name and moved into place when its mode is right: nobody can connect in between.
        hidden = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            hidden.unlink(missing_ok=True)
            listener.bind(str(hidden))
            hidden.chmod(0o600)
            listener.listen(8)
            hidden.replace(self.path)
        except OSError:
            listener.close()
            hidden.unlink(missing_ok=True)
            raise
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="lab-server", daemon=True).start()

    def stop(self) -> None:
        """Stop listening, hang up and remove the socket."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def answer(self, line: bytes) -> dict[str, Any]:
        """Carry out one request."""
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            return _no("bad-request: one JSON object a line")
        if not isinstance(request, dict):
            return _no("bad-request: one JSON object a line")
        try:
            if request.get("do") == "state":
                return self.survey.state()
            try:
                self._do(request)
            finally:
                self.survey.look_again()
        except (RefusedError, WorldError) as error:
            return _no(str(error))
        except Exception as error:  # noqa: BLE001 - whatever the world throws must not end its server
            return _no(f"failed: {type(error).__name__}")
        return {"ok": True}

    def _do(self, request: Mapping[str, Any]) -> None:
        hands = self.hands
        match request:
            case {"do": "present", "card": str(who)}:
                hands.present(who)
            case {"do": "lift"}:
                hands.lift()
            case {"do": "show-qr", "who": str() | None as whose}:
                hands.show_qr(whose)
            case {"do": "read-code"}:
                hands.read_code()
            case {"do": "paper", "set": str(how)}:
                hands.paper(how)
            case {"do": "cover", "set": str(how)}:
                hands.cover(how)
            case {"do": "network", "set": str(how)}:
                hands.network(how)
            case {"do": "platform", "set": str(how)}:
                hands.platform(how)
            case {"do": "headphones", "set": bool(plugged)}:
                hands.headphones(plugged)
            case {"do": "key", "key": str(key)}:
                hands.key(key)
            case {"do": "power", "set": str(how)}:
                hands.power(how)
            case {"do": "fault", "device": str(device), "name": str(name)}:
                hands.fault(device, name)
            case {"do": "face", "who": str() | None as who, **more}:
                attack, scene = more.get("attack"), more.get("scene", NORMAL)
                if not isinstance(attack, str | None) or not isinstance(scene, str):
                    raise RefusedError("bad-request: attack is a word or null, scene is a word")
                hands.stand(who, attack, scene)
            case {"do": str(name)} if name in DEEDS:
                raise RefusedError(f"bad-request: {name} lacks what it needs, or it is of a wrong kind")
            case _:
                raise RefusedError(f"unknown-do: known are {', '.join(DEEDS)}")

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="lab-client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self._clients.add(client)
        try:
            with client:
                client.settimeout(QUIET_S)
                if peer_uid(client) not in (os.getuid(), 0):
                    _send(client, _no("not-allowed: this socket belongs to another user"))
                    return
                self._converse(client)
        except OSError:
            return  # The client went away; nothing is owed to it.
        finally:
            with self._lock:
                self._clients.discard(client)

    def _converse(self, client: socket.socket) -> None:
        pending = bytearray()
        while True:
            while (end := pending.find(b"\n")) >= 0:
                line = bytes(pending[:end])
                del pending[: end + 1]
                _send(client, self.answer(line))
            if len(pending) > LONGEST_REQUEST:
                _send(client, _no(f"bad-request: at most {LONGEST_REQUEST} bytes a line"))
                return
            data = client.recv(65536)
            if not data:
                return
            pending += data


def _no(why: str) -> dict[str, Any]:
    return {"ok": False, "why": why}


def _send(client: socket.socket, answer: Mapping[str, Any]) -> None:
    client.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
