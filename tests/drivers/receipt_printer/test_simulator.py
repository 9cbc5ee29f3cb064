"""The simulator behaves like the thing it stands for, also towards a driver that is not ours."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from drivers.receipt_printer.driver import job_bytes
from drivers.receipt_printer.protocol import Ack
from tests.drivers.receipt_printer.lab import Simulator, pattern, simulator, wait_for


def raw(printer: Simulator) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", int(printer.uri.rsplit(":", 1)[1])), 5)
    connection.settimeout(5)
    return connection


def ask(connection: socket.socket, request: str, length: int) -> str:
    connection.sendall(bytes.fromhex(request))
    found = b""
    while len(found) < length:
        found += connection.recv(length - len(found))
    return found.hex()


@pytest.mark.parametrize(
    ("panel", "eot", "asb"),
    [
        ({}, "12121212", "10000000"),
        ({"paper": "low"}, "1212121e", "10000300"),
        ({"paper": "out"}, "1a32127e", "18000f00"),
        ({"cover": "open"}, "1a161212", "38000000"),
        ({"cutter": "error"}, "1a521a12", "18080000"),
        ({"paper": "jammed"}, "1a521612", "18040000"),
        ({"hot": True}, "1a525212", "18400000"),
    ],
)
def test_status_bytes_are_those_of_the_table(panel: dict[str, object], eot: str, asb: str, tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced") as printer, raw(printer) as wire:
        assert ask(wire, "1b401d610e", 4) == "10000000"
        if panel:
            printer.set(**panel)
            assert wire.recv(4).hex() == asb
        assert ask(wire, "100401100402100403100404", 4) == eot


def test_held_data_come_out_on_new_paper_as_often_as_they_were_sent(tmp_path: Path) -> None:
    job = job_bytes((pattern(576, 100),), 1, Ack.NONE, b"AAAA")
    with simulator(tmp_path, "--unpaced") as printer, raw(printer) as wire:
        printer.set(paper="out")
        wire.sendall(job * 2)
        wait_for(lambda: printer.status["held"] >= len(job) * 2)
        assert printer.receipts == []
        printer.set(paper="full")
        wait_for(lambda: len(printer.receipts) == 2)


def test_held_data_are_lost_with_the_power(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced") as printer, raw(printer) as wire:
        printer.set(paper="out")
        wire.sendall(job_bytes((pattern(576, 100),), 1, Ack.NONE, b"AAAA"))
        wait_for(lambda: printer.status["held"] > 0)
        printer.tell(power="cycle")
        printer.set(paper="full")
        assert (printer.status["held"], printer.receipts) == (0, [])


def test_a_process_id_is_answered_after_the_last_row(tmp_path: Path) -> None:
    with simulator(tmp_path, "--speed-mm-s", "100") as printer, raw(printer) as wire:
        wire.sendall(job_bytes((pattern(576, 200),), 1, Ack.PROCESS_ID, b"7K2Q"))
        assert ask(wire, "", 11) == "10000000" + "3722" + b"7K2Q".hex() + "00"
        assert printer.status["rows"] == 200


def test_text_in_the_printers_own_font_is_kept_as_text(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced") as printer, raw(printer) as wire:
        wire.sendall(b"\x1b@\x1c&" + "受理回执 SB01".encode("gb18030") + b"\n\x1dV\x42\x00")
        wait_for(lambda: len(printer.receipts) == 1)
        assert printer.receipts[0].with_suffix(".txt").read_text(encoding="utf-8") == "受理回执 SB01\n"


def test_a_wrong_order_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with simulator(tmp_path, "--unpaced") as printer:
        orders = [{"set": {"paper": "wet"}}, {"set": {"lid": "open"}}, {"power": "up"}, ["set"]]
        orders.append({"after_rows": 5, "set": {"hot": "yes"}})
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(tmp_path / "control"))
            control.sendall(b"".join(json.dumps(order).encode() + b"\n" for order in orders) + b"no json\n")
            answers = control.makefile("r")
            assert all("error" in json.loads(answers.readline()) for _ in range(len(orders) + 1))
        assert printer.status["panel"]["paper"] == "full"
