"""Enrolment by stick, against the platform's own code: what is taken, and what is refused and changes nothing."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from central_platform import enrolment
from central_platform.enrolment_stick import StickRefusedError, answer, read_request
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import canonical
from contracts.enrolment import ANSWER, CATALOGUE, REQUEST
from provisioning import Tpm, load_identity, load_profile, status, take_bundle, write_request
from provisioning.errors import (
    BundleDamagedError,
    BundleForeignError,
    BundleForgedError,
    BundleOlderError,
    MachineClockError,
    NothingAskedError,
    ProvisioningError,
)
from provisioning.identity import check_home
from tests.central_platform.world import HandClock, write_packages
from tests.provisioning.double import Ca, FixedClock
from tests.tools.software_tpm import SoftwareTpm

URL = "https://platform.test"
HERE = {"hardware": {"board": "a"}}
CATALOGUE_BYTES = b"what is published"


class Both:
    """A machine without a network, the platform, and a stick between them."""

    def __init__(self, folder: Path, platform: Platform, clock: HandClock, slot: str) -> None:
        self.folder, self.platform, self.clock, self.slot = folder, platform, clock, slot
        self.state, self.stick, self.arrived = folder / "kiosk", folder / "stick", folder / "arrived.bundle"
        self.stick.mkdir(parents=True)

    def request(self, **more: Any) -> None:
        write_request(
            self.stick, URL, self.platform.authority.fingerprint, self.state, self.clock, os.urandom,
            **{"inventory": HERE, **more},
        )  # fmt: skip

    def issue(self, **more: Any) -> dict[str, Any]:
        request = read_request((self.stick / REQUEST).read_bytes(), self.platform.authority.fingerprint)
        (self.stick / CATALOGUE).write_bytes(CATALOGUE_BYTES)
        digest = hashlib.sha256(CATALOGUE_BYTES).hexdigest()
        found = answer(self.platform, self.slot, request, digest, **more)
        (self.stick / ANSWER).write_bytes(canonical(found))
        return found

    def take(self) -> str:
        return self.taken_by(HERE)

    def taken_by(self, inventory: dict[str, Any]) -> str:
        return take_bundle(self.stick, self.state, self.clock, os.urandom, self.arrived, inventory=inventory).terminal

    def contents(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.state.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, HandClock, Iterator[int]]]:
    folder, clock = tmp_path_factory.mktemp("office"), HandClock(FixedClock().now())
    settings = Settings(folder / "data", packages=write_packages(folder / "packages"))
    with closing(Platform.open(settings, clock=clock)) as platform:
        yield platform, clock, itertools.count(1)


@pytest.fixture
def both(office: tuple[Platform, HandClock, Iterator[int]], tmp_path: Path) -> Both:
    platform, clock, numbers = office
    slot = f"XC-{next(numbers):04d}"
    enrolment.create(platform, slot, {"name": "离线终端"})
    return Both(tmp_path, platform, clock, slot)


def test_a_machine_that_never_saw_a_network_is_enrolled_by_stick(both: Both) -> None:
    both.request()
    assert status(both.state, both.clock, HERE["hardware"]).waiting == "stick"
    both.issue()
    assert both.take() == both.slot
    identity = load_identity(both.state)
    check_home(identity, HERE["hardware"])
    assert load_profile(both.state).name.zh == "离线终端"
    assert both.arrived.read_bytes() == CATALOGUE_BYTES
    assert identity.trust == {name: bytes.fromhex(raw) for name, raw in both.platform.authority.keys.items()}
    assert status(both.state, both.clock, HERE["hardware"]).waiting == ""


def test_with_a_tpm_the_second_key_waits_locked(both: Both, tpm: SoftwareTpm) -> None:
    both.request(tpm=Tpm(tpm.tcti))
    assert b"ENCRYPTED" in (both.state / "pending.tls").read_bytes()
    both.request(tpm=Tpm(tpm.tcti))
    both.issue()
    both.take()
    identity = load_identity(both.state)
    check_home(identity, {})
    assert identity.key_protection == "tpm"
    assert not list(both.state.glob("pending*"))


def test_the_same_answer_again_changes_nothing_and_is_no_error(both: Both) -> None:
    both.request()
    both.issue()
    both.take()
    before = both.contents()
    assert both.take() == both.slot
    assert both.contents() == before


def test_a_request_written_again_asks_for_the_same_key(both: Both) -> None:
    both.request()
    first = json.loads((both.stick / REQUEST).read_bytes())["device_key"]
    both.request()
    assert json.loads((both.stick / REQUEST).read_bytes())["device_key"] == first


def refused(both: Both, kind: type[ProvisioningError]) -> None:
    before = both.contents()
    with pytest.raises(kind):
        both.take()
    assert both.contents() == before
    assert not both.arrived.exists()


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_an_answer_that_was_cut_off_is_refused(both: Both, part: float) -> None:
    both.request()
    data = canonical(both.issue())
    (both.stick / ANSWER).write_bytes(data[: int(len(data) * part)])
    refused(both, BundleDamagedError)
    (both.stick / ANSWER).write_bytes(data)
    assert both.take() == both.slot


def forge_field(found: dict[str, Any]) -> None:
    found["signed"]["terminal"] = "XC-0999"


def forge_keys(found: dict[str, Any]) -> None:
    found["signed"]["keys"] = {"0" * 16: "00" * 32}


def forge_profile(found: dict[str, Any]) -> None:
    found["signed"]["profile"]["signed"]["hotlines"] = ["1"]


def forge_signature(found: dict[str, Any]) -> None:
    found["signature"] = "30" + found["signature"][2:-2] + "00"


def forge_signer(found: dict[str, Any]) -> None:
    """Sign with a key that some other authority vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    san = x509.UniformResourceIdentifier("urn:kiosk:enrolment-answers")
    found["certificate"] = Ca("Doorstep platform authority").leaf(key.public_key(), san).decode()
    found["signature"] = key.sign(canonical(found["signed"]), ec.ECDSA(hashes.SHA256())).hex()


