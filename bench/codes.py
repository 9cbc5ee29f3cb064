"""Reading codes: the seeded set of degraded frames, beside pyzbar alone on the same frames in the same run."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
from pyzbar import pyzbar

from bench.codes_scene import Picture
from bench.codes_set import CONDITIONS, FURTHER, Frame, frames, further, negatives, short_chinese
from bench.rows import Goal, Row, row
from drivers.code_reader import CodeWatch, decode_pictures

GROUP = "codes"
LEAST_READ = 90.0
MOST_MS = 20.0
LEAST_CHINESE = 99.0
PEER = "pyzbar alone"
FRAME_S = 1 / 15
WATCHED_FRAMES = 30

Read = Callable[[Picture], list[str]]


@dataclass(slots=True)
class Tally:
    """What one reader did with a set of frames."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    ms: list[float] = field(default_factory=list)

    def take(self, frame: Frame, read: Read) -> None:
        """Read one frame; only reading is timed (CPU of this process, all threads)."""
        picture = np.asarray(cv2.cvtColor(frame.picture, cv2.COLOR_BGR2GRAY), np.uint8)
        started = time.process_time()
        texts = read(picture)
        self.ms.append((time.process_time() - started) * 1000)
        self.asked[frame.condition] += 1
        if frame.text and frame.text in texts:
            self.right[frame.condition] += 1
        elif texts:
            self.wrong += 1

    @property
    def share(self) -> float:
        """Codes read exactly, per cent."""
        return 100.0 * self.right.total() / max(1, self.asked.total())

    @property
    def median(self) -> float:
        """Median CPU time of a frame, ms."""
        return statistics.median(self.ms)


def ours(picture: Picture) -> list[str]:
    """Read with the product's whole cascade."""
    return [code.text for code in decode_pictures(picture)]


def peer(picture: Picture) -> list[str]:
    """Read with pyzbar as its documentation shows it."""
    return [found.data.decode("utf-8", "replace") for found in pyzbar.decode(picture)]


def measure(count: int) -> list[Row]:
    """Read `count` frames of each condition (40 make the full set), as many without a code, ten times as many Chinese.

    Rows whose goal is "at least" are said as what is missing: per cent not read.
    """
    for read in (ours, peer):
        read(frames_of_warm_up().picture)
    us, them = _both(frames(count))
    nothing_us, nothing_them = _both(negatives(count))
    chinese_us, chinese_them = _both(short_chinese(count * 10))
    new_us, new_them = _both(further(-(-count // 2)))
    total = us.asked.total()
    false = us.wrong + nothing_us.wrong + new_us.wrong + chinese_us.wrong
    false_them = them.wrong + nothing_them.wrong + new_them.wrong
    return [
        row(
            GROUP,
            "degraded frames not read exactly",
            "%",
            100 - us.share,
            PEER,
            100 - them.share,
            Goal(most=100 - LEAST_READ, ratio_most=1.0),
            f"{us.right.total()} of {total} read, the peer {them.right.total()}; "
            f"ours/peer of {count}: {_each(CONDITIONS, us, them)}",
        ),
        row(
            GROUP,
            "CPU for a degraded frame, median",
            "ms",
            us.median,
            PEER,
            them.median,
            Goal(most=MOST_MS, ratio_most=1.0),
            f"mean {statistics.fmean(us.ms):.1f} ms, the peer's {statistics.fmean(them.ms):.1f} ms",
        ),
        row(
            GROUP,
            "false reads",
            "codes",
            false,
            PEER,
            false_them,
            Goal(most=0),
            f"among all frames of these rows; {nothing_us.asked.total()} hold no code, half of these hold decoys",
        ),
        row(
            GROUP,
            "frames of further conditions not read exactly",
            "%",
            100 - new_us.share,
            PEER,
            100 - new_them.share,
            None,
            f"beyond the goal; ours/peer of {-(-count // 2)}: {_each(FURTHER, new_us, new_them)}",
        ),
        row(
            GROUP,
            "CPU for a frame without a code, median",
            "ms",
            nothing_us.median,
            PEER,
            nothing_them.median,
            None,
            "every attempt of the cascade on one picture; before the camera they are spread over frames (next row)",
        ),
        row(GROUP, "CPU for a camera frame without a code, mean", "ms", _watched(count), detail="CodeWatch.feed"),
        row(
            GROUP,
            "short Chinese codes not read exactly",
            "%",
            100 - chinese_us.share,
            PEER,
            100 - chinese_them.share,
            Goal(most=100 - LEAST_CHINESE),
            f"{chinese_us.right.total()} of {count * 10} exact, the peer {chinese_them.right.total()}",
        ),
    ]


def frames_of_warm_up() -> Frame:
    """Return a frame of another seed, to load libraries with."""
    return next(frames(1, seed=1))


def _each(conditions: Iterable[str], us: Tally, them: Tally) -> str:
    return ", ".join(f"{name} {us.right[name]}/{them.right[name]}" for name in conditions)


def _both(some: Iterable[Frame]) -> tuple[Tally, Tally]:
    us, them = Tally(), Tally()
    for frame in some:
        us.take(frame, ours)
        them.take(frame, peer)
    return us, them


def _watched(count: int) -> float:
    """Mean CPU of `CodeWatch.feed` while nobody holds a code before the camera, over one round of its efforts."""
    pictures = [frame.picture for frame in negatives(min(count, 4))]
    watch = CodeWatch()
    started = time.process_time()
    for number in range(WATCHED_FRAMES):
        watch.feed(pictures[number % len(pictures)], number * FRAME_S)
    return (time.process_time() - started) * 1000 / WATCHED_FRAMES
