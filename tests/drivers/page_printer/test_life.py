"""What outlives a job: the journal, a killed terminal, handles; and the wire itself, open and closed."""

from __future__ import annotations

import http.client
import ipaddress
import os
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.device import DeviceState, ErrorKind
from drivers.page_printer import Outcome, codec
from drivers.page_printer.address import parse_address
from drivers.page_printer.codec import Group, GroupTag, Message, Tag, attribute
from drivers.page_printer.protocol import MEDIA_TYPE, Operation
from drivers.page_printer.simulator.tray import pages_of
from drivers.receipt_printer import FileJournal, JournalError
from tests.drivers.page_printer.lab import (
    PATIENCE_S,
    Desk,
    Simulator,
    desk,
    file_journal,
    pdf,
    simulator,
    started,
    wait_for,
)

REPOSITORY = Path(__file__).parents[3]
PAGE = pdf()
NEXT = pdf(size=100)

PRINT_AND_HANG = """
import sys
from pathlib import Path
from tests.drivers.page_printer.lab import desk, file_journal, pdf
uri, folder = sys.argv[1:]
with desk(uri, file_journal(Path(folder))) as office:
    office.print(pdf(), job="killed-job")
"""


class Watching(FileJournal):
    """Notes how many jobs the printer had when the journal was called."""

    def __init__(self, path: Path, printer: Simulator) -> None:
        super().__init__(path)
        self.printer = printer
        self.seen: list[tuple[str, int]] = []

    def begin(self, job: str, ack_id: bytes) -> None:
        super().begin(job, ack_id)
        self.seen.append((f"begin {job}", len(self.printer.jobs)))

    def finish(self, job: str, outcome: Outcome) -> None:
        self.seen.append((f"finish {job} {outcome}", len(self.printer.jobs)))
        super().finish(job, outcome)


class Full(FileJournal):
    def begin(self, job: str, ack_id: bytes) -> None:
        raise JournalError("no space left")


class FullAtTheEnd(FileJournal):
    def finish(self, job: str, outcome: Outcome) -> None:
        raise JournalError("no space left")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulator(tmp_path_factory.mktemp("printer"), "--unpaced") as found:
        yield found


@pytest.fixture
def printer(shared: Simulator) -> Simulator:
    shared.well()
    return shared


def test_the_journal_is_durable_before_the_printer_has_anything(printer: Simulator, tmp_path: Path) -> None:
    journal = Watching(tmp_path / "j", printer)
    before = len(printer.jobs)
    with desk(printer.uri, journal) as office:
        assert office.print(PAGE).outcome is Outcome.PRINTED
    assert journal.seen == [("begin job-1", before), ("finish job-1 printed", before + 1)]


def test_a_job_that_cannot_be_journalled_is_not_sent(printer: Simulator, tmp_path: Path) -> None:
    before = printer.status["asked"]["print-job"]
    with desk(printer.uri, Full(tmp_path / "j")) as office:
        result = office.print(PAGE)
    assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.DEVICE_FAULT)
    assert printer.status["asked"]["print-job"] == before


def test_an_end_that_cannot_be_journalled_is_still_told(printer: Simulator, tmp_path: Path) -> None:
    with desk(printer.uri, FullAtTheEnd(tmp_path / "j")) as office:
        assert office.print(PAGE).outcome is Outcome.PRINTED
    assert FileJournal(tmp_path / "j").unfinished() == ["job-1"]


def test_a_terminal_killed_while_printing_reports_unknown_and_the_page_never_comes_out(
    printer: Simulator, tmp_path: Path
) -> None:
    printer.set(stalled=True)
    child = subprocess.Popen([sys.executable, "-c", PRINT_AND_HANG, printer.uri, str(tmp_path)], cwd=REPOSITORY)
    wait_for(lambda: printer.unfinished != [])
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    next_one = Desk(printer.uri, file_journal(tmp_path))
    assert next_one.device.recover() == ["killed-job"]
    assert next_one.device.recover() == []
    with started(next_one):
        assert printer.unfinished == []
        printer.set(stalled=False)
        assert next_one.print(NEXT, job="next").outcome is Outcome.PRINTED
    assert [path.read_bytes() for path in printer.printed] == [NEXT]


