"""Every way in which a print can go wrong, over real sockets and ptys, against the simulator's own process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.receipt_printer import Outcome, printed_of
from tests.drivers.receipt_printer.lab import (
    PATIENCE_S,
    Bench,
    Simulator,
    bench,
    file_journal,
    pattern,
    simulator,
    wait_for,
)
from tests.drivers.receipt_printer.pictures import differing_pixels

PAGE = pattern(576, 600, 7)
NEXT = pattern(576, 200, 8)


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Simulator]:
    with simulator(tmp_path, "--unpaced") as found:
        yield found


@pytest.fixture
def desk(printer: Simulator, tmp_path: Path) -> Iterator[Bench]:
    with bench(printer.uri, file_journal(tmp_path)) as found:
        yield found


def test_a_receipt_over_tcp_comes_out_whole(printer: Simulator, desk: Bench, tmp_path: Path) -> None:
    result = desk.print(PAGE)
    assert (result.outcome, result.cause, result.sent) == (Outcome.PRINTED, None, result.total)
    assert [differing_pixels(PAGE, path) for path in printer.receipts] == [0]
    assert file_journal(tmp_path).unfinished() == []


def test_a_receipt_over_a_serial_line_comes_out_whole_and_takes_its_time(tmp_path: Path) -> None:
    page = pattern(576, 200, 9)
    with (
        simulator(tmp_path, "--baud", "115200", pty=True) as printer,
        bench(printer.uri + "?baud=115200", file_journal(tmp_path)) as desk,
    ):
        clock = desk.device.clock
        start = clock.monotonic()
        result = desk.print(page)
        assert result.outcome is Outcome.PRINTED
        assert clock.monotonic() - start >= result.total * 10 / 115200
        assert [differing_pixels(page, path) for path in printer.receipts] == [0]


def test_two_copies_are_two_receipts(printer: Simulator, desk: Bench) -> None:
    assert desk.print(NEXT, copies=2).outcome is Outcome.PRINTED
    assert [differing_pixels(NEXT, path) for path in printer.receipts] == [0, 0]


@pytest.mark.parametrize(
    ("panel", "cause", "state"),
    [
        ({"paper": "out"}, ErrorKind.NO_PAPER, DeviceState.USER_ACTION),
        ({"cover": "open"}, ErrorKind.COVER_OPEN, DeviceState.USER_ACTION),
        ({"paper": "jammed"}, ErrorKind.JAMMED, DeviceState.HARDWARE_ERROR),
        ({"cutter": "error"}, ErrorKind.JAMMED, DeviceState.HARDWARE_ERROR),
    ],
)
def test_a_fault_before_printing_sends_nothing(
    panel: dict[str, str], cause: ErrorKind, state: DeviceState, printer: Simulator, desk: Bench
) -> None:
    printer.set(**panel)
    result = desk.print(PAGE)
    assert (result.outcome, result.cause, result.sent) == (Outcome.NOT_PRINTED, cause, 0)
    desk.said.status(state)
    printer.set(paper="full", cover="closed", cutter="ok")
    desk.said.status(DeviceState.ONLINE)
    assert (printer.status["rows"], printer.receipts) == (0, [])


@pytest.mark.parametrize(
    ("panel", "mended", "cause"),
    [
        ({"paper": "out"}, {"paper": "full"}, ErrorKind.NO_PAPER),
        ({"cover": "open"}, {"cover": "closed"}, ErrorKind.COVER_OPEN),
        ({"paper": "jammed"}, {"paper": "full"}, ErrorKind.JAMMED),
        ({"cutter": "error"}, {"cutter": "ok"}, ErrorKind.JAMMED),
    ],
)
def test_a_fault_while_printing_is_unknown_and_the_rest_never_comes_out(
    panel: dict[str, str], mended: dict[str, str], cause: ErrorKind, printer: Simulator, desk: Bench
) -> None:
    printer.tell(after_rows=200, set=panel)
    result = desk.print(PAGE)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, cause)
    wait_for(lambda: printer.status["held"] == 0)
    printer.set(**mended)
    desk.said.status(DeviceState.ONLINE)
    assert desk.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    *before, last = printer.receipts
    assert differing_pixels(NEXT, last) == 0
    assert all(differing_pixels(PAGE, path) for path in before), "the first receipt came out whole after all"


def test_paper_out_while_printing_leaves_a_torn_piece_and_no_second_copy(printer: Simulator, desk: Bench) -> None:
    printer.tell(after_rows=200, set={"paper": "out"})
    assert desk.print(PAGE).outcome is Outcome.UNKNOWN
    desk.said.status(DeviceState.USER_ACTION, paper="out", cause="paper_end")
    printer.set(paper="full")
    desk.said.status(DeviceState.ONLINE, paper="full")
    assert len(printer.status["torn"]) == 1
    assert printer.receipts == []


def test_a_printer_that_cannot_forget_says_that_a_receipt_may_still_come(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced", "--clone") as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        printer.tell(after_rows=200, set={"cover": "open"})
        assert desk.print(PAGE).outcome is Outcome.UNKNOWN
        desk.said.status(DeviceState.USER_ACTION, held="maybe")
        printer.set(cover="closed")
        assert "held" not in desk.said.status(DeviceState.ONLINE).detail


def test_a_printer_without_process_id_is_believed_by_its_paper_sensor(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced", "--clone") as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        assert desk.print(PAGE).outcome is Outcome.PRINTED
        assert [differing_pixels(PAGE, path) for path in printer.receipts] == [0]


def test_paper_near_its_end_prints_one_receipt_and_refuses_two(printer: Simulator, desk: Bench) -> None:
    printer.set(paper="low")
    desk.said.status(DeviceState.ONLINE, paper="low")
    assert desk.print(NEXT).outcome is Outcome.PRINTED
    refused = desk.print(NEXT, copies=2, job="job-2")
    assert (refused.outcome, refused.cause) == (Outcome.NOT_PRINTED, ErrorKind.NO_PAPER)


def test_a_hot_head_only_pauses(printer: Simulator, desk: Bench) -> None:
    printer.tell(after_rows=100, set={"hot": True})
    command = desk.submit(PAGE)
    wait_for(lambda: printer.status["panel"]["hot"])
    printer.set(hot=False)
    assert desk.result(command).outcome is Outcome.PRINTED
    assert [differing_pixels(PAGE, path) for path in printer.receipts] == [0]


def test_a_silent_printer_is_not_ready(printer: Simulator, desk: Bench) -> None:
    printer.set(silent=True)
    desk.said.status(DeviceState.OFFLINE, paper="unknown", cause="timeout")
    printed = printed_of(desk.said.completion(desk.submit(PAGE)))
    assert (printed.outcome, printed.cause) == (Outcome.NOT_PRINTED, ErrorKind.OFFLINE)
    assert printer.receipts == []
    printer.set(silent=False)
    desk.said.status(DeviceState.ONLINE, paper="full")


def test_a_printer_that_falls_silent_while_printing_is_unknown_at_the_deadline(printer: Simulator, desk: Bench) -> None:
    printer.tell(after_rows=200, set={"silent": True})
    result = desk.print(PAGE, deadline=1.0)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.TIMEOUT)


def test_a_lost_acknowledgement_is_unknown_and_nothing_is_printed_again(printer: Simulator, desk: Bench) -> None:
    printer.set(ack="lost")
    result = desk.print(PAGE, deadline=1.0)
    assert (result.outcome, result.cause, result.sent) == (Outcome.UNKNOWN, ErrorKind.TIMEOUT, result.total)
    desk.said.status(DeviceState.ONLINE)
    assert [differing_pixels(PAGE, path) for path in printer.receipts] == [0]


def test_an_acknowledgement_within_the_deadline_counts(printer: Simulator, desk: Bench) -> None:
    printer.set(ack="late", ack_delay_s=0.4)
    assert desk.print(NEXT).outcome is Outcome.PRINTED


def test_an_acknowledgement_after_the_deadline_is_told_and_mistaken_for_no_other(
    printer: Simulator, desk: Bench
) -> None:
    printer.set(ack="late", ack_delay_s=2.0)
    assert desk.print(NEXT, deadline=0.5).outcome is Outcome.UNKNOWN
    printer.set(ack="lost")
    assert desk.print(PAGE, deadline=0.5, job="job-2").outcome is Outcome.UNKNOWN
    assert desk.said.event("printed_late").data == {"job": "job-1"}


def test_a_doubled_acknowledgement_confirms_one_job_only(printer: Simulator, desk: Bench) -> None:
    printer.set(ack="duplicate")
    assert desk.print(NEXT).outcome is Outcome.PRINTED
    printer.set(ack="lost")
    assert desk.print(NEXT, deadline=0.5, job="job-2").outcome is Outcome.UNKNOWN


def test_a_printer_that_stops_taking_bytes_is_unknown_with_the_count(tmp_path: Path) -> None:
    page = pattern(576, 4000, 3)
    with simulator(tmp_path, "--unpaced", pty=True) as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        printer.tell(after_rows=50, set={"stalled": True})
        result = desk.print(page, deadline=0.6)
        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.TIMEOUT)
        assert 0 < result.sent < result.total


def test_a_connection_lost_while_printing_is_unknown_and_the_next_receipt_is_clean(
    printer: Simulator, desk: Bench
) -> None:
    printer.tell(after_rows=200, power="cycle")
    result = desk.print(PAGE)
    assert result.outcome is Outcome.UNKNOWN
    assert result.cause is ErrorKind.OFFLINE
    desk.said.status(DeviceState.ONLINE)
    wait_for(lambda: desk.print(NEXT, job="job-2").outcome is Outcome.PRINTED)
    assert differing_pixels(NEXT, printer.receipts[-1]) == 0


def test_a_printer_switched_off_is_off_line_and_comes_back(printer: Simulator, desk: Bench) -> None:
    printer.tell(power="off")
    desk.said.status(DeviceState.OFFLINE, paper="unknown")
    printer.tell(power="on")
    desk.said.status(DeviceState.ONLINE, paper="full")


def test_a_print_cancelled_in_its_middle_is_unknown(tmp_path: Path) -> None:
    with simulator(tmp_path, "--speed-mm-s", "20") as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        command = desk.submit(PAGE)
        wait_for(lambda: printer.status["rows"] > 20)
        desk.device.cancel(command)
        result = desk.result(command)
        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.CANCELLED)
        wait_for(lambda: printer.status["held"] == 0)


def test_a_print_wider_than_the_paper_is_refused(desk: Bench) -> None:
    completion = desk.said.completion(desk.submit(pattern(584, 20)))
    assert completion.error is not None
    assert completion.error.kind is ErrorKind.REFUSED
    assert printed_of(completion).outcome is Outcome.NOT_PRINTED


def test_stopping_during_a_print_answers_it_as_unknown(tmp_path: Path) -> None:
    with simulator(tmp_path, "--speed-mm-s", "20") as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        command = desk.submit(PAGE, deadline=PATIENCE_S)
        wait_for(lambda: printer.status["rows"] > 20)
        desk.device.stop()
        assert printed_of(desk.said.completion(command)).outcome is Outcome.UNKNOWN
