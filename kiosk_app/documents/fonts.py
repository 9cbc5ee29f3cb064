"""Fonts for print, chosen per character by what they cover: Pillow itself would print an empty box.

The shipped subset covers everyday text; the system's Noto Sans CJK SC has the rest of the basic plane, and Hanazono the
rare characters that occur in names.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

from kiosk_app.documents.coverage import Coverage, coverage

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
"""Where fontconfig looks by default."""
_SC = 2
"""Index of Simplified Chinese in the Noto Sans CJK collections."""


class UncoveredCharacterError(ValueError):
    """A character that no font here can print. Which one is not said: it may be part of somebody's name."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of one font file."""

    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True)
class Typeface:
    """Faces in order of preference, for normal and for bold text."""

    regular: tuple[Face, ...]
    bold: tuple[Face, ...]

    def faces(self, bold: bool) -> tuple[Face, ...]:
        """The faces of a weight."""
        return self.bold if bold else self.regular


@lru_cache(maxsize=1)
def system_typeface() -> Typeface:
    """Return what is shipped and what is installed.

    Raises:
        FileNotFoundError: there is no font with Chinese characters at all.
    """
    rare = tuple(Face(path) for path in _find("HanaMinB.ttf", "HanaMinA.ttf"))
    regular = (*_shipped("Regular"), *(Face(path, _SC) for path in _find("NotoSansCJK-Regular.ttc")))
    bold = (*_shipped("Bold"), *(Face(path, _SC) for path in _find("NotoSansCJK-Bold.ttc")))
    if not regular:
        raise FileNotFoundError("no Chinese font: install fonts-noto-cjk")
    return Typeface((*regular, *rare), (*(bold or regular), *rare))


def _shipped(weight: str) -> Iterator[Face]:
    room = importlib.util.find_spec("ui")
    for folder in (room.submodule_search_locations if room else None) or ():
        path = Path(folder) / "fonts" / f"DoorstepSans-{weight}.otf"
        if path.is_file():
            yield Face(path)


def _find(*names: str) -> Iterator[Path]:
    for name in names:
        for folder in FONT_FOLDERS:
            found = next(iter(sorted(Path(folder).expanduser().rglob(name))), None)
            if found is not None:
                yield found
                break


@lru_cache(maxsize=16)
def _covered(face: Face) -> Coverage:
    return coverage(face.path, face.index)


@lru_cache(maxsize=64)
def _loaded(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), size, index=face.index, layout_engine=ImageFont.Layout.BASIC)


def _face_for(char: str, faces: tuple[Face, ...]) -> Face:
    for face in faces:
        if char in _covered(face):
            return face
    raise UncoveredCharacterError("a character cannot be printed by any installed font")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one face."""

    text: str
    font: ImageFont.FreeTypeFont
    width: float


class Font:
    """A size and weight of a typeface, for one page: it knows the widths of what was measured, words of a resident."""

    def __init__(self, typeface: Typeface, size: int, bold: bool) -> None:
        self.size = size
        self._faces = typeface.faces(bold)
        self._widths: dict[str, float] = {}

    def runs(self, text: str) -> Sequence[Run]:
        """Split `text` by the faces that print it.

        Raises:
            UncoveredCharacterError: no face has one of the characters.
        """
        found = []
        for face, chars in groupby(text, lambda char: _face_for(char, self._faces)):
            piece = "".join(chars)
            font = _loaded(face, self.size)
            found.append(Run(piece, font, font.getlength(piece)))
        return found

    def measure(self, text: str) -> float:
        """Width of `text` in dots.

        Raises:
            UncoveredCharacterError: no face has one of the characters.
        """
        width = self._widths.get(text)
        if width is None:
            width = self._widths[text] = sum(run.width for run in self.runs(text))
        return width

    @property
    def ascent(self) -> int:
        """Dots above the baseline, of the first face: all runs of a line stand on it."""
        return int(_loaded(self._faces[0], self.size).getmetrics()[0])
