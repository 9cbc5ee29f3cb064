"""`python -m tests.faults.scans --client-kills N --server-kills M --lost PERCENT`: cases with scans of 50 B to 8 MB
travel to the real platform while both sides are killed, answers are lost and connections are cut within parts.

Every case that was promised must have had its effect once, with every byte of its scans; nothing of them may be left on
the terminal. The control keeps scans in memory and begins anew: it must lose.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.outages import Place, numbers
from tests.faults.promises import workplace
from tests.faults.proxy import Weather, proxied
from tests.faults.real_platform import RealPlatform, real_platform
from tests.faults.scan_sender import digest_of, scans_of
from tests.faults.sender import id_of

DRAIN_S = 300.0
CONTROL_KILLS = 4


@dataclass(slots=True)
class Outcome:
    """Counts of one side. `midway`: kills while a scan was half there; `unequal`: scans that are not what was saved."""

    client_kills: int = 0
    server_kills: int = 0
    midway: int = 0
    acknowledged: int = 0
    scans: int = 0
    bytes: int = 0
    lost: int = 0
    doubled: int = 0
    unequal: int = 0
    refused: int = 0
    damaged: int = 0
    left: int = 0

    @property
    def clean(self) -> bool:
        """True when nothing went wrong and something was tried."""
        wrong = self.lost + self.doubled + self.unequal + self.refused + self.damaged + self.left
        return self.acknowledged > 0 and self.scans > 0 and wrong == 0


class ScanPlace(Place):
    """Where a terminal with a scanner works."""

    program = "tests.faults.scan_sender"


def half_there(platform: RealPlatform) -> int:
    """Return how many scans the platform has begun and not finished."""
    return int(platform.rows("SELECT count(*) FROM blob WHERE whole_at IS NULL AND received > 0")[0][0])


def rage(
    platform: RealPlatform, place: ScanPlace, mode: str, outcome: Outcome, seed: int, least_s: float, most_s: float
) -> set[int]:
    """Kill both sides as often as asked, in a drawn order; returns what was acknowledged."""
    dice = random.Random(f"{seed} {mode}")
    victims = ["client"] * outcome.client_kills + ["server"] * outcome.server_kills
    dice.shuffle(victims)
    said: set[int] = set()
    sender = place.sender(mode)
    for victim in victims:
        sender.first_words()
        sender.listen(dice.uniform(least_s, most_s))
        if victim == "server":
            platform.kill()
            outcome.midway += half_there(platform) > 0
            sender.listen(dice.uniform(0.0, 0.3))
            platform.start()
        else:
            said |= numbers(sender.kill())
            outcome.midway += half_there(platform) > 0
            sender = place.sender(mode, max(said, default=-1) + 1)
    said |= numbers(sender.kill())
    return said


def drain(place: ScanPlace, outcome: Outcome, within_s: float) -> None:
    """Let the terminal bring everything; what does not end counts as damage."""
    sender = place.sender("drain")
    deadline = time.monotonic() + within_s
    while sender.alive and time.monotonic() < deadline:
        sender.listen(0.2)
    ended = [line.split() for line in sender.kill() if line.startswith("drained")]
    if not ended:
        outcome.damaged += 1
        return
    dead, bad, damaged, left = map(int, ended[0][1:])
    outcome.refused, outcome.damaged, outcome.left = dead, bad + damaged, left


def judge(platform: RealPlatform, said: set[int], outcome: Outcome) -> None:
    """Compare what was acknowledged with the platform's own database, byte by byte."""
    matters = Counter(text for (text,) in platform.rows("SELECT body FROM submission"))
    effects = platform.rows("SELECT count(*), count(DISTINCT submission) FROM matter")[0]
    taken = {row[0] for row in platform.rows("SELECT id FROM submission")}
    outcome.acknowledged = len(said)
    outcome.doubled = sum(count - 1 for count in matters.values()) + sum(abs(n - len(taken)) for n in effects)
    for number in sorted(said):
        item_id = id_of(number)
        outcome.lost += item_id not in taken
        claims = platform.rows(f"SELECT digest FROM blob_claim WHERE submission = '{item_id}' ORDER BY position")
        scans = scans_of(number)
        outcome.scans += len(scans)
        outcome.bytes += sum(map(len, scans))
        if [digest for (digest,) in claims] != [f"sha256:{digest_of(scan)}" for scan in scans]:
            outcome.unequal += 1
            continue
        for (digest,), scan in zip(claims, scans, strict=True):
            parts = platform.rows(f"SELECT data FROM blob_part WHERE digest = '{digest}' ORDER BY offset")
            outcome.unequal += b"".join(part for (part,) in parts) != scan


def naive(platform: RealPlatform, said: set[int]) -> Outcome:
    """Judge the control by what is written in its matters."""
    found = Counter(
        int(match[1])
        for (text,) in platform.rows("SELECT body FROM submission")
        if (match := re.search(r"naive n(\d+)", text)) is not None
    )
    doubled = sum(count - 1 for count in found.values())
    return Outcome(acknowledged=len(said), lost=len(said - found.keys()), doubled=doubled)


def campaign(
    folder: Path, weather: Weather, client_kills: int, server_kills: int, seed: int, control_kills: int,
    pause_s: tuple[float, float] = (0.2, 1.5),
) -> tuple[Outcome, Outcome, Counter[str]]:  # fmt: skip
    """Return what became of ours and of the control, and what the proxy did to both."""
    with real_platform(folder) as platform, proxied(("127.0.0.1", platform.port), weather, seed) as proxy:
        terminal, files = platform.enrol()
        place = ScanPlace(folder / "store", f"https://127.0.0.1:{proxy.port}", files, terminal)
        ours = Outcome(client_kills, server_kills)
        said = rage(platform, place, "promise", ours, seed, *pause_s)
        drain(place, ours, DRAIN_S)
        judge(platform, said, ours)
        control = Outcome(control_kills)
        if control_kills:
            lost = rage(platform, place, "naive", control, seed, *pause_s)
            midway, control = control.midway, naive(platform, lost)
            control.client_kills, control.midway = control_kills, midway
        return ours, control, proxy.done


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.scans", description=__doc__)
    parser.add_argument("--client-kills", type=int, default=30)
    parser.add_argument("--server-kills", type=int, default=10)
    parser.add_argument("--lost", type=float, default=25.0, help="per cent of answers that are lost (default 25)")
    parser.add_argument("--cut", type=float, default=10.0, help="per cent of requests that are cut (default 10)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    weather = Weather(lose_answer=chosen.lost / 100, reset=chosen.cut / 100, truncate=0.02, refuse=0.02, portal=0.01)
    with workplace() as folder:
        ours, control, did = campaign(
            folder, weather, chosen.client_kills, chosen.server_kills, chosen.seed, CONTROL_KILLS
        )
    good = ours.clean and control.lost > 0
    line = {"campaign": "scans", **asdict(ours), "control": asdict(control), "network": dict(did), "good": good}
    sys.stdout.write(json.dumps(line) + "\n")
    if not good:
        sys.stderr.write("scans: see the counts above; run it again with the same --seed to see it again\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
