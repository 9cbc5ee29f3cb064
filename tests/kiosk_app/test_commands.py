"""`kiosk` commands as a technician types them, against simulators on their real wires."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import segno

KIOSK = [sys.executable, "-m", "kiosk_app.cli"]
RESIDENT = {
    "layout": "resident",
    "name": "赵秀兰",
    "sex": "2",
    "nation": "01",
    "birth": "19420315",
    "address": "北京市西城区新街口南大街 1 号",
    "id_number": "110102194203155128",
    "authority": "北京市公安局西城分局",
    "valid_from": "20150101",
    "valid_to": "长期",
}


def kiosk(*arguments: str, state: Path | None = None, timeout: float = 40) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOORSTEP_STATE": str(state or "/nonexistent-doorstep")}
    return subprocess.run([*KIOSK, *arguments], capture_output=True, text=True, timeout=timeout, env=environment)


@contextmanager
def simulator(module: str, *arguments: str, ready: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        until = time.monotonic() + 15
        while ready is not None and not ready.exists() and time.monotonic() < until:
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def order(control: Path, request: dict[str, object]) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(str(control))
        line.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, object] = json.loads(line.makefile().readline())
        return answer


def test_read_card_is_masked_unless_asked(tmp_path: Path) -> None:
    pty, control = tmp_path / "card", tmp_path / "c.sock"
    with simulator(
        "drivers.card_reader.simulator", "--pty-link", str(pty), "--control", str(control), "--unpaced", ready=control
    ):
        assert order(control, {"present": RESIDENT}).get("ok", True)
        uri = f"serial:{pty}?baud=115200"
        masked = kiosk("device", "read-card", "--uri", uri, "--json")
        assert masked.returncode == 0, masked.stderr
        card = json.loads(masked.stdout)
        assert card["name"] == "赵*兰"
        assert card["id_number"] == "11" + "*" * 14 + RESIDENT["id_number"][-2:]
        assert "194203155128" not in masked.stdout
        order(control, {"remove": True})
        order(control, {"present": RESIDENT})
        shown = json.loads(kiosk("device", "read-card", "--uri", uri, "--json", "--reveal").stdout)
        assert shown["id_number"] == RESIDENT["id_number"]
        assert shown["address"] == RESIDENT["address"]


def test_a_reader_that_is_not_there_is_exit_3_and_one_line() -> None:
    done = kiosk("device", "read-card", "--uri", "serial:/nonexistent/tty", "--seconds", "2")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1


def test_scan_image_gives_one_object_a_line(tmp_path: Path) -> None:
    for name, text in (("a.png", "https://platform.example/receipts/4f8a2c"), ("b.png", "HELLO")):
        segno.make(text, error="m", micro=False).save(str(tmp_path / name), scale=6, border=4)
    done = kiosk("device", "scan-image", "--json", str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [f["codes"][0]["text"] for f in found] == ["https://platform.example/receipts/4f8a2c", "HELLO"]
    assert all(f["codes"][0]["format"] and f["ms"] >= 0 for f in found)


def test_scan_image_names_a_file_that_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("no picture")
    done = kiosk("device", "scan-image", "--json", str(tmp_path / "x.png"))
    assert done.returncode == 1
    assert "x.png" in done.stderr


def test_print_reports_what_the_printer_acknowledged(tmp_path: Path) -> None:
    out, control = tmp_path / "paper", tmp_path / "p.sock"
    arguments = ("--tcp", "0", "--control", str(control), "--out", str(out), "--unpaced")
    with simulator("drivers.receipt_printer.simulator", *arguments) as process:
        assert process.stdout is not None
        uri = json.loads(process.stdout.readline())["uri"]
        done = kiosk("device", "print", "--to", uri, "--json")
        assert done.returncode == 0, done.stderr
        facts = json.loads(done.stdout)
        assert facts["outcome"] == "printed"
        assert facts["sent"] == facts["total"] > 1000
        assert len(list(out.glob("receipt-*.png"))) == 1
        order(control, {"set": {"paper": "out"}})
        refused = kiosk("device", "print", "--to", uri, "--json", "--seconds", "5")
        assert refused.returncode == 3
        assert json.loads(refused.stdout)["outcome"] == "not_printed"
        assert len(list(out.glob("receipt-*.png"))) == 1


@pytest.mark.parametrize("command", [["outbox", "list"], ["audit", "verify"], ["services", "list"], ["doctor"]])
def test_without_a_terminal_commands_say_so(command: list[str], tmp_path: Path) -> None:
    done = kiosk(*command, state=tmp_path / "none")
    assert done.returncode == 3
    assert "--state" in done.stderr


def test_doctor_of_a_bare_folder_names_what_is_missing(tmp_path: Path) -> None:
    done = kiosk("doctor", "--json", state=tmp_path)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["ready"] is False
    assert {"devices", "checks", "ready"} <= set(report)
    assert all(check["remedy"] for check in report["checks"] if check["state"] == "fail")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder with one good package and one with two faults."""
    from kiosk_app.lab.samples import PACKAGES

    for name in ("SB01", "GA02"):
        shutil.copytree(PACKAGES / name, tmp_path / name, ignore=shutil.ignore_patterns("voice"))
    path = tmp_path / "SB01" / "service.json"
    path.write_text(path.read_text("utf-8").replace('"L2"', '"L9"').replace('"icon": "shebao",\n', ""), "utf-8")
    return tmp_path


