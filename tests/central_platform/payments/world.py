"""What the tests of payments share: a platform that takes money, the provider's process, the resident's phone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from central_platform.payments.bills import Bill, check_digit
from central_platform.payments.settling import settle
from tests.central_platform.world import CARD, PERSON, PHONE, Client, World, application, write_package

ROOT = Path(__file__).parents[3]
WORDS = {"zh": "样例局", "en": "Sample Bureau"}
ACCOUNT = "1000000" + "00"
WATER = ACCOUNT + check_digit(ACCOUNT)


def pay_packages(folder: Path) -> None:
    """PF01 costs 15 yuan and wants a card, PA01 what is entered, PB01 what the bill says; all instant."""
    phone = {"type": "string", "pattern": "^1[0-9]{10}$"}
    money = {"type": "string", "format": "money", "pattern": r"^[0-9]+\.[0-9]{2}$"}
    account = {"type": "string", "pattern": "^[0-9]{10}$"}
    write_package(folder, "PF01", {"phone": phone}, level="L1", kind="PAY", instant=True)
    write_package(folder, "PA01", {"amount": money}, level="L0", kind="PAY", instant=True)
    write_package(folder, "PB01", {"accountNo": account, "amount": money}, level="L0", kind="PAY", instant=True)
    schema = json.loads((folder / "PB01" / "data.schema.json").read_text("utf-8"))
    (folder / "PB01" / "data.schema.json").write_text(json.dumps({**schema, "required": ["accountNo"]}), "utf-8")
    for name, amount in (
        ("PF01", {"fixed": 1500}),
        ("PA01", {"answer": "amount", "from": 100, "to": 5000}),
        ("PB01", {"bill": "utility", "by": "accountNo", "choice": "amount"}),
    ):
        rule = {"amount": amount, "payee": WORDS, "subject": {"zh": "工本费", "en": "Fee"}}
        (folder / name / "payment.json").write_text(json.dumps(rule, ensure_ascii=False), "utf-8")


class Provider:
    """The simulated provider as a process, and the hands on its control socket."""

    def __init__(self, folder: Path, data: Path | None = None, port: int = 0) -> None:
        self.folder, self._data = folder, data
        control = folder / "pay.sock"
        command = [sys.executable, "-m", "central_platform.payments.simulator", "--port", str(port)]
        command += ["--control", str(control), *(["--data", str(data)] if data is not None else [])]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        self.url, self.key, self.port = told["url"], told["key"], int(told["port"])
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(20)
        self._socket.connect(str(control))
        self._lines = self._socket.makefile("rb")

    def ask(self, **request: Any) -> dict[str, Any]:
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._lines.readline())
        assert "error" not in answer, answer
        return answer

    def now(self) -> datetime:
        return datetime.fromisoformat(self.ask(status=True)["now"])

    def order(self, number: str) -> dict[str, Any]:
        """What the provider has under a number; empty when nothing."""
        return next((one for one in self.ask(status=True)["orders"] if one["number"] == number), {})

    def kill(self) -> None:
        """`kill -9`."""
        self._lines.close()
        self._socket.close()
        self.process.kill()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Relay(ThreadingHTTPServer):
    """Where notices go: what arrives is handed to the platform as TLS would hand it over."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.to: Client | None = None
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Relay

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to stderr."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        to = self.server.to
        status = 503 if to is None else to.post(self.path, content=body).status_code
        self.server.answers.append(status)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def relaying() -> Iterator[Relay]:
    relay = Relay()
    thread = threading.Thread(target=relay.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.shutdown()
        relay.server_close()
        thread.join(5)


class Place:
    """A platform, its provider, a resident with a phone."""

    def __init__(self, world: World, provider: Provider, relay: Relay) -> None:
        self.world, self.provider, self.relay = world, provider, relay
        self.ids: dict[str, dict[str, Any]] = {}

    def open(self, body: Any = None, submission: str = "", client: Client | None = None) -> Any:
        """Open an order; returns the HTTP answer."""
        submission = submission or str(uuid.uuid4())
        asked = {"submission": submission, "application": body or entered()}
        return (client or self.world.terminal).post("/v1/payments:open", json=asked)

    def opened(self, body: Any = None, submission: str = "") -> dict[str, Any]:
        """Open an order that can be paid; it remembers its submission and body."""
        submission = submission or str(uuid.uuid4())
        body = body or entered()
        answer = self.open(body, submission)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.ids[found["number"]] = {"submission": submission, "body": body}
        return found

    def ask(self, order: dict[str, Any], call: str = "state") -> dict[str, Any]:
        """Ask how an order stands, or close it."""
        submission = self.ids[order["number"]]["submission"]
        answer = self.world.terminal.post(f"/v1/payments:{call}", json={"submission": submission})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def state(self, order: dict[str, Any]) -> str:
        """How an order stands when the provider may be asked again."""
        self.world.clock.mono += 3.0
        return str(self.ask(order)["state"])

    def until(self, order: dict[str, Any], state: str, within_s: float = 10.0) -> None:
        """Wait until an order stands so; only notices move it."""
        ends = time.monotonic() + within_s
        while self.stored(order)["state"] != state:
            assert time.monotonic() < ends, self.stored(order)
            time.sleep(0.02)

    def stored(self, order: dict[str, Any]) -> dict[str, Any]:
        """The order as the platform keeps it, with its journal; nothing is asked of the provider."""
        submission = self.ids[order["number"]]["submission"]
        (found,) = self.world.public.get("/lab/payments", params={"submission": submission}).json()
        return dict(found)

    def pay(self, order: dict[str, Any], **more: Any) -> str:
        """The resident's phone pays; returns why not."""
        return str(self.provider.ask(pay=order["code"], **more)["why"])

    def paid(self, body: Any = None) -> dict[str, Any]:
        """An order that was paid."""
        order = self.opened(body)
        assert self.pay(order) == ""
        assert self.state(order) == "paid"
        return order

    def submit(self, order: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Submit the application of an order; returns the verdict."""
        known = self.ids[order["number"]]
        body = {**known["body"], "payment": order["number"], **changes}
        return self.world.result(self.world.item(body, id=known["submission"]))

    def later(self, seconds: float) -> None:
        """Time passes, here and at the provider."""
        self.world.clock.advance(seconds=seconds)
        self.provider.ask(advance=seconds)

    def settled(self) -> int:
        """Let the platform look at what is due, until nothing is."""
        total = 0
        while found := settle(self.world.platform):
            total += found
            assert total < 50
        return total

    def kept(self, order: dict[str, Any]) -> int:
        """The money of an order that is still with the provider, in fen."""
        return int(self.provider.order(order["number"]).get("kept", 0))

    def cases(self) -> int:
        found = self.world.public.get("/lab/submissions").json()
        return sum(item["status"] == "accepted" for item in found)


def entered(amount: str = "12.50") -> dict[str, Any]:
    return application("PA01", amount=amount)


def fixed() -> dict[str, Any]:
    return application("PF01", (CARD,), PERSON, phone=PHONE)


def billed(account: str = WATER, **more: Any) -> dict[str, Any]:
    return application("PB01", accountNo=account, **more)


def account(world: World, first: str, wanted: Callable[[Bill], bool]) -> str:
    """An account of a company whose sample bill is as wanted."""
    for n in range(200):
        digits = f"{first}{n:08d}"
        number = digits + check_digit(digits)
        bill = world.platform.cashier.bills.find("utility", number)
        if bill is not None and wanted(bill):
            return number
    raise AssertionError("no such account")
