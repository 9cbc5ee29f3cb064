"""The terminal's till: written down before it is opened, brought to its end whatever happens, told to nobody else."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.equipment.paying import CHECKPOINT, Paying
from kiosk_app.visit.effects import AskPayment, ClosePayment, Deliver, Effect, LeavePayment, OpenPayment
from kiosk_app.visit.events import Event, PaymentMissing, PaymentRefused, PaymentTold, Saved, SaveFailed
from offline_cache import (
    ItemState,
    NetworkLost,
    Payment,
    PaymentJournal,
    PlatformBusy,
    Refused,
    Store,
    StoreError,
    StoreFull,
)
from tests.offline_cache.support import RealClock, open_at, until

PATIENCE_S = 10.0
ACCOUNT = "1000000008"
BODY = {"service": "SH01", "answers": {"accountNo": ACCOUNT}}
ORDER = Payment(
    number="PY-7K3M-9QXW-2TRB",
    state="pending",
    fen=8640,
    payee={"zh": "样例自来水公司", "en": "Sample Water Company"},
    subject={"zh": "水费", "en": "Water"},
    holder="王**",
    code="https://pay.example/s/1",
    expires_s=300,
    declined=0,
    simulated=True,
    track_url="",
)


class Platform:
    """The other end of the line. `state` is how every order stands; `trouble` is raised by the next call so named."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.orders: dict[str, Payment] = {}
        self.state = "pending"
        self.after_close = "closed"
        self.trouble: dict[str, Exception] = {}
        self.lost = False
        self.hold: threading.Event | None = None
        self.seen: Callable[[str], None] = lambda name: None
        self._numbers = itertools.count(1)

    def _call(self, name: str, submission: str) -> None:
        self.calls.append((name, submission))
        self.seen(name)
        if self.hold is not None:
            assert self.hold.wait(PATIENCE_S)
        if self.lost:
            raise NetworkLost("down", sent=False)
        if name in self.trouble:
            raise self.trouble.pop(name)

    def _answer(self, submission: str) -> Payment:
        if submission not in self.orders:
            raise Refused(404, "payment-unknown")
        return replace(self.orders[submission], state=self.state)

    def open_payment(self, submission: str, application: Mapping[str, Any]) -> Payment:
        self._call("open", submission)
        number = f"PY-7K3M-9QXW-{next(self._numbers):04d}"
        self.orders.setdefault(submission, replace(ORDER, number=number))
        return self._answer(submission)

    def payment(self, submission: str) -> Payment:
        self._call("state", submission)
        return self._answer(submission)

    def close_payment(self, submission: str) -> Payment:
        self._call("close", submission)
        found = self._answer(submission)
        return replace(found, state=self.after_close) if self.state == "pending" else found

    def called(self, name: str) -> list[str]:
        return [submission for called, submission in self.calls if called == name]


class Sender:
    def __init__(self) -> None:
        self.hurried: list[str] = []
        self.poked = 0

    def hurry(self, item_id: str, deadline_s: float = 8.0) -> None:
        self.hurried.append(item_id)

    def poke(self) -> None:
        self.poked += 1


class Journal(PaymentJournal):
    """One whose disk can fail at a named step."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.trouble: dict[str, StoreError] = {}

    def _maybe(self, step: str) -> None:
        if step in self.trouble:
            raise self.trouble.pop(step)

    def begin(self, submission: str, service: str, provisional: str, body: Mapping[str, Any]) -> None:
        self._maybe("begin")
        super().begin(submission, service, provisional, body)

    def opened(self, submission: str, number: str) -> None:
        self._maybe("opened")
        super().opened(submission, number)

    def deliver(self, submission: str, schema: str, number: str) -> str:
        self._maybe("deliver")
        return super().deliver(submission, schema, number)


class SetClock(RealClock):
    """A clock that somebody can set."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.by


