"""Is a sealed page genuine? Asked of a process that ends with the answer."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

GENUINE = "genuine"
CHECK_S = 30.0
"""A cold start of the parser on a slow disk; it answers within a second otherwise."""
WORDS = frozenset({GENUINE, "unreadable", "no_seal", "changed", "not_trusted"})
PASSED_ON = ("PATH", "TZ")


class CheckError(Exception):
    """Nobody knows whether the page is genuine: the check did not run to its end."""


def judge(page: bytes, authority: Path, at: datetime, seconds: float = CHECK_S) -> str:
    """Return what a page is: genuine, unreadable, no_seal, changed or not_trusted (`seal_check.Finding`).

    `authority` is the PEM file of the certificate that seals go back to. Takes about a second; not for the loop.

    Raises:
        CheckError: the check could not be started, died or took too long.
    """
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-P",
        "-X",
        "utf8",
        "-m",
        "kiosk_app.documents.seal_check",
        str(authority),
        at.isoformat(),
    ]
    try:
        done = subprocess.run(
            command,
            input=page,
            stdout=subprocess.PIPE,
            # What a parser complains about may quote the page.
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
            cwd="/",
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CheckError(type(error).__name__) from None
    word = done.stdout.decode("ascii", "replace")
    if done.returncode or word not in WORDS:
        raise CheckError(f"exit {done.returncode}")
    return word
