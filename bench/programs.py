"""Programs that are measured: started in a group of their own, weighed with all their children, ended for good."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
TICK_S = 0.02


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


def wait_for(what: str, ready: Callable[[], object], seconds: float, tick: float = TICK_S) -> None:
    """Wait until `ready` says so.

    Raises:
        StalledError: it did not within `seconds`.
    """
    end_at = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end_at:
            raise StalledError(f"{what}: not within {seconds:g} s")
        time.sleep(tick)


def drop_page_cache() -> bool:
    """Make the next start a cold one; False when this user may not."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", "ascii")
    except OSError:
        return False
    return True
