"""A look at an X screen and a finger on it, for any program shown there: rows of the root window, XTest clicks.

ctypes on libX11 and libXtst: what is measured is what a resident would see, the same way for us and for the peer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

ALL_PLANES = 0xFFFFFFFF
Z_PIXMAP = 2
LEFT = 1


class NoDisplayError(OSError):
    """The X server cannot be reached, or its libraries are not installed."""


class _XImage(ctypes.Structure):
    """The first fields of Xlib's XImage."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


class Screen:
    """One connection to one X server."""

    def __init__(self, name: str, width: int, height: int) -> None:
        """Raises NoDisplayError when there is none."""
        self.width, self.height = width, height
        try:
            self._x = ctypes.CDLL("libX11.so.6")
            self._test = ctypes.CDLL("libXtst.so.6")
        except OSError as error:
            raise NoDisplayError(f"libx11-6 and libxtst6 are needed: {error}") from None
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XGetImage.restype = ctypes.POINTER(_XImage)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        if not self._display:
            raise NoDisplayError(f"no X server at {name}")
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def close(self) -> None:
        """Leave the server."""
        self._x.XCloseDisplay(self._display)

    def area(self, x: int, y: int, width: int, height: int) -> bytes:
        """Return the pixels of a rectangle of what is on the glass, 4 bytes each (blue, green, red, unused)."""
        image = self._x.XGetImage(
            self._display, self._root, x, y, width, height, ctypes.c_ulong(ALL_PLANES), ctypes.c_int(Z_PIXMAP)
        )
        if not image:
            raise NoDisplayError("the X server gives no image")
        size = image.contents.bytes_per_line * image.contents.height
        data = ctypes.string_at(image.contents.data, size)
        self._x.XDestroyImage(image)
        return data

    def rows(self, at: Sequence[int]) -> bytes:
        """Return the whole-width pixel rows at these heights, joined."""
        return b"".join(self.area(0, y, self.width, 1) for y in at)

    def click(self, x: int, y: int) -> None:
        """Move there, press and release at once."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._test.XTestFakeButtonEvent(self._display, LEFT, 1, ctypes.c_ulong(0))
        self._test.XTestFakeButtonEvent(self._display, LEFT, 0, ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def key(self, keysym: int) -> None:
        """Press and release a key."""
        code = self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(keysym))
        self._test.XTestFakeKeyEvent(self._display, code, 1, ctypes.c_ulong(0))
        self._test.XTestFakeKeyEvent(self._display, code, 0, ctypes.c_ulong(0))
        self._x.XFlush(self._display)


def same(one: bytes, other: bytes) -> float:
    """Return the share (0 to 1) of pixels that are equal; rows of different length share nothing."""
    if len(one) != len(other) or not one:
        return 0.0
    left, right = memoryview(one).cast("I"), memoryview(other).cast("I")
    return sum(map(int.__eq__, left, right)) / len(left)
