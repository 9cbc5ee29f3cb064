"""From the entry of a power supply in a site's profile to the device.

nut://127.0.0.1/NAME    or nut://host:3493/NAME, the supply NAME of an upsd; options low_charge, low_runtime_s
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from drivers.owner import BackOff, Clock, Wait, real_wait
from drivers.transport import TcpTransport, UriError
from drivers.ups.codec import PORT
from drivers.ups.driver import PowerSupply
from drivers.ups.supply import Limits

FORM = "expected nut://host:3493/NAME"
_NAME = re.compile(r"/([A-Za-z0-9][A-Za-z0-9_.-]{0,63})", re.ASCII)


def ups(
    device_id: str,
    uri: str,
    *,
    clock: Clock,
    options: Mapping[str, Any] | None = None,
    back_off: BackOff | None = None,
    wait: Wait = real_wait,
) -> PowerSupply:
    """Return the supply at `uri`.

    Raises:
        UriError: an address or an option that is not understood.
    """
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port or PORT
    except ValueError as error:
        raise UriError(f"{uri!r}: {FORM}") from error
    name = _NAME.fullmatch(parts.path)
    if parts.scheme != "nut" or not host or name is None or parts.query or parts.username is not None:
        raise UriError(f"{uri!r}: {FORM}")
    given, usual = options or {}, Limits()
    try:
        limits = Limits(
            int(str(given.get("low_charge", usual.charge))), int(str(given.get("low_runtime_s", usual.runtime_s)))
        )
    except ValueError as error:
        raise UriError("low_charge in percent and low_runtime_s in seconds were expected") from error

    def line() -> TcpTransport:
        return TcpTransport(host, port)

    return PowerSupply(device_id, line, name[1], clock=clock, limits=limits, back_off=back_off, wait=wait)
