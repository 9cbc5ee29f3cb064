"""Identities, prefill, QR credentials, phone codes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from central_platform.wire.common import ID_NUMBER, IdentityToken, TerminalName, Text, Wire, Word
from central_platform.wire.submissions import Evidence

IdNumber = Annotated[str, Field(pattern=ID_NUMBER)]
Phone = Annotated[str, Field(pattern=r"^1[0-9]{10}$")]


class IdentityRequest(Wire):
    """Who stands before the terminal, and what proves it."""

    id_no: IdNumber = Field(repr=False)
    name: str = Field(min_length=1, max_length=80, repr=False)
    evidence: list[Evidence] = Field(max_length=16)


class Identity(Wire):
    """An identity in force: for this terminal and this person, for a short time, until it is ended."""

    identity: str = Field(repr=False)
    level: str
    expires_s: int


class IdentityEnd(Wire):
    """The visit is over."""

    identity: IdentityToken = Field(repr=False)


class PrefillRequest(Wire):
    """Whose form, and of which service; `identity` is that of this person."""

    id_no: IdNumber = Field(repr=False)
    service: Word
    identity: IdentityToken | None = Field(default=None, repr=False)


class Prefill(Wire):
    """What other departments already know, and which one knows it."""

    fields: dict[str, str] = Field(repr=False)
    sources: dict[str, Text]


class TokenRequest(Wire):
    """A QR credential as the code reader saw it."""

    raw: str = Field(min_length=1, max_length=1024, repr=False)
    purpose: str = Field(max_length=40)
    terminal: TerminalName


class TokenKind(StrEnum):
    """Whose code it is: this platform's own, the medical insurance's, the social security's, the network identity's,
    the city's app.
    """

    DOORSTEP = "doorstep"
    MEDICAL = "medical"
    SOCIAL_SECURITY = "social_security"
    NETWORK_ID = "network_id"
    CITY_APP = "city_app"


class TokenPerson(Wire):
    """The person behind a QR credential."""

    name: str = Field(repr=False)
    id_no: str = Field(repr=False)
    sex: str = Field(repr=False)
    birth: str = Field(repr=False)
    address: str = Field(repr=False)


class TokenVerified(Wire):
    """A credential that was good, once."""

    person: TokenPerson = Field(repr=False)
    level: str
    kind: TokenKind


class PhoneCodeRequest(Wire):
    """Send a code. `id_no` binds the phone to the holder of a card."""

    phone: Phone = Field(repr=False)
    id_no: IdNumber | None = Field(default=None, repr=False)
    purpose: str = Field(max_length=40)


class PhoneChallengeReply(Wire):
    """A code is on its way."""

    challenge: str
    expires_s: int
    masked: str


class PhoneCheckRequest(Wire):
    """What the resident typed."""

    code: str = Field(min_length=1, max_length=12, repr=False)


class PhoneChecked(Wire):
    """The code was right."""

    ok: bool
