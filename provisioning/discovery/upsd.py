"""Asking the machine's own upsd which power supplies it knows: one question, read-only, with an end."""

from __future__ import annotations

from drivers.transport import TcpTransport, TransportError
from provisioning.discovery.suggest import Suggestion, supplies
from provisioning.ports import Clock

HOST, PORT = "127.0.0.1", 3493
ANSWER_S = 1.0
MOST_HEARD = 16 * 1024


def ask_upsd(clock: Clock, host: str = HOST, port: int = PORT) -> tuple[Suggestion, ...]:
    """Return the supplies of the upsd here; none where there is none, or where it does not answer."""
    line = TcpTransport(host, port)
    heard = b""
    try:
        line.open()
        line.write(b"LIST UPS\n", ANSWER_S)
        end = clock.monotonic() + ANSWER_S
        while clock.monotonic() < end and b"END LIST UPS" not in heard and len(heard) < MOST_HEARD:
            heard += line.read(MOST_HEARD, 0.1)
    except TransportError:
        return ()
    finally:
        line.close()
    where = host if port == PORT else f"{host}:{port}"
    return supplies(heard.decode("utf-8", "replace"), where)
