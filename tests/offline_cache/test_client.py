from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import key_id, sign
from offline_cache import (
    BadSignature,
    CaptivePortal,
    Identity,
    ItemStatus,
    NetworkLost,
    NotAuthorised,
    PlatformBusy,
    PlatformClient,
    Refused,
)
from offline_cache.http import answers
from offline_cache.http.shapes import ShapeError
from offline_cache.http.transport import Transport
from offline_cache.store.store import wire_item
from tests.offline_cache.certificates import Authority
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import RealClock, item, open_at


@dataclass(frozen=True)
class Files:
    ca_path: Path | None = None
    cert_path: Path | None = None
    key_path: Path | None = None


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as running:
        yield running


def client_of(server: Platform, identity: Files | None = None, **more: object) -> PlatformClient:
    return PlatformClient(server.url, identity, RealClock(), timeouts=(1.0, 0.5), **more)  # type: ignore[arg-type]


def one_item(folder: Path) -> list[dict[str, object]]:
    with open_at(folder) as store:
        return [wire_item(store.show(store.submit(item()).id))]


def test_a_batch_comes_back_item_by_item(server: Platform, tmp_path: Path) -> None:
    client, items = client_of(server), one_item(tmp_path)
    assert client.submit_batch("b1", "XC-0042", items).results[0].status is ItemStatus.ACCEPTED
    reply = client.submit_batch("b2", "XC-0042", items)
    assert reply.results[0].status is ItemStatus.DUPLICATE
    assert reply.results[0].receipt is not None
    assert len(server.effects) == 1


def test_a_receipts_result_stays_out_of_reprs(server: Platform, tmp_path: Path) -> None:
    assert "张小红" not in repr(client_of(server).submit_batch("b1", "XC-0042", one_item(tmp_path)))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("500", PlatformBusy),
        ("503", PlatformBusy),
        ("408", PlatformBusy),
        ("429", PlatformBusy),
        ("html", CaptivePortal),
        ("html-404", CaptivePortal),
        ("redirect", CaptivePortal),
        ("half-json", CaptivePortal),
        ("wrong-json", CaptivePortal),
        ("hang", NetworkLost),
        ("cut", NetworkLost),
        ("close", NetworkLost),
        ("drop-after-commit", NetworkLost),
        ("400", Refused),
        ("413", Refused),
        ("422", Refused),
        ("401", NotAuthorised),
        ("403", NotAuthorised),
    ],
)
def test_every_fault_has_its_type(server: Platform, tmp_path: Path, fault: str, error: type[Exception]) -> None:
    server.faults.append(fault)
    with pytest.raises(error) as caught:
        client_of(server).submit_batch("b1", "XC-0042", one_item(tmp_path))
    if isinstance(caught.value, NetworkLost):
        assert caught.value.sent


def test_only_the_end_of_an_identity_is_answered_by_nothing(server: Platform) -> None:
    client, identity = client_of(server), Identity("opaque", "L1", 900)
    client.end_identity(identity)
    server.fault_paths = ("/v1/heartbeat", "/v1/phone-codes/c:check", "/v1/identities")
    server.faults.extend(("204", "204", "html", "403"))
    with pytest.raises(CaptivePortal):
        client.heartbeat({})
    with pytest.raises(CaptivePortal):
        client.check_phone_code("c", "123456")
    with pytest.raises(CaptivePortal):
        client.end_identity(identity)
    with pytest.raises(NotAuthorised):
        client.end_identity(identity)
    assert [call for call in server.calls if call.startswith("DELETE")] == ["DELETE /v1/identities"] * 3


def test_retry_after_is_read_in_both_forms(server: Platform) -> None:
    client = client_of(server)
    server.fault_paths = ("/v1/time",)
    server.faults.append("429")
    with pytest.raises(PlatformBusy) as caught:
        client.server_time()
    assert caught.value.retry_after == 1.0


def test_a_platform_that_is_not_there_never_got_anything(tmp_path: Path) -> None:
    client = PlatformClient("http://127.0.0.1:9", None, RealClock(), timeouts=(1.0, 1.0))
    with pytest.raises(NetworkLost) as caught:
        client.submit_batch("b1", "XC-0042", one_item(tmp_path))
    assert not caught.value.sent


