"""Every way in which a print can go wrong, over real sockets, against the simulator's own process."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.device import Command, DeviceState, ErrorKind
from drivers.page_printer import Outcome
from tests.drivers.page_printer.lab import (
    Desk,
    Simulator,
    desk,
    file_journal,
    pdf,
    send,
    simulator,
    started,
    wait_for,
)

PAGE = pdf()
TWO_PAGES = pdf(2)
NEXT = pdf(size=100)


def seen_to_count(printer: Simulator) -> None:
    """Our own first job: until one has come out counted, a printer's 0 is no proof of anything."""
    send(printer.uri, PAGE)
    printer.wait_for_state("completed")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulator(tmp_path_factory.mktemp("printer"), "--unpaced") as found:
        seen_to_count(found)
        yield found


@pytest.fixture(scope="module")
def paced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulator(tmp_path_factory.mktemp("paced"), "--seconds-per-page", "0.3") as found:
        seen_to_count(found)
        yield found


@pytest.fixture
def printer(shared: Simulator) -> Simulator:
    shared.well()
    return shared


@pytest.fixture
def office(printer: Simulator, tmp_path: Path) -> Iterator[Desk]:
    with desk(printer.uri, file_journal(tmp_path)) as found:
        yield found


def stalled(printer: Simulator, office: Desk, document: bytes = PAGE, **options: Any) -> str:
    """Submit a document that the printer takes and does not go on with."""
    printer.set(stalled=True)
    command = office.submit(document, **options)
    printer.wait_for_state("processing")
    return command


def waiting(printer: Simulator, office: Desk, document: bytes = PAGE, **options: Any) -> str:
    """Submit a document that the printer takes and cannot begin with, for want of paper."""
    command = stalled(printer, office, document, **options)
    printer.set(paper="out", stalled=False)
    printer.wait_for_state("stopped")
    printer.looked_at()
    office.said.status(DeviceState.USER_ACTION, paper="out", cause="no_paper")
    return command


def test_a_document_comes_out_whole(printer: Simulator, office: Desk, tmp_path: Path) -> None:
    document = pdf(size=300_000)
    result = office.print(document)
    assert (result.outcome, result.cause, result.sheets) == (Outcome.PRINTED, None, 1)
    assert [path.read_bytes() for path in printer.printed] == [document]
    assert json.loads(printer.printed[0].with_suffix(".json").read_text()) == {"copies": 1, "sheets": 1}
    assert file_journal(tmp_path).unfinished() == []


def test_two_copies_of_two_pages_are_four_sheets_in_order(printer: Simulator, office: Desk) -> None:
    result = office.print(TWO_PAGES, copies=2)
    assert (result.outcome, result.sheets) == (Outcome.PRINTED, 4)
    assert [path.read_bytes() for path in printer.printed] == [TWO_PAGES]
    assert json.loads(printer.printed[0].with_suffix(".json").read_text()) == {"copies": 2, "sheets": 4}
    asked = printer.jobs[-1]["asked"]
    assert asked["multiple-document-handling"] == ["separate-documents-collated-copies"]


def test_the_printer_hears_nothing_of_the_person(printer: Simulator, office: Desk) -> None:
    assert office.print(PAGE, job="zhang-san-110101199003072316").outcome is Outcome.PRINTED
    asked = dict(printer.jobs[-1]["asked"])
    name = asked.pop("job-name")[0]
    assert re.fullmatch(r"doorstep-[0-9a-f]{16}", name)
    assert asked.pop("printer-uri") == [printer.uri]
    assert asked == {
        "attributes-charset": ["utf-8"],
        "attributes-natural-language": ["en"],
        "requesting-user-name": ["kiosk"],
        "ipp-attribute-fidelity": ["True"],
        "document-format": ["application/pdf"],
        "copies": ["1"],
        "sides": ["one-sided"],
        "media": ["iso_a4_210x297mm"],
    }