@pytest.mark.parametrize("forge", [forge_field, forge_keys, forge_profile, forge_signature, forge_signer])
def test_a_forged_answer_is_refused(both: Both, forge: Callable[[dict[str, Any]], None]) -> None:
    both.request()
    found = both.issue()
    forge(found)
    (both.stick / ANSWER).write_bytes(canonical(found))
    refused(both, BundleForgedError)


def test_a_terminal_of_the_fleet_cannot_sign_answers(both: Both) -> None:
    both.request()
    found = both.issue()
    key = ec.generate_private_key(ec.SECP256R1())
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    found["certificate"] = both.platform.authority.issue("XC-0001", csr, both.clock.now(), 14).pem
    found["signature"] = key.sign(canonical(found["signed"]), ec.ECDSA(hashes.SHA256())).hex()
    (both.stick / ANSWER).write_bytes(canonical(found))
    refused(both, BundleForgedError)


def test_an_answer_of_another_platform_is_foreign(both: Both) -> None:
    both.request()
    found = both.issue()
    found["signed"]["ca_pem"] = Ca().pem.decode()
    (both.stick / ANSWER).write_bytes(canonical(found))
    refused(both, BundleForeignError)


def test_the_answer_for_another_machine_is_foreign(both: Both, tmp_path: Path) -> None:
    both.request()
    both.issue()
    neighbour = Both(tmp_path / "neighbour", both.platform, both.clock, both.slot)
    neighbour.request(inventory={"hardware": {"board": "b"}})
    shutil.copy(both.stick / ANSWER, neighbour.stick / ANSWER)
    shutil.copy(both.stick / CATALOGUE, neighbour.stick / CATALOGUE)
    refused(neighbour, BundleForeignError)


def test_an_image_of_a_machine_that_wrote_a_request_cannot_take_its_answer(both: Both) -> None:
    both.request()
    both.issue()
    before = both.contents()
    with pytest.raises(BundleForeignError, match="another machine"):
        both.taken_by({"hardware": {"board": "b"}})
    both.state.rename(both.folder / "original")
    shutil.copytree(both.folder / "original", both.state)
    with pytest.raises(BundleForeignError, match="a copy"):
        both.take()
    assert both.contents() == before


