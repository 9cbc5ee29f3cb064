"""docs/benchmarks.md: the rows as tables, the machine, and what is known of the figures that miss their goal."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bench.rows import Row

HEAD = """# Benchmarks

Written by `make bench` (`python -m bench`); the same rows are in build/bench.json. Every figure stands beside a named
peer that was measured in the same run on the same machine: read the ratios, the absolute values belong to this machine.
"""
GROUPS: Mapping[str, tuple[str, str]] = {
    "start": (
        "Cold start",
        """From starting the program to the attract page on the glass, and to the answer to a touch given the
moment it was there. All programs run on the same Xvfb, in turns, with the page cache dropped before
each start, and are watched from outside: rows of pixels of the X screen, read every 5 ms, against those
of a warm start. Chromium shows an HTML page made from the same screens (words, icons, fonts), with a
used profile. Simulators and platform keep running, so Python's own pages stay in memory; Python's byte
code is compiled, as pip does on installing.""",
    ),
    "memory": (
        "Memory",
        """What all that `kiosk run` runs (keeper, terminal, speech) weighs together after a visit with a card,
听语音, a form and a printed receipt, back at the attract page: every page of memory that one of them maps,
once. That is the PSS of a machine where nobody else uses the same libraries (a terminal); chromium with all its
processes on the equivalent page, likewise.""",
    ),
    "touch": (
        "Touch",
        """From an XTest press to the first frame in which the heading is another, seen from outside every 2 ms,
while card reader, code reader, printer, speech and sync are at work and the page is read out.""",
    ),
    "services": (
        "Services",
        """A district with 5,000 services instead of 59: names taken apart and put together anew, whole guides,
13 MB. From the start of the process, with the page cache dropped, to the services of the first page on the glass,
touched as soon as the attract page was there; from an XTest press to the changed heading; a search alone; and SB01
with cards, codes and paper at their real speed, led by somebody who decides at once.""",
    ),
    "card": (
        "Card",
        """From the first byte of the read command to the parsed card, on a simulator paced to the baud rate. Below
1.0 the simulator would be at fault.""",
    ),
    "enqueue": (
        "Enqueue",
        """`store.submit` (encrypted outbox, WAL, synchronous=FULL, item and business row in one transaction)
against a bare write and fdatasync of the same bytes, in turns on the same disk.""",
    ),
    "drain": (
        "Drain",
        """10,000 cases of 2 KB that were queued over 30 days, without a network: chosen in order per case, marked as
leaving, settled as accepted, and their bodies erased from file and log, by the calls that the sync engine makes. The
peers hand out and acknowledge one item at a time, each with full synchronisation, in the same run on the same disk;
huey deletes what it hands out: it is measured with the result stored that its consumer writes when a task is done, and
without. They drain 2,000 items: the longer their queue, the slower
they are.""",
    ),
    "receipt": (
        "Receipt",
        """Bytes for one receipt. The peer prints the same picture whole; a decoder of its own proves that both put the
same dots on paper. Raw is the printer's own letters, for slow lines.""",
    ),
    "codes": (
        "Codes",
        """A seeded set of degraded 1280x720 frames, 40 of each of ten conditions (clean, perspective, defocus, motion,
low light, glare, small modules, moire, inverted, mixed), 40 frames without a code, 400 short Chinese texts; CPU time of
one thread. What is not read exactly, in per cent. Further conditions have no goal: they were never tuned for.""",
    ),
    "faces": (
        "Faces",
        """One live 1280x720 frame against an embedded card photo, CPU time of one thread. The peer is
face_recognition's own way in the same run: face_locations, face_encodings, face_distance. Error rates are in
docs/faces.md.""",
    ),
    "speech": (
        "Speech",
        """On the monitor of a PulseAudio null sink: from the call to the player, and from an XTest key to the whole
terminal, to the first sample that is not silence, and from a hush or a key to the last one. The monitor gives out what
it heard a few milliseconds late, which is in the figures. The peer is pyttsx3's own `say`, which writes a file, starts
aplay and cannot be stopped.""",
    ),
    "preview": (
        "Preview of the camera",
        """640x360 at 30 frames a second from the camera's process through shared memory onto the page, CPU time of both
processes in per cent of one core. The peer passes JPEG through a pipe to the loop and decodes it there.""",
    ),
}
TABLE = ("| what | ours | peer | ratio | goal | met |", "| --- | --- | --- | --- | --- | --- |")


def machine() -> list[str]:
    """Return what the figures depend on, one fact a line."""
    cpu = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="(.*)"$', Path("/etc/os-release").read_text("utf-8"), re.MULTILINE)
    from PySide6 import __version__ as qt

    load = ", ".join(f"{v:.1f}" for v in os.getloadavg())
    return [
        f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"{int(memory[1]) / 1048576 if memory else 0:.1f} GB",
        f"{system[1] if system else platform.system()}, Linux {platform.release()}",
        f"Python {platform.python_version()}, PySide6 {qt}, QT_QUICK_BACKEND=software, {_chromium()}",
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}, load average at the end of the run {load}",
    ]


def _chromium() -> str:
    try:
        said = subprocess.run(["chromium", "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "no chromium"
    return " ".join(said.split()[:2]) or "no chromium"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 2 if unit == "s" else 1
    return f"{value:.{digits}f} {unit}"


def _line(r: Row) -> str:
    met = {True: "yes", False: "**no**", None: ""}[r.met]
    ratio = "" if r.ratio is None else f"{r.ratio:.2f}"
    peer = " ".join(part for part in (r.peer, _value(r.peer_value, r.unit)) if part)
    return f"| {r.name} | {_value(r.ours, r.unit)} | {peer} | {ratio} | {r.goal} | {met} |"


def markdown(rows: Sequence[Row], facts: Sequence[str], notes: str) -> str:
    """Return the document; `notes` (floors and what was tried) is kept by hand beside this module."""
    parts = [HEAD, *(f"- {fact}" for fact in facts), ""]
    for group, (title, how) in GROUPS.items():
        mine = [r for r in rows if r.group == group]
        if not mine:
            continue
        parts += [f"## {title}", "", how, "", *TABLE]
        parts += [_line(r) for r in mine]
        parts += ["", *(f"- {r.name}: {r.detail}" for r in mine if r.detail), ""]
    return "\n".join([*parts, notes.strip(), ""])
