"""Payments as the terminal's client has them, over mutual TLS against a running platform and the provider's process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.services.checks import luhn
from offline_cache import NetworkLost, PlatformBusy, Refused
from offline_cache.http.answers import MOST_CODE, read_payment
from offline_cache.http.shapes import ShapeError
from tests.central_platform.payments.world import Provider
from tests.offline_cache.support import new_id
from tests.offline_cache.test_against_platform import Enrolled, enrolled, pytestmark
from tests.offline_cache.test_identity_calls import refused, second_terminal

__all__ = ["enrolled", "pytestmark"]


@pytest.fixture(scope="module")
def provider(enrolled: Enrolled) -> Iterator[Provider]:
    with tempfile.TemporaryDirectory(prefix="pay-") as folder:
        made = Provider(Path(folder))
        told = enrolled.lab("POST", "/lab/provider", {"url": made.url, "key": made.key})
        made.ask(merchant=told["merchant"], key=told["key"], ca=str(enrolled.files.ca_path))
        yield made
        made.kill()


def due(enrolled: Enrolled) -> str:
    """An account with water to pay."""
    for n in range(1000):
        digits = f"1{time.time_ns() % 10**5:05d}{n:03d}"
        number = next(digits + check for check in "0123456789" if luhn(digits + check))
        if enrolled.lab("GET", f"/lab/bills?number={number}")["most"]:
            return number
    raise AssertionError("nobody owes anything")


def application(account: str, **more: Any) -> dict[str, Any]:
    return {
        "service": "SH01", "service_version": 1, "answers": {"accountNo": account, **more}, "person": None,
        "level": "L0", "evidence": [], "provisional": None, "lang": "zh", "consent": {},
    }  # fmt: skip


def test_a_payment_there_and_back(enrolled: Enrolled, provider: Provider) -> None:
    with enrolled.client() as client:
        submission = new_id()
        order = client.open_payment(submission, application(due(enrolled)))
        assert (order.state, order.simulated, order.subject["en"][:5]) == ("pending", True, "Water")
        assert provider.ask(pay=order.code)["paid"]
        # The provider's own notice, over TLS, is enough.
        ends = time.monotonic() + 10
        while enrolled.lab("GET", f"/lab/payments?submission={submission}")[0]["state"] != "paid":
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert client.payment(submission).state == "paid"
        assert client.close_payment(submission).state == "paid"


def test_a_closed_one_cannot_be_paid(enrolled: Enrolled, provider: Provider) -> None:
    with enrolled.client() as client:
        submission = new_id()
        order = client.open_payment(submission, application(due(enrolled)))
        assert client.close_payment(submission).state == "closed"
        assert provider.ask(pay=order.code)["why"] == "closed"


def test_refusals_name_the_answer_that_is_to_blame(enrolled: Enrolled, provider: Provider) -> None:
    with enrolled.client() as client:
        found = refused(lambda: client.open_payment(new_id(), application("1234567890")))
        assert (found.code, found.field) == ("bill-unknown", "/answers/accountNo")
        found = refused(lambda: client.open_payment(new_id(), application(due(enrolled), amount="0.01")))
        assert found.code in {"amount-unfit", "data-invalid"}


def test_a_refusal_about_the_resident_is_none_of_the_terminals_certificate(enrolled: Enrolled) -> None:
    body = {**application("1"), "service": "YL01", "answers": {}}
    with enrolled.client() as client:
        assert refused(lambda: client.open_payment(new_id(), body)).code == "level-not-reached"


def test_what_this_terminal_never_opened_is_unknown(enrolled: Enrolled, provider: Provider, tmp_path: Path) -> None:
    with enrolled.client() as client, second_terminal(enrolled, tmp_path).client() as stranger:
        submission = new_id()
        client.open_payment(submission, application(due(enrolled)))
        for other, name in ((stranger, submission), (client, new_id())):
            assert refused(lambda other=other, name=name: other.payment(name)).code == "payment-unknown"
            assert refused(lambda other=other, name=name: other.close_payment(name)).code == "payment-unknown"


def test_an_answer_that_was_lost_is_the_same_order_when_it_is_asked_for_again(
    enrolled: Enrolled, provider: Provider
) -> None:
    with enrolled.client() as client:
        submission, body = new_id(), application(due(enrolled))
        fault = {"mode": "drop-after-commit", "count": 1, "path": "/v1/payments"}
        enrolled.lab("POST", "/lab/faults", fault)
        with pytest.raises(NetworkLost):
            client.open_payment(submission, body)
        order = client.open_payment(submission, body)
        enrolled.lab("POST", "/lab/faults", fault)
        with pytest.raises(NetworkLost):
            client.close_payment(submission)
        assert client.payment(submission).number == order.number
        assert client.payment(submission).state == "closed"


@pytest.mark.parametrize(("mode", "error"), [("500", PlatformBusy), ("html", NetworkLost), ("close", NetworkLost)])
def test_a_platform_that_is_ill_is_an_error_of_the_network_kind(
    enrolled: Enrolled, mode: str, error: type[Exception]
) -> None:
    with enrolled.client() as client:
        enrolled.lab("POST", "/lab/faults", {"mode": mode, "count": 1, "path": "/v1/payments"})
        with pytest.raises(error):
            client.payment(new_id())


GOOD = {
    "number": "PY-7K3M-9QXW-2TRB",
    "state": "pending",
    "fen": 8640,
    "payee": {"zh": "样例", "en": "Sample"},
    "subject": {"zh": "水费", "en": "Water"},
    "holder": "王**",
    "code": "https://pay.example/s/x",
    "expires_s": 300,
    "declined": 0,
    "simulated": True,
    "track_url": "https://platform.example/payments/PY-7K3M-9QXW-2TRB",
}


def test_an_order_is_read_whole_and_says_nothing_personal_in_its_repr() -> None:
    found = read_payment(GOOD)
    assert (found.fen, found.payee["en"], found.code) == (8640, "Sample", "https://pay.example/s/x")
    assert "王" not in repr(found)
    assert "pay.example" not in repr(found)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "free"},
        {"fen": 0},
        {"fen": -5},
        {"fen": 10**9},
        {"fen": "8640"},
        {"fen": True},
        {"code": "x" * (MOST_CODE + 1)},
        {"code": "付\u202e款"},
        {"code": "a\nb"},
        {"code": None},
        {"expires_s": -1},
        {"payee": ["x"]},
        {"payee": {"zh": 7}},
        {"simulated": 1},
        {"number": None},
    ],
)
def test_an_order_that_cannot_be_is_not_believed(change: dict[str, Any]) -> None:
    with pytest.raises(ShapeError):
        read_payment({**GOOD, **change})


def test_an_unknown_refusal_has_no_field() -> None:
    assert Refused(404, "payment-unknown").field == ""
