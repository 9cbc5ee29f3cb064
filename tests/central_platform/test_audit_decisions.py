"""Random lives of a chain over a bad line: an honest one is never doubted, one that went back always is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from central_platform.audit import Claim, Decision, Newest, decide
from contracts.heads import Alarm
from tests.central_platform.world import START


class Line:
    """A terminal's chain, as hashes, what it knows of the platform, and the platform's memory; calls may get lost."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.chain = ["genesis"]
        self.mono = 0
        self.boot = "b0"
        self.now = START
        self.known: int | None = None
        self.newest: Newest | None = None
        self.alarms: list[Alarm] = []
        self.signed = 0
        self.on_the_way: list[Claim] = []

    def write(self, most: int = 5) -> None:
        for _ in range(self.rng.randint(0, most)):
            self.chain.append(f"{self.chain[-1][-8:]}{self.rng.getrandbits(64):016x}")

    def claim(self) -> Claim:
        since = self.known
        there = since is not None and since < len(self.chain)
        hashed = self.chain[since] if since is not None and there else None
        return Claim(len(self.chain) - 1, self.chain[-1], since, hashed, 0, self.boot, self.mono)

    def arrive(self, claim: Claim) -> Decision:
        decision = decide(self.newest, claim, self.now)
        if decision.keep:
            begin = claim.seq if self.newest is None else self.newest.begin
            self.newest = Newest(begin, claim.seq, claim.hash, self.now, claim.boot_id, claim.mono_ms)
        self.alarms += [decision.alarm] if decision.alarm else []
        self.signed = max(self.signed, claim.seq) if decision.sign else self.signed
        return decision

    def beat(self, *, loss: bool = True) -> None:
        self.mono += 30_000
        self.now += timedelta(seconds=30)
        fate = self.rng.choice(["there", "there", "there", "lost", "no answer", "late"]) if loss else "there"
        claim = self.claim()
        if fate == "late":
            self.on_the_way.append(claim)
        elif fate != "lost":
            decision = self.arrive(claim)
            if fate == "there":
                self.known = decision.ask or (claim.seq if decision.sign else self.known)
        # What was late arrives within the minute, behind younger ones or not.
        if self.on_the_way and self.rng.random() < 0.7:
            self.arrive(self.on_the_way.pop(0))


@pytest.mark.parametrize("seed", range(150))
def test_an_honest_chain_over_a_bad_line_is_never_doubted_and_is_signed(seed: int) -> None:
    line = Line(Random(seed))
    for _ in range(60):
        line.write()
        line.beat()
        if line.rng.random() < 0.05:
            # A new start: nothing is on the way any more.
            line.boot, line.mono, line.on_the_way = f"b{line.mono}", 0, []
    line.on_the_way = []
    for _ in range(2):
        line.beat(loss=False)
    assert line.alarms == []
    assert line.signed == len(line.chain) - 1


@pytest.mark.parametrize("seed", range(150))
def test_a_chain_that_went_back_behind_what_is_known_is_doubted(seed: int) -> None:
    line = Line(Random(seed))
    while line.newest is None or line.newest.seq < 5:
        line.write()
        line.beat()
    line.on_the_way = []
    signed = line.newest
    # The disk of an earlier moment is put in; it remembers an earlier head, and is used for a while without a line.
    back = line.rng.randint(1, signed.seq - 1)
    line.chain = line.chain[: back + 1]
    line.known = line.rng.choice([None, back])
    line.boot = line.rng.choice([line.boot, "other"])
    line.write(most=2 * signed.seq)
    for _ in range(3):
        line.beat(loss=False)
        line.write()
    assert line.alarms
    assert line.newest is not None
    assert replace(line.newest, at=signed.at) == replace(signed, at=signed.at)
