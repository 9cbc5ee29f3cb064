"""The pictures of the guides, from the real screens: `python -m kiosk_app.lab.guide_pictures OUT`. Part of `make docs`.

A guide names a picture by its language and its page, `.../zh/enrol-look.png`; what no guide names is not drawn.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kiosk_app.lab.samples import desk, pages
from kiosk_app.screens import view

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = (DOCS / "guides-for-technicians", DOCS / "guide-for-hosts")
WIDTH = 360
"""Pixels of a picture: wide enough to read a title, small enough for a page of paper."""
COLOURS = 64
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*?/(zh|en)/([\w-]+)\.png\)")


def texts() -> dict[Path, str]:
    """Return every guide."""
    return {file: file.read_text("utf-8") for folder in GUIDES for file in sorted(folder.glob("*.md"))}


def named(text: str) -> tuple[tuple[str, str], ...]:
    """Return language and page of each picture that a guide names."""
    return tuple((found[1], found[2]) for found in _PICTURE.finditer(text))


def draw(wanted: Iterable[tuple[str, str]], out: Path) -> int:
    """Draw these into `out`; returns how many there are."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image

    from ui.audit.scene import keep, settle
    from ui.shell import Shell, ShellConfig

    shell, known, count = Shell(ShellConfig()), pages(), 0
    for lang, name in sorted(set(wanted)):
        state = known[name]
        shell.present(view(replace(state, prefs=replace(state.prefs, lang=lang)), desk()))
        file = out / lang / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        settle(shell)
        keep(shell, file)
        shell.free()
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize(
                (WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS
            )
        small.quantize(COLOURS).save(file, optimize=True)
        count += 1
    shell.close()
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{draw((one for text in texts().values() for one in named(text)), Path(sys.argv[1]))} pictures\n")
