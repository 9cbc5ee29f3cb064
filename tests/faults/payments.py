"""`python -m tests.faults.payments N`: a terminal, the platform and the payment provider are killed N times in a drawn
order, answers are lost, the provider is ill and time passes, while residents pay, refuse, walk away and pay too late.

After everything has come to its end, for each order: the money is kept and there is one case, or it went back, or never
came, and there is none. Nobody pays twice for one thing. The control writes nothing down and begins anew under another
name whenever an answer is missing: it must take money twice.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar

from central_platform.payments.bills import check_digit
from tests.central_platform.payments.world import Provider
from tests.faults.outages import Place
from tests.faults.payer import ACCOUNTS
from tests.faults.processes import Process
from tests.faults.promises import workplace
from tests.faults.proxy import Weather, proxied
from tests.faults.real_platform import RealPlatform, real_platform

DRAIN_S = 180.0
QUIET_S = 2.0
"""The platform looks at what is due twice a second; so long without a line in its journal, nothing is."""
DELIVER_S, DAY_S = 620.0, 86_500.0
"""So much later money without a case goes back, and what was closed is looked at for the last time."""
WATER_ACCOUNTS = 60
ILLS = ("cut", "500", "garbage", "stranger", "replay", "mute", "twice", "wrong-amount", "wrong-signature")
WEATHER = Weather(lose_answer=0.12, reset=0.04, truncate=0.02)


@dataclass(slots=True)
class Outcome:
    """Counts of one side. `kept`: orders whose money stayed and whose case is there; `returned`: whose money went back.

    Wrong are `twice` (money kept again for what was paid), `for_nothing` (kept without a case), `free` (a case without
    its money), `doubled` (two cases of one order), `open` (orders without an end) and `damaged` (the terminal's store
    is not whole, or it did not come to an end). `late`: applications that came after their money had gone back.
    """

    kills: dict[str, int] = field(default_factory=dict)
    residents: int = 0
    codes: int = 0
    kept: int = 0
    returned: int = 0
    closed: int = 0
    late: int = 0
    twice: int = 0
    for_nothing: int = 0
    free: int = 0
    doubled: int = 0
    open: int = 0
    damaged: int = 0

    @property
    def clean(self) -> bool:
        """True when nothing went wrong and something was tried."""
        wrong = self.twice + self.for_nothing + self.free + self.doubled + self.open + self.damaged
        return self.kept > 0 and wrong == 0


class PayPlace(Place):
    """Where a terminal works at which residents pay."""

    program: ClassVar[str] = "tests.faults.payer"


class Till:
    """The provider's process on a file of its own; `start` again after `kill` takes the same port, file and key."""

    def __init__(self, sockets: Path, data: Path) -> None:
        self._sockets = sockets
        self.data = data
        self.process = Provider(sockets, data)

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()

    def start(self, advance_s: float) -> None:
        """Start it, at the time that it is by now."""
        self.process = Provider(self._sockets, self.data, self.process.port)
        self.process.ask(advance=advance_s)


@dataclass(slots=True)
class Town:
    """Everything that can be killed, and the time."""

    platform: RealPlatform
    till: Till
    advanced_s: float = 0.0

    def connect(self) -> None:
        """Make platform and provider known to each other; both remember it."""
        provider = self.till.process
        told = self.platform.lab("POST", "/lab/provider", {"url": provider.url, "key": provider.key})
        provider.ask(merchant=told["merchant"], key=told["key"], ca=str(self.platform.ca))

    def later(self, seconds: float) -> None:
        """Time passes, here and there."""
        self.advanced_s += seconds
        self.platform.lab("POST", "/lab/clock", {"advance_s": seconds})
        self.till.process.ask(advance=seconds)

    def kill_platform(self, silent_s: float) -> None:
        """Kill it, and start it again a little later with the time that it is by now."""
        self.platform.kill()
        time.sleep(silent_s)
        self.platform.start()
        self.platform.lab("POST", "/lab/clock", {"advance_s": self.advanced_s})

    def kill_till(self, silent_s: float) -> None:
        """Kill the provider, and start it again a little later."""
        self.till.kill()
        time.sleep(silent_s)
        self.till.start(self.advanced_s)


