"""Sheets drawn on five tables, in four ways up, with faults of a known size: what is found, where, and what is said.

`python -m tests.drivers.vision.pages.test_corpus N SEED` measures N pages on each table for quality.md.
"""

from __future__ import annotations

import collections
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest

from drivers.vision.messages import Lie
from drivers.vision.pages.find import Corners, find
from drivers.vision.pages.flatten import flatten, lines_run_down, skew, unwarped
from drivers.vision.pages.judge import Judged, judge
from drivers.vision.simulator.sheets import PAGE, Scene, Table, corners_of, draw, page

SIZE = (1000, 750)
WAYS_UP = (0, 90, 180, 270)
FAULTS: dict[str, tuple[dict[str, object], Lie]] = {
    "nothing": ({}, Lie.GOOD),
    "shadow of a hand, 45 %": ({"shadow": 0.45}, Lie.GOOD),
    "a thumb on the edge": ({"thumb": True}, Lie.GOOD),
    "half the light": ({"light": 0.55}, Lie.GOOD),
    "noise, sigma 8": ({"noise": 8.0}, Lie.GOOD),
    "blur, sigma 0.8": ({"blur": 0.8}, Lie.GOOD),
    "blur, sigma 3": ({"blur": 3.0}, Lie.BLURRED),
    "reflection, 9 % of the height": ({"glare": 0.09}, Lie.GLARE),
    "reflection, 5 % of the height": ({"glare": 0.05}, Lie.GLARE),
    "a fifth of the light": ({"light": 0.2}, Lie.TOO_DARK),
    "blank side": ({"blank": True}, Lie.BLANK),
    "two sheets": ({"second": True, "size": 0.42, "turn": 0.0}, Lie.TWO_PAGES),
    "over the left edge": ({"dx": -0.6}, Lie.GO_RIGHT),
    "over the right edge": ({"dx": 0.6}, Lie.GO_LEFT),
    "over the upper edge": ({"dy": -0.42}, Lie.GO_NEARER),
    "over the lower edge": ({"dy": 0.42}, Lie.GO_AWAY),
    "small": ({"size": 0.28}, Lie.TOO_SMALL),
    "no sheet": ({"there": False}, Lie.NO_PAGE),
}


@dataclass(frozen=True)
class Seen:
    """One scene, what was said of it, and how far the worst corner lies off, in pixels; None without a sheet."""

    fault: str
    table: Table
    wanted: Lie
    judged: Judged
    off: float | None
    seconds: float


def scenes(pages: int, seed: int = 3) -> Iterator[tuple[str, Scene]]:
    rng = np.random.default_rng(seed)
    for number in range(pages):
        for at, table in enumerate(Table):
            turn = WAYS_UP[(number + at) % 4] + float(rng.uniform(-14, 14))
            base = Scene(
                page=number + 1,
                table=table,
                turn=turn,
                tilt=float(rng.uniform(-0.15, 0.25)),
                size=float(rng.uniform(0.55, 0.72)),
                dx=float(rng.uniform(-0.05, 0.05)),
                dy=float(rng.uniform(-0.04, 0.04)),
                noise=float(rng.uniform(1, 5)),
            )
            for fault, (changed, _) in FAULTS.items():
                yield fault, replace(base, **changed)  # type: ignore[arg-type]


def worst(found: Corners, true: Corners) -> float:
    """The largest distance of a corner from where it was drawn, in the best assignment."""
    return min(float(np.linalg.norm(np.roll(found, n, axis=0) - true, axis=1).max()) for n in range(4))


def see(chosen: Iterable[tuple[str, Scene]]) -> list[Seen]:
    cv2.setNumThreads(1)
    found = []
    for fault, scene in chosen:
        picture = draw(scene, SIZE)
        begun = time.process_time()
        judged = judge(picture)
        seconds = time.process_time() - begun
        whole = scene.there and not scene.second and not fault.startswith("over")
        off = worst(judged.corners, corners_of(scene, SIZE)) if whole and judged.corners is not None else None
        found.append(Seen(fault, scene.table, FAULTS[fault][1], judged, off, seconds))
    return found


