"""A guest on somebody else's machine: how the machine is given back. The signed profile only names the way.

What it does stands in `partner.json` of that machine's own folder: `{"code": 75}` ends the terminal with this exit
code, `{"hook": ["/path/of/programme", "argument"]}` starts a programme. Whoever signs profiles cannot start programmes.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning import SiteProfile

MOST_BYTES = 4096
CODES = range(64, 114)
"""Exit codes that mean nothing else: below stand our own and those of shells, above signals."""
ENVIRONMENT = ("PATH", "HOME", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
"""What a hook is told of ours."""


@dataclass(frozen=True, slots=True)
class Code:
    """End with this exit code."""

    code: int


@dataclass(frozen=True, slots=True)
class Hook:
    """Start this programme, without a shell."""

    command: tuple[str, ...]


def way_back(file: Path, profile: SiteProfile) -> Code | Hook | None:
    """Return how this machine is handed back; None where profile and machine do not agree that it is one of these.

    A file that others could have written, or that says something else, counts for nothing.
    """
    if profile.partner is None:
        return None
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            if found.st_uid not in {0, os.getuid()} or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            value = json.loads(opened.read(MOST_BYTES))
    except (OSError, ValueError):
        return None
    given = value.get(profile.partner.exit) if isinstance(value, dict) else None
    if profile.partner.exit == "code":
        return Code(given) if type(given) is int and given in CODES else None
    if not isinstance(given, list) or not given or not all(isinstance(word, str) for word in given):
        return None
    return Hook(tuple(given)) if os.path.isabs(given[0]) else None


def run_hook(command: Sequence[str]) -> bool:
    """Start the partner's programme, cut off from us; False when it cannot be started."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=kept,
            close_fds=True,
            start_new_session=True,
        )
    except (OSError, ValueError):
        return False
    # Nobody waits for it; somebody has to take its exit code.
    threading.Thread(target=child.wait, name="partner", daemon=True).start()
    return True
