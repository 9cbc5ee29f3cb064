"""The same value gives the same bytes on both sides, and nothing else does."""

from __future__ import annotations

import json

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from contracts import GM, INTL, CanonicalError, canonical, digest, suite
from contracts.suites import UnknownSuiteError

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_bytes_read_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(st.text(), st.integers(), min_size=2, max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(value) == canonical(dict(reversed(list(value.items()))))


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, {1: "a"}, b"bytes", {"a": {2, 3}}])
def test_what_two_languages_write_differently_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)


def test_known_digests() -> None:
    assert digest({"b": 1, "a": "家"}) == "sha256:" + INTL.hash('{"a":"家","b":1}'.encode()).hex()
    assert INTL.hash(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert GM.hash(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("name", ["intl", "gm"])
def test_what_is_sealed_opens_only_unchanged(name: str) -> None:
    chosen = suite(name)
    key, nonce = bytes(chosen.key_bytes), bytes(12)
    sealed = chosen.seal(key, nonce, b"secret", b"case")
    assert chosen.open(key, nonce, sealed, b"case") == b"secret"
    for broken, said in ((bytes([sealed[0] ^ 1]) + sealed[1:], b"case"), (sealed, b"another")):
        with pytest.raises(InvalidTag):
            chosen.open(key, nonce, broken, said)


def test_an_unknown_suite_is_an_error() -> None:
    with pytest.raises(UnknownSuiteError, match="rot13"):
        suite("rot13")