@pytest.mark.parametrize(
    ("panel", "cause", "state", "detail"),
    [
        ({"paper": "out"}, ErrorKind.NO_PAPER, DeviceState.USER_ACTION, {"paper": "out", "cause": "no_paper"}),
        ({"paper": "jammed"}, ErrorKind.JAMMED, DeviceState.HARDWARE_ERROR, {"paper": "jammed", "cause": "jammed"}),
        ({"cover": "open"}, ErrorKind.COVER_OPEN, DeviceState.USER_ACTION, {"cover": "open", "cause": "cover_open"}),
        ({"toner": "empty"}, ErrorKind.DEVICE_FAULT, DeviceState.HARDWARE_ERROR, {"cause": "no_toner"}),
        ({"paused": True}, ErrorKind.OFFLINE, DeviceState.HARDWARE_ERROR, {"cause": "stopped"}),
        ({"accepting": False}, ErrorKind.REFUSED, DeviceState.HARDWARE_ERROR, {"cause": "not_accepting"}),
        ({"pdf": False}, ErrorKind.REFUSED, DeviceState.HARDWARE_ERROR, {"cause": "no_pdf"}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_printer_that_is_not_ready_is_sent_nothing(
    panel: dict[str, Any],
    cause: ErrorKind,
    state: DeviceState,
    detail: dict[str, str],
    printer: Simulator,
    office: Desk,
) -> None:
    before = printer.status["asked"]["print-job"]
    printer.set(**panel)
    result = office.print(PAGE)
    assert (result.outcome, result.cause, result.started_at) == (Outcome.NOT_PRINTED, cause, None)
    office.said.status(state, **detail)
    printer.well()
    office.said.status(DeviceState.ONLINE, paper="full", cover="closed", cause="")
    assert printer.status["asked"]["print-job"] == before


def test_little_paper_is_said_and_printed_on(printer: Simulator, office: Desk) -> None:
    printer.set(paper="low", toner="low")
    office.said.status(DeviceState.ONLINE, paper="low", cause="")
    assert office.print(PAGE).outcome is Outcome.PRINTED


def test_a_full_spool_refuses_and_nothing_is_tried_again(printer: Simulator, office: Desk) -> None:
    before = printer.status["asked"]["print-job"]
    printer.set(busy=True)
    result = office.print(PAGE)
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.REFUSED)
    assert printer.status["asked"]["print-job"] == before + 1


@pytest.mark.parametrize("answer", ["garbage", "noise", "truncated", "foreign", "cut", "endless", "500"])
def test_a_job_whose_answer_is_lost_is_found_again_and_printed_once(
    answer: str, printer: Simulator, office: Desk
) -> None:
    printer.set(answer=answer, answer_to="print-job")
    assert office.print(PAGE).outcome is Outcome.PRINTED
    assert len(printer.printed) == 1


def test_a_printer_that_asks_for_a_password_has_taken_nothing(printer: Simulator, office: Desk) -> None:
    printer.set(answer="401", answer_to="print-job")
    result = office.print(PAGE)
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.REFUSED)
    assert printer.printed == []


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("401", "refused"),
        ("500", "unreadable"),
        ("garbage", "unreadable"),
        ("noise", "unreadable"),
        ("truncated", "unreadable"),
        ("foreign", "unreadable"),
        ("endless", "unreadable"),
        ("cut", "disconnected"),
    ],
)
def test_what_does_not_speak_ipp_is_off_line_until_it_does(
    answer: str, cause: str, printer: Simulator, tmp_path: Path
) -> None:
    printer.set(answer=answer)
    with started(Desk(printer.uri, file_journal(tmp_path)), None) as office:
        office.said.status(DeviceState.OFFLINE, paper="unknown", cover="unknown", cause=cause)
        result = office.ended(office.submit(PAGE, deadline=0.5))
        assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.OFFLINE)
        printer.well()
        office.said.status(DeviceState.ONLINE)
    assert printer.printed == []


def test_an_answer_that_comes_byte_by_byte_ends_at_the_deadline(printer: Simulator, office: Desk) -> None:
    printer.set(answer="slow", answer_to="get-job-attributes")
    command = stalled(printer, office, deadline=0.5)
    printer.wait_for_state("canceled")
    printer.well()
    assert office.result(command).cause is ErrorKind.TIMEOUT


