"""`python -m tests.faults.outages --client-kills N --server-kills M --lost PERCENT`: a terminal and the real platform
are killed again and again while a proxy loses answers; what the terminal acknowledged must have had its effect once.

The control sends the same matters from memory, with a new id at every try: it must lose some and double some.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from tests.faults.processes import Process, frozen
from tests.faults.promises import workplace
from tests.faults.proxy import Weather, proxied
from tests.faults.real_platform import Files, RealPlatform, real_platform
from tests.faults.sender import case_of, id_of

DRAIN_S = 180.0
CONTROL_KILLS = 10


@dataclass(slots=True)
class Outcome:
    """Counts of one side. `effects`: what the platform did; `out_of_order`: items that came before an older one."""

    client_kills: int = 0
    server_kills: int = 0
    acknowledged: int = 0
    effects: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    refused: int = 0
    damaged: int = 0

    @property
    def clean(self) -> bool:
        """True when nothing went wrong and something was tried."""
        wrong = self.lost + self.doubled + self.out_of_order + self.refused + self.damaged
        return self.acknowledged > 0 and wrong == 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sender works, and which program it is."""

    program: ClassVar[str] = "tests.faults.sender"
    store: Path
    url: str
    files: Files
    terminal: str

    def sender(self, mode: str, first: int = 0) -> Process:
        """Start one."""
        paths = (self.files.ca_path, self.files.cert_path, self.files.key_path)
        arguments = (mode, first, self.store, self.url, *paths, self.terminal)
        return Process("-m", self.program, *(str(value) for value in arguments))


def rage(platform: RealPlatform, place: Place, mode: str, client_kills: int, server_kills: int, seed: int) -> set[int]:
    """Kill both sides as often as asked, freeze some, in a drawn order; returns what was acknowledged."""
    dice = random.Random(f"{seed} {mode}")
    # For every ten that die one hangs for a while: it holds its connections and its locks.
    hangs = math.ceil((client_kills + server_kills) / 10)
    victims = ["client"] * client_kills + ["server"] * server_kills + ["frozen"] * hangs
    dice.shuffle(victims)
    said: set[int] = set()
    sender = place.sender(mode)
    for victim in victims:
        sender.first_words()
        sender.listen(dice.uniform(0.05, 0.6))
        if victim == "frozen":
            with platform.frozen() if dice.random() < 0.5 else frozen(sender.child):
                time.sleep(dice.uniform(0.1, 1.5))
        elif victim == "server":
            platform.kill()
            sender.listen(dice.uniform(0.0, 0.3))
            platform.start()
        else:
            said |= numbers(sender.kill())
            sender = place.sender(mode, max(said, default=-1) + 1)
    said |= numbers(sender.kill())
    return said


def numbers(lines: list[str]) -> set[int]:
    """Return what was acknowledged in these lines."""
    return {int(line) for line in lines if line.isdigit()}


def drain(place: Place, within_s: float) -> tuple[int, int]:
    """Let the terminal bring everything; returns (dead letters, signs of damage).

    What does not end counts as damage.
    """
    sender = place.sender("drain")
    deadline = time.monotonic() + within_s
    while sender.alive and time.monotonic() < deadline:
        sender.listen(0.2)
    ended = [line.split() for line in sender.kill() if line.startswith("drained")]
    if not ended:
        return 0, 1
    return int(ended[0][1]), int(ended[0][2]) + int(ended[0][3])


def judge(platform: RealPlatform, said: set[int], outcome: Outcome) -> None:
    """Compare what was acknowledged with the platform's own database."""
    taken = [row[0] for row in platform.rows("SELECT id FROM submission ORDER BY rowid")]
    known = {id_of(number): number for number in range(max(said) + 2)}
    arrived = [known[item_id] for item_id in taken if item_id in known]
    outcome.acknowledged = len(said)
    outcome.effects = len(arrived)
    outcome.lost = len(said - set(arrived))
    # An effect is doubled when one matter is there twice, under whatever id, or when more was counted than was taken.
    matters = Counter(text for (text,) in platform.rows("SELECT body FROM submission"))
    outcome.doubled = sum(count - 1 for count in matters.values())
    cases = platform.rows("SELECT count(*), count(DISTINCT submission), count(DISTINCT number) FROM matter")[0]
    applications = platform.rows("SELECT count(*) FROM submission WHERE kind = 'application'")[0][0]
    counted = platform.rows("SELECT sum(value) FROM day_counter")[0][0]
    outcome.doubled += sum(abs(value - applications) for value in (*cases, counted))
    newest: dict[str, int] = {}
    for number in arrived:
        outcome.out_of_order += number < newest.get(case_of(number), -1)
        newest[case_of(number)] = max(number, newest.get(case_of(number), -1))


def naive(platform: RealPlatform, said: set[int]) -> Outcome:
    """Judge the control by what is written in its matters."""
    found = Counter(
        int(match[1])
        for (text,) in platform.rows("SELECT body FROM submission")
        if (match := re.search(r"naive n(\d+)", text)) is not None
    )
    outcome = Outcome(acknowledged=len(said), effects=found.total(), lost=len(said - found.keys()))
    outcome.doubled = sum(count - 1 for count in found.values())
    return outcome


def campaign(
    folder: Path, weather: Weather, client_kills: int, server_kills: int, seed: int, control_kills: int
) -> tuple[Outcome, Outcome, Counter[str]]:
    """Return what became of ours and of the control, and what the proxy did to both."""
    with real_platform(folder) as platform, proxied(("127.0.0.1", platform.port), weather, seed) as proxy:
        terminal, files = platform.enrol()
        place = Place(folder / "store", f"https://127.0.0.1:{proxy.port}", files, terminal)
        ours = Outcome(client_kills, server_kills)
        said = rage(platform, place, "promise", client_kills, server_kills, seed)
        ours.refused, ours.damaged = drain(place, DRAIN_S)
        judge(platform, said, ours)
        control = Outcome()
        if control_kills:
            control = naive(platform, rage(platform, place, "naive", control_kills, 0, seed))
            control.client_kills = control_kills
        return ours, control, proxy.done


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.outages", description=__doc__)
    parser.add_argument("--client-kills", type=int, default=200)
    parser.add_argument("--server-kills", type=int, default=50)
    parser.add_argument("--lost", type=float, default=25.0, help="per cent of answers that are lost (default 25)")
    parser.add_argument("--packet-loss", type=float, default=0.0, help="per cent of segments (default 0)")
    parser.add_argument("--round-trip", type=float, default=0.0, help="seconds (default 0)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    weather = Weather(
        lose_answer=chosen.lost / 100, reset=0.03, truncate=0.02, refuse=0.02, portal=0.01,
        packet_loss=chosen.packet_loss / 100, round_trip_s=chosen.round_trip,
    )  # fmt: skip
    with workplace() as folder:
        ours, control, did = campaign(
            folder, weather, chosen.client_kills, chosen.server_kills, chosen.seed, CONTROL_KILLS
        )
    # Only a lost answer makes a client without ids send twice.
    good = ours.clean and control.lost > 0 and (control.doubled > 0 or chosen.lost == 0)
    line = {"campaign": "outages", **asdict(ours), "control": asdict(control), "network": dict(did), "good": good}
    sys.stdout.write(json.dumps(line) + "\n")
    if not good:
        sys.stderr.write("outages: see the counts above; run it again with the same --seed to see it again\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
