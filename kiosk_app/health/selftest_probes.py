"""Facts that only a self-test finds out, because they take time or write something."""

from __future__ import annotations

import contextlib
import math
import os
import re
from array import array
from collections.abc import Callable
from pathlib import Path

PROBE_BYTES = 256 * 1024
_PREFIX = ".self-test."
_ABS = re.compile(r"^B: ABS=([0-9a-f ]+)$", re.MULTILINE)
_MULTITOUCH_X = 0x35
"""ABS_MT_POSITION_X (Linux, input-event-codes.h)."""
_FULL_SCALE = 32768.0


def disk_takes(folder: Path, random_bytes: Callable[[int], bytes]) -> bool:
    """Write a file to `folder`, flush it to the disk, read it back, remove it; False when any of it fails."""
    data = random_bytes(PROBE_BYTES)
    path = folder / f"{_PREFIX}{random_bytes(6).hex()}"
    try:
        for left in folder.glob(f"{_PREFIX}*"):
            left.unlink(missing_ok=True)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            # What is read back comes from the disk, as far as the kernel lets its copy go.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return path.read_bytes() == data
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def memory_available(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Return the bytes of memory that the kernel could still give (proc(5), MemAvailable)."""
    try:
        rows = meminfo.read_text("ascii").splitlines()
        (row,) = [row for row in rows if row.startswith("MemAvailable:")]
        return int(row.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return None


def hottest(zones: Path = Path("/sys/class/thermal")) -> int | None:
    """Return the highest temperature of the kernel's thermal zones in degrees Celsius; None where there are none."""
    found = []
    for zone in zones.glob("thermal_zone*/temp"):
        with contextlib.suppress(OSError, ValueError):
            found.append(int(zone.read_text("ascii")) // 1000)
    return max(found, default=None)


def touch_panels(devices: Path = Path("/proc/bus/input/devices")) -> int | None:
    """Return how many input devices tell where several fingers are; None when the kernel does not say."""
    try:
        text = devices.read_text("utf-8", errors="replace")
    except OSError:
        return None
    return sum(_bit(words, _MULTITOUCH_X) for words in _ABS.findall(text))


def loudness(pcm: bytes) -> float:
    """Return the level of 16-bit samples in dB below full scale; a very low one for silence."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    if not samples:
        return -120.0
    power = sum(sample * sample for sample in samples) / len(samples)
    return 20 * math.log10(max(math.sqrt(power), 1e-1) / _FULL_SCALE)


def _bit(words: str, bit: int) -> bool:
    """The kernel prints bitmaps as 64-bit words, the highest first."""
    value = 0
    for word in words.split():
        value = value << 64 | int(word, 16)
    return bool(value >> bit & 1)
