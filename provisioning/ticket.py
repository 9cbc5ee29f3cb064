"""The slip that a technician holds: a QR code of `{"url", "terminal", "code", "ca_fingerprint"}`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.authority import host_and_port, normal_fingerprint
from provisioning.errors import TicketMalformedError

_ALPHABET = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class Ticket:
    """One-time permission to enrol. `terminal` may be unknown: the code decides."""

    url: str
    code: str = field(repr=False)
    ca_fingerprint: str
    terminal: str | None = None


def parse_ticket(text: str) -> Ticket:
    """Read the slip's QR text.

    Raises:
        TicketMalformedError: it is something else.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise TicketMalformedError("not JSON") from error
    if not isinstance(value, Mapping):
        raise TicketMalformedError("not an object")
    url, code, pin = (str(value.get(name) or "") for name in ("url", "code", "ca_fingerprint"))
    host_and_port(url)
    terminal = value.get("terminal")
    return Ticket(url, normal_code(code), normal_fingerprint(pin), str(terminal) if terminal else None)


def normal_code(text: str) -> str:
    """Return a one-time code as the platform wrote it: Crockford capitals, without hyphens; O is 0, I and L are 1.

    Raises:
        TicketMalformedError: not 8 to 16 letters and digits of that alphabet.
    """
    code = text.strip().upper().replace("-", "").replace(" ", "").translate(_LOOKALIKES)
    if not 8 <= len(code) <= 16 or any(c not in _ALPHABET for c in code):
        raise TicketMalformedError("code")
    return code
