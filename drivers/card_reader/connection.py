"""Addresses of card readers: what `parse_uri` knows, and wires that only card readers have.

serial:/dev/ttyUSB0?baud=auto      the rate is found; or a rate, see `parse_uri`
tcp://host:port                    a serial line in a tunnel
usb:VID:PID                        one pair of bulk endpoints, pieces of 64 bytes
sdt-usb:0400:C35A                  split endpoints; out, out2, in and in2 override them (all four)
hid:10C4:0007                      frames wrapped in HID reports
pcsc:READER                        a PC/SC reader that shows pages, by name, part of a name, or number
"""

from __future__ import annotations

from urllib.parse import unquote

from drivers.card_reader.baud import AutoBaud
from drivers.card_reader.hid import HidCardTransport
from drivers.card_reader.pcsc import PcscCardTransport
from drivers.card_reader.sdt_usb import SdtUsbTransport, SplitEndpoints
from drivers.transport import HidTransport, TransportFactory, UsbTransport, parse_uri
from drivers.transport.pcsc import ListReaders, PcscReader
from drivers.transport.uri import Address, UriError, split
from drivers.transport.usb import IN_BIT

USB_PIECE = 64
_PCSC = "pcsc:"
_SPLIT = (("out", 0), ("out2", 0), ("in", IN_BIT), ("in2", IN_BIT))


def connection(
    uri: str, *, usb_backend: object | None = None, list_readers: ListReaders | None = None
) -> TransportFactory:
    """Return what `SamCardReader` takes, for the reader at `uri`.

    `usb_backend` replaces libusb below pyusb, `list_readers` pyscard.

    Raises:
        UriError: the address cannot be understood.
    """
    if uri.startswith(_PCSC):
        # A reader's name may hold anything, blanks and brackets as a rule.
        reader = unquote(uri[len(_PCSC) :]).strip()
        if not reader:
            raise UriError(f"{uri!r}: expected pcsc:READER NAME OR NUMBER")
        return lambda: PcscCardTransport(PcscReader(reader, list_readers))
    address = split(uri, usb_backend)
    match address.scheme:
        case "serial" if address.options.get("baud") == "auto":
            fits = not address.host and address.path.startswith("/")
            address.expect(fits, "serial:/path?baud=auto", "baud")
            return AutoBaud(address.path)
        case "usb":
            return _single(address)
        case "sdt-usb":
            return _split(address)
        case "hid":
            device = address.usb("hid:VID:PID?serial=TEXT")
            return lambda: HidCardTransport(HidTransport(device))
        case _:
            return parse_uri(uri)


def _single(address: Address) -> TransportFactory:
    device = address.usb("usb:VID:PID?serial=TEXT&out=0x02&in=0x81", "out", "in")
    out, into = address.endpoint("out", 0), address.endpoint("in", IN_BIT)
    backend = address.usb_backend
    return lambda: UsbTransport(device, out=out, into=into, chunk=USB_PIECE, backend=backend)


def _split(address: Address) -> TransportFactory:
    form = "sdt-usb:VID:PID?serial=TEXT&out=0x02&out2=0x06&in=0x81&in2=0x85 (all four or none)"
    device = address.usb(form, *(option for option, _ in _SPLIT))
    given = [end for option, way in _SPLIT if (end := address.endpoint(option, way)) is not None]
    address.expect(len(given) in (0, len(_SPLIT)), form, "serial", *(option for option, _ in _SPLIT))
    endpoints = SplitEndpoints(*given) if given else None
    return lambda: SdtUsbTransport(device, endpoints, backend=address.usb_backend)