@pytest.fixture(scope="module")
def corpus() -> list[Seen]:
    """A sheet as it should be on every table, and every fault on two of them, in turn."""
    faults, tables = list(FAULTS), list(Table)

    def chosen(fault: str, table: Table) -> bool:
        return fault == "nothing" or (tables.index(table) - 2 * faults.index(fault)) % len(tables) < 2

    return see((fault, scene) for fault, scene in scenes(1) if chosen(fault, scene.table))


def test_a_whole_sheet_is_found_on_every_table_to_within_three_pixels(corpus: list[Seen]) -> None:
    good = [seen for seen in corpus if seen.wanted is Lie.GOOD]
    assert all(seen.off is not None for seen in good)
    assert max(seen.off for seen in good if seen.off is not None) <= 3.0


def test_what_is_said_is_right(corpus: list[Seen]) -> None:
    wrong = collections.Counter(
        (s.fault, s.table.value, s.judged.lie.value) for s in corpus if s.judged.lie != s.wanted
    )
    assert wrong.total() <= 0.04 * len(corpus), wrong


def test_nothing_is_taken_that_is_not_right(corpus: list[Seen]) -> None:
    """The mistake that costs: a page that cannot be read is taken for a good one."""
    assert [s for s in corpus if s.wanted is not Lie.GOOD and s.judged.lie is Lie.GOOD] == []


@pytest.mark.parametrize("turn", [5.0, 95.0, 172.0, 268.0])
def test_a_sheet_comes_out_flat_level_and_of_its_own_shape(turn: float) -> None:
    scene = Scene(page=5, table=Table.WOOD, turn=turn, tilt=0.15, size=0.7)
    picture = draw(scene, SIZE)
    (found,) = find(picture)
    flat = flatten(picture, found.corners)
    assert flat.shape[0] / flat.shape[1] == pytest.approx(PAGE[1] / PAGE[0], rel=0.03)
    assert not lines_run_down(flat)
    assert abs(skew(flat)) <= 0.5


def test_writing_that_is_askew_on_its_sheet_is_levelled() -> None:
    sheet = page(2)
    how = cv2.getRotationMatrix2D((PAGE[0] / 2, PAGE[1] / 2), 2.5, 0.9)
    askew = np.asarray(cv2.warpAffine(sheet, how, PAGE, borderValue=(214, 220, 222)), np.uint8)
    whole = np.array([[0, 0], [PAGE[0] - 1, 0], [PAGE[0] - 1, PAGE[1] - 1], [0, PAGE[1] - 1]], np.float32)
    assert abs(skew(unwarped(askew, whole))) == pytest.approx(2.5, abs=0.5)
    assert abs(skew(flatten(askew, whole))) <= 0.5


def report(pages: int, seed: int) -> None:
    """Print what quality.md tells."""
    corpus = see(scenes(pages, seed))
    print("| fault | wanted | right | corners off, median / worst (px) |\n| --- | --- | --- | --- |")  # noqa: T201
    for fault, (_, wanted) in FAULTS.items():
        of = [seen for seen in corpus if seen.fault == fault]
        offs = [seen.off for seen in of if seen.off is not None]
        far = f"{np.median(offs):.1f} / {max(offs):.1f}" if offs else ""
        right = sum(seen.judged.lie is wanted for seen in of)
        print(f"| {fault} | {wanted.value} | {right} of {len(of)} | {far} |")  # noqa: T201
    taken = sum(s.judged.lie is Lie.GOOD for s in corpus if s.wanted is not Lie.GOOD)
    print(f"taken although not good: {taken}; CPU median {np.median([s.seconds for s in corpus]) * 1000:.0f} ms")  # noqa: T201
    print({(s.fault, s.table.value, s.judged.lie.value) for s in corpus if s.judged.lie != s.wanted})  # noqa: T201


if __name__ == "__main__":
    report(int(sys.argv[1]), int(sys.argv[2]))