def test_services_validate_passes_what_ships() -> None:
    from kiosk_app.lab.samples import PACKAGES

    found = kiosk("services", "validate", str(PACKAGES))
    assert (found.returncode, found.stderr) == (0, "")
    assert len(found.stdout.splitlines()) == len(list(PACKAGES.glob("*/service.json")))


def test_services_validate_explains_each_fault_where_it_stands(broken: Path) -> None:
    found = kiosk("services", "validate", str(broken / "GA02"), str(broken / "SB01"))
    level = next(n for n, line in enumerate((broken / "SB01/service.json").read_text().splitlines(), 1) if "L9" in line)
    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        f"{broken}/GA02: valid",
        f"{broken}/SB01/service.json:1:1: icon is missing",
        "    expected: a member icon",
        "    mend: add icon",
        f"{broken}/SB01/service.json:{level}:12: 'L9' is not one of ['L0', 'L1', 'L2', 'L3']",
        "    expected: one of L0, L1, L2, L3",
        "    mend: choose one of them",
    ]


def test_services_validate_tells_scripts_the_same(broken: Path) -> None:
    found = kiosk("services", "validate", "--json", str(broken))
    good, bad = json.loads(found.stdout)
    assert found.returncode == 1
    assert good == {"package": "GA02", "valid": True, "faults": []}
    assert (bad["package"], bad["valid"]) == ("SB01", False)
    assert [(fault["file"], fault["path"], fault["code"]) for fault in bad["faults"]] == [
        ("service.json", "service/icon", "required"),
        ("service.json", "service/level", "enum"),
    ]


def test_services_validate_looks_into_the_folder_it_is_called_in(broken: Path) -> None:
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [*KIOSK, "services", "validate"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=40, env=here, cwd=broken / "GA02")
    assert (done.returncode, done.stdout) == (0, ".: valid\n")


def test_services_validate_of_nothing_is_wrong_usage(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "SB01"):
        done = kiosk("services", "validate", str(folder))
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_enrol_without_a_slip_is_wrong_usage(tmp_path: Path) -> None:
    done = kiosk("provision", "enrol", state=tmp_path)
    assert done.returncode == 2
    assert "--ticket" in done.stderr


def test_run_with_an_unknown_option_is_wrong_usage() -> None:
    done = kiosk("run", "--colour")
    assert done.returncode == 2


def test_a_terminal_that_is_not_enrolled_says_so_and_ends_when_asked(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen([*KIOSK, "run", "--state", str(tmp_path), "--window"], env=environment)
    try:
        until = time.monotonic() + 20
        while (
            "store" not in os.listdir(tmp_path) and not (tmp_path / "log.jsonl").exists() and time.monotonic() < until
        ):
            time.sleep(0.05)
        assert (tmp_path / "log.jsonl").exists()
        time.sleep(0.5)
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait(5)
