"""What a terminal remembers of a payment across a power cut, and what it forgets afterwards."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from offline_cache import BegunPayment, ItemState, PaymentJournal, Store, StoreError, StoreFull, UnknownItem
from offline_cache.store.pages import scan
from tests.offline_cache.support import KEY, LIMITS, HandClock, item, new_id, open_at

MARK = "6222020200000000003"
NUMBER = "PY-7K3M-9QXW-2TRB"


def body(**more: Any) -> dict[str, Any]:
    return {"service": "SH01", "answers": {"accountNo": MARK * 20}, **more}


def begun(store: Store, number: str = NUMBER) -> tuple[PaymentJournal, str]:
    journal, submission = PaymentJournal(store), new_id()
    journal.begin(submission, "SH01", "L20261130-0042-0001", body())
    if number:
        journal.opened(submission, number)
    return journal, submission


def readable(folder: Path, mark: str) -> bool:
    """Whether some version of some page holds the words, decrypted."""
    log = folder / "store.db-wal"
    found = scan(folder / "store.db", log.read_bytes() if log.exists() else b"", KEY)
    pages = ((n, raw) for n, versions in found.versions.items() for raw in versions if raw is not None)
    return any(mark.encode() in found.cipher.decrypt(number, raw) for number, raw in pages)


def test_a_payment_that_was_begun_is_there_after_a_power_cut(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        begun(open_at(tmp_path))
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with open_at(tmp_path) as store:
        (found,) = PaymentJournal(store).unfinished()
        assert (found.service, found.provisional, found.number) == ("SH01", "L20261130-0042-0001", NUMBER)
        assert PaymentJournal(store).body(found.submission) == body()


def test_what_was_paid_for_goes_into_the_outbox_once_and_names_its_payment(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, submission = begun(store)
        assert [journal.deliver(submission, "1", NUMBER) for _ in range(2)] == ["L20261130-0042-0001"] * 2
        (row,) = store.list_items()
        assert (row.id, row.kind, row.state, row.provisional) == (
            submission,
            "application",
            ItemState.READY,
            "L20261130-0042-0001",
        )
        assert row.priority
        assert store.show(submission).body == body(payment=NUMBER)
        assert journal.unfinished() == []
        assert journal.outcome(submission) == "delivered"


def test_a_crash_after_the_delivery_finds_it_done(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, submission = begun(store)
        journal.deliver(submission, "1", NUMBER)
    with open_at(tmp_path) as store:
        again = PaymentJournal(store)
        assert again.unfinished() == []
        again.deliver(submission, "1", NUMBER)
        assert len(store.list_items()) == 1


def test_what_is_given_up_is_erased_and_never_handed_in(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, submission = begun(store)
        assert readable(tmp_path, MARK)
        journal.give_up(submission, "closed")
        assert not readable(tmp_path, MARK)
        with pytest.raises(UnknownItem):
            journal.deliver(submission, "1", NUMBER)
        with pytest.raises(UnknownItem):
            journal.body(submission)
        assert store.list_items() == []
        assert journal.outcome(submission) == "closed"


def test_after_an_accepted_delivery_nothing_of_it_can_be_read(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, submission = begun(store)
        journal.deliver(submission, "1", NUMBER)
        taken = store.take(lambda waiting: [next(waiting)])
        store.settle({taken[0].row.id: None}, {}, {})
        assert not readable(tmp_path, MARK)


def test_a_payment_is_not_begun_twice_under_one_name(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, submission = begun(store)
        with pytest.raises(StoreError):
            journal.begin(submission, "SH01", "L1", body())


def test_nothing_is_begun_on_a_disk_that_is_low_and_what_was_begun_is_delivered_all_the_same(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, submission = begun(store)
        store.limits = replace(LIMITS, min_free_bytes=2**60, max_items=0)
        with pytest.raises(StoreFull):
            journal.begin(new_id(), "SH01", "L2", body())
        with pytest.raises(StoreFull):
            store.submit(item())
        journal.deliver(submission, "1", NUMBER)
        assert [row.id for row in store.list_items()] == [submission]


def test_those_of_several_visits_come_oldest_first(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal, first = begun(store, number="")
        _, second = begun(store)
        assert journal.unfinished() == [
            BegunPayment(first, "SH01", "L20261130-0042-0001", ""),
            BegunPayment(second, "SH01", "L20261130-0042-0001", NUMBER),
        ]


def test_ended_ones_are_forgotten_after_their_time_open_ones_never(tmp_path: Path) -> None:
    clock = HandClock()
    with open_at(tmp_path, clock=clock) as store:
        journal, ended = begun(store)
        _, stays = begun(store)
        journal.give_up(ended, "closed")
        clock.at += timedelta(days=store.limits.sent_days + 1)
        store.forget_old()
        assert journal.outcome(ended) is None
        assert [one.submission for one in journal.unfinished()] == [stays]


def test_a_damaged_page_costs_no_payment_that_stands_elsewhere(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        _, submission = begun(store)
        for _ in range(60):
            store.submit(item(body={"text": "x" * 3000}))
    file = tmp_path / "store.db"
    data = bytearray(file.read_bytes())
    data[len(data) - 2000] ^= 1
    file.write_bytes(bytes(data))
    with open_at(tmp_path) as store:
        assert store.damage is not None
        assert [one.submission for one in PaymentJournal(store).unfinished()] == [submission]
        assert PaymentJournal(store).body(submission) == body()
