"""The preview's shared memory: ours alone while it is drawn, zeroed and gone afterwards."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contracts.preview import HEADER_BYTES, NOTHING, Layout, name_of, owner_of, path_of, read_layout, read_word
from drivers.vision.ring import PREVIEW, Ring
from drivers.vision.shared import SharedFrames, remove, sweep


def fresh(owner: int | None = None) -> str:
    return name_of(owner or os.getpid(), secrets.token_bytes(16))


@pytest.fixture
def name() -> Iterator[str]:
    name = fresh()
    yield name
    remove(name)


def picture(height: int = 720, width: int = 1280) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Left half blue, right half red (BGR)."""
    made = np.zeros((height, width, 3), np.uint8)
    made[:, : width // 2, 0] = made[:, width // 2 :, 2] = 255
    return made


def newest(name: str) -> tuple[int, int, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Slot, sequence and pixels, as a reader sees them."""
    memory = Path(path_of(name)).read_bytes()
    layout = read_layout(memory[:HEADER_BYTES])
    slot = read_word(memory, layout.newest_at)
    pixels = np.frombuffer(memory, np.uint8, layout.frame_bytes, layout.frame_at(slot))
    return slot, read_word(memory, layout.sequence_at(slot)), pixels.reshape(layout.height, layout.width, 4)


def test_a_frame_lies_there_mirrored_and_smaller(name: str) -> None:
    ring = Ring(name)
    assert ring.draw(picture(), 1.0)
    slot, sequence, pixels = newest(name)
    assert (slot, sequence) == (0, 2)
    assert pixels.shape == (360, 640, 4)
    assert pixels[180, 100].tolist() == [0, 0, 255, 255]
    assert pixels[180, 540].tolist() == [255, 0, 0, 255]
    ring.close()


def test_slots_are_used_in_turn_and_their_numbers_are_even_when_whole(name: str) -> None:
    ring = Ring(name)
    seen = []
    for n in range(5):
        assert ring.draw(picture(), float(n))
        seen.append(newest(name)[:2])
    assert seen == [(0, 2), (1, 2), (2, 2), (0, 4), (1, 4)]
    ring.close()


def test_at_most_thirty_frames_a_second_are_drawn(name: str) -> None:
    ring = Ring(name)
    drawn = sum(ring.draw(picture(72, 128), n / 60) for n in range(120))
    assert 55 <= drawn <= 62
    ring.close()
    assert drawn == ring.drawn


def test_thirty_frames_a_second_that_do_not_keep_time_are_all_drawn(name: str) -> None:
    ring = Ring(name)
    times = [n / 30 + (0.004 if n % 2 else -0.002) for n in range(60)]
    assert sum(ring.draw(picture(72, 128), at) for at in times) == 60
    ring.close()


@pytest.mark.parametrize(("height", "width"), [(480, 640), (1080, 1080), (200, 900), (1, 1)])
def test_any_shape_is_cut_to_the_preview_and_nobody_stretched(name: str, height: int, width: int) -> None:
    ring = Ring(name)
    shape = np.zeros((height, width, 3), np.uint8)
    assert ring.draw(shape, 1.0)
    if height == 480:
        shape[220:260, 300:340] = 255
        ring.draw(shape, 2.0)
        lit = newest(name)[2][..., 0] > 127
        across, down = lit.any(axis=0).sum(), lit.any(axis=1).sum()
        assert abs(int(across) - int(down)) <= 2
    ring.close()


def test_only_we_may_open_it_and_the_name_cannot_be_guessed(name: str) -> None:
    frames = SharedFrames(name, PREVIEW)
    assert os.stat(path_of(name)).st_mode & 0o777 == 0o600
    assert len({fresh() for _ in range(50)}) == 50
    frames.close()


def test_one_that_is_there_is_never_taken_over(name: str) -> None:
    first = SharedFrames(name, PREVIEW)
    with pytest.raises(FileExistsError):
        SharedFrames(name, PREVIEW)
    first.close()


def test_closing_zeroes_the_frames_for_a_reader_that_has_it_open(name: str) -> None:
    ring = Ring(name)
    ring.draw(picture(), 1.0)
    reader = os.open(path_of(name), os.O_RDONLY)
    ring.close()
    try:
        assert not os.path.exists(path_of(name))
        assert not any(os.pread(reader, PREVIEW.total_bytes, HEADER_BYTES))
        assert read_word(os.pread(reader, HEADER_BYTES, 0), PREVIEW.newest_at) == NOTHING
    finally:
        os.close(reader)


def test_what_a_dead_process_left_is_zeroed_and_removed() -> None:
    code = (
        "import sys, os; from drivers.vision.shared import SharedFrames; from drivers.vision.ring import PREVIEW;"
        "f = SharedFrames(sys.argv[1], PREVIEW); f.memory[64:70] = b'secret'; os._exit(9)"
    )
    name = fresh()
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, name], check=False, cwd=root)
    reader = os.open(path_of(name), os.O_RDONLY)
    try:
        assert os.pread(reader, 6, 64) == b"secret"
        assert remove(name)
        assert not any(os.pread(reader, PREVIEW.total_bytes, 0))
    finally:
        os.close(reader)
    assert not os.path.exists(path_of(name))
    assert not remove(name)


def test_what_a_killed_terminal_left_is_swept_and_a_living_ones_is_not(name: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = fresh(ended.pid)
    SharedFrames(left, Layout(64, 36, 2))
    ours = SharedFrames(name, Layout(64, 36, 2))
    assert sweep() >= 1
    assert not os.path.exists(path_of(left))
    assert os.path.exists(path_of(name))
    ours.close()


@pytest.mark.parametrize(
    "wrong", ["", "x", "../etc/passwd", f"doorstep-preview-0-{'a' * 32}", f"doorstep-preview-1-{'A' * 32}"]
)
def test_a_name_that_is_none_of_ours_leads_nowhere(wrong: str) -> None:
    assert owner_of(wrong) is None
    for use in (path_of, remove):
        with pytest.raises(ValueError, match="name"):
            use(wrong)


def test_an_object_that_its_maker_made_longer_is_zeroed_whole(name: str) -> None:
    frames = SharedFrames(name, Layout(64, 36, 2))
    with open(path_of(name), "r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(b"more" * 1000)
        file.flush()
        reader = os.open(path_of(name), os.O_RDONLY)
    assert remove(name)
    assert not any(os.pread(reader, 1 << 20, 0))
    os.close(reader)
    frames.close()