def test_a_connection_cut_in_the_middle_of_the_document_is_unknown(printer: Simulator, office: Desk) -> None:
    printer.set(document="cut")
    result = office.print(pdf(size=3_000_000))
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.OFFLINE)
    printer.set(document="taken")
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    assert [path.read_bytes() for path in printer.printed] == [NEXT]


def test_a_moment_without_answers_is_lived_through(printer: Simulator, office: Desk) -> None:
    command = stalled(printer, office)
    asked = printer.status["asked"]["get-job-attributes"]
    printer.set(answer="cut", answer_to="get-job-attributes")
    wait_for(lambda: printer.status["asked"]["get-job-attributes"] > asked)
    printer.set(answer="ok", stalled=False)
    assert office.result(command).outcome is Outcome.PRINTED


def test_a_job_that_cannot_be_asked_for_any_more_is_unknown_and_taken_back_later(
    printer: Simulator, office: Desk
) -> None:
    command = stalled(printer, office, deadline=0.6)
    printer.set(answer="garbage")
    result = office.result(command)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.OFFLINE)
    office.said.status(DeviceState.OFFLINE, cause="unreadable")
    printer.set(answer="ok")
    printer.wait_for_state("canceled")
    printer.set(stalled=False)
    office.said.status(DeviceState.ONLINE)
    assert printer.printed == []


def test_a_job_that_processes_for_ever_is_taken_back_at_its_deadline(printer: Simulator, office: Desk) -> None:
    result = office.result(stalled(printer, office, deadline=0.6))
    assert (result.outcome, result.cause, result.sheets) == (Outcome.UNKNOWN, ErrorKind.TIMEOUT, 0)
    assert printer.unfinished == []
    printer.set(stalled=False)
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    assert [path.read_bytes() for path in printer.printed] == [NEXT]


def test_a_job_that_stops_after_a_sheet_is_unknown(printer: Simulator, office: Desk) -> None:
    printer.tell(after_sheets=1, set={"stalled": True})
    command = office.submit(TWO_PAGES)
    wait_for(lambda: bool(printer.unfinished) and printer.jobs[-1]["sheets"] == 1)
    office.device.cancel(command)
    result = office.result(command)
    assert (result.outcome, result.cause, result.sheets) == (Outcome.UNKNOWN, ErrorKind.CANCELLED, 1)
    printer.set(stalled=False)
    office.said.status(DeviceState.ONLINE)
    assert (printer.unfinished, printer.printed) == ([], [])


def test_a_printer_that_was_never_seen_to_count_leaves_it_unknown(printer: Simulator, tmp_path: Path) -> None:
    printer.set(counts="zero")
    with desk(printer.uri, file_journal(tmp_path)) as office:
        command = waiting(printer, office)
        office.device.cancel(command)
        result = office.result(command)
        assert (result.outcome, result.sheets) == (Outcome.UNKNOWN, None)


def test_paper_put_in_lets_a_waiting_job_go_on(printer: Simulator, office: Desk) -> None:
    printer.tell(after_sheets=1, set={"paper": "out"})
    command = office.submit(TWO_PAGES)
    office.said.status(DeviceState.USER_ACTION, paper="out", cause="no_paper")
    printer.set(paper="full")
    result = office.result(command)
    assert (result.outcome, result.sheets) == (Outcome.PRINTED, 2)
    office.said.status(DeviceState.ONLINE, paper="full", cause="")


def test_paper_that_nobody_puts_in_ends_the_job_and_what_was_left_never_comes_out(
    printer: Simulator, office: Desk
) -> None:
    printer.tell(after_sheets=1, set={"paper": "out"})
    result = office.print(TWO_PAGES, deadline=0.6)
    assert (result.outcome, result.cause, result.sheets) == (Outcome.UNKNOWN, ErrorKind.NO_PAPER, 1)
    assert printer.unfinished == []
    printer.set(paper="full")
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    assert [path.read_bytes() for path in printer.printed] == [NEXT]


def test_paper_that_ran_out_before_the_first_sheet_is_surely_not_printed(printer: Simulator, office: Desk) -> None:
    result = office.result(waiting(printer, office, deadline=1.2))
    assert (result.outcome, result.cause, result.sheets) == (Outcome.NOT_PRINTED, ErrorKind.NO_PAPER, 0)