class Desk:
    """A till over a real encrypted store."""

    def __init__(self, folder: Path, platform: Platform | None = None, settle_s: float = 0.02) -> None:
        self.store = open_at(folder)
        self.journal = Journal(self.store)
        self.platform = platform or Platform()
        self.sender = Sender()
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.log: list[tuple[str, dict[str, object]]] = []
        self.saw: list[bool] = []
        self.points: list[str] = []
        self.at_point: Callable[[], None] = lambda: None
        self.clock = SetClock()
        count = itertools.count(int.from_bytes(folder.name.encode()[-4:], "big"))
        self.till = Paying(
            self.platform,
            self.journal,
            lambda: self.store.next_provisional("XC-0042"),
            self.sender,
            self.clock,
            lambda size: next(count).to_bytes(size, "big"),
            self.events.put,
            lambda name, fields: self.log.append((name, dict(fields))),
            self.saw.append,
            self._point,
            settle_s,
        )

    def do(self, *effects: Effect) -> None:
        for effect in effects:
            self.till.performers()[type(effect)](effect)

    def _point(self, name: str) -> None:
        self.points.append(name)
        self.at_point()

    def answer(self) -> Event:
        return self.events.get(timeout=PATIENCE_S)

    def told(self) -> str:
        event = self.answer()
        assert isinstance(event, PaymentTold)
        return event.payment.state

    def opened(self) -> str:
        """A code is shown; returns the submission."""
        self.do(OpenPayment(BODY, 7))
        assert self.told() == "pending"
        return self.platform.called("open")[-1]

    def close(self) -> None:
        self.till.close()
        self.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.till.start()
    yield made
    made.close()


def waiting(store: Store) -> list[str]:
    return [row.id for row in store.list_items((ItemState.READY,))]


# A visit


def test_it_is_written_down_before_it_is_opened_and_its_number_before_it_is_told(desk: Desk) -> None:
    then: list[Any] = []
    desk.platform.seen = lambda name: then.append(desk.journal.unfinished())
    desk.do(OpenPayment(BODY, 7))
    event = desk.answer()
    assert isinstance(event, PaymentTold)
    ((begun,),) = then
    assert (begun.service, begun.number) == ("SH01", "")
    (now,) = desk.journal.unfinished()
    assert (now.submission, now.number) == (begun.submission, event.payment.number)
    assert event.payment.submission == begun.submission
    assert event.payment.until is not None
    left = event.payment.until - RealClock().now()
    assert timedelta(seconds=280) < left <= timedelta(seconds=300)


def test_how_long_the_code_is_good_is_counted_from_its_first_answer(desk: Desk) -> None:
    desk.do(OpenPayment(BODY, 7), AskPayment())
    first, second = desk.answer(), desk.answer()
    assert isinstance(first, PaymentTold)
    assert isinstance(second, PaymentTold)
    assert second.payment.until == first.payment.until


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_was_set_moves_the_end_of_the_code_with_it(desk: Desk, seconds: int) -> None:
    desk.opened()
    desk.clock.by = timedelta(seconds=seconds)
    desk.do(AskPayment())
    event = desk.answer()
    assert isinstance(event, PaymentTold)
    assert event.payment.until is not None
    left = event.payment.until - desk.clock.now()
    assert timedelta(seconds=280) < left <= timedelta(seconds=300)


def test_paid_goes_into_the_outbox_once_and_is_sent_at_once(desk: Desk) -> None:
    submission = desk.opened()
    desk.platform.state = "paid"
    desk.do(AskPayment(), Deliver(), Deliver())
    assert desk.told() == "paid"
    saved = desk.answer()
    assert isinstance(saved, Saved)
    assert saved.submission == submission
    until(lambda: desk.sender.hurried == [submission], PATIENCE_S)
    assert waiting(desk.store) == [submission]
    body = desk.store.show(submission).body
    assert body["payment"] == desk.platform.orders[submission].number
    assert (body["answers"], body["provisional"]) == (BODY["answers"], saved.provisional)
    assert desk.points == [CHECKPOINT]
    assert desk.till.unsettled == []


