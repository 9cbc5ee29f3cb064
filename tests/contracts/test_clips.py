from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clips import ClipEntry, Manifest, clip_key, normal, read_manifest, write_manifest

ENTRY = ClipEntry("0123456789abcdef0123", 900, "ab" * 32, True, 4, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("返回。", "返回"),
        (" 第 二 项，", "第二项"),
        ("Go  back", "go back."),
        ("要几份？", "“要几份”"),
        ("按 A 键", "按A键"),
    ],
)
def test_the_same_words_are_found_wherever_they_stand(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), [("受理", "未受理"), ("一，二", "一二"), ("go back", "goback")])
def test_other_words_stay_others(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_a_key_changes_with_everything_that_decides_the_sound() -> None:
    keys = {
        clip_key("返回", "zh", "voice", "weights"),
        clip_key("首页", "zh", "voice", "weights"),
        clip_key("返回", "en", "voice", "weights"),
        clip_key("返回", "zh", "other", "weights"),
        clip_key("返回", "zh", "voice", "others"),
    }
    assert len(keys) == 5
    assert clip_key("返回。", "zh", "voice", "weights") in keys


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.just(ENTRY), max_size=5))
def test_a_manifest_is_read_as_it_was_written(clips: dict[str, ClipEntry]) -> None:
    manifest = Manifest("zh", "voice", "weights", clips=clips)
    assert read_manifest(write_manifest(manifest)) == manifest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"lang": "zh"}',
        '{"lang": "zh", "voice": "v", "weights": "w", "normaliser": 1, "clips": {"a": []}}',
        '{"lang": "zh", "voice": "v", "weights": "w", "normaliser": 1, "clips": {"a": ["../x", 1, "", 0, 0, 0]}}',
        '{"lang": "zh", "voice": "v", "weights": "w", "normaliser": 1, "clips": {"a": ["x", [], "", 0, 0, 0]}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a manifest of clips"):
        read_manifest(text)
