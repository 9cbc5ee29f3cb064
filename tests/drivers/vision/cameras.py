"""Pictures and a stream of them, for the tests of this room. Pillow only: nothing here loads OpenCV."""

from __future__ import annotations

import contextlib
import io
import random
import socket
import threading
import time
from pathlib import Path

from PIL import Image

SIZE = (320, 180)


def picture(colour: tuple[int, int, int] = (90, 120, 150), size: tuple[int, int] = SIZE, seed: int = 0) -> Image.Image:
    """One colour with a sensor's noise."""
    noise = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))
    return Image.blend(Image.new("RGB", size, colour), noise.convert("RGB"), 0.06)


def jpeg(image: Image.Image) -> bytes:
    """One picture as a JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


class Stream:
    """A UNIX socket that serves pictures to whoever connects; cut and opened again at will."""

    def __init__(self, path: Path, fps: float = 30.0) -> None:
        self.path, self._fps = path, fps
        self._pictures = [jpeg(picture(seed=n)) for n in range(4)]
        self._quiet = threading.Event()
        self._ended = threading.Event()
        self._clients: list[socket.socket] = []
        self._server: socket.socket | None = None
        self.plug()

    def show(self, *images: Image.Image) -> None:
        """Serve these from now on."""
        self._pictures = [jpeg(image) for image in images]

    def hush(self, quiet: bool) -> None:
        """Stay connected and send nothing."""
        (self._quiet.set if quiet else self._quiet.clear)()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    def plug(self) -> None:
        """Listen."""
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(self.path))
        self._server.listen()
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def unplug(self) -> None:
        """Pull the cable."""
        self.path.unlink(missing_ok=True)
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """For good."""
        self._ended.set()
        self.unplug()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        number = 0
        with contextlib.suppress(OSError), client:
            while not self._ended.is_set():
                pictures = self._pictures
                if not self._quiet.is_set():
                    client.sendall(pictures[number % len(pictures)])
                number += 1
                time.sleep(1 / self._fps)
        self._clients.remove(client)
