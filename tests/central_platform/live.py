"""A platform of this process on a real TLS socket, so that a test holds its clock."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from central_platform.platform import Platform
from central_platform.serving import _config, _listen, _Server


@contextmanager
def served(platform: Platform, port: int = 0) -> Iterator[int]:
    """Serve on loopback; yields the port."""
    listener: socket.socket = _listen("127.0.0.1", port)
    ready = threading.Event()
    server = _Server(_config(platform, "127.0.0.1"), ready.set)
    # What is still connected at the end of a test is of no interest.
    server.config.timeout_graceful_shutdown = 1
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    try:
        assert ready.wait(20)
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
