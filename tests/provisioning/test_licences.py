"""docs/licences.md names every requirement, and no package that is not one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")


def required(file: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [re.split(r"[=<>~!\[; ]", line)[0] for line in lines if line and not line.startswith("-")]


REQUIRED = sorted({name for file in (ROOT / "requirements").glob("*.txt") for name in required(file)})


@pytest.mark.parametrize("name", REQUIRED)
def test_requirement_has_a_licence_on_the_page(name: str) -> None:
    assert re.search(rf"^\| {re.escape(name)} \|", PAGE, re.MULTILINE | re.IGNORECASE), (
        f"add {name} and its licence to docs/licences.md"
    )
