"""Orders against the provider's own process: paid once, delivered once, or given back, whatever answers get lost."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

import pytest
import sqlalchemy

from central_platform.payments import orders
from central_platform.payments.settling import settle
from central_platform.payments.states import TimeUp, Unwanted
from tests.central_platform.payments.world import Place, account, billed, entered, fixed
from tests.central_platform.test_identities import second_terminal
from tests.central_platform.world import CARD, OTHER, PERSON, PHONE, World, application
from tests.offline_cache.support import until


def test_an_order_is_opened_paid_and_used_for_its_case(place: Place) -> None:
    order = place.opened(fixed())
    assert (order["state"], order["fen"], order["payee"]["zh"]) == ("pending", 1500, "样例局")
    assert order["code"].startswith("https://pay.example/")
    assert 0 < order["expires_s"] <= 300
    assert order["simulated"] is True
    assert place.state(order) == "pending"
    assert place.pay(order) == ""
    assert place.state(order) == "paid"
    verdict = place.submit(order)
    assert (verdict["status"], verdict["receipt"]["state"]) == ("accepted", "done")
    paid = verdict["receipt"]["payment"]
    assert (paid["number"], paid["fen"], paid["simulated"]) == (order["number"], 1500, True)
    stored = place.stored(order)
    assert (stored["state"], stored["case_number"]) == ("delivered", verdict["receipt"]["number"])
    assert place.kept(order) == 1500
    assert place.settled() == 0


def test_a_repeated_opening_is_the_same_order_and_another_matter_is_not_it(place: Place) -> None:
    submission = str(uuid.uuid4())
    first, again = place.opened(entered("12.50"), submission), place.opened(entered("12.50"), submission)
    assert (first["number"], first["code"]) == (again["number"], again["code"])
    other = place.open(entered("13.00"), submission)
    assert (other.status_code, other.json()["code"]) == (409, "digest-conflict")


def test_openings_at_once_make_one_order(place: Place) -> None:
    submission = str(uuid.uuid4())
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: place.open(entered(), submission), range(12)))
    assert {answer.status_code for answer in found} == {200}
    assert len({answer.json()["number"] for answer in found}) == 1
    assert len(place.world.public.get("/lab/payments").json()) == 1


def test_a_submission_is_submitted_twice_and_has_its_effect_once(place: Place) -> None:
    order = place.paid()
    assert [place.submit(order)["status"] for _ in range(2)] == ["accepted", "duplicate"]
    assert place.cases() == 1


def test_somebody_who_pays_twice_is_refused_by_the_provider(place: Place) -> None:
    order = place.opened()
    assert (place.pay(order), place.pay(order)) == ("", "already-paid")
    assert place.state(order) == "paid"
    assert place.kept(order) == 1250


def test_a_bank_that_refuses_is_told_and_the_same_code_can_be_paid(place: Place) -> None:
    order = place.opened()
    place.provider.ask(refuse=order["code"])
    place.world.clock.mono += 3
    told = place.ask(order)
    assert (told["state"], told["declined"]) == ("pending", 1)
    assert place.pay(order) == ""
    assert place.state(order) == "paid"


# Nothing without money, no money without a matter


@pytest.mark.parametrize("pay", [False, True])
def test_an_application_without_its_paid_order_is_refused(place: Place, pay: bool) -> None:
    order = place.opened()
    world = place.world
    assert place.submit(order)["problem"]["code"] == "payment-required"
    assert world.result(world.item(entered()))["problem"]["code"] == "payment-required"
    if pay:
        place.pay(order)
        assert place.state(order) == "paid"
        other = place.opened()
        # Another submission's money, no number, a wrong number.
        assert place.submit(other, payment=order["number"])["problem"]["code"] == "payment-required"
        for number in (None, "PY-AAAA-AAAA-AAAA"):
            assert place.submit(order, payment=number)["problem"]["code"] == "payment-required"
        assert place.submit(order)["status"] == "accepted"
    assert place.cases() == int(pay)


def test_what_was_paid_for_cannot_be_swapped(place: Place) -> None:
    order = place.paid(billed(account(place.world, "1", lambda bill: bill.most > 0)))
    dearer = account(place.world, "4", lambda bill: bill.most > 0)
    verdict = place.submit(order, answers={"accountNo": dearer})
    assert (verdict["status"], verdict["problem"]["code"]) == ("rejected", "payment-required")
    assert place.stored(order)["state"] == "paid"
    assert place.submit(order)["status"] == "accepted"


def test_somebody_elses_application_cannot_use_it(place: Place) -> None:
    order = place.paid(fixed())
    assert place.submit(order, person=OTHER)["problem"]["code"] == "payment-required"


def test_money_whose_matter_does_not_come_goes_back_and_then_the_matter_is_refused(place: Place) -> None:
    order = place.paid(fixed())
    place.later(590)
    assert place.settled() == 0
    place.later(20)
    assert place.settled() == 1
    assert place.stored(order)["state"] == "refunded"
    assert place.kept(order) == 0
    assert place.submit(order)["problem"]["code"] == "payment-returned"
    assert place.cases() == 0
    (text,) = [line["text"] for line in place.world.public.get("/lab/messages", params={"phone": PHONE}).json()]
    assert "15.00" in text
    assert order["number"] in text


def test_a_matter_in_time_is_done_and_nothing_goes_back(place: Place) -> None:
    order = place.paid()
    place.later(599)
    assert place.submit(order)["status"] == "accepted"
    place.later(3600)
    assert place.settled() == 0
    assert place.kept(order) == 1250


def test_an_application_that_is_refused_gets_its_money_back(place: Place) -> None:
    order = place.paid(fixed())
    assert place.submit(order, answers={"phone": "not a phone"})["problem"]["code"] == "data-invalid"
    place.later(610)
    assert place.settled() == 1
    assert place.kept(order) == 0


# Codes that are not paid


def test_a_code_that_nobody_pays_is_closed(place: Place) -> None:
    order = place.opened()
    place.later(320)
    place.settled()
    assert place.stored(order)["state"] == "closed"
    assert place.pay(order) == "closed"


def test_a_resident_who_does_not_want_to_pay_closes_it(place: Place) -> None:
    order = place.opened()
    assert place.ask(order, "close")["state"] == "closed"
    assert place.pay(order) == "closed"
    assert place.ask(order, "close")["state"] == "closed"


def test_closing_what_was_paid_at_the_last_moment_keeps_it_paid(place: Place) -> None:
    place.provider.ask(fault="mute")
    order = place.opened()
    place.pay(order)
    assert place.ask(order, "close")["state"] == "paid"
    assert place.submit(order)["status"] == "accepted"


def test_money_that_comes_between_the_look_at_an_order_and_its_closing_stays(place: Place) -> None:
    order = place.paid()
    assert orders.advance(place.world.platform, order["number"], Unwanted()).state == "paid"
    assert place.submit(order)["status"] == "accepted"


def test_money_that_comes_after_an_order_was_found_to_be_due_has_all_its_time(place: Place) -> None:
    order = place.opened()
    place.pay(order)
    place.later(320)
    # Due since ten seconds; before its turn comes, the terminal hears of the money.
    assert place.state(order) == "paid"
    assert orders.advance(place.world.platform, order["number"], TimeUp()).state == "paid"
    place.later(590)
    assert place.settled() == 0
    assert place.submit(order)["status"] == "accepted"
    assert place.kept(order) == 1250


def test_a_closed_order_is_looked_at_until_there_is_an_answer(place: Place) -> None:
    place.relay.to = None
    order = place.opened()
    assert place.ask(order, "close")["state"] == "closed"
    assert place.pay(order, late=True) == ""
    place.provider.ask(fault="500")
    for seconds in (16 * 60, 86_400, 16 * 60, 16 * 60):
        place.later(seconds)
        assert place.settled() == 1
    assert place.stored(order)["state"] == "closed"
    place.provider.ask(fault="none")
    place.later(16 * 60)
    place.settled()
    assert place.stored(order)["state"] == "refunded"
    assert place.kept(order) == 0


def test_a_closed_order_at_which_nothing_is_found_is_looked_at_twice(place: Place) -> None:
    order = place.opened()
    place.ask(order, "close")
    found = 0
    for seconds in (16 * 60, 3600, 86_400, 86_400):
        place.later(seconds)
        found += place.settled()
    assert found == 2


def test_an_order_that_cannot_be_settled_keeps_no_other_from_its_end(place: Place) -> None:
    first, second = place.paid(), place.paid()
    place.later(610)
    with place.world.platform.database.write() as session:
        refusal = f"WHEN old.number = '{first['number']}' BEGIN SELECT RAISE(ABORT, 'poison'); END"
        session.execute(sqlalchemy.text(f"CREATE TRIGGER poison BEFORE UPDATE ON payment_order {refusal}"))
    settle(place.world.platform)
    assert (place.stored(first)["state"], place.stored(second)["state"]) == ("paid", "refunded")


@pytest.mark.parametrize("fault", ["none", "mute"])
def test_money_that_comes_after_the_closing_goes_back_with_or_without_a_notice(place: Place, fault: str) -> None:
    order = place.opened()
    assert place.ask(order, "close")["state"] == "closed"
    place.provider.ask(fault=fault)
    assert place.pay(order, late=True) == ""
    if fault == "none":
        place.until(order, "refunded")
    else:
        place.later(16 * 60)
        place.settled()
    assert place.stored(order)["state"] == "refunded"
    assert place.kept(order) == 0


@pytest.mark.parametrize("fen", [1, 1249, 1251])
def test_another_amount_than_was_asked_for_goes_back_whole_and_is_an_alarm(place: Place, fen: int) -> None:
    order = place.opened()
    assert place.pay(order, fen=fen) == ""
    place.world.clock.mono += 3
    place.ask(order)
    place.until(order, "refunded")
    assert (place.stored(order)["paid_fen"], place.kept(order)) == (fen, 0)
    assert place.submit(order)["problem"]["code"] == "payment-returned"
    from central_platform.alarms import listed

    assert [alarm.kind for alarm in listed(place.world.platform)] == ["payment_amount"]


# A provider that fails


UNCLEAR = ["500", "cut", "garbage", "stranger", "replay"]


@pytest.mark.parametrize("fault", ["slow", *UNCLEAR])
def test_an_opening_without_an_answer_is_unknown_and_found_again(place: Place, fault: str) -> None:
    place.provider.ask(fault=fault, count=1)
    order = place.opened()
    assert (order["state"], order["code"]) == ("unknown", "")
    assert place.state(order) == "pending"
    order = place.ask(order)
    place.pay(order)
    assert place.state(order) == "paid"
    assert place.submit(order)["status"] == "accepted"
    assert len([one for one in place.provider.ask(status=True)["orders"] if one["number"] == order["number"]]) == 1


@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_question_without_an_answer_leaves_everything_as_it_was(place: Place, fault: str) -> None:
    place.relay.to = None
    order = place.opened()
    place.pay(order)
    place.provider.ask(fault=fault, count=1)
    assert place.state(order) == "pending"
    assert place.state(order) == "paid"


@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_closing_without_an_answer_is_unknown_until_it_is_certain(place: Place, fault: str) -> None:
    order = place.opened()
    place.provider.ask(fault=fault, count=1, call="close")
    assert place.ask(order, "close")["state"] == "unknown"
    assert place.ask(order, "close")["state"] == "closed"
    assert place.pay(order) == "closed"


@pytest.mark.parametrize("fault", ["slow", *UNCLEAR])
def test_a_refund_without_an_answer_is_asked_for_until_it_is_certain_and_pays_once(place: Place, fault: str) -> None:
    order = place.paid()
    place.later(610)
    place.provider.ask(fault=fault, count=2, call="refund")
    place.settled()
    # Whether a notice or the next try says first that it is done is nobody's choice.
    assert [line for line in place.stored(order)["journal"] if line.startswith("event unclear-refund")]
    for _ in range(4):
        place.later(60)
        place.settled()
    assert place.stored(order)["state"] == "refunded"
    found = place.provider.order(order["number"])
    assert (found["returned_fen"], found["kept"]) == (1250, 0)


def test_a_provider_that_will_not_give_back_is_asked_again_and_is_an_alarm(place: Place) -> None:
    from central_platform.alarms import listed

    order = place.paid()
    place.later(610)
    place.provider.ask(fault="decline", call="refund")
    for _ in range(14):
        place.settled()
        place.later(3600)
    assert place.stored(order)["state"] == "refunding"
    assert {alarm.kind for alarm in listed(place.world.platform)} == {"payment_provider", "payment_stuck"}
    place.provider.ask(fault="none")
    place.settled()
    assert place.stored(order)["state"] == "refunded"


def test_an_opening_that_the_provider_refuses_is_closed(place: Place) -> None:
    place.provider.ask(fault="decline", count=1)
    order = place.opened()
    assert order["state"] == "closed"


def test_without_a_provider_nothing_is_begun(place: Place) -> None:
    (place.world.platform.settings.data / "payments.json").unlink()
    answer = place.open()
    assert (answer.status_code, answer.json()["code"]) == (409, "payment-unavailable")
    assert place.world.public.get("/lab/payments").json() == []


def test_a_provider_file_that_somebody_wrote_by_hand_takes_no_payment_and_stops_nothing(place: Place) -> None:
    file = place.world.platform.settings.data / "payments.json"
    for text in ("{", "[]", '{"url": "ftp://x", "merchant": "m", "key": "00"}'):
        file.write_text(text, "utf-8")
        assert place.open().json()["code"] == "payment-unavailable"


# Notices


def test_a_notice_alone_makes_it_paid(place: Place) -> None:
    order = place.opened()
    place.pay(order)
    place.until(order, "paid")


@pytest.mark.parametrize("fault", ["twice", "wrong-amount"])
def test_what_a_notice_says_counts_for_nothing(place: Place, fault: str) -> None:
    order = place.opened()
    place.provider.ask(fault=fault)
    place.pay(order)
    place.until(order, "paid")
    assert place.stored(order)["paid_fen"] == 1250


@pytest.mark.parametrize("fault", ["wrong-signature", "clock"])
def test_a_notice_that_is_not_the_providers_or_old_is_refused(place: Place, fault: str) -> None:
    order = place.opened()
    place.provider.ask(fault=fault, count=1)
    place.relay.answers.clear()
    place.pay(order)
    place.until(order, "paid")
    # Refused once, taken when it came right.
    assert place.relay.answers[0] == 403


def test_notices_out_of_order_do_no_harm(place: Place) -> None:
    first, second = place.opened(), place.opened()
    place.provider.ask(fault="held")
    place.pay(first)
    place.pay(second)
    assert place.state(second) == "paid"
    place.later(610)
    place.settled()
    assert (place.stored(first)["state"], place.stored(second)["state"]) == ("paid", "refunded")
    place.provider.ask(fault="none")
    come = len(place.relay.answers) + 3
    until(lambda: len(place.relay.answers) >= come)
    assert place.submit(first)["status"] == "accepted"
    assert place.stored(second)["state"] == "refunded"
    assert (place.kept(first), place.kept(second)) == (1250, 0)


def test_a_notice_from_nobody_is_refused(place: Place) -> None:
    for body in (b"", b"{}", b"\xff", b"[" * 100_000):
        answer = place.world.public.post("/payments/notify", content=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "signature-invalid")


# Who may


def test_another_terminal_knows_nothing_of_an_order(place: Place) -> None:
    order = place.opened()
    submission = place.ids[order["number"]]["submission"]
    stranger = second_terminal(place.world)
    for call in ("state", "close"):
        answer = stranger.post(f"/v1/payments:{call}", json={"submission": submission})
        assert (answer.status_code, answer.json()["code"]) == (404, "payment-unknown")
    taken = place.open(entered(), submission, stranger)
    assert (taken.status_code, taken.json()["code"]) == (409, "digest-conflict")
    assert place.state(order) == "pending"


@pytest.mark.parametrize("call", ["open", "state", "close"])
def test_without_a_certificate_there_is_no_order(place: Place, call: str) -> None:
    body = {"submission": str(uuid.uuid4()), "application": entered()}
    assert place.world.public.post(f"/v1/payments:{call}", json=body).status_code == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (application("TZ99"), "service-unknown"),
        (application("TD01"), "service-unknown"),
        (application("PF01", phone=PHONE), "level-not-reached"),
        (application("PF01", (CARD,), PERSON), "data-invalid"),
        (application("PA01", amount="99.00"), "amount-unfit"),
        (application("PA01", amount=12.5), "data-invalid"),
        (billed("1234567890"), "bill-unknown"),
    ],
)
def test_what_would_be_refused_as_an_application_is_not_begun(place: Place, body: Any, code: str) -> None:
    answer = place.open(body)
    assert answer.json()["code"] == code, answer.text
    assert place.world.public.get("/lab/payments").json() == []


def test_a_bill_is_paid_once_however_many_try(place: Place) -> None:
    number = account(place.world, "1", lambda bill: bill.most > 0)
    first, second = place.opened(billed(number)), place.opened(billed(number))
    for order in (first, second):
        place.pay(order)
        assert place.state(order) == "paid"
    assert place.open(billed(number)).json()["code"] == "bill-paid"
    assert place.submit(first)["status"] == "accepted"
    assert place.submit(second)["problem"]["code"] == "bill-paid"
    place.later(610)
    place.settled()
    assert (place.kept(first) > 0, place.kept(second)) == (True, 0)


def test_a_submission_that_was_taken_back_is_not_begun(place: Place) -> None:
    submission = str(uuid.uuid4())
    request = place.world.item({"submission": submission}, kind="delete_request")
    assert place.world.result(request)["status"] == "accepted"
    assert place.open(entered(), submission).json()["code"] == "deleted"


def test_nothing_personal_is_kept_with_an_order_nor_in_its_journal(place: Place) -> None:
    order = place.paid(fixed())
    assert place.submit(order)["status"] == "accepted"
    with place.world.platform.database.read() as session:
        rows = [str(row) for row in session.execute(sqlalchemy.text("SELECT * FROM payment_order"))]
        rows += [str(row) for row in session.execute(sqlalchemy.text("SELECT * FROM payment_entry"))]
    secrets = (*PERSON.values(), PHONE)
    assert not [row for row in rows for secret in secrets if str(secret) in row]


def test_the_journal_tells_every_call_and_answer_in_order(place: Place) -> None:
    order = place.paid()
    place.later(610)
    place.settled()
    # Whether a notice or our own question came first is nobody's choice, nor whether both saw the same.
    told = [line for line in place.stored(order)["journal"] if "notice" not in line and "seen-paid" not in line]
    assert [line for line, _ in groupby(told)] == [
        "event opened -> created",
        "event asked -> created",
        "call create -> created",
        "event seen-pending -> pending",
        "event time-up -> refunding",
        "call refund -> refunding",
        "event seen-refunded -> refunded",
    ]


def test_a_terminal_opens_only_so_many_in_an_hour(place: Place, world: World) -> None:
    from dataclasses import replace

    world.platform.settings = replace(world.platform.settings, terminal_per_hour=2)
    assert [place.open().status_code for _ in range(3)] == [200, 200, 429]
    assert orders.MOST_CALLS