def test_a_jam_in_the_middle_of_a_sheet_is_unknown(paced: Simulator, tmp_path: Path) -> None:
    paced.well()
    spoiled = paced.status["spoiled"]
    with desk(paced.uri, file_journal(tmp_path)) as office:
        command = office.submit(PAGE, deadline=0.7)
        paced.wait_for_state("processing")
        paced.set(paper="jammed")
        result = office.result(command)
        assert (result.outcome, result.cause, result.sheets) == (Outcome.UNKNOWN, ErrorKind.JAMMED, 0)
        office.said.status(DeviceState.HARDWARE_ERROR, paper="jammed")
        assert paced.status["spoiled"] == spoiled + 1
        paced.set(paper="full")
        office.said.status(DeviceState.ONLINE)
        assert (paced.unfinished, paced.printed) == ([], [])


def test_a_sheet_on_its_way_when_the_job_is_cancelled_is_waited_for(paced: Simulator, tmp_path: Path) -> None:
    paced.well()
    with desk(paced.uri, file_journal(tmp_path)) as office:
        command = office.submit(TWO_PAGES)
        paced.wait_for_state("processing")
        office.device.cancel(command)
        result = office.result(command)
        assert (result.outcome, result.cause, result.sheets) == (Outcome.UNKNOWN, ErrorKind.CANCELLED, 1)


def test_toner_that_runs_out_is_said_while_the_job_waits(printer: Simulator, office: Desk) -> None:
    printer.tell(after_sheets=1, set={"toner": "empty"})
    command = office.submit(TWO_PAGES)
    office.said.status(DeviceState.HARDWARE_ERROR, cause="no_toner")
    printer.set(toner="ok")
    assert office.result(command).outcome is Outcome.PRINTED


@pytest.mark.parametrize(("sheets", "outcome"), [(0, Outcome.NOT_PRINTED), (1, Outcome.UNKNOWN)])
def test_a_job_that_the_printer_aborts(sheets: int, outcome: Outcome, printer: Simulator, office: Desk) -> None:
    if sheets:
        printer.tell(after_sheets=sheets, set={"aborts": True})
    else:
        printer.set(aborts=True)
    result = office.print(TWO_PAGES)
    assert (result.outcome, result.cause, result.sheets) == (outcome, ErrorKind.DEVICE_FAULT, sheets)


def test_a_job_that_completes_late_is_printed(printer: Simulator, office: Desk) -> None:
    printer.set(late_s=0.2)
    assert office.print(PAGE).outcome is Outcome.PRINTED


def test_a_job_that_completes_while_it_is_taken_back_is_printed(printer: Simulator, office: Desk) -> None:
    printer.set(late_s=0.6)
    result = office.print(PAGE, deadline=0.4)
    assert (result.outcome, result.cause) == (Outcome.PRINTED, None)


def test_a_printer_that_forgets_its_jobs_cannot_be_believed(printer: Simulator, office: Desk) -> None:
    printer.set(forgets=True)
    result = office.print(PAGE)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.DEVICE_FAULT)


def test_a_printer_switched_off_is_off_line_and_comes_back(printer: Simulator, office: Desk) -> None:
    printer.tell(power="off")
    office.said.status(DeviceState.OFFLINE, paper="unknown", cover="unknown", cause="refused")
    result = office.ended(office.submit(PAGE))
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.OFFLINE)
    printer.tell(power="on")
    office.said.status(DeviceState.ONLINE, paper="full", cover="closed", cause="")
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED


def test_a_printer_that_goes_away_with_a_job_gets_it_taken_back_when_it_returns(
    printer: Simulator, office: Desk
) -> None:
    printer.set(stalled=True)
    printer.tell(after_jobs=1, power="off")
    result = office.print(PAGE, deadline=0.6)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.OFFLINE)
    office.said.status(DeviceState.OFFLINE)
    printer.tell(power="on")
    office.said.status(DeviceState.ONLINE)
    assert printer.unfinished == []
    printer.set(stalled=False)
    assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
    assert [path.read_bytes() for path in printer.printed] == [NEXT]


