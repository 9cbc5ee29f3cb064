"""Many terminals from one template: `python -m kiosk_app.lab.fleet --count 50 [--template FILE] [--workers 4]`.

A real platform in its own process; one command makes the slots; then every terminal goes through the real ceremony with
a folder and keys of its own. Prints a line each, and what it took; exit 1 when one did not come in.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk_app.clock import SystemClock
from kiosk_app.folders import Folders
from kiosk_app.lab.central import Platform
from kiosk_app.lab.processes import ROOT
from provisioning import ProvisioningError, enrol, load_identity, load_profile, parse_ticket
from provisioning.platform_http import PlatformHttp

TEMPLATE = ROOT / "provisioning" / "profiles" / "community.json"
PACKAGES = ROOT / "central_platform" / "packages"
COLUMNS = ("id", "name_zh", "name_en", "place_zh", "place_en", "lat", "lon")
MOST = 500
SLOTS_S = 120.0


@dataclass(frozen=True, slots=True)
class Came:
    """One terminal that was put into service, or why not."""

    terminal: str
    seconds: float
    serial: str = ""
    profile: str = ""
    """The name that its signed profile gives it."""
    refused: str = ""


def write_sites(path: Path, count: int) -> None:
    """Write a list of invented sites, a street's width apart."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for n in range(1, count + 1):
            at = (f"{39.90 + n * 0.001:.4f}", f"{116.36 + n % 7 * 0.002:.4f}")
            rows.writerow((f"XC-{n:04d}", f"样例 {n} 号机", f"Sample {n}", f"样例社区 {n}", f"Sample place {n}", *at))


def slots(platform: Platform, template: Path, sites: Path, count: int, slips: Path) -> list[str]:
    """Make all slots with one command; returns the text of each slip.

    Raises:
        subprocess.CalledProcessError: the command refused.
    """
    what = ("--template", template, "--count", count, "--list", sites, "--slips", slips)
    where = ("--url", platform.url, "--data", platform.folder, "--packages", PACKAGES)
    command = (sys.executable, "-m", "central_platform", "terminals", "create", *map(str, (*what, *where)))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SLOTS_S, check=True)
    return done.stdout.splitlines()


def put_into_service(slip: str, folder: str) -> Came:
    """Carry out the ceremony for one slip, in a folder of its own. Runs in a worker."""
    ticket, clock, begun = parse_ticket(slip), SystemClock(), time.monotonic()
    name, place = ticket.terminal or "", Folders(Path(folder)).provision
    place.parent.mkdir(mode=0o700)
    try:
        enrol(PlatformHttp(clock), ticket.url, ticket.code, ticket.ca_fingerprint, place, clock, os.urandom)
        serial = f"{load_identity(place).certificate.serial_number:x}"
        called = load_profile(place).name.zh
    except ProvisioningError as error:
        return Came(name, time.monotonic() - begun, refused=error.code)
    return Came(name, time.monotonic() - begun, serial, called)


def fill(
    folder: Path, count: int, template: Path, workers: int, tell: Callable[[Came], None]
) -> tuple[list[Came], Mapping[str, float]]:
    """Put so many terminals into service under `folder`; returns them, and the seconds that each part took."""
    sites, begun = folder / "sites.csv", time.monotonic()
    write_sites(sites, count)
    platform = Platform(folder / "platform", PACKAGES)
    try:
        platform.ready()
        ready = time.monotonic()
        slips = slots(platform, template, sites, count, folder / "slips.html")
        made, came = time.monotonic(), []
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            places = [str(folder / json.loads(slip)["terminal"]) for slip in slips]
            for one in pool.map(put_into_service, slips, places):
                came.append(one)
                tell(one)
        return came, {"platform": ready - begun, "slots": made - ready, "enrolment": time.monotonic() - made}
    finally:
        platform.end()


def main() -> int:
    """Play it in a temporary folder."""
    parser = argparse.ArgumentParser(prog="python -m kiosk_app.lab.fleet")
    parser.add_argument("--count", type=int, default=50, choices=range(1, MOST + 1), metavar=f"1..{MOST}")
    parser.add_argument("--template", type=Path, default=TEMPLATE)
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()

    def tell(one: Came) -> None:
        _say({"terminal": one.terminal, "s": round(one.seconds, 2), "serial": one.serial, "refused": one.refused})

    with tempfile.TemporaryDirectory(prefix="doorstep-fleet-") as folder:
        came, seconds = fill(Path(folder), given.count, given.template, given.workers, tell)
    in_service = sum(not one.refused for one in came)
    _say({"in_service": in_service, "of": given.count, **{part: round(s, 1) for part, s in seconds.items()}})
    return 0 if in_service == given.count else 1


def _say(value: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
