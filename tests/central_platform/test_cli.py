from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.central_platform.world import write_packages

ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "central_platform", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def test_a_slot_is_made_with_a_code_and_withdrawn(tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"kind": "bank"}), encoding="utf-8")
    made = run("terminal", "create", "--id", "XC-0042", "--name", "样例", "--profile", profile, "--data", tmp_path)
    assert made.returncode == 0, made.stderr
    answer = json.loads(made.stdout)
    assert (answer["terminal"], len(answer["code"]), len(answer["ca_fingerprint"])) == ("XC-0042", 10, 64)
    assert run("terminal", "revoke", "--id", "XC-0042", "--data", tmp_path).returncode == 0
    assert run("terminal", "revoke", "--id", "XC-0001", "--data", tmp_path).returncode == 1


@pytest.mark.parametrize("name", ["42", "xc-0042", "XC-42"])
def test_a_malformed_id_is_wrong_usage(tmp_path: Path, name: str) -> None:
    found = run("terminal", "create", "--id", name, "--name", "样例", "--data", tmp_path)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)


def test_a_port_that_is_taken_says_what_to_do(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run("serve", "--port", taken.getsockname()[1], "--data", tmp_path)
    assert found.returncode == 3
    assert "Choose another --port" in found.stderr


def test_packages_that_are_well_formed_pass(tmp_path: Path) -> None:
    from central_platform.checking import check_folder

    write_packages(tmp_path)
    assert check_folder(tmp_path) == ([], 4)


@pytest.mark.parametrize(
    ("file", "text", "finding"),
    [
        ("data.schema.json", '{\n  "type": "nonsense"}', "TA01/data.schema.json:2:11: 'object' was expected"),
        ("strings/en.json", '{"page.x": "x"}', "TA01/strings/en.json:1:2: page.x is only there in one language"),
        ("receipt.json", "{", "TA01/receipt.json:1:2: this is not JSON"),
    ],
)
def test_a_broken_package_is_named_with_its_place(tmp_path: Path, file: str, text: str, finding: str) -> None:
    from central_platform.checking import check_folder

    (write_packages(tmp_path) / "TA01" / file).write_text(text, encoding="utf-8")
    findings, count = check_folder(tmp_path)
    assert count == 4
    assert any(finding in line for line in findings)
    assert all("expected: " in line and "mend: " in line for line in findings)


def test_the_shipped_packages_pass() -> None:
    found = run("packages", "check")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["packages"] >= 5


def test_the_contract_agrees_with_the_application() -> None:
    found = run("openapi")
    assert (found.returncode, found.stdout) == (0, '{"differences": 0}\n')


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'fastapi', 'sqlalchemy', 'uvicorn', 'alembic'}"
    code = f"import sys, central_platform.cli; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout == "[]\n"


def test_staff_answer_from_the_command_line(tmp_path: Path) -> None:
    from central_platform.chat import begin, read
    from central_platform.enrolment import create
    from central_platform.platform import Platform
    from central_platform.settings import Settings
    from central_platform.wire.chat import ChatOpen, ChatRead

    data = ("--data", tmp_path)
    assert len(json.loads(run("chat", "admit", "张三", *data).stdout)["token"]) > 40
    assert json.loads(run("chat", "duty", "张三", "--minutes", "5", *data).stdout)["on_duty"] is True
    platform = Platform.open(Settings(tmp_path))
    create(platform, "XC-0042", {"name": "样例"})
    talk = begin(platform, "XC-0042", ChatOpen(request="0" * 8 + "-0000-0000-0000-" + "0" * 12, lang="zh")).chat
    assert json.loads(run("chat", "list", *data).stdout)["number"] == 1
    assert run("chat", "answer", "1", "好的\u202e", *data).returncode == 0
    assert run("chat", "answer", "1", "x" * 501, *data).returncode == 1
    assert json.loads(run("chat", "read", "1", *data).stdout)["text"] == "好的"
    assert run("chat", "close", "1", *data).returncode == 0
    news = read(platform, "XC-0042", ChatRead(chat=talk))
    platform.close()
    assert ([line.text for line in news.messages], news.closed) == (["好的"], True)
    unknown = run("chat", "read", "7", *data)
    assert (unknown.returncode, unknown.stderr) == (1, "This terminal has no such talk\n")
    assert run("chat", "dismiss", "张三", *data).returncode == 0
    assert run("chat", "dismiss", "张三", *data).returncode == 1