class Phones:
    """Residents' phones: most pay soon; some refuse first, pay twice, pay after the code was closed, or never."""

    def __init__(self, town: Town, dice: random.Random, *, eager: bool = False) -> None:
        """`eager`: everybody pays every code."""
        self._town = town
        self._dice = dice
        self._eager = eager
        self._due: list[tuple[float, str, dict[str, object]]] = []
        self.codes = 0

    def shown(self, code: str) -> None:
        """A code is on the screen."""
        self.codes += 1
        what, now = self._dice.random(), time.monotonic()
        soon = now + self._dice.uniform(0.0, 0.8)
        if self._eager or what < 0.7:
            self._due.append((soon, code, {}))
        elif what < 0.8:
            self._due += [(soon, code, {"refuse": True}), (soon + 0.4, code, {})]
        elif what < 0.88:
            self._due += [(soon, code, {}), (soon + 0.05, code, {})]
        elif what < 0.94:
            self._due.append((now + 4.0, code, {"late": True}))

    def act(self) -> None:
        """Do what is due. A provider that does not answer is no reason to try again: a phone has said its word."""
        now = time.monotonic()
        due, self._due = [x for x in self._due if x[0] <= now], [x for x in self._due if x[0] > now]
        for _, code, how in due:
            more = {key: value for key, value in how.items() if key != "refuse"}
            self._town.till.process.ask(**{"refuse" if "refuse" in how else "pay": code}, **more)


class Terminal:
    """The terminal's process, and what it has said since it was first started."""

    def __init__(self, place: PayPlace, mode: str, phones: Phones) -> None:
        self._place, self._mode, self._phones = place, mode, phones
        self.begun, self.sure = -1, -1
        self._child = self._started(0)

    def run(self, seconds: float) -> None:
        """Let it run; phones see what it shows."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._child.listen(0.03)
            self._hear(self._child.lines())
            self._phones.act()

    @property
    def codes(self) -> int:
        """How many codes were shown."""
        return self._phones.codes

    def first_words(self) -> None:
        """Wait until it serves somebody."""
        self._child.first_words(60.0)

    def kill(self, *, again: bool = True) -> None:
        """`kill -9`. Ours goes on with the next resident; without a journal the last one has to begin anew."""
        self._hear(self._child.kill())
        if again:
            self._child = self._started(self.sure + 1 if self._mode == "naive" else self.begun + 1)

    def _started(self, first: int) -> Process:
        self._heard = 0
        return self._place.sender(self._mode, first)

    def _hear(self, lines: list[str]) -> None:
        for line in lines[self._heard :]:
            word, number, *text = line.split(" ")
            if word == "begin":
                self.begun = max(self.begun, int(number))
            elif word == "sure":
                self.sure = max(self.sure, int(number))
            elif word == "code":
                self._phones.shown(text[0])
        self._heard = len(lines)


def owing(platform: RealPlatform, many: int) -> list[str]:
    """Return accounts of the water company that owe something."""
    found: list[str] = []
    for n in range(10 * many):
        number = f"1{n:08d}" + check_digit(f"1{n:08d}")
        if platform.lab("GET", f"/lab/bills?number={number}")["most"]:
            found.append(number)
        if len(found) == many:
            return found
    raise RuntimeError("nobody owes anything")


def rage(town: Town, place: PayPlace, mode: str, outcome: Outcome, seed: int, most_s: float) -> None:
    """Kill as often as asked, in a drawn order; in between the provider falls ill, and time passes."""
    dice = random.Random(f"{seed} {mode}")
    victims = [name for name, many in outcome.kills.items() for _ in range(many)]
    dice.shuffle(victims)
    phones = Phones(town, dice, eager=mode == "naive")
    terminal = Terminal(place, mode, phones)
    for victim in victims:
        terminal.first_words()
        terminal.run(dice.uniform(0.2, most_s))
        if dice.random() < 0.3:
            town.till.process.ask(fault=dice.choice(ILLS), count=dice.randint(1, 3))
        if dice.random() < 0.25:
            town.later(dice.choice((30.0, 320.0, DELIVER_S)))
        if victim == "platform":
            town.kill_platform(dice.uniform(0.0, 0.3))
        elif victim == "provider":
            town.kill_till(dice.uniform(0.0, 0.3))
        else:
            terminal.kill()
    terminal.first_words()
    terminal.run(most_s)
    terminal.kill(again=False)
    town.till.process.ask(fault="none")
    outcome.residents, outcome.codes = terminal.begun + 1, phones.codes


def caught(town: Town, place: PayPlace, within_s: float = 60.0) -> Outcome:
    """Kill the control once, after the platform has a case and before its resident knows, and let it begin anew."""
    terminal = Terminal(place, "naive", Phones(town, random.Random(0), eager=True))
    ends = time.monotonic() + within_s
    for cases in (1, 2):
        while time.monotonic() < ends and town.platform.rows("SELECT count(*) FROM matter")[0][0] < cases:
            terminal.run(0.05)
        terminal.kill(again=cases == 1)
    outcome = Outcome({"terminal": 1}, terminal.begun + 1, terminal.codes)
    judge(town, outcome)
    return outcome


def drain(place: PayPlace, outcome: Outcome) -> None:
    """Let the terminal bring everything to its end; what does not end counts as damage."""
    sender = place.sender("drain")
    ends = time.monotonic() + DRAIN_S
    while sender.alive and time.monotonic() < ends:
        sender.listen(0.2)
    said = [line.split() for line in sender.kill() if line.startswith("drained")]
    if not said:
        outcome.damaged += 1
        return
    outcome.late, bad, damaged, unsettled = map(int, said[0][1:])
    outcome.damaged += bad + damaged + unsettled


def converge(town: Town) -> None:
    """Let time pass until the platform waits for nothing any more; what it goes on waiting for is judged as open."""
    for seconds in (DELIVER_S, DELIVER_S, *[DAY_S] * 6):
        town.later(seconds)
        before = -1
        while (now := town.platform.rows("SELECT count(*) FROM payment_entry")[0][0]) != before:
            before = now
            time.sleep(QUIET_S)
        if not town.platform.rows("SELECT 1 FROM payment_order WHERE next_at IS NOT NULL LIMIT 1"):
            return


def judge(town: Town, outcome: Outcome) -> None:
    """Compare the provider's money with the platform's cases, from both databases."""
    with closing(sqlite3.connect(f"file:{town.till.data}?mode=ro", uri=True)) as connection:
        money = {
            number: paid - returned
            for number, paid, returned in connection.execute("SELECT number, paid_fen, returned_fen FROM paid_order")
        }
        came = {n for (n,) in connection.execute("SELECT number FROM paid_order WHERE paid_fen > 0")}
    rows = town.platform.rows("SELECT number, submission, state, fen, bill FROM payment_order")
    cases = Counter(submission for (submission,) in town.platform.rows("SELECT submission FROM matter"))
    kept_for: Counter[str] = Counter()
    for number, submission, state, fen, bill in rows:
        kept, many = money.pop(number, 0), cases[submission]
        outcome.open += state not in {"delivered", "refunded", "closed"}
        outcome.doubled += many > 1
        outcome.for_nothing += kept > 0 and not many
        outcome.free += many > 0 and kept != fen
        outcome.kept += many == 1 and kept == fen and state == "delivered"
        outcome.returned += number in came and kept == 0
        outcome.closed += number not in came
        kept_for[bill or f"{fen} fen"] += kept > 0
    # Money at the provider of which the platform knows nothing is kept for nothing, too.
    outcome.for_nothing += sum(kept > 0 for kept in money.values())
    outcome.twice = sum(many - 1 for many in kept_for.values() if many > 1)


@contextmanager
def town(folder: Path, seed: int) -> Iterator[tuple[Town, PayPlace]]:
    """Build the town; the terminal's way to the platform is a bad one."""
    with (
        tempfile.TemporaryDirectory(prefix="pay-") as sockets,
        real_platform(folder) as platform,
        proxied(("127.0.0.1", platform.port), WEATHER, seed) as proxy,
    ):
        built = Town(platform, Till(Path(sockets), folder / "till.db"))
        try:
            built.connect()
            terminal, files = platform.enrol()
            store = folder / "store"
            store.mkdir()
            power = "200000000" + check_digit("200000000")
            accounts = {"power": power, "water": owing(platform, WATER_ACCOUNTS)}
            (store / ACCOUNTS).write_text(json.dumps(accounts), "utf-8")
            yield built, PayPlace(store, f"https://127.0.0.1:{proxy.port}", files, terminal)
        finally:
            built.till.kill()