def test_a_code_that_is_not_wanted_any_more_is_closed_by_the_visit(desk: Desk) -> None:
    submission = desk.opened()
    desk.do(ClosePayment())
    assert desk.told() == "closed"
    desk.do(LeavePayment())
    until(lambda: desk.till.unsettled == [], PATIENCE_S)
    assert desk.journal.outcome(submission) == "closed"
    assert waiting(desk.store) == []


def test_a_refused_opening_leaves_nothing_and_names_the_answer(desk: Desk) -> None:
    desk.platform.trouble["open"] = Refused(404, "bill-unknown", field="/answers/accountNo")
    desk.do(OpenPayment(BODY, 7))
    assert desk.answer() == PaymentRefused("bill-unknown", "accountNo", 7)
    assert desk.till.unsettled == []
    assert desk.journal.outcome(desk.platform.called("open")[0]) == "never_opened"


@pytest.mark.parametrize(
    ("error", "why", "seen"), [(NetworkLost("x", sent=True), "offline", False), (PlatformBusy(503, 1.0), "busy", True)]
)
def test_an_opening_without_an_answer_may_have_arrived_and_is_closed_behind_the_screen(
    desk: Desk, error: Exception, why: str, seen: bool
) -> None:
    desk.platform.trouble["open"] = error
    desk.platform.seen = lambda name: desk.platform.orders.setdefault(desk.platform.calls[-1][1], ORDER)
    desk.do(OpenPayment(BODY, 7))
    assert desk.answer() == PaymentMissing(why, 7)
    assert desk.saw[0] is seen
    (begun,) = desk.till.unsettled
    desk.do(LeavePayment())
    until(lambda: desk.till.unsettled == [], PATIENCE_S)
    assert desk.journal.outcome(begun.submission) == "closed"


def test_an_opening_that_never_arrived_is_given_up(desk: Desk) -> None:
    desk.platform.trouble["open"] = NetworkLost("x", sent=False)
    desk.do(OpenPayment(BODY, 7), LeavePayment())
    assert desk.answer() == PaymentMissing("offline", 7)
    until(lambda: desk.till.unsettled == [], PATIENCE_S)
    assert desk.journal.outcome(desk.platform.called("open")[0]) == "never_opened"
    told = ("payment_settled", {"order": desk.platform.called("open")[0], "outcome": "never_opened"})
    until(lambda: told in desk.log, PATIENCE_S)


@pytest.mark.parametrize(("error", "what"), [(StoreError("disk"), "store"), (StoreFull("disk"), "full")])
def test_what_cannot_be_written_down_is_not_opened(desk: Desk, error: StoreError, what: str) -> None:
    desk.journal.trouble["begin"] = error
    desk.do(OpenPayment(BODY, 7))
    assert desk.answer() == PaymentMissing("store", 7)
    assert desk.platform.called("open") == []
    assert ("payment_failed", {"what": "begin", "why": what}) in desk.log


def test_a_code_whose_number_cannot_be_written_down_is_not_shown(desk: Desk) -> None:
    desk.journal.trouble["opened"] = StoreError("disk")
    desk.do(OpenPayment(BODY, 7))
    assert desk.answer() == PaymentMissing("store", 7)
    desk.do(LeavePayment())
    until(lambda: desk.till.unsettled == [], PATIENCE_S)


def test_paid_but_not_saved_is_tried_again_behind_the_screen(desk: Desk) -> None:
    submission = desk.opened()
    desk.platform.state = "paid"
    desk.journal.trouble["deliver"] = StoreFull("disk")
    desk.do(Deliver())
    assert desk.answer() == SaveFailed("store")
    until(lambda: waiting(desk.store) == [submission], PATIENCE_S)
    until(lambda: desk.sender.poked == 1, PATIENCE_S)
    number = desk.platform.orders[submission].number
    assert ("payment_settled", {"order": number, "outcome": "delivered"}) in desk.log
    assert desk.sender.hurried == []


