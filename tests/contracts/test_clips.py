from __future__ import annotations

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clips import (
    MOST_BYTES,
    MOST_CLIPS,
    MOST_DOCUMENT,
    ClipEntry,
    ClipFolder,
    ClipsError,
    Manifest,
    ServiceVoice,
    clip_key,
    normal,
    pack,
    read_manifest,
    unpack,
    write_manifest,
)

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
        '{"lang": "zh", "voice": "v", "weights": "w", "normaliser": Infinity, "clips": {}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a manifest of clips"):
        read_manifest(text)


# The clips of a service as they travel


def folder(lang: str, said: dict[str, bytes]) -> ClipFolder:
    keys = {words: clip_key(words, lang, "v", "w") for words in said}
    entries = {normal(w): ClipEntry(keys[w], 400, sha256(clip).hexdigest()) for w, clip in said.items()}
    return ClipFolder(write_manifest(Manifest(lang, "v", "w", clips=entries)), {keys[w]: c for w, c in said.items()})


VOICE = ServiceVoice("SB01", {"zh": folder("zh", {"返回": b"one", "首页": b"two"}), "en": folder("en", {"back": b"3"})})
KEY = next(iter(VOICE.folders["zh"].clips))


@given(
    st.dictionaries(
        st.sampled_from(["zh", "en"]),
        st.dictionaries(st.text(min_size=1, max_size=9), st.binary(min_size=1, max_size=40), max_size=4),
        min_size=1,
    )
)
def test_clips_arrive_as_they_were_sent(said: dict[str, dict[str, bytes]]) -> None:
    # Words that are compared as the same ones have one clip.
    folders = {lang: folder(lang, {normal(w): c for w, c in clips.items()}) for lang, clips in said.items()}
    voice = ServiceVoice("XF01", folders)
    assert unpack(json.loads(json.dumps(pack(voice)))) == voice


def spoiled(change: Callable[[Any], object]) -> Any:
    document = pack(VOICE)
    change(document)
    return document


def exchange(words: str, other: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        text = document["voice"]["zh"]["manifest"]
        assert words in text
        document["voice"]["zh"]["manifest"] = text.replace(words, other)

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d.pop("service"), "alone"),
        (lambda d: d.update(more=1), "alone"),
        (lambda d: d.update(service="../etc"), "id of a service"),
        (lambda d: d.update(service=7), "clips of a service"),
        (lambda d: d.update(voice=[]), "clips of a service"),
        (lambda d: d["voice"].clear(), "no language"),
        (lambda d: d["voice"].update(fr={"manifest": ""}), "alone"),
        (lambda d: d["voice"]["zh"].update(manifest=None), "not a folder"),
        (lambda d: d["voice"]["zh"].update(clips=[]), "not a folder"),
        (lambda d: d["voice"]["zh"].update(manifest="{"), "not a manifest"),
        (lambda d: d["voice"]["zh"].update(manifest="\ud800"), "no text"),
        (lambda d: d["voice"].update({"..": d["voice"].pop("zh")}), "manifest is of zh"),
        (lambda d: d["voice"].update({"en": d["voice"].pop("zh")}), "manifest is of zh"),
        (exchange('"lang": "zh"', '"lang": ".."'), "manifest is of .."),
        (lambda d: d["voice"]["zh"]["clips"].pop(KEY), "is missing"),
        (lambda d: d["voice"]["zh"]["clips"].update({"a" * 20: "AAAA"}), "in no manifest"),
        (lambda d: d["voice"]["zh"]["clips"].update({KEY: "AAAA"}), "not what the manifest says"),
        (lambda d: d["voice"]["zh"]["clips"].update({KEY: ""}), "not a clip"),
        (lambda d: d["voice"]["zh"]["clips"].update({KEY: "no base64"}), "not a clip"),
        (lambda d: d["voice"]["zh"]["clips"].update({KEY: 5}), "not a clip"),
        (exchange(KEY, "../../../../etc/pass"), "not a key"),
        (exchange(sha256(b"one").hexdigest(), ""), "not what the manifest says"),
    ],
)
def test_clips_that_are_not_as_the_manifest_says_are_refused(change: Callable[[Any], object], why: str) -> None:
    with pytest.raises(ClipsError, match=why):
        unpack(spoiled(change))


def test_a_clip_is_written_in_one_way_only() -> None:
    # "b25l" is `one`; a single byte leaves four loose bits, which a decoder would let pass.
    document = pack(ServiceVoice("SB01", {"zh": folder("zh", {"返回": b"\x00"})}))
    clips = document["voice"]["zh"]["clips"]
    assert list(clips.values()) == ["AA=="]
    with pytest.raises(ClipsError, match="not a clip"):
        unpack(
            spoiled(
                lambda d: d.update(voice={"zh": {**document["voice"]["zh"], "clips": dict.fromkeys(clips, "AB==")}})
            )
        )


def test_more_clips_or_more_bytes_than_a_service_may_bring_are_refused_on_both_sides() -> None:
    many = ServiceVoice("SB01", {"zh": folder("zh", {f"第{n}项": b"x" for n in range(MOST_CLIPS + 1)})})
    heavy = ServiceVoice("SB01", {"zh": folder("zh", {"返回": bytes(MOST_BYTES)})})
    for voice in (many, heavy):
        with pytest.raises(ClipsError, match="more than a service may bring"):
            pack(voice)
    clips = {key: b64encode(clip).decode() for key, clip in heavy.folders["zh"].clips.items()}
    sent = {"service": "SB01", "voice": {"zh": {"manifest": heavy.folders["zh"].manifest, "clips": clips}}}
    with pytest.raises(ClipsError, match="may bring"):
        unpack(sent)


def test_what_is_let_through_fits_into_a_document() -> None:
    # The worst for its weight: nothing but a manifest of quotes, each of which needs a stroke before it.
    words = '"' * (MOST_BYTES // 2 - 500)
    entry = ClipEntry(clip_key(words, "zh", "v", "w"), 1, sha256(b"x").hexdigest())
    text = write_manifest(Manifest("zh", "v", "w", clips={words: entry}))
    document = pack(ServiceVoice("SB01", {"zh": ClipFolder(text, {entry.key: b"x"})}))
    assert MOST_BYTES < len(json.dumps(document, ensure_ascii=False).encode()) <= MOST_DOCUMENT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_whatever_a_document_holds_it_is_clips_or_a_refusal(data: st.DataObject) -> None:
    """One place of a good document is replaced by anything: it is refused, or it was the same."""
    document: Any = copy.deepcopy(pack(VOICE))
    places = [(document, name) for name in document]
    for folder_of in document["voice"].values():
        places += [(folder_of, name) for name in folder_of] + [(folder_of["clips"], key) for key in folder_of["clips"]]
    parent, name = data.draw(st.sampled_from(places))
    before = copy.deepcopy(document)
    if data.draw(st.booleans()):
        parent[name] = data.draw(JSON)
    else:
        parent[data.draw(st.text(max_size=20))] = parent.pop(name)
    try:
        voice = unpack(document)
    except ClipsError:
        assert document != before
    else:
        assert voice.service == document["service"]
        assert pack(voice) == document


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_whatever_stands_in_a_manifest_it_is_one_or_none(text: str) -> None:
    document = spoiled(lambda d: d["voice"]["zh"].update(manifest=text))
    with pytest.raises(ClipsError):
        unpack(document)
