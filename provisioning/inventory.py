"""What the machine is made of, sent with the enrolment and each renewal; numbers and addresses as digests only."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.hardware import BOARD, MACHINE, NETWORK

_PERMANENT = "0"
"""The interface's address is burnt in (Linux, `addr_assign_type`)."""


def machine_inventory(root: Path = Path("/")) -> dict[str, Any]:
    """Return architecture, system, processors, memory in MiB, Python version, and the facts of `contracts.hardware`.

    `root` is where `/sys` and `/etc` are looked for.
    """
    return {
        "arch": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "processors": os.cpu_count() or 1,
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20),
        "tpm": (root / "dev" / "tpmrm0").exists(),
        "hardware": hardware(root),
    }


def hardware(root: Path = Path("/")) -> Mapping[str, Any]:
    """Return what tells this machine from another, as far as this user may read it (see `contracts.hardware`)."""
    dmi = root / "sys" / "class" / "dmi" / "id"
    board = [_line(dmi / name) for name in ("product_uuid", "board_serial", "product_serial")]
    system = _line(root / "etc" / "machine-id")
    found: dict[str, Any] = {}
    if any(board):
        found[BOARD] = _digest(BOARD, *board)
    if addresses := _addresses(root / "sys" / "class" / "net"):
        found[NETWORK] = [_digest(NETWORK, address) for address in addresses]
    if system:
        found[MACHINE] = _digest(MACHINE, system)
    return found


def _addresses(net: Path) -> list[str]:
    """The addresses of built-in interfaces: a device behind it, and not one that was drawn at random."""
    try:
        names = sorted(net.iterdir())
    except OSError:
        return []
    fixed = [name for name in names if (name / "device").exists() and _line(name / "addr_assign_type") == _PERMANENT]
    return sorted({address for name in fixed if (address := _line(name / "address"))})


def _line(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(("doorstep hardware", *parts)).encode()).hexdigest()
