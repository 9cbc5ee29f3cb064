"""Addresses of a site profile: `pcsc:0`, `pcsc:ACS ACR39U?profile=by_number`, `tcp-card://127.0.0.1:9000`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from drivers.social_card.pcsc import PcscSlot
from drivers.social_card.profile import DEFAULT, Profile, load_profile
from drivers.social_card.remote import RemoteSlot
from drivers.social_card.slots import SlotFactory
from drivers.transport import TcpTransport, UriError, parse_uri

EXPECTED = "expected pcsc:READER[?profile=NAME] or tcp-card://HOST:PORT[?profile=NAME]"
MOST_READERS = 3
"""Digits of a reader's number."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the slot is and what kind of cards come into it."""

    slot: SlotFactory
    profile: Profile


def parse_address(uri: str) -> Address:
    """Return what `uri` names. A reader is named by its number or the beginning of its name, spaces and all.

    Raises:
        UriError: not such an address.
        ProfileError: (a UriError) the profile cannot be used; `PinPadMissingError` when it wants a PIN.
    """
    place, _, query = uri.partition("?")
    try:
        options = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    except ValueError:
        raise UriError(f"{uri!r}: {EXPECTED}") from None
    profile_name = options.pop("profile", DEFAULT)
    scheme, _, rest = place.partition(":")
    if options or scheme not in ("pcsc", "tcp-card") or not rest:
        raise UriError(f"{uri!r}: {EXPECTED}")
    slot = _pcsc(rest, uri) if scheme == "pcsc" else _remote(rest, uri)
    return Address(slot, load_profile(profile_name))


def _pcsc(rest: str, uri: str) -> SlotFactory:
    name = unquote(rest).strip()
    if not name or not name.isprintable():
        raise UriError(f"{uri!r}: {EXPECTED}")
    wanted = int(name) if name.isascii() and name.isdigit() and len(name) <= MOST_READERS else name
    return lambda: PcscSlot(wanted)


def _remote(rest: str, uri: str) -> SlotFactory:
    try:
        transport = parse_uri(f"tcp:{rest}")
    except UriError:
        raise UriError(f"{uri!r}: {EXPECTED}") from None
    if not isinstance(transport(), TcpTransport):
        raise UriError(f"{uri!r}: {EXPECTED}")
    return lambda: RemoteSlot(transport())