def test_a_printer_that_says_nothing_is_off_line(printer: Simulator, office: Desk) -> None:
    printer.set(silent=True)
    result = office.ended(office.submit(PAGE, deadline=0.3))
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.TIMEOUT)
    office.said.status(DeviceState.OFFLINE, cause="silent")
    printer.set(silent=False)
    office.said.status(DeviceState.ONLINE)


def test_a_printer_that_falls_silent_with_a_job_is_unknown(printer: Simulator, office: Desk) -> None:
    command = stalled(printer, office)
    printer.set(silent=True)
    office.device.cancel(command)
    result = office.result(command)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.CANCELLED)
    printer.set(silent=False)
    printer.wait_for_state("canceled")


def test_a_print_cancelled_in_the_queue_is_never_sent(printer: Simulator, office: Desk) -> None:
    first = stalled(printer, office)
    second = office.submit(NEXT, job="job-2")
    office.device.cancel(second)
    assert office.ended(second).outcome is Outcome.NOT_PRINTED
    printer.set(stalled=False)
    assert office.result(first).outcome is Outcome.PRINTED
    assert [path.read_bytes() for path in printer.printed] == [PAGE]


def test_a_print_cancelled_before_its_first_sheet_is_not_printed(printer: Simulator, office: Desk) -> None:
    command = waiting(printer, office)
    office.device.cancel(command)
    result = office.result(command)
    assert (result.outcome, result.cause, result.sheets) == (Outcome.NOT_PRINTED, ErrorKind.CANCELLED, 0)
    assert printer.unfinished == []


def test_a_print_cancelled_at_work_may_have_a_sheet_on_its_way(printer: Simulator, office: Desk) -> None:
    command = stalled(printer, office)
    office.device.cancel(command)
    result = office.result(command)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.CANCELLED)
    assert printer.unfinished == []


def test_stopping_takes_back_what_is_in_the_printer(printer: Simulator, office: Desk) -> None:
    command = waiting(printer, office)
    office.device.stop()
    assert office.result(command).outcome is Outcome.NOT_PRINTED
    assert printer.unfinished == []


def test_a_printer_that_takes_purge_for_a_mistake_loses_the_job_all_the_same(printer: Simulator, office: Desk) -> None:
    printer.set(purge="refused")
    command = waiting(printer, office)
    office.device.cancel(command)
    assert office.result(command).outcome is Outcome.NOT_PRINTED
    assert printer.unfinished == []
    printer.set(paper="full", purge="ignored")
    office.said.status(DeviceState.ONLINE)


@pytest.mark.parametrize("my_jobs", [True, False], ids=["asked for mine", "told of all"])
def test_jobs_of_other_people_are_left_alone(my_jobs: bool, printer: Simulator, tmp_path: Path) -> None:
    printer.set(stalled=True, my_jobs=my_jobs)
    send(printer.uri, PAGE)
    theirs = send(printer.uri, NEXT, "somebody")
    with started(Desk(printer.uri, file_journal(tmp_path)), DeviceState.BUSY):
        assert printer.unfinished == [theirs]
        printer.set(stalled=False)
        printer.wait_for_state("completed")
    assert [path.read_bytes() for path in printer.printed] == [NEXT]


@pytest.mark.parametrize(
    ("document", "copies"),
    [(b"", 1), (b"<html></html>", 1), (PAGE, 0), (PAGE, 100), (b"%PDF-" + bytes(32 << 20), 1)],
    ids=["nothing", "no PDF", "no copies", "too many copies", "too large"],
)
def test_what_can_never_be_printed_is_refused(document: bytes, copies: int, printer: Simulator, office: Desk) -> None:
    before = printer.status["asked"]["print-job"]
    result = office.ended(office.submit(document, copies=copies))
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.REFUSED)
    assert printer.status["asked"]["print-job"] == before


def test_a_command_of_another_device_is_refused(office: Desk) -> None:
    office.device.submit(Command("other", 5.0))
    error = office.said.completion("other").error
    assert error is not None
    assert error.kind is ErrorKind.REFUSED