def test_nothing_is_left_open(printer: Simulator, tmp_path: Path) -> None:
    def round_trip(index: int) -> None:
        with desk(printer.uri, file_journal(tmp_path)) as office:
            assert office.print(PAGE, job=f"job-{index}").outcome is Outcome.PRINTED
            printer.set(answer="cut")
            office.said.status(DeviceState.OFFLINE)
            printer.set(answer="ok")
            office.said.status(DeviceState.ONLINE)

    def handles() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    round_trip(0)
    before = handles()
    for index in range(1, 3):
        round_trip(index)
    assert handles() == before


@pytest.mark.parametrize("uri", ["tcp://127.0.0.1:9100", "lp:/dev/usb/lp0", "ipp:", "/ipp/print"])
def test_a_printer_at_no_ipp_address_is_a_value_error(uri: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="URI"):
        Desk(uri, file_journal(tmp_path))


@pytest.mark.parametrize(
    ("uri", "cause"),
    [("ipp://127.0.0.1:9/ipp/print", "refused"), ("ipp://no-such-host.invalid/ipp/print", "unreachable")],
)
def test_a_printer_that_is_not_there_is_off_line(uri: str, cause: str, tmp_path: Path) -> None:
    with started(Desk(uri, file_journal(tmp_path)), None) as office:
        office.said.status(DeviceState.OFFLINE, cause=cause)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key with its certificate for localhost, and the certificate alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    whole, alone = folder / "printer.pem", folder / "trusted.pem"
    whole.write_bytes(secret + public)
    alone.write_bytes(public)
    return whole, alone


def test_over_tls_only_a_printer_that_proves_who_it_is_is_printed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, alone = certificate(tmp_path)
    document = pdf(size=500_000)
    with simulator(tmp_path, "--unpaced", "--tls", str(whole)) as printer:
        with started(Desk(printer.uri, file_journal(tmp_path)), None) as office:
            office.said.status(DeviceState.OFFLINE, cause="denied")
        monkeypatch.setenv("SSL_CERT_FILE", str(alone))
        with desk(printer.uri, file_journal(tmp_path)) as office:
            assert office.print(document).outcome is Outcome.PRINTED
        assert [path.read_bytes() for path in printer.printed] == [document]


def test_a_printer_without_tls_is_not_spoken_to_as_one_with_it(printer: Simulator, tmp_path: Path) -> None:
    with started(Desk(printer.uri.replace("ipp:", "ipps:"), file_journal(tmp_path)), None) as office:
        office.said.status(DeviceState.OFFLINE, cause="denied")


def test_the_simulator_takes_documents_in_chunks_as_others_send_them(printer: Simulator) -> None:
    address = parse_address(printer.uri)
    asked = (
        attribute("attributes-charset", Tag.CHARSET, "utf-8"),
        attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
        attribute("printer-uri", Tag.URI, printer.uri),
        attribute("document-format", Tag.MIME, "application/pdf"),
    )
    raw = codec.encode(Message(Operation.PRINT_JOB, 7, (Group(GroupTag.OPERATION, asked),), pdf(size=50_000)))
    pieces = (raw[at : at + 7000] for at in range(0, len(raw), 7000))
    connection = http.client.HTTPConnection(address.host, address.port, timeout=PATIENCE_S)
    try:
        headers = {"Content-Type": MEDIA_TYPE, "Transfer-Encoding": "chunked"}
        connection.request("POST", address.path, pieces, headers, encode_chunked=True)
        answer = codec.decode(connection.getresponse().read())
    finally:
        connection.close()
    assert (answer.code, answer.request_id) == (0, 7)
    printer.wait_for_state("completed")
    assert [path.read_bytes() for path in printer.printed] == [pdf(size=50_000)]


@pytest.mark.parametrize(
    "request_line",
    [
        {"set": {"paper": "wet"}},
        {"set": {"ink": "full"}},
        {"power": "half"},
        {"after_sheets": 0, "set": {}},
        {"after_sheets": 1, "set": {"paper": "wet"}},
        {"dance": True},
    ],
)
def test_the_simulator_refuses_what_it_does_not_understand(request_line: dict[str, object], printer: Simulator) -> None:
    with pytest.raises(AssertionError, match="error"):
        printer.tell(**request_line)


def test_the_simulator_counts_pages_that_are_packed_away() -> None:
    packed = zlib.compress(b"<< /Type /Page /Parent 2 0 R >> << /Type/Page >> << /Type /Pages >>")
    document = b"%PDF-1.7\n4 0 obj << /Type /ObjStm /N 3 >> stream\n" + packed + b"\nendstream endobj"
    assert pages_of(document) == 2
    assert pages_of(pdf(3)) == 3
    assert pages_of(b"%PDF-1.7") == 1
