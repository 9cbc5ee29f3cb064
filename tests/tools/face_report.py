"""Writes the tables of docs/faces.md: `python -m tests.tools.face_report [EACH [FOLDER ...]]`; takes some minutes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from drivers.vision.faces.engine import load_engine
from drivers.vision.messages import FaceSettings
from tests.tools import face_rates, presentations

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faces.md"


def put(page: str, name: str, lines: list[str]) -> str:
    """Return the page with the lines between the marks of this name."""
    table = "\n".join(lines).strip()
    return re.sub(
        rf"<!-- {name} -->.*<!-- /{name} -->",
        lambda _: f"<!-- {name} -->\n\n{table}\n\n<!-- /{name} -->",
        page,
        flags=re.DOTALL,
    )


def main(each: int, folders: list[Path]) -> None:
    """Measure and write."""
    page = put(PAGE.read_text("utf-8"), "rates", face_rates.table(folders))
    cast = presentations.Cast(load_engine(FaceSettings()))
    PAGE.write_text(put(page, "attacks", presentations.table(cast, each)), "utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 32, [Path(a) for a in sys.argv[2:]])
