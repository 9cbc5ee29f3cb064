"""What comes out of the slot: rows of dots, cut into receipts and written as PNG."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

WIDTH_BYTES = 72


class Paper:
    """The strip below the head, and what was already cut or torn off."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._rows: list[bytes] = []
        self._text: list[str] = []
        self.printed_rows = 0
        self.receipts: list[Path] = []
        self.torn: list[Path] = []
        self.blank_cuts = 0

    def print_row(self, row: bytes) -> None:
        """Burn one row; what lies right of the mechanism is lost."""
        self._rows.append(row[:WIDTH_BYTES].ljust(WIDTH_BYTES, b"\0"))
        self.printed_rows += 1

    def print_text(self, line: str) -> None:
        """Keep a line of the printer's own font as text; the picture only shows where it was."""
        self._text.append(line)

    def cut(self) -> None:
        """Cut; a strip with anything on it is a receipt."""
        if self._empty():
            self.blank_cuts += 1
            self._rows.clear()
            return
        self.receipts.append(self._write("receipt", len(self.receipts) + 1))

    def tear(self) -> None:
        """Somebody changes the paper: the unfinished strip goes with the old roll."""
        if not self._empty():
            self.torn.append(self._write("torn", len(self.torn) + 1))
        self._rows.clear()

    def _empty(self) -> bool:
        return not self._text and not any(any(row) for row in self._rows)

    def _write(self, word: str, number: int) -> Path:
        path = self._out / f"{word}-{number}.png"
        height = max(1, len(self._rows))
        data = b"".join(self._rows) or bytes(WIDTH_BYTES)
        picture = Image.frombytes("1", (WIDTH_BYTES * 8, height), bytes(byte ^ 0xFF for byte in data))
        if self._text:
            path.with_suffix(".txt").write_text("\n".join(self._text) + "\n", encoding="utf-8")
        partial = path.with_suffix(".part")
        picture.save(partial, format="png")
        partial.rename(path)  # whoever waits for the file finds it whole
        self._rows.clear()
        self._text.clear()
        return path
