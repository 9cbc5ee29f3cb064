"""The journal: durable before the first byte, and honest after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.device import ErrorKind
from drivers.receipt_printer import FileJournal, JournalError, Outcome
from tests.drivers.receipt_printer.lab import Bench, bench, file_journal, pattern, simulator, started, wait_for
from tests.drivers.receipt_printer.pictures import differing_pixels

REPOSITORY = Path(__file__).parents[3]
PAGE = pattern(576, 600, 7)
NEXT = pattern(576, 200, 8)

PRINT_AND_HANG = """
import sys
from pathlib import Path
from tests.drivers.receipt_printer.lab import bench, file_journal, pattern
uri, folder = sys.argv[1:]
with bench(uri, file_journal(Path(folder))) as desk:
    desk.print(pattern(576, 600, 7), job="killed-job")
"""


class Watching(FileJournal):
    """Notes what had come out of the printer when the journal was called."""

    def __init__(self, path: Path, held_and_rows: object) -> None:
        super().__init__(path)
        self.look = held_and_rows
        self.seen: list[tuple[str, object]] = []

    def begin(self, job: str, ack_id: bytes) -> None:
        super().begin(job, ack_id)
        self.seen.append((f"begin {job}", self.look()))  # type: ignore[operator]

    def finish(self, job: str, outcome: Outcome) -> None:
        self.seen.append((f"finish {job} {outcome}", self.unfinished()))
        super().finish(job, outcome)


class Full(FileJournal):
    def begin(self, job: str, ack_id: bytes) -> None:
        raise JournalError("no space left")


def test_the_journal_is_durable_before_the_first_byte_of_the_job(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced") as printer:
        journal = Watching(tmp_path / "j", lambda: (printer.status["rows"], printer.status["held"]))
        with bench(printer.uri, journal) as desk:
            rows_before = printer.status["rows"]
            assert desk.print(NEXT).outcome is Outcome.PRINTED
    assert journal.seen == [("begin job-1", (rows_before, 0)), ("finish job-1 printed", ["job-1"])]


def test_a_job_that_cannot_be_journalled_is_not_sent(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced") as printer, bench(printer.uri, Full(tmp_path / "j")) as desk:
        result = desk.print(NEXT)
        assert (result.outcome, result.cause, result.sent) == (Outcome.NOT_PRINTED, ErrorKind.DEVICE_FAULT, 0)
        assert printer.status["rows"] == 0


def test_a_terminal_killed_while_printing_reports_unknown_and_prints_nothing_again(tmp_path: Path) -> None:
    with simulator(tmp_path, "--speed-mm-s", "40") as printer:
        child = subprocess.Popen([sys.executable, "-c", PRINT_AND_HANG, printer.uri, str(tmp_path)], cwd=REPOSITORY)
        wait_for(lambda: printer.status["rows"] > 20)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        desk = Bench(printer.uri, file_journal(tmp_path))
        assert desk.device.recover() == ["killed-job"]
        assert desk.device.recover() == []
        with started(desk):
            assert desk.print(NEXT, job="next").outcome is Outcome.PRINTED
            *before, last = printer.receipts
            assert differing_pixels(NEXT, last) == 0
            assert all(differing_pixels(PAGE, path) for path in before)


def test_jobs_stay_open_until_they_are_finished(tmp_path: Path) -> None:
    journal = file_journal(tmp_path)
    assert journal.unfinished() == []
    journal.begin("a", b"AAAA")
    journal.begin("b", b"BBBB")
    journal.finish("a", Outcome.PRINTED)
    assert file_journal(tmp_path).unfinished() == ["b"]


def test_a_line_cut_off_by_a_power_failure_hides_no_other(tmp_path: Path) -> None:
    journal = file_journal(tmp_path)
    journal.begin("a", b"AAAA")
    path = tmp_path / "print.journal"
    path.write_bytes(path.read_bytes() + b'\n{"job": "a", "sta')
    journal.begin("b", b"BBBB")
    assert journal.unfinished() == ["a", "b"]


def test_a_journal_does_not_grow_for_ever_and_keeps_what_is_open(tmp_path: Path) -> None:
    journal = file_journal(tmp_path)
    journal.begin("open", b"AAAA")
    path = tmp_path / "print.journal"
    path.write_bytes(path.read_bytes() + b"\n" * 70_000)
    journal.begin("b", b"BBBB")
    journal.finish("b", Outcome.PRINTED)
    assert path.stat().st_size < 1000
    assert file_journal(tmp_path).unfinished() == ["open"]


def test_a_journal_on_a_disk_that_refuses_says_so(tmp_path: Path) -> None:
    with pytest.raises(JournalError):
        FileJournal(tmp_path / "no such folder" / "j").begin("a", b"AAAA")