def test_while_a_code_is_shown_nobody_closes_it_behind_the_screen(desk: Desk) -> None:
    desk.opened()
    desk.till.nudge()
    for _ in range(5):
        desk.do(AskPayment())
        assert desk.told() == "pending"
    assert desk.platform.called("close") == []


def test_another_code_is_another_order_and_the_first_is_brought_to_its_end(desk: Desk) -> None:
    first = desk.opened()
    second = desk.opened()
    assert first != second
    until(lambda: desk.journal.outcome(first) == "closed", PATIENCE_S)
    assert [begun.submission for begun in desk.till.unsettled] == [second]


# The end of a visit


def test_who_leaves_before_paying_has_the_code_closed(desk: Desk) -> None:
    submission = desk.opened()
    desk.till.wipe()
    until(lambda: desk.journal.outcome(submission) == "closed", PATIENCE_S)
    assert desk.events.empty()
    assert waiting(desk.store) == []


def test_who_paid_and_left_has_it_handed_in(desk: Desk) -> None:
    submission = desk.opened()
    desk.platform.state = "paid"
    desk.till.wipe()
    until(lambda: waiting(desk.store) == [submission], PATIENCE_S)
    assert desk.events.empty(), "the next resident hears nothing of it"


def test_who_leaves_while_it_is_being_saved_has_it_handed_in_and_the_next_one_hears_nothing(desk: Desk) -> None:
    submission = desk.opened()
    desk.platform.state = "paid"
    desk.at_point = desk.till.wipe
    desk.do(Deliver())
    until(lambda: desk.sender.hurried == [submission], PATIENCE_S)
    assert waiting(desk.store) == [submission]
    assert desk.events.empty()


def test_an_answer_for_a_visit_that_is_over_is_told_to_nobody(desk: Desk) -> None:
    desk.opened()
    desk.platform.hold = threading.Event()
    asked = len(desk.platform.calls)
    desk.do(AskPayment(), AskPayment())
    until(lambda: len(desk.platform.calls) > asked, PATIENCE_S)
    desk.till.wipe()
    desk.platform.hold.set()
    desk.platform.hold = None
    until(lambda: desk.till.unsettled == [], PATIENCE_S)
    assert desk.events.empty()
    assert len(desk.platform.called("state")) == 1, "what waited is not asked any more"


# After a power cut


def killed(folder: Path, platform: Platform, number: str = ORDER.number) -> str:
    """What a terminal that died with a code on its page left behind; returns the submission."""
    submission = f"0193a000-0000-7000-8000-{len(platform.orders):012d}"
    with open_at(folder) as store:
        journal = PaymentJournal(store)
        journal.begin(submission, "SH01", store.next_provisional("XC-0042"), BODY)
        if number:
            journal.opened(submission, number)
            platform.orders[submission] = replace(ORDER, number=number)
    return submission


@pytest.mark.parametrize("state", ["paid", "delivered"])
def test_what_was_paid_before_a_power_cut_is_handed_in_after_it(tmp_path: Path, state: str) -> None:
    platform = Platform()
    submission = killed(tmp_path, platform)
    platform.state = state
    desk = Desk(tmp_path, platform)
    desk.till.start()
    until(lambda: waiting(desk.store) == [submission], PATIENCE_S)
    assert desk.store.show(submission).body["payment"] == ORDER.number
    desk.close()


@pytest.mark.parametrize("state", ["closed", "refunding", "refunded"])
def test_what_was_not_paid_or_goes_back_is_given_up(tmp_path: Path, state: str) -> None:
    platform = Platform()
    submission = killed(tmp_path, platform)
    platform.state = state
    desk = Desk(tmp_path, platform)
    desk.till.start()
    until(lambda: desk.journal.outcome(submission) == state, PATIENCE_S)
    assert waiting(desk.store) == []
    desk.close()


