"""The request log: method, path, status, time. No bodies, no query values, no long numbers that strayed into a path."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote

KEEP = 5000
PUBLIC_VALUES = frozenset({"number"})
"""Query values that are no secret: a case number says nothing about a person."""
NAMES = PUBLIC_VALUES | {"check", "phone", "id", "case_key"}
LONG_DIGITS = re.compile(r"\d{11,18}[0-9Xx]?")
OPENERS = re.compile(r"^/(take|documents|receipts)/[^/]*")
"""Addresses whose next part opens something for whoever knows it."""
PLAIN = re.compile(r"[A-Za-z0-9_:-]{0,40}")
"""What a part of one of our addresses looks like; a credential that strayed into a path does not."""
MOST = 100
"""Characters of our longest address, and some."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answered request; status 0 means that the connection was closed without an answer."""

    method: str
    path: str
    status: int
    at: str
    ms: int


class Logbook:
    """The last lines in memory and, when a file is given, all of them on disk."""

    def __init__(self, file: Path | None) -> None:
        self._lines: deque[Line] = deque(maxlen=KEEP)
        self._lock = threading.Lock()
        self._file = file.open("a", encoding="utf-8") if file else None

    def add(self, line: Line) -> None:
        """Keep one line."""
        with self._lock:
            self._lines.append(line)
            if self._file:
                self._file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
                self._file.flush()

    def lines(self) -> list[Line]:
        """Return what is kept, oldest first."""
        with self._lock:
            return list(self._lines)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None


def safe_path(path: str, query: str) -> str:
    """Return path and query fit for a log: `*` stands for what opens something, long numbers and odd parts,
    and of a query for values and unknown names.
    """
    parts = path.split("/") if len(path) <= MOST else ["", "*"]
    plain = "/".join(part if PLAIN.fullmatch(part) else "*" for part in parts)
    cleaned = LONG_DIGITS.sub("*", OPENERS.sub(r"/\1/*", plain))
    if not query:
        return cleaned
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = "&".join(
        f"{name if name in NAMES else '*'}={quote(value) if name in PUBLIC_VALUES else '*'}" for name, value in pairs
    )
    return f"{cleaned}?{kept}"
