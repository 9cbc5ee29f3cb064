"""Dumb pipes to devices: bytes in, bytes out, typed errors. No transport retries or reopens by itself."""

from drivers.transport.base import (
    NoReply,
    OpenCause,
    OpenFailed,
    Transport,
    TransportClosed,
    TransportError,
    TransportFactory,
    WriteTimeout,
)
from drivers.transport.hid import HidTransport
from drivers.transport.lp import LpTransport
from drivers.transport.serial import SerialTransport
from drivers.transport.tcp import TcpTransport
from drivers.transport.uri import UriError, parse_uri
from drivers.transport.usb import UsbAddress, UsbTransport

__all__ = [
    "HidTransport",
    "LpTransport",
    "NoReply",
    "OpenCause",
    "OpenFailed",
    "SerialTransport",
    "TcpTransport",
    "Transport",
    "TransportClosed",
    "TransportError",
    "TransportFactory",
    "UriError",
    "UsbAddress",
    "UsbTransport",
    "WriteTimeout",
    "parse_uri",
]
