"""Cut the shipped fonts from the system's Noto Sans CJK SC: GB 2312, ASCII and punctuation, regular and bold.

Run by hand when the set of characters changes: `python -m ui.fonts.make_subset`. The family is renamed, so the shipped
file and the system's own Noto (kept for rare characters in names) never answer to the same name.
"""

from __future__ import annotations

import logging
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Doorstep Sans"
SOURCES = {
    "Regular": Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    "Bold": Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
}
SC_INDEX = 2
EXTRA = "·—…‘’“”、。《》〈〉（）【】！，：；？％￥¥×÷≥≤°√←→↑↓●○■□▲▼★☆①②③④⑤⑥⑦⑧⑨⑩㎡℃"


def characters() -> set[int]:
    """Return every code point of GB 2312, printable ASCII, Latin-1 letters and the punctuation we write."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | {ord(c) for c in EXTRA}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return points


def cut(source: Path, style: str, out: Path) -> int:
    """Write one subset font; returns its size in bytes."""
    options = subset.Options()
    options.font_number = SC_INDEX
    options.hinting = False
    options.layout_features = ["kern", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    options.notdef_outline = True
    font: TTFont = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            full = FAMILY if record.nameID in (1, 16) else f"{FAMILY} {style}"
            record.string = full.replace(" ", "") + f"-{style}" if record.nameID == 6 else full
    top = font["CFF "].cff
    top.fontNames = [f"{FAMILY.replace(' ', '')}-{style}"]
    font.save(str(out))
    return out.stat().st_size


def main() -> None:
    """Write both styles beside this file."""
    log = logging.getLogger(__name__)
    for style, source in SOURCES.items():
        out = Path(__file__).parent / f"DoorstepSans-{style}.otf"
        log.warning("%s: %d bytes", out.name, cut(source, style, out))


if __name__ == "__main__":
    main()
