"""Where what was printed lies: the documents as they came, each with a note of what became paper."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_STREAM = re.compile(rb"/ObjStm\b.*?stream\r?\n(.*?)endstream", re.DOTALL)
MOST_UNPACKED = 8 << 20


class Tray:
    """A folder of `NNNN.pdf`, each with a `NNNN.json` {copies, sheets} that is there before it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.printed: list[Path] = []

    def put(self, document: bytes, copies: int, sheets: int) -> None:
        """Lay down what was printed; whoever waits for the file finds it whole."""
        path = self._folder / f"{self._next():04}.pdf"
        path.with_suffix(".json").write_text(json.dumps({"copies": copies, "sheets": sheets}), encoding="utf-8")
        partial = path.with_suffix(".part")
        partial.write_bytes(document)
        partial.rename(path)
        self.printed.append(path)

    def _next(self) -> int:
        return max((int(path.stem) for path in self._folder.glob("*.pdf") if path.stem.isdigit()), default=0) + 1


def pages_of(document: bytes) -> int:
    """Count the pages of a PDF, also those in compressed object streams; 1 when none is found."""
    plain = [document]
    for match in _STREAM.finditer(document):
        try:
            plain.append(zlib.decompressobj().decompress(match[1], MOST_UNPACKED))
        except zlib.error:
            continue
    return max(1, sum(len(_PAGE.findall(piece)) for piece in plain))