def test_proxies_of_the_environment_are_ignored(server: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert client_of(server).server_time().tzinfo is not None


def test_large_batches_are_compressed(server: Platform, tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        items = [wire_item(store.show(store.submit(item(f"c{n}", body={"a": "字" * 500})).id)) for n in range(10)]
    assert len(client_of(server).submit_batch("b1", "XC-0042", items).results) == 10
    assert server.sizes[0] > 15_000


def test_a_signed_document_is_verified_and_not_fetched_twice(server: Platform) -> None:
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    server.documents["/v1/catalogue/index"] = ('"e1"', sign({"version": 1, "packages": []}, key))
    client = client_of(server, trusted={key_id(raw): raw})
    document = client.catalogue_index()
    assert document is not None
    assert (document.etag, document.value["version"]) == ('"e1"', 1)
    assert client.catalogue_index('"e1"') is None


def test_a_document_that_nobody_trusted_has_signed_is_refused(server: Platform) -> None:
    server.documents["/v1/profile"] = ('"e1"', sign({"rev": 1}, Ed25519PrivateKey.generate()))
    with pytest.raises(BadSignature):
        client_of(server).profile()


def test_a_document_that_was_changed_is_refused(server: Platform) -> None:
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    envelope = sign({"rev": 1}, key)
    envelope["signed"]["rev"] = 2
    server.documents["/v1/profile"] = ('"e1"', envelope)
    with pytest.raises(BadSignature):
        client_of(server, trusted={key_id(raw): raw}).profile()


def test_an_unknown_submission_is_none(server: Platform, tmp_path: Path) -> None:
    client, items = client_of(server), one_item(tmp_path)
    item_id = str(items[0]["id"])
    assert client.submission(item_id) is None
    client.submit_batch("b1", "XC-0042", items)
    found = client.submission(item_id)
    assert found is not None
    assert found.status is ItemStatus.ACCEPTED


def test_the_certificate_is_shown_and_a_stranger_is_turned_away(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.server_context()
    cert, key = authority.issue("XC-0042")
    with platform(context) as server:
        known = client_of(server, Files(authority.ca_path, cert, key))
        assert known.server_time().tzinfo is not None
        assert known.heartbeat({"terminal": "XC-0042"}).next_s == 30
        context.verify_mode = ssl.CERT_REQUIRED
        assert client_of(server, Files(authority.ca_path, cert, key)).heartbeat({}).next_s == 30
        with pytest.raises(NetworkLost):
            client_of(server, Files(authority.ca_path)).heartbeat({})


def test_a_platform_with_another_authority_gets_nothing(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    with platform(theirs.server_context()) as server:
        with pytest.raises(NetworkLost) as caught:
            client_of(server, Files(ours.ca_path)).server_time()
        assert not caught.value.sent
        assert server.calls == []


def test_a_renewed_certificate_is_used_from_the_next_call(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    cert, key = authority.issue("XC-0042", life=timedelta(days=-1))
    context = authority.server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    with platform(context) as server:
        client = client_of(server, Files(authority.ca_path, cert, key))
        with pytest.raises(NetworkLost):
            client.heartbeat({})
        authority.issue("XC-0042")
        client.renewed()
        assert client.heartbeat({}).next_s == 30


LICENCE = {
    "material": "MED",
    "kind": "disability_certificate",
    "name": {"zh": "残疾人证", "en": "Disability certificate"},
    "number": "CJ****34",
    "issuer": {"zh": "残联", "en": "Federation"},
    "valid_until": "2029-02-28",
}


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (answers.read_batch, {"results": [{"id": 1, "status": "accepted"}], "high_water": 1}),
        (answers.read_heartbeat, {"next_s": True, "server_time": "2026-11-22T09:00:00+08:00", "commands": []}),
        (answers.read_heartbeat, {"next_s": 3, "server_time": "2026-11-22T09:00:00", "commands": []}),
        (answers.read_enrolment, {"terminal": "XC", "certificate_pem": "", "ca_pem": "", "keys": {"a": "zz"}}),
        (answers.read_prefill, {"fields": []}),
        (answers.read_licences, {"licences": [{"material": "MED", "kind": "x", "name": "张小红"}]}),
        (answers.read_licences, {"licences": [{**LICENCE, "valid_until": "张小红"}]}),
        (answers.read_licences, {"licences": [{**LICENCE, "issuer": {"zh": 1}}]}),
        (answers.read_person, {"person": {"name": "张小红"}, "level": "L1"}),
        (answers.read_person, {"person": {"name": "张小红", "id_no": "1"}, "level": "L1", "kind": 1}),
        (answers.read_identity, {"identity": "张小红", "level": "L1", "expires_s": "900"}),
        (answers.read_challenge, {"challenge": "c", "expires_s": "60", "masked": "139"}),
        (answers.read_cases, {"cases": [{"number": "1"}]}),
        (answers.read_cases, []),
    ],
)
def test_an_answer_of_another_shape_is_refused_without_quoting_it(reader: object, value: object) -> None:
    assert callable(reader)
    with pytest.raises(ShapeError) as caught:
        reader(value)
    assert "张小红" not in str(caught.value)


def test_people_are_read_and_stay_out_of_reprs() -> None:
    person = answers.read_person({"person": {"name": "张小红", "id_no": "1"}, "level": "L1"})
    assert person.name == "张小红"
    assert "张小红" not in repr(person)
    prefill = answers.read_prefill(
        {"fields": {"phone": "13900000000", "bank": None}, "sources": {"phone": {"zh": "a"}}}
    )
    assert prefill.fields == {"phone": "13900000000"}
    assert "139" not in repr(prefill)
    (licence,) = answers.read_licences({"licences": [LICENCE]})
    assert (licence.valid_until, licence.number) == (date(2029, 2, 28), "CJ****34")
    assert "CJ" not in repr(licence)


@pytest.mark.parametrize("sent", ["6\u00b2", "\u0661\u0662", "-3", "1e9", "9" * 400, "soon", ""])
def test_a_retry_after_that_is_no_number_of_seconds_is_no_reason_to_fall_over(sent: str) -> None:
    response = requests.Response()
    response.status_code = 503
    response.headers["Retry-After"] = sent
    with pytest.raises(PlatformBusy) as caught:
        Transport("https://platform.invalid", None, (1.0, 1.0), RealClock())._judge("GET", response, b"")
    assert caught.value.retry_after is None or caught.value.retry_after >= 0


def test_free_places_of_a_refusal_are_read_and_what_is_no_place_is_left_out() -> None:
    places = [
        {"date": "2026-11-23", "slot": "1000"},
        {"date": 20261123, "slot": "1000"},
        {"date": "2026-11-24"},
        "soon",
    ]
    for free, read in ((places, (("2026-11-23", "1000"),)), (None, ()), ("full", ())):
        problem = answers.read_problem({"code": "slot-full", "status": 409, "free": free})
        assert problem is not None
        assert problem.free == read
