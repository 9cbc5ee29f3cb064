"""How much of the C heap is in use: what Qt holds. Python's small objects lie mostly beside it."""

from __future__ import annotations

import ctypes

FIELDS = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")


class _Mallinfo(ctypes.Structure):
    """`struct mallinfo2` of glibc's malloc.h."""

    _fields_ = [(name, ctypes.c_size_t) for name in FIELDS]


def malloc_mb() -> float:
    """Return what is in use in every arena and in mapped blocks, MB."""
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = _Mallinfo
    found = library.mallinfo2()
    return float(found.uordblks + found.hblkhd) / 2**20
