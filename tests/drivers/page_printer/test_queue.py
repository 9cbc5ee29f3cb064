"""A queue of CUPS: what it keeps, what it tells of a printer that it has not spoken to, and what must not come out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.page_printer import Outcome
from tests.drivers.page_printer.lab import (
    Desk,
    Simulator,
    desk,
    file_journal,
    go_on,
    pdf,
    queue_at,
    send,
    simulator,
    wait_for,
)

PAGE = pdf()
NEXT = pdf(size=100)
SETTLED_S = 0.2
"""The simulator prints a sheet in no time: what has not come out by then does not."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulator(tmp_path_factory.mktemp("queue"), "--unpaced", "--cups") as found:
        yield found


@pytest.fixture
def queue(shared: Simulator) -> Simulator:
    shared.well()
    return shared


@pytest.fixture
def office(queue: Simulator, tmp_path: Path) -> Iterator[Desk]:
    with desk(queue.uri, file_journal(tmp_path)) as found:
        yield found


def settle() -> None:
    threading.Event().wait(SETTLED_S)


def test_a_printed_document_is_not_kept_in_the_spool(queue: Simulator, office: Desk) -> None:
    result = office.print(PAGE)
    assert (result.outcome, result.sheets) == (Outcome.PRINTED, None)
    wait_for(lambda: queue.jobs == [])
    assert [path.read_bytes() for path in queue.printed] == [PAGE]
    office.said.status(DeviceState.ONLINE, cause="")


def test_a_printer_that_is_off_keeps_a_job_processing_and_prints_it_later(queue: Simulator) -> None:
    """What the driver is there to prevent, first: nobody takes the job back, and it comes out for the next person."""
    queue.tell(power="off")
    send(queue.uri, PAGE)
    settle()
    assert queue.jobs[-1]["state"] == "processing"
    queue.tell(power="on")
    wait_for(lambda: len(queue.printed) == 1)
    queue_at(queue.uri).cancel(queue.jobs[-1]["id"], go_on, purge=True)


@pytest.mark.parametrize(("purge", "printed"), [(False, 1), (True, 0)], ids=["cancelled", "purged"])
def test_what_was_cancelled_and_not_purged_may_come_out_when_the_power_returns(
    purge: bool, printed: int, queue: Simulator
) -> None:
    queue.set(revives=True)
    queue.tell(power="off")
    number = send(queue.uri, PAGE)
    bare = queue_at(queue.uri)
    bare.cancel(number, go_on, purge=purge)
    queue.tell(power="on")
    settle()
    assert len(queue.printed) == printed
    if printed:
        bare.cancel(number, go_on, purge=True)


def test_nothing_that_the_driver_gave_up_comes_out_when_the_power_returns(queue: Simulator, office: Desk) -> None:
    queue.set(revives=True)
    queue.tell(power="off")
    result = office.print(PAGE, deadline=0.5)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.OFFLINE)
    assert queue.jobs == []
    queue.tell(power="on")
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    settle()
    assert [path.read_bytes() for path in queue.printed] == [NEXT]


@pytest.mark.parametrize("cancelled", [False, True], ids=["left", "cancelled"])
def test_what_a_terminal_that_died_left_in_the_queue_is_purged_at_the_next_start(
    cancelled: bool, queue: Simulator, tmp_path: Path
) -> None:
    queue.set(revives=True)
    queue.tell(power="off")
    number = send(queue.uri, PAGE)
    if cancelled:
        queue_at(queue.uri).cancel(number, go_on, purge=False)
    with desk(queue.uri, file_journal(tmp_path)):
        assert queue.jobs == []
        queue.tell(power="on")
        settle()
    assert queue.printed == []


def test_an_idle_queue_is_not_believed_that_paper_is_still_missing(queue: Simulator, office: Desk) -> None:
    queue.set(stalled=True)
    command = office.submit(PAGE, deadline=1.0)
    queue.wait_for_state("processing")
    queue.set(paper="out")
    office.said.status(DeviceState.USER_ACTION, paper="out", cause="no_paper")
    result = office.result(command)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.NO_PAPER)
    queue.set(paper="full", stalled=False)
    told = queue_at(queue.uri).describe(go_on)
    assert "media-empty-error" in told.reasons
    office.said.status(DeviceState.ONLINE, paper="unknown", cause="")
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    office.said.status(DeviceState.ONLINE, paper="full", cause="")


def test_a_job_behind_somebody_elses_was_surely_not_begun(queue: Simulator, office: Desk) -> None:
    queue.set(stalled=True)
    other = send(queue.uri, PAGE, "somebody")
    result = office.print(NEXT, deadline=0.5)
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.TIMEOUT)
    assert queue.unfinished == [other]
    queue_at(queue.uri).cancel(other, go_on, purge=True)


def test_a_paused_queue_is_sent_nothing(queue: Simulator, office: Desk) -> None:
    queue.set(paused=True)
    result = office.print(PAGE)
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.OFFLINE)
    assert queue.jobs == []


def test_the_note_beside_a_document_says_what_became_paper(queue: Simulator, office: Desk) -> None:
    assert office.print(pdf(3), copies=2).outcome is Outcome.PRINTED
    assert json.loads(queue.printed[0].with_suffix(".json").read_text()) == {"copies": 2, "sheets": 6}
