"""Which profiles are taken, and which are refused for what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import key_id, sign
from provisioning import SiteProfile, accept_profile, parse_profile
from provisioning.errors import (
    ProfileExpiredError,
    ProfileMalformedError,
    ProfileOfAnotherError,
    ProfileOlderError,
    ProfileSignatureBadError,
)
from provisioning.profile import envelope_from_bytes
from tests.provisioning.double import TERMINAL, profile_value

NOW = datetime.now(UTC)
SIGNER = Ed25519PrivateKey.generate()
RAW = SIGNER.public_key().public_bytes_raw()
TRUST = {key_id(RAW): RAW}


def accept(value: Any, current: Any = None, now: datetime = NOW) -> SiteProfile:
    return accept_profile(sign(value, SIGNER), TRUST, TERMINAL, now, current)


def test_good_profile_is_taken() -> None:
    profile = accept(profile_value())
    assert profile.rev == 3
    assert profile.services == ("SB01", "YL01")
    assert profile.device("receipt_printer") == profile.devices[1]
    assert profile.devices[1].options == {"width": 576}
    assert profile.position is not None
    assert profile.position.lat == 39.94


def test_the_suite_is_that_of_the_profile_and_intl_without_one() -> None:
    assert accept(profile_value()).suite == "intl"
    assert accept(profile_value(suite="gm")).suite == "gm"


def test_unknown_fields_are_ignored() -> None:
    assert accept(profile_value(theme="spring")).rev == 3


def test_higher_revision_replaces_the_one_in_force() -> None:
    assert accept(profile_value(rev=4), sign(profile_value(), SIGNER)).rev == 4


def test_same_revision_with_the_same_content_does_no_harm() -> None:
    value = profile_value()
    assert accept(value, sign(value, SIGNER)).rev == 3


def test_lower_revision_is_refused() -> None:
    with pytest.raises(ProfileOlderError):
        accept(profile_value(rev=2), sign(profile_value(), SIGNER))


def test_same_revision_with_other_content_is_refused() -> None:
    with pytest.raises(ProfileOlderError):
        accept(profile_value(kind="bank"), sign(profile_value(), SIGNER))


def test_expired_profile_is_refused() -> None:
    with pytest.raises(ProfileExpiredError):
        accept(profile_value(), now=NOW + timedelta(days=31))


def test_profile_of_another_terminal_is_refused() -> None:
    with pytest.raises(ProfileOfAnotherError):
        accept(profile_value(terminal="XC-0043"))


def test_profile_signed_by_a_stranger_is_refused() -> None:
    with pytest.raises(ProfileSignatureBadError):
        accept_profile(sign(profile_value(), Ed25519PrivateKey.generate()), TRUST, TERMINAL, NOW, None)


def test_profile_changed_after_signing_is_refused() -> None:
    envelope = sign(profile_value(), SIGNER)
    envelope["signed"]["services"].append("XF01")
    with pytest.raises(ProfileSignatureBadError):
        accept_profile(envelope, TRUST, TERMINAL, NOW, None)


@pytest.mark.parametrize("envelope", [None, [], "text", {}, {"signed": {}}, {"signed": 1, "signatures": []}])
def test_thing_that_is_no_envelope_is_refused(envelope: Any) -> None:
    with pytest.raises(ProfileSignatureBadError):
        accept_profile(envelope, TRUST, TERMINAL, NOW, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("terminal", ""),
        ("rev", 0),
        ("rev", True),
        ("rev", "3"),
        ("expires", "tomorrow"),
        ("expires", "2099-01-01T00:00:00"),
        ("name", "名称"),
        ("place", {}),
        ("kind", "palace"),
        ("suite", "plain"),
        ("suite", 7),
        ("services", ["XX1"]),
        ("services", "SB01"),
        ("devices", {}),
        ("devices", [{"id": "a", "kind": "card_reader"}]),
        ("devices", [{"id": "a", "kind": "k", "uri": "u"}, {"id": "a", "kind": "k", "uri": "u"}]),
        ("position", {"lat": "91", "lon": "0"}),
        ("position", "here"),
        ("witnesses", [{"name": "x"}]),
        ("witnesses", "x"),
    ],
)
def test_field_out_of_order_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ProfileMalformedError):
        accept(profile_value(**{field: value}))


@pytest.mark.parametrize("field", ["terminal", "rev", "expires", "name", "place", "kind", "services", "devices"])
def test_missing_field_is_refused(field: str) -> None:
    value = profile_value()
    del value[field]
    with pytest.raises(ProfileMalformedError):
        accept(value)


def test_witness_is_not_in_the_repr() -> None:
    assert "周姨" not in repr(parse_profile(profile_value()))


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b" " * 300_000])
def test_file_that_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(ProfileMalformedError):
        envelope_from_bytes(data)
