"""Where a printer is: `ipp://192.168.1.40/ipp/print`, `ipp://localhost:631/printers/NAME`, or the same as `ipps:`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"ipp": 631, "ipps": 631, "http": 80, "https": 443}
_SECURE = frozenset({"ipps", "https"})
DEFAULT_PATH = "/ipp/print"
"""Where an IPP Everywhere printer prints (PWG 5100.14)."""


@dataclass(frozen=True, slots=True)
class Address:
    """A printer or queue behind one HTTP server."""

    host: str
    port: int
    path: str
    tls: bool = False

    @property
    def uri(self) -> str:
        """The name that the printer goes by in requests (`printer-uri`)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'ipps' if self.tls else 'ipp'}://{host}:{self.port}{self.path}"


def parse_address(uri: str) -> Address:
    """Return the address that `uri` names.

    Raises:
        ValueError: not ipp, ipps, http or https, no host, a user or a password in it, or a character that has no
            place in a URI.
    """
    if not uri.isascii() or not uri.isprintable() or " " in uri:
        raise ValueError("a printer's URI is ASCII, without spaces")
    parts = urlsplit(uri)
    if parts.scheme not in _PORTS:
        raise ValueError(f"a printer's URI begins with one of {', '.join(_PORTS)}")
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("a printer's URI is SCHEME://HOST[:PORT]/PATH")
    path = parts.path if parts.path not in ("", "/") else DEFAULT_PATH
    return Address(parts.hostname, parts.port or _PORTS[parts.scheme], path, parts.scheme in _SECURE)
