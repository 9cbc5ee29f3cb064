"""What the allocator keeps is given back: looked at from outside, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

HOLED = """
import ctypes
from kiosk_app import heap

def resident():
    for line in open("/proc/self/smaps_rollup"):
        if line.startswith("Pss_Anon"):
            return int(line.split()[1])

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
pieces = [libc.malloc(2000) for _ in range(20000)]
for piece in pieces:
    ctypes.memset(piece, 1, 2000)
full = resident()
for at, piece in enumerate(pieces):
    if at % 100:
        libc.free(piece)
holed = resident()
heap.give_back()
print(full, holed, resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator is looked at through /proc")
def test_free_pages_in_the_middle_of_the_heap_go_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLED], capture_output=True, text=True, check=True)
    full, holed, after = map(int, done.stdout.split())
    assert holed > full - 4096, "free alone keeps them: the control"
    assert after < holed - 20 * 1024


def test_it_may_be_asked_for_anywhere() -> None:
    from kiosk_app import heap

    heap.narrow()
    heap.give_back()
