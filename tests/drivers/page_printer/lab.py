"""A simulated A4 printer as its own process, and a driver before it."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.device import DeviceState
from drivers.owner import BackOff
from drivers.page_printer import IppPrinter, Journal, PrintDocument, Printed, codec, printed_of
from drivers.page_printer.address import parse_address
from drivers.page_printer.codec import Group, GroupTag, Message, Tag, attribute
from drivers.page_printer.post import Guard, Post
from drivers.page_printer.protocol import MEDIA_TYPE, USER, Operation, Queue
from tests.drivers.receipt_printer.lab import PATIENCE_S, RealClock, Recorder, file_journal, wait_for

__all__ = [
    "PATIENCE_S",
    "WELL",
    "Desk",
    "RealClock",
    "Simulator",
    "desk",
    "file_journal",
    "go_on",
    "pdf",
    "queue_at",
    "send",
    "simulator",
    "started",
    "wait_for",
]

WELL: dict[str, Any] = {
    "paper": "full",
    "cover": "closed",
    "toner": "ok",
    "paused": False,
    "stalled": False,
    "aborts": False,
    "late_s": 0.0,
    "silent": False,
    "answer": "ok",
    "answer_to": "all",
    "document": "taken",
    "pdf": True,
    "accepting": True,
    "busy": False,
    "counts": "ok",
    "forgets": False,
    "revives": False,
    "my_jobs": True,
}


def pdf(pages: int = 1, size: int = 0) -> bytes:
    """A whole PDF of empty A4 pages, filled up with a comment to at least `size` bytes."""
    kids = " ".join(f"{3 + n} 0 R" for n in range(pages))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>"
    bodies = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>", *[page] * pages]
    out = b"%PDF-1.4\n" + b"%" + b"x" * size + b"\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(bodies) + 1
    head = f"xref\n0 {count}\n0000000000 65535 f \n{table}"
    tail = f"{head}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(out)}\n"
    return out + tail.encode() + b"%%EOF\n"


def go_on() -> None:
    """Nothing interrupts."""


class Simulator:
    def __init__(self, folder: Path, uri: str, process: subprocess.Popen[str]) -> None:
        self.uri = uri
        self.process = process
        self._control = socket.socket(socket.AF_UNIX)
        self._control.settimeout(PATIENCE_S)
        self._control.connect(str(folder / "control"))
        self._lines = self._control.makefile("r")
        self._before = 0

    def tell(self, **request: Any) -> dict[str, Any]:
        self._control.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._lines.readline())
        assert answer["ok"], answer
        return answer

    def set(self, **values: Any) -> None:
        self.tell(set=values)

    def well(self) -> None:
        """Everything as new; what came out before does not count any more."""
        self.tell(power="on", set=WELL)
        self._before = len(self.status["printed"])

    @property
    def status(self) -> dict[str, Any]:
        return self.tell(status=True)

    @property
    def printed(self) -> list[Path]:
        return [Path(path) for path in self.status["printed"][self._before :]]

    @property
    def jobs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.status["jobs"]
        return found

    @property
    def unfinished(self) -> list[int]:
        return [job["id"] for job in self.jobs if job["state"] not in ("canceled", "aborted", "completed")]

    def wait_for_state(self, state: str) -> None:
        """Until the newest job is so."""
        wait_for(lambda: bool(self.jobs) and self.jobs[-1]["state"] == state)

    def looked_at(self) -> None:
        """Until whoever follows a job has seen how it is now: the next question shows that the last was answered."""
        for question in ("get-job-attributes", "get-printer-attributes"):
            before = self.status["asked"][question]
            wait_for(lambda: self.status["asked"][question] > before)  # noqa: B023  done before the next

    def close(self) -> None:
        self._lines.close()
        self._control.close()
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def simulator(folder: Path, *options: str) -> Iterator[Simulator]:
    command = [sys.executable, "-m", "drivers.page_printer.simulator", "--port", "0", "--out", str(folder / "out")]
    control = ["--control", str(folder / "control")]
    process = subprocess.Popen([*command, *control, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = Simulator(folder, json.loads(process.stdout.readline())["uri"], process)
    try:
        yield found
    finally:
        found.close()


def queue_at(uri: str) -> Queue:
    """The bare operations, without the driver's care."""
    return Queue(parse_address(uri), time.monotonic)


def send(uri: str, document: bytes, user: str = USER) -> int:
    """A job that nobody looks after; returns its number."""
    asked = (
        attribute("attributes-charset", Tag.CHARSET, "utf-8"),
        attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
        attribute("printer-uri", Tag.URI, uri),
        attribute("requesting-user-name", Tag.NAME, user),
        attribute("document-format", Tag.MIME, "application/pdf"),
    )
    request = Message(Operation.PRINT_JOB, 1, (Group(GroupTag.OPERATION, asked),), document)
    post = Post(parse_address(uri), None, Guard(time.monotonic, PATIENCE_S, go_on))
    number = codec.decode(post.perform(codec.encode(request), MEDIA_TYPE)).group(GroupTag.JOB).number("job-id")
    assert number is not None
    return number


class Desk:
    """A printer's driver with its recorder."""

    def __init__(self, uri: str, journal: Journal) -> None:
        self.said = Recorder()
        self.device = IppPrinter(
            "sheets-1", uri, journal, RealClock(), secrets.token_bytes, poll_s=0.1, back_off=BackOff(0.05, 0.2)
        )
        self._count = 0

    def submit(self, document: bytes, *, deadline: float = PATIENCE_S, copies: int = 1, job: str = "job-1") -> str:
        self._count += 1
        command = PrintDocument(f"print-{self._count}", deadline, job, document, copies)
        self.device.submit(command)
        return command.id

    def result(self, command_id: str) -> Printed:
        completion = self.said.completion(command_id)
        assert isinstance(completion.result, Printed), completion
        return completion.result

    def ended(self, command_id: str) -> Printed:
        """The same, also when it never came to printing."""
        return printed_of(self.said.completion(command_id))

    def print(self, document: bytes, *, deadline: float = PATIENCE_S, copies: int = 1, job: str = "job-1") -> Printed:
        return self.result(self.submit(document, deadline=deadline, copies=copies, job=job))


@contextmanager
def started(found: Desk, state: DeviceState | None = DeviceState.ONLINE) -> Iterator[Desk]:
    found.device.start(found.said)
    try:
        if state is not None:
            found.said.status(state)
        yield found
    finally:
        found.device.stop()


@contextmanager
def desk(uri: str, journal: Journal) -> Iterator[Desk]:
    with started(Desk(uri, journal)) as found:
        yield found
