"""The audit of a terminal as one file, for who keeps the audits of a fleet: one JSON object a line.

The first line says whose it is and holds the countersignatures and the proof of where the chain begins; then the
entries, each with its text exactly as it was hashed. It is judged anywhere, like a disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from offline_cache import AuditRow, Store, durably

KIND = "audit-export"
MOST_LINE = 2**22
"""Characters of a line: hundreds of countersignatures."""


class ExportError(Exception):
    """This is no exported audit; the text says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported audit: whose, the saved countersignatures, the proof of where it begins, and its entries."""

    terminal: str
    saved: tuple[str, ...]
    proof: str | None
    rows: Iterable[AuditRow]


def export_audit(store: Store, terminal: str, path: Path) -> int:
    """Write the whole audit, in its place whole or not at all; returns how many entries.

    Raises:
        OSError: the place cannot be written; what was there before stays.
        StoreError: the audit cannot be read.
    """
    head = {"kind": KIND, "version": 1, "terminal": terminal, "proof": store.heads.start(), "heads": store.heads.all()}
    count = 0
    with durably(path) as file:
        file.write(_line(head))
        for row in store.audit_rows():
            file.write(_line(asdict(row)))
            count += 1
    return count


def read_export(path: Path) -> Exported:
    """Open an exported audit; its entries are read when they are walked.

    Raises:
        ExportError: it is none.
    """
    try:
        found = next(_lines(path), None)
        if not isinstance(found, dict) or found.get("kind") != KIND:
            raise ExportError(f"{path} is no exported audit: `kiosk audit export` writes one")
        saved = tuple(str(text) for text in found["heads"])
        return Exported(str(found["terminal"]), saved, found["proof"], _Rows(path))
    except (KeyError, TypeError) as error:
        raise ExportError(f"{path} has no proper first line ({type(error).__name__}): export it again") from None


def _line(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode("utf-8", "surrogateescape")


class _Rows:
    """The entries of the file, each time it is walked."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[AuditRow]:
        lines = _lines(self._path)
        next(lines, None)
        for found in lines:
            try:
                texts = (str(found[name]) for name in ("at", "text", "prev", "hash"))
                yield AuditRow(int(found["seq"]), *texts)
            except (KeyError, TypeError, ValueError):
                raise ExportError(f"{self._path} holds a line that is no entry: export it again") from None


def _lines(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            while line := file.readline(MOST_LINE):
                yield json.loads(line)
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(f"{path} cannot be read ({type(error).__name__}): export it again") from None