def campaign(folder: Path, mode: str, kills: dict[str, int], seed: int, most_s: float = 1.5) -> Outcome:
    """Return what became of everybody's money."""
    folder.mkdir(exist_ok=True)
    outcome = Outcome(kills)
    with town(folder, seed) as (built, place):
        rage(built, place, mode, outcome, seed, most_s)
        if mode == "pay":
            drain(place, outcome)
        converge(built)
        judge(built, outcome)
    return outcome


def shared(kills: int) -> dict[str, int]:
    """Half of the kills are the terminal's, a quarter each the platform's and the provider's."""
    quarter = max(1, kills // 4)
    return {"terminal": max(1, kills - 2 * quarter), "platform": quarter, "provider": quarter}


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.payments", description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--control", type=int, default=12, help="kills of the control (default 12)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with workplace() as folder:
        ours = campaign(folder / "ours", "pay", shared(chosen.kills), chosen.seed)
        control = campaign(folder / "control", "naive", shared(chosen.control), chosen.seed)
    good = ours.clean and control.twice > 0
    line = {"campaign": "payments", **asdict(ours), "control": asdict(control), "good": good}
    sys.stdout.write(json.dumps(line) + "\n")
    if not good:
        sys.stderr.write("payments: see the counts above; run it again with the same --seed to see it again\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
