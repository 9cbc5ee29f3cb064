"""From the address of a code reader in a site's profile to the device: one function for every kind of reader.

serial:/dev/ttyACM0?baud=9600&dialect=newland             a serial module (tcp://host:port?dialect=... through a tunnel)
input:/dev/input/by-id/usb-X-event-kbd?suffix=enter       a scanner that types, grabbed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from drivers.code_reader.dialects import GM65, Dialect, DialectError, dialect_named
from drivers.code_reader.driver import SerialCodeReader
from drivers.code_reader.hid import HidCodeReader, grab_exclusively
from drivers.code_reader.keys import GAP_S, SUFFIXES
from drivers.device import Device
from drivers.owner import BackOff, Clock, Wait, real_wait
from drivers.transport import UriError, parse_uri
from drivers.transport.input_node import InputNode

GAPS_MS = range(50, 101)


def reader(
    device_id: str,
    uri: str,
    *,
    clock: Clock,
    options: Mapping[str, str] | None = None,
    back_off: BackOff | None = None,
    wait: Wait = real_wait,
    grab: Callable[[int], None] = grab_exclusively,
) -> Device:
    """Return the code reader at `uri`. `options` (of the profile) add to those of the address, which win.

    Raises:
        UriError: an address or an option that is not understood; the text says what was expected.
    """
    try:
        parts = urlsplit(uri)
        given = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        uri.encode()  # half of a surrogate pair, as JSON can escape it, is in no address
    except ValueError as error:
        raise UriError(f"{uri!r} is not an address: expected serial:/path?dialect=NAME or input:/path") from error
    chosen = {**(options or {}), **given}
    if parts.scheme == "input":
        if parts.netloc or not parts.path.startswith("/") or set(chosen) - {"suffix", "gap_ms"}:
            raise UriError(f"{uri!r}: expected input:/dev/input/by-id/NAME?suffix=any&gap_ms=80")
        suffix = SUFFIXES.get(chosen.get("suffix", "any"))
        if suffix is None:
            raise UriError(f"suffix={chosen['suffix']}: expected one of {', '.join(SUFFIXES)}")
        node = InputNode(parts.path, grab)
        gap = _gap(chosen.get("gap_ms"))
        return HidCodeReader(device_id, node, clock=clock, suffix=suffix, gap=gap, back_off=back_off, wait=wait)
    dialect = _dialect(chosen.pop("dialect", GM65.name))
    if parts.scheme == "serial":
        chosen.setdefault("baud", str(dialect.baud))
    line = parts._replace(query=urlencode(chosen)).geturl()
    return SerialCodeReader(device_id, parse_uri(line), clock=clock, dialect=dialect, back_off=back_off, wait=wait)


def _dialect(name: str) -> Dialect:
    try:
        return dialect_named(name)
    except DialectError as error:
        raise UriError(str(error)) from error


def _gap(text: str | None) -> float:
    if text is None:
        return GAP_S
    if not text.isascii() or not text.isdigit() or int(text) not in GAPS_MS:
        raise UriError(f"gap_ms={text}: expected 50 to 100")
    return int(text) / 1000
