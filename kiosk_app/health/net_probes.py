"""What the kernel and ModemManager say of the network of this machine."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import json
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk_app.health.network import Facts, Link, Modem, read_modem

SYS, PROC = Path("/sys/class/net"), Path("/proc/net")
MODEM_S = 5.0
_SIOCGIFADDR = 0x8915
_ASIDE = ("lo", "docker", "veth", "br-", "virbr", "tun", "tap", "dummy")
"""Interfaces that lead to no network of the site."""

Mmcli = Callable[[tuple[str, ...]], str | None]
"""Runs `mmcli` with these words; None when it is not there or fails."""


def links(sys: Path = SYS, proc: Path = PROC) -> tuple[Link, ...]:
    """Return the interfaces that may lead out."""
    try:
        names = sorted(entry.name for entry in sys.iterdir())
    except OSError:
        return ()
    found = (_link(sys / name, proc) for name in names if not name.startswith(_ASIDE))
    # Those with a signal first.
    return tuple(sorted(found, key=lambda link: link.carrier is False))


def gateways(proc: Path = PROC) -> tuple[str, ...]:
    """Return the interfaces and addresses that default routes lead to."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        for row in (proc / "route").read_text("ascii").splitlines()[1:]:
            fields = row.split()
            if fields[1] == "00000000" and int(fields[3], 16) & 1:
                found.append(f"{fields[0]} {socket.inet_ntoa(struct.pack('<L', int(fields[2], 16)))}")
    with contextlib.suppress(OSError, ValueError, IndexError):
        for row in (proc / "ipv6_route").read_text("ascii").splitlines():
            fields = row.split()
            if fields[0] == "0" * 32 and fields[1] == "00" and int(fields[4], 16) and fields[9] != "lo":
                found.append(f"{fields[9]} {ipaddress.IPv6Address(bytes.fromhex(fields[4]))}")
    return tuple(found)


def local_facts(sys: Path = SYS, proc: Path = PROC, mmcli: Mmcli | None = None) -> Facts:
    """Return what this machine says of itself; the way to the platform is `offline_cache.look`."""
    facts = Facts(links(sys, proc), gateways(proc))
    ask = _mmcli if mmcli is None else mmcli
    listed = ask(("-L",))
    if listed is None:
        return facts
    return replace(facts, modem_told=True, modem=_modem(ask, listed))


def _modem(ask: Mmcli, listed: str) -> Modem | None:
    try:
        first = json.loads(listed)["modem-list"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    said = ask(("-m", str(first))) or ""
    bearer = ""
    with contextlib.suppress(ValueError, KeyError, IndexError, TypeError):
        bearer = ask(("-b", str(json.loads(said)["modem"]["generic"]["bearers"][0]))) or ""
    return read_modem(said, bearer)


def _mmcli(words: tuple[str, ...]) -> str | None:
    program = shutil.which("mmcli")
    if program is None:
        return None
    try:
        done = subprocess.run([program, "-J", *words], capture_output=True, text=True, timeout=MODEM_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _link(folder: Path, proc: Path) -> Link:
    name = folder.name
    kind = "modem" if name.startswith(("wwan", "wwp", "ppp")) else "cable"
    if (folder / "wireless").exists() or (folder / "phy80211").exists():
        kind = "wifi"
    carrier = _text(folder / "carrier")
    speed = _text(folder / "speed")
    return Link(
        name,
        kind,
        # An interface that is down does not tell its carrier; it carries nothing.
        (carrier == "1") if carrier else (False if _text(folder / "operstate") == "down" else None),
        int(speed) if speed.isdecimal() and int(speed) > 0 else None,
        _text(folder / "duplex"),
        (*_addresses(name), *_addresses6(name, proc)),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _addresses(name: str) -> tuple[str, ...]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            packed = fcntl.ioctl(asked.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
        except OSError:
            return ()
    return (socket.inet_ntoa(packed[20:24]),)


def _addresses6(name: str, proc: Path) -> tuple[str, ...]:
    try:
        rows = (proc / "if_inet6").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return ()
    fields = [row.split() for row in rows]
    return tuple(
        str(ipaddress.IPv6Address(bytes.fromhex(row[0])))
        for row in fields
        if len(row) == 6 and row[5] == name and not row[0].startswith("fe80")
    )
