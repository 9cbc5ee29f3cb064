"""Device addresses of a site profile: `serial:/dev/ttyUSB0?baud=115200`, `tcp://192.168.1.40:9100`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from drivers.transport.base import TransportFactory
from drivers.transport.serial import DEFAULT_BAUD, SerialTransport
from drivers.transport.tcp import TcpTransport

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 256000, 460800, 921600)


class UriError(ValueError):
    """The address cannot be understood; the text says what was expected."""


def parse_uri(uri: str) -> TransportFactory:
    """Return a factory for the transport that `uri` names.

    Raises:
        UriError: unknown scheme, no path, host or port, an unknown option, a baud rate no UART knows.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port if parts.scheme == "tcp" else None
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError as error:
        raise UriError(f"{uri!r} is not an address: expected serial:/path?baud=N or tcp://host:port") from error
    if parts.scheme == "serial":
        baud = _baud(options.pop("baud", str(DEFAULT_BAUD)))
        if options or parts.netloc or not parts.path.startswith("/"):
            raise UriError(f"{uri!r}: expected serial:/path?baud=N")
        return lambda: SerialTransport(parts.path, baud)
    if parts.scheme == "tcp":
        host = parts.hostname
        if options or not host or not port or parts.path not in ("", "/"):
            raise UriError(f"{uri!r}: expected tcp://host:port")
        return lambda: TcpTransport(host, port)
    raise UriError(f"{uri!r}: expected serial:/path?baud=N or tcp://host:port")


def _baud(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) not in BAUDS:
        raise UriError(f"baud={text}: expected one of {', '.join(map(str, BAUDS))}")
    return int(text)
