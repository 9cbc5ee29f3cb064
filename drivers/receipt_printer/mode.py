"""How receipts are sent to one printer: as a picture, or as text in the printer's own letters."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

SLOW_BAUD = 38400
"""At this speed and below a picture takes more than ten seconds (41 KB at 38400 8N1: 10.8 s)."""
DEFAULT_BAUD = 115200


class Mode(StrEnum):
    """Closed set of ways."""

    RASTER = "raster"
    RAW = "raw"


MODELS: Mapping[str, frozenset[str]] = {
    "chinese": frozenset({"gb18030", "qr"}),
    "chinese-no-qr": frozenset({"gb18030"}),
    "western": frozenset(),
}
"""What a model's ROM has. `chinese`: what is sold in China, and the default; `western`: no Chinese letters at all."""


class OptionError(ValueError):
    """An option of the profile that no printer knows; the text says what was expected."""


def line_speed(uri: str) -> int | None:
    """Baud rate of a serial address; None for a line whose speed does not matter (USB, network)."""
    parts = urlsplit(uri)
    if parts.scheme != "serial":
        return None
    text = dict(parse_qsl(parts.query)).get("baud", "")
    return int(text) if text.isascii() and text.isdigit() else DEFAULT_BAUD


def features_of(options: Mapping[str, object]) -> frozenset[str]:
    """What the model named by the option `model` has.

    Raises:
        OptionError: no such model.
    """
    name = options.get("model", "chinese")
    if not isinstance(name, str) or name not in MODELS:
        raise OptionError(f"model: expected one of {', '.join(MODELS)}")
    return MODELS[name]


def choose(speed: int | None, options: Mapping[str, object], features: frozenset[str]) -> Mode:
    """Raw on a slow line or when the option `mode` says so, if the model has Chinese letters; else a picture.

    Raises:
        OptionError: `mode` is none of auto, raster, raw; or raw was asked of a model without Chinese letters.
    """
    wish = options.get("mode", "auto")
    if wish not in ("auto", "raster", "raw"):
        raise OptionError("mode: expected auto, raster or raw")
    if wish == "raw" and "gb18030" not in features:
        raise OptionError("mode: raw needs a model with Chinese letters")
    slow = speed is not None and speed <= SLOW_BAUD and "gb18030" in features
    return Mode.RAW if wish == "raw" or (wish == "auto" and slow) else Mode.RASTER
