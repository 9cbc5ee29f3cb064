"""Device addresses of a site profile, one line each in `SCHEMES`.

serial:/dev/ttyUSB0?baud=115200        a serial line
tcp://192.168.1.40:9100                a network connection
lp:/dev/usb/lp0                        a USB printer behind the kernel's usblp
usb:04B8:0202?serial=X&out=0x02&in=0x81    a bulk pair of a USB device; endpoints from its descriptors
hid:10C4:0007?serial=X                 raw HID reports
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from drivers.transport.base import Transport, TransportFactory
from drivers.transport.hid import HidTransport
from drivers.transport.lp import LpTransport
from drivers.transport.serial import DEFAULT_BAUD, SerialTransport
from drivers.transport.tcp import TcpTransport
from drivers.transport.usb import IN_BIT, UsbAddress, UsbTransport

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 256000, 460800, 921600)
_ID = re.compile(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})", re.ASCII)
_ENDPOINT = re.compile(r"0[xX][0-9A-Fa-f]{1,2}", re.ASCII)


class UriError(ValueError):
    """The address cannot be understood; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Address:
    """A URI taken apart. `usb_backend` replaces libusb below pyusb."""

    uri: str
    scheme: str
    path: str = ""
    host: str = ""
    port: int = 0
    options: dict[str, str] = field(default_factory=dict)
    usual_baud: int = DEFAULT_BAUD
    usb_backend: object | None = None

    def expect(self, holds: bool, form: str, *options: str) -> None:
        """Go on if `holds` and there are no other options than these.

        Raises:
            UriError: naming the form that was expected.
        """
        if not holds or set(self.options) - set(options):
            raise UriError(f"{self.uri!r}: expected {form}")

    def usb(self, form: str, *options: str) -> UsbAddress:
        """Return the device of a `scheme:VID:PID?serial=..` address.

        Raises:
            UriError: no two four-digit hexadecimal numbers, or an unknown option.
        """
        match = _ID.fullmatch(self.path)
        self.expect(match is not None and not self.host, form, "serial", *options)
        assert match is not None
        return UsbAddress(int(match[1], 16), int(match[2], 16), self.options.get("serial", ""))

    def endpoint(self, option: str, direction: int) -> int | None:
        """Return an endpoint's address, None if it is not given.

        Raises:
            UriError: no endpoint of that direction.
        """
        text = self.options.get(option)
        if text is None:
            return None
        number = int(text, 16) if _ENDPOINT.fullmatch(text) else -1
        if not 1 <= number & ~IN_BIT <= 15 or number & IN_BIT != direction:
            raise UriError(f"{option}={text}: expected an endpoint such as {direction | 1:#04x}")
        return number


def split(uri: str, usb_backend: object | None = None, usual_baud: int = DEFAULT_BAUD) -> Address:
    """Take an address apart.

    Raises:
        UriError: it has no scheme, or its port or options are malformed.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port if parts.netloc else 0
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError as error:
        raise UriError(f"{uri!r} is not an address: expected {FORMS}") from error
    return Address(uri, parts.scheme, parts.path, parts.hostname or "", port or 0, options, usual_baud, usb_backend)


def parse_uri(uri: str, *, usual_baud: int = DEFAULT_BAUD, usb_backend: object | None = None) -> TransportFactory:
    """Return a factory for the transport that `uri` names.

    `usual_baud`: the rate of a serial line that names none; `usb_backend`: a backend of pyusb instead of libusb.

    Raises:
        UriError: unknown scheme, no path, host or port, an unknown option, a baud rate no UART knows.
    """
    address = split(uri, usb_backend, usual_baud)
    if address.scheme not in SCHEMES:
        raise UriError(f"{uri!r}: expected {FORMS}")
    return SCHEMES[address.scheme](address)


def baud(text: str) -> int:
    """Return a rate.

    Raises:
        UriError: not one of `BAUDS`.
    """
    if not text.isascii() or not text.isdigit() or int(text) not in BAUDS:
        raise UriError(f"baud={text}: expected one of {', '.join(map(str, BAUDS))}")
    return int(text)


def _serial(address: Address) -> TransportFactory:
    rate = baud(address.options.get("baud", str(address.usual_baud)))
    address.expect(not address.host and address.path.startswith("/"), "serial:/path?baud=N", "baud")
    return lambda: SerialTransport(address.path, rate)


def _tcp(address: Address) -> TransportFactory:
    address.expect(bool(address.host and address.port) and address.path in ("", "/"), "tcp://host:port")
    return lambda: TcpTransport(address.host, address.port)


def _lp(address: Address) -> TransportFactory:
    address.expect(not address.host and address.path.startswith("/"), "lp:/dev/usb/lpN")
    return lambda: LpTransport(address.path)


def _usb(address: Address) -> TransportFactory:
    device = address.usb("usb:VID:PID?serial=TEXT&out=0x02&in=0x81", "out", "in")
    out, into = address.endpoint("out", 0), address.endpoint("in", IN_BIT)

    def make() -> Transport:
        return UsbTransport(device, out=out, into=into, backend=address.usb_backend)

    return make


def _hid(address: Address) -> TransportFactory:
    device = address.usb("hid:VID:PID?serial=TEXT")
    return lambda: HidTransport(device)


SCHEMES: dict[str, Callable[[Address], TransportFactory]] = {
    "serial": _serial,
    "tcp": _tcp,
    "lp": _lp,
    "usb": _usb,
    "hid": _hid,
}
FORMS = "serial:/path?baud=N, tcp://host:port, lp:/dev/usb/lpN, usb:VID:PID or hid:VID:PID"
