"""`python -m tests.acceptance.faults [ID...] [--short N --seed S]`: every fault of the laboratory's table, played.

The real terminal process runs on the real wires. Within ten seconds `kiosk doctor` says the right thing in every word:
severity, cause and remedy in both languages, part, and whose turn it is. Nothing else is accused, the terminal still
follows a finger, and the report is as before when the fault is mended.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kiosk_app.health import Facts, check_all
from kiosk_app.lab.fault_hands import ROOTS, FaultHands
from kiosk_app.lab.fault_shape import PARTS, Fault, Said, Scene
from kiosk_app.lab.fault_table import FAULTS
from kiosk_app.lab.processes import WorldError, wait_until
from kiosk_app.lab.world import World
from offline_cache import StoreError

SEEN_S = 10.0
HEALED_S = 60.0
SETTLED_S = 90.0
LOOK_S = 0.2
RANK = {"pass": 0, "warn": 1, "fail": 2}
FIGURES = re.compile(r"[0-9][0-9.]*")
UNLOOKED = "没有去看"
UNKNOWN = frozenset(
    result.cause.zh for result in check_all(Facts(running=True), datetime.now(UTC)) if result.word == "unknown"
)
"""A terminal that stands still accuses nobody: it says that it did not look, and what it does not know."""

STILL = frozenset({Scene.STARTING, Scene.WITHDRAWN, Scene.LATE})
"""Where the terminal starts with its fault, and may stand still."""

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Played:
    """One fault as it went; seconds until it was said, and until it was well again."""

    fault: Fault
    error: str = ""
    seen_s: float = 0.0
    healed_s: float = 0.0

    @property
    def line(self) -> str:
        """As it is told."""
        healed = f"healed {self.healed_s:4.1f} s" if self.fault.heals is not None else ""
        word = "FAILED" if self.error else "ok"
        return f"{word:6} {self.fault.id:28} said {self.seen_s:4.1f} s  {healed}  {self.error}"


def rows_of(report: Mapping[str, Any]) -> Rows:
    """Devices and checks of a report by id, each with its severity under that name."""
    checks = {row["id"]: {**row, "severity": row["state"]} for row in report["checks"]}
    return checks | {row["id"]: row for row in report["devices"]}


def differs(row: Mapping[str, Any] | None, said: Said) -> str:
    """What of a row is not what the table says; empty when all of it is. Figures in sentences may be others."""
    if row is None:
        return f"{said.subject} is not in the report"
    wanted = {
        "severity": said.severity.value,
        "cause": said.cause.zh,
        "cause_en": said.cause.en,
        "remedy": said.remedy.zh,
        "remedy_en": said.remedy.en,
        **said.duty.as_json(),
    }
    other = [name for name, value in wanted.items() if _plain(str(row.get(name))) != _plain(value)]
    return "; ".join(f"{name}: {row.get(name)}" for name in other)


def _plain(sentence: str) -> str:
    return FIGURES.sub("#", sentence)


def accused(now: Rows, before: Rows, fault: Fault) -> list[str]:
    """Who else is worse off than before, and may not be."""
    spared = {fault.says.subject, *fault.also}
    return [
        f"{name}: {row['cause']}"
        for name, row in now.items()
        if name not in spared
        and RANK[row["severity"]] > RANK[before.get(name, {"severity": "pass"})["severity"]]
        and UNLOOKED not in row["cause"]
        and not (fault.scene in STILL and row["cause"] in UNKNOWN)
        and row.get("state") != "starting"
    ]


class Player:
    """Plays faults in one world, scene by scene."""

    def __init__(self, world: World, told: Callable[[Played], None]) -> None:
        self.hands = FaultHands(world)
        self.world = world
        self._told = told
        self._calm: Rows = {}

    def play(self, faults: Iterable[Fault]) -> list[Played]:
        """Play all of them, in the order of the scenes."""
        wanted, done = list(faults), list[Played]()
        if os.geteuid() != 0:
            left = [fault.id for fault in wanted if fault.does.hand in ROOTS]
            wanted = [fault for fault in wanted if fault.id not in left]
            sys.stdout.write(f"not played, because only root can: {', '.join(left) or 'none'}\n")
        try:
            for scene in Scene:
                found = [fault for fault in wanted if fault.scene is scene]
                if found:
                    done += self._scene(scene, found)
        finally:
            self.hands.close()
        return done

    def _scene(self, scene: Scene, faults: list[Fault]) -> list[Played]:
        wrong = {fault.says.subject: dict(fault.does.what) for fault in faults if fault.does.hand == "entry"}
        needs = scene is not Scene.STARTING or not self.world.installed
        if needs:
            self.hands.install(scene, wrong)
        if scene is Scene.FRESH:
            self._calm = rows_of(self.hands.doctor())
        else:
            self._settle(frozenset(wrong))
        return [self._one(fault, wrong) for fault in faults]

    def _settle(self, wrong: frozenset[str]) -> None:
        """Wait until nothing is starting any more; `wrong` will never be well."""

        def calm() -> bool:
            report = rows_of(self.hands.doctor())
            self._calm = report
            devices = [row for name, row in report.items() if "kind" in row and name not in wrong]
            known = report["platform"]["severity"] == "pass" and report["catalogue"]["severity"] == "pass"
            return known and all(row["state"] in ("online", "busy") for row in devices)

        wait_until(calm, SETTLED_S, "every device is there")

    def _one(self, fault: Fault, wrong: Mapping[str, Any]) -> Played:
        began = time.monotonic()
        try:
            if fault.does.hand != "entry":
                self._do(fault, fault.does)
            began = time.monotonic() if fault.scene in STILL else began
            found = self._seen(fault, began, wrong)
            self.hands.touched()
            healed = self._healed(fault)
            played = Played(fault, "", found, healed)
        except (WorldError, StoreError, OSError) as error:
            played = Played(fault, str(error), time.monotonic() - began)
            self._recover(fault)
        self._told(played)
        return played

    def _do(self, fault: Fault, deed: Any) -> None:
        """Those of the start are done while the power is off."""
        if fault.scene is Scene.STARTING:
            self.world.power_off()
        self.hands.do(deed)
        if fault.scene is Scene.STARTING:
            self.world.power_on()

    def _seen(self, fault: Fault, began: float, wrong: Mapping[str, Any]) -> float:
        why = ""
        while True:
            now = rows_of(self.hands.doctor())
            others = [name for name in accused(now, self._calm, fault) if name.partition(":")[0] not in wrong]
            why = differs(now.get(fault.says.subject), fault.says)
            why = why or (f"accused as well: {'; '.join(others)}" if others else "")
            took = time.monotonic() - began
            if not why:
                return took
            if took > SEEN_S:
                raise WorldError(why)
            time.sleep(LOOK_S)

    def _healed(self, fault: Fault) -> float:
        if fault.heals is None:
            return 0.0
        began = time.monotonic()
        self._do(fault, fault.heals)
        # Days pass for the terminal and the platform, and not for OpenSSL: of the line nothing follows.
        suffers = fault.also if fault.scene is not Scene.LATE else frozenset()
        names, worse = {fault.says.subject, *suffers}, list[str]()

        def well() -> bool:
            now = rows_of(self.hands.doctor())
            worse[:] = [
                f"{name}: {now[name]['cause']}"
                for name in names
                if name in now and RANK[now[name]["severity"]] > self._rank_when_well(fault, name)
            ]
            return not worse

        try:
            wait_until(well, HEALED_S, "it is well again")
        except WorldError as error:
            raise WorldError(f"not healed: {'; '.join(worse) or error}") from error
        return time.monotonic() - began

    def _rank_when_well(self, fault: Fault, name: str) -> int:
        # A fresh terminal begins with its faults; what others of them cause stays until they are mended.
        if fault.scene is Scene.FRESH:
            return 0 if name == fault.says.subject else 2
        return RANK[self._calm[name]["severity"]]

    def _recover(self, fault: Fault) -> None:
        """After a failure the next fault shall not suffer from this one."""
        if fault.heals is None:
            return
        try:
            self._do(fault, fault.heals)
        except (WorldError, StoreError, OSError, KeyError) as error:
            sys.stderr.write(f"{fault.id}: {type(error).__name__} while it was mended\n")


def tell(played: Played) -> None:
    """One line a fault."""
    sys.stdout.write(played.line + "\n")
    sys.stdout.flush()


def draw(count: int, seed: int) -> list[Fault]:
    """So many faults of a running terminal, drawn."""
    quick = [fault for fault in FAULTS if fault.scene is Scene.RUNNING]
    return random.Random(seed).sample(quick, count)


def main() -> int:
    """Exit 0 when every fault was told right and healed, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.faults", description=__doc__)
    parser.add_argument("ids", nargs="*", help="ids of the table, or their beginnings; all without")
    parser.add_argument("--short", type=int, default=0, help="so many of a running terminal, drawn")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = draw(options.short, options.seed) if options.short else list(FAULTS)
    if options.ids:
        chosen = [fault for fault in FAULTS if fault.id.startswith(tuple(options.ids))]
    began = time.monotonic()
    with World("fast", options.seed) as world:
        world.parts.add(PARTS)
        done = Player(world, tell).play(chosen)
    failed = [played.fault.id for played in done if played.error]
    slowest = max((played.seen_s for played in done if not played.error), default=0.0)
    sys.stdout.write(
        f"{len(done) - len(failed)} of {len(done)} faults, the slowest said after {slowest:.1f} s, "
        f"{time.monotonic() - began:.0f} s in all; failed: {', '.join(failed) or 'none'}\n"
    )
    return 1 if failed or not done else 0


if __name__ == "__main__":
    sys.exit(main())