@pytest.mark.parametrize("state", ["created", "unknown", "pending"])
def test_what_is_not_sure_is_asked_about_again_and_again(tmp_path: Path, state: str) -> None:
    platform = Platform()
    submission = killed(tmp_path, platform)
    platform.state, platform.after_close = state, "pending"
    desk = Desk(tmp_path, platform)
    desk.till.start()
    until(lambda: len(platform.called("close")) >= 4, PATIENCE_S)
    assert desk.journal.outcome(submission) is None
    platform.state = "paid"
    until(lambda: waiting(desk.store) == [submission], PATIENCE_S)
    desk.close()


def test_without_a_network_one_call_is_enough_until_it_is_back(tmp_path: Path) -> None:
    platform = Platform()
    submissions = [killed(tmp_path, platform, f"PY-0000-0000-000{n}") for n in range(3)]
    platform.lost, platform.state = True, "paid"
    desk = Desk(tmp_path, platform, settle_s=600.0)
    desk.till.start()
    until(lambda: len(platform.calls) == 1, PATIENCE_S)
    until(lambda: ("payment_failed", {"what": "settle", "why": "offline"}) in desk.log, PATIENCE_S)
    platform.lost = False
    desk.till.nudge()
    until(lambda: sorted(waiting(desk.store)) == sorted(submissions), PATIENCE_S)
    desk.close()


def test_one_that_cannot_be_settled_does_not_hold_up_the_others(tmp_path: Path) -> None:
    platform = Platform()
    first, second = killed(tmp_path, platform), killed(tmp_path, platform, "PY-0000-0000-0002")
    platform.trouble["close"] = Refused(400, "invalid-request")
    desk = Desk(tmp_path, platform, settle_s=600.0)
    desk.till.start()
    until(lambda: desk.journal.outcome(second) == "closed", PATIENCE_S)
    assert desk.journal.outcome(first) is None
    assert ("payment_failed", {"what": "settle", "why": "invalid-request"}) in desk.log
    desk.close()


def test_one_that_cannot_be_saved_does_not_hold_up_the_others(tmp_path: Path) -> None:
    platform = Platform()
    first, second = killed(tmp_path, platform), killed(tmp_path, platform, "PY-0000-0000-0002")
    platform.state = "paid"
    desk = Desk(tmp_path, platform, settle_s=600.0)
    desk.journal.trouble["deliver"] = StoreError("disk")
    desk.till.start()
    until(lambda: waiting(desk.store) == [second], PATIENCE_S)
    assert desk.journal.outcome(first) is None
    assert ("payment_failed", {"what": "settle", "why": "store"}) in desk.log
    desk.close()


def test_a_code_that_was_shown_and_of_which_the_platform_knows_nothing_is_told_to_people(tmp_path: Path) -> None:
    platform = Platform()
    submission = killed(tmp_path, platform)
    platform.orders.clear()
    desk = Desk(tmp_path, platform)
    desk.till.start()
    until(lambda: desk.journal.outcome(submission) == "lost_there", PATIENCE_S)
    until(lambda: ("payment_settled", {"order": ORDER.number, "outcome": "lost_there"}) in desk.log, PATIENCE_S)
    assert ("payment_failed", {"what": "settle", "why": "payment-unknown"}) in desk.log
    desk.close()


def test_a_disk_that_fails_while_settling_is_tried_again(tmp_path: Path) -> None:
    platform = Platform()
    submission = killed(tmp_path, platform)
    platform.state = "paid"
    desk = Desk(tmp_path, platform)
    desk.journal.trouble["deliver"] = StoreFull("disk")
    desk.till.start()
    until(lambda: waiting(desk.store) == [submission], PATIENCE_S)
    assert ("payment_failed", {"what": "settle", "why": "store"}) in desk.log
    desk.close()


def test_nothing_personal_is_recorded(desk: Desk) -> None:
    desk.opened()
    desk.platform.trouble["state"] = PlatformBusy(503, 1.0)
    desk.do(AskPayment())
    assert desk.answer() == PaymentMissing("busy", 7)
    desk.till.wipe()
    until(lambda: desk.till.unsettled == [], PATIENCE_S)
    for secret in (ACCOUNT, ORDER.holder, ORDER.code):
        assert secret not in repr(desk.log)
