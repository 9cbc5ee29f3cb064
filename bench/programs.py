"""Programs that are measured: started in a group of their own, weighed with all their children, ended for good."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
PAGE = os.sysconf("SC_PAGE_SIZE")
PRESENT = 1 << 63
FRAME = (1 << 55) - 1
"""Linux, Documentation/admin-guide/mm/pagemap.rst: bit 63 present, bits 0-54 the page frame."""


class StalledError(RuntimeError):
    """Something that was waited for did not happen in time."""


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a terminal as installed: byte code is kept (as pip does), in the build folder."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("QT_")}
    return kept | {"PYTHONPYCACHEPREFIX": str(BUILD / "pycache"), "PYTHONPATH": str(ROOT)} | more


def start(command: Sequence[str], env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own; what it says on stderr goes to `log`."""
    with log.open("ab") as errors:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=dict(env),
            cwd=ROOT,
            start_new_session=True,
        )


def python(*arguments: str | Path) -> list[str]:
    """Return the command line of one of our modules."""
    return [sys.executable, "-m", *map(str, arguments)]


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group and wait for its first process."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(parents.get(found[-1], ()))
    return found


def pss_mb(pids: Sequence[int]) -> float:
    """Return the proportional set size of these processes in MB (1024 kB), as the kernel counts it."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def alone_mb(pids: Sequence[int]) -> float | None:
    """Return what these processes would weigh together if no other process shared their pages, in MB.

    Every page frame that any of them maps counts once (`/proc/<pid>/pagemap`, for root only; else None). PSS says
    less wherever a stranger happens to use the same libraries, as on a machine where tests run.
    """
    frames: set[int] = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            frames.update(_frames(pid))
    frames.discard(0)
    return len(frames) * PAGE / 2**20 if len(frames) > 1 else None


def _frames(pid: int) -> Iterator[int]:
    """Yield the page frames of a process; 0 for what is not there."""
    with Path(f"/proc/{pid}/pagemap").open("rb") as pagemap:
        first = last = 0
        for line in Path(f"/proc/{pid}/smaps").read_text("utf-8", "replace").splitlines():
            word, _, rest = line.partition(" ")
            if not word.endswith(":"):
                first, last = (int(edge, 16) for edge in word.split("-"))
            elif word == "Rss:" and not rest.strip().startswith("0 ") and first < 1 << 47:
                pagemap.seek(first // PAGE * 8)
                entries = memoryview(pagemap.read((last - first) // PAGE * 8)).cast("Q")
                yield from (entry & FRAME if entry & PRESENT else 0 for entry in entries)


def drop_page_cache() -> bool:
    """Make the next start a cold one; False when this user may not."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", "ascii")
    except OSError:
        return False
    return True
