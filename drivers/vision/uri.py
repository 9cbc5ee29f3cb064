"""Addresses of cameras in a site profile. Pure: nothing is opened, OpenCV is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

LEAST_FPS, MOST_FPS = 1.0, 60.0
EXPECTED = (
    "expected v4l2:/dev/v4l/by-id/NAME?width=1280&height=720&fps=30, file:/FILE?fps=N, dir:/FOLDER?fps=N, "
    "mjpeg:/SOCKET, or fault:black|frozen|drop|slow: before one of these"
)


class UriError(ValueError):
    """The address cannot be understood; the text says what was expected."""


class Scheme(StrEnum):
    """Where pictures come from."""

    V4L2 = "v4l2"
    FILE = "file"
    FOLDER = "dir"
    MJPEG = "mjpeg"


class Fault(StrEnum):
    """What a tried camera does wrong."""

    BLACK = "black"
    FROZEN = "frozen"
    DROP = "drop"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class CameraUri:
    """A parsed address. `fps` 0: as the pictures say (files), or as they come (streams)."""

    scheme: Scheme
    path: str
    width: int = 1280
    height: int = 720
    fps: float = 0.0
    fault: Fault | None = None


_OPTIONS = {
    Scheme.V4L2: frozenset({"width", "height", "fps"}),
    Scheme.FILE: frozenset({"fps"}),
    Scheme.FOLDER: frozenset({"fps"}),
    Scheme.MJPEG: frozenset[str](),
}
_DEFAULT_FPS = {Scheme.V4L2: 30.0, Scheme.FILE: 0.0, Scheme.FOLDER: 10.0, Scheme.MJPEG: 0.0}


def parse(uri: str) -> CameraUri:
    """Return what a camera's address says.

    Raises:
        UriError: unknown scheme or fault, no absolute path, an unknown option or one out of range.
    """
    scheme, _, rest = uri.partition(":")
    fault: Fault | None = None
    if scheme == "fault":
        word, _, rest = rest.partition(":")
        if word not in set(Fault):
            raise UriError(f"{uri!r}: {EXPECTED}")
        fault = Fault(word)
        scheme, _, rest = rest.partition(":")
    if scheme not in set(Scheme):
        raise UriError(f"{uri!r}: {EXPECTED}")
    kind = Scheme(scheme)
    path, _, query = rest.partition("?")
    if not path.startswith("/") or "\0" in path:
        raise UriError(f"{uri!r}: an absolute path is needed; {EXPECTED}")
    try:
        options = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    except ValueError as error:
        raise UriError(f"{uri!r}: {EXPECTED}") from error
    if not options.keys() <= _OPTIONS[kind]:
        raise UriError(f"{uri!r}: {EXPECTED}")
    fps = _number(uri, options, "fps", LEAST_FPS, MOST_FPS) if "fps" in options else _DEFAULT_FPS[kind]
    width = int(_number(uri, options, "width", 160, 4096)) if "width" in options else 1280
    height = int(_number(uri, options, "height", 120, 4096)) if "height" in options else 720
    return CameraUri(kind, path, width, height, fps, fault)


def _number(uri: str, options: dict[str, str], name: str, least: float, most: float) -> float:
    text = options[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= most):
        raise UriError(f"{uri!r}: {name} is a whole number from {least:g} to {most:g}")
    return float(text)