def test_a_withdrawn_slot_answers_nobody(both: Both) -> None:
    both.request()
    enrolment.revoke(both.platform, both.slot)
    refused_request(both, (both.stick / REQUEST).read_bytes(), "certificate-revoked")


def test_an_answer_that_nobody_asked_for_is_refused(both: Both, tmp_path: Path) -> None:
    both.request()
    both.issue()
    shutil.rmtree(both.state)
    both.state.mkdir()
    refused(both, NothingAskedError)


def test_an_older_answer_is_not_gone_back_to(both: Both) -> None:
    both.request()
    old = canonical(both.issue())
    both.clock.advance(hours=1)
    new = canonical(both.issue())
    (both.stick / ANSWER).write_bytes(new)
    both.take()
    both.arrived.unlink()
    (both.stick / ANSWER).write_bytes(old)
    refused(both, BundleOlderError)


def test_an_answer_to_an_earlier_request_of_this_machine_is_foreign(both: Both) -> None:
    both.request()
    both.issue()
    both.take()
    both.arrived.unlink()
    old = (both.stick / ANSWER).read_bytes()
    enrolment.create(both.platform, both.slot, {"name": "离线终端"})
    both.request()
    both.issue()
    both.take()
    both.arrived.unlink()
    (both.stick / ANSWER).write_bytes(old)
    refused(both, BundleForeignError)


@pytest.mark.parametrize("data", [None, b"", CATALOGUE_BYTES[:-1], CATALOGUE_BYTES + b"!"])
def test_a_catalogue_that_is_not_the_one_that_was_signed_is_refused(both: Both, data: bytes | None) -> None:
    both.request()
    both.issue()
    (both.stick / CATALOGUE).unlink()
    if data is not None:
        (both.stick / CATALOGUE).write_bytes(data)
    refused(both, BundleDamagedError)


def test_a_dead_clock_is_named_and_the_answer_stays_good(both: Both) -> None:
    both.request()
    both.issue()
    right = both.clock.at
    both.clock.at = right - timedelta(days=9000)
    with pytest.raises(MachineClockError, match="battery"):
        both.take()
    both.clock.at = right
    assert both.take() == both.slot


def refused_request(both: Both, value: bytes, code: str) -> None:
    (both.stick / REQUEST).write_bytes(value)
    with pytest.raises(StickRefusedError) as caught:
        both.issue()
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"inventory": {"hardware": {"board": "z"}}}, "signature-invalid"),
        ({"at": "2020-01-01T00:00:00+08:00"}, "signature-invalid"),
        ({"signature": None}, "not-a-request"),
        ({"device_key": "00"}, "not-a-request"),
        ({"kind": "outbox"}, "not-a-request"),
        ({"authority": "0" * 64}, "other-platform"),
    ],
)
def test_a_request_that_was_changed_is_refused(both: Both, change: dict[str, Any], code: str) -> None:
    both.request()
    value = {**json.loads((both.stick / REQUEST).read_bytes()), **change}
    refused_request(both, canonical(value), code)


def test_a_request_that_was_cut_off_is_refused(both: Both) -> None:
    both.request()
    refused_request(both, (both.stick / REQUEST).read_bytes()[:-9], "truncated")


def test_one_slot_answers_one_machine(both: Both, tmp_path: Path) -> None:
    both.request()
    both.issue()
    neighbour = Both(tmp_path / "neighbour", both.platform, both.clock, both.slot)
    neighbour.request(inventory={"hardware": {"board": "b"}})
    refused_request(neighbour, (neighbour.stick / REQUEST).read_bytes(), "code-used")
    enrolment.create(both.platform, both.slot, {"name": "离线终端"})
    refused_request(neighbour, (neighbour.stick / REQUEST).read_bytes(), "slot-occupied")
    neighbour.issue(replace=True)
    assert neighbour.taken_by({"hardware": {"board": "b"}}) == both.slot
