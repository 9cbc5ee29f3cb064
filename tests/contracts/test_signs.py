from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.signs import MOST_CLIP, SignClip, SignsError, check_clip, moving, read_signs
from kiosk_app.lab.moving import TEXT, moving_picture

DATA = moving_picture()
ENTRY = {"file": "a.webp", "digest": sha256(DATA).hexdigest(), "text": TEXT}


def clip(data: bytes = DATA) -> SignClip:
    return SignClip("a.webp", sha256(data).hexdigest(), TEXT)


def index(**clips: Any) -> str:
    return json.dumps({"format": 1, "clips": clips})


def test_a_moving_picture_is_read_without_decoding_it() -> None:
    found = moving(DATA)
    assert (found.width, found.height, found.frames, found.ms) == (240, 240, 8, 960)
    assert check_clip(clip(), DATA) == found


def test_an_index_is_read() -> None:
    found = read_signs(json.dumps({"format": 1, "clips": {"guide": ENTRY, "form.bank": ENTRY}, "later": 1}))
    assert set(found.clips) == {"guide", "form.bank"}
    assert found.clips["guide"].text == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 5000,
        '{"format": 2, "clips": {}}',
        '{"format": 1, "clips": []}',
        index(**{"../x": ENTRY}),
        index(GUIDE=ENTRY),
        index(guide=7),
        index(guide={**ENTRY, "file": "../a.webp"}),
        index(guide={**ENTRY, "file": "/etc/passwd"}),
        index(guide={**ENTRY, "file": "a.gif"}),
        index(guide={**ENTRY, "file": "a/b.webp"}),
        index(guide={**ENTRY, "digest": "x"}),
        index(guide={**ENTRY, "text": {"zh": "只有中文"}}),
        index(guide={**ENTRY, "text": {"zh": " ", "en": "x"}}),
        index(guide={**ENTRY, "text": {"zh": "x" * 201, "en": "x"}}),
        index(guide={**ENTRY, "text": "x"}),
        index(**{f"p{chr(97 + n // 26)}{chr(97 + n % 26)}": ENTRY for n in range(65)}),
    ],
)
def test_an_index_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(SignsError):
        read_signs(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        DATA[:29],
        DATA[:-1],
        DATA + b"x",
        b"GIF89a" + bytes(100),
        DATA[:20] + b"\0" + DATA[21:],
        moving_picture(side=100),
        moving_picture(side=648),
        moving_picture(frames=2, ms=40_000),
        bytes(MOST_CLIP + 1),
    ],
    ids=["empty", "head", "short", "long", "gif", "still", "small", "large", "slow", "heavy"],
)
def test_a_file_that_is_no_clip_is_refused(data: bytes) -> None:
    with pytest.raises(SignsError):
        check_clip(clip(data), data)


def test_another_file_than_the_index_names_is_refused() -> None:
    with pytest.raises(SignsError, match="not the file"):
        check_clip(clip(), moving_picture(frames=3))


@given(st.binary(max_size=200), st.integers(0, len(DATA) - 1))
def test_damaged_files_end_in_a_refusal_or_in_facts(noise: bytes, at: int) -> None:
    damaged = DATA[:at] + noise + DATA[at + len(noise) :]
    for data in (noise, damaged, b"RIFF" + noise, DATA[:30] + noise):
        try:
            moving(data)
        except SignsError:
            continue
