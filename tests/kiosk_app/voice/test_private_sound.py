"""Private words go into headphones, or out loud when chosen for this page; the jack may chatter as it likes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.voice import HushNow, Narrator, SpeakNow
from kiosk_app.voice.orders import Effects
from kiosk_app.voice.tuning import SAFE_LOUDNESS
from tests.kiosk_app.voice.pages import PAGE, heard
from ui.view import Look

PRIVATE = ("八零零零", "欧阳", "6222")


def speaks(effects: Effects) -> list[SpeakNow]:
    return [e for e in effects if isinstance(e, SpeakNow)]


def test_headphones_begin_at_a_safe_loudness_whatever_the_loudspeaker_had() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    for _ in range(10):
        narrator.louder()
    assert narrator.volume == 1.0
    [said] = speaks(narrator.headphones(True))
    assert said.volume == SAFE_LOUDNESS / 10


def test_each_channel_keeps_its_own_loudness_within_the_visit() -> None:
    narrator = Narrator()
    narrator.softer()
    narrator.headphones(True)
    narrator.louder()
    narrator.louder()
    assert narrator.volume == 0.6
    narrator.headphones(False)
    assert narrator.volume == 0.7
    narrator.headphones(True)
    assert narrator.volume == 0.6


def test_loudness_and_speed_reset_after_the_visit_on_both_channels() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.louder()
    narrator.slower()
    narrator.headphones(True)
    narrator.louder()
    narrator.wipe()
    assert (narrator.volume, narrator.rate) == (0.4, 1.0)
    narrator.headphones(False)
    assert narrator.volume == 0.8


def test_pulled_out_it_stops_at_once_says_so_and_repeats_it_masked() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.headphones(True)
    narrator.hush()
    [private] = speaks(narrator.heard(heard("form.phone", "手机号", "13800138000")))
    assert private.private
    effects = narrator.headphones(False)
    assert effects[0] == HushNow()
    [said] = speaks(effects)
    assert not said.private
    assert not said.headphones
    assert "耳机拔掉了" in said.utterance.text
    [again] = speaks(narrator.repeat())
    assert "手机号" in again.utterance.text
    assert "八零零零" not in again.utterance.text
    narrator.headphones(True)
    assert "八零零零" in speaks(narrator.repeat())[0].utterance.text


def test_what_waited_in_private_is_masked_when_its_turn_comes() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.allow_private(True)
    narrator.hush()
    [first] = speaks(narrator.say("请稍等", private=False))
    narrator.say("欧阳小明")
    narrator.allow_private(False)
    [next_one] = speaks(narrator.ended(first.id))
    assert "欧阳" not in next_one.utterance.text


def test_the_choice_that_ends_stops_private_words_and_no_others() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.allow_private(True)
    assert narrator.allow_private(False) == ()
    narrator.allow_private(True)
    narrator.hush()
    narrator.heard(heard("form.phone", "手机号", "13800138000"))
    assert HushNow() in narrator.allow_private(False)


def test_a_chattering_jack_is_announced_once_when_it_is_quiet() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    said = []
    for n in range(20):
        said += speaks(narrator.headphones(n % 2 == 0, settled=False))
    assert said == []
    [once] = speaks(narrator.headphones(True, settled=True))
    assert "已插上耳机" in once.utterance.text
    assert speaks(narrator.headphones(True, settled=True)) == []


def test_a_touch_that_brings_it_back_to_what_was_told_is_told_once() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.headphones(True)
    assert speaks(narrator.headphones(False, settled=False)) == []
    assert speaks(narrator.headphones(True, settled=False)) == []
    assert len(speaks(narrator.headphones(True))) == 1


def test_captions_never_show_what_only_the_ear_was_given() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.headphones(True)
    narrator.say("欧阳小明，13800138000")
    assert not [s for s in ("欧阳", "138") if s in narrator.caption]


acts = st.lists(
    st.one_of(
        st.tuples(st.just("jack"), st.booleans(), st.booleans()),
        st.tuples(st.just("choose"), st.booleans(), st.just(False)),
        st.tuples(
            st.sampled_from(
                ["say", "phone", "name", "reread", "where", "readback", "repeat", "pause", "hush", "page", "end"]
            ),
            st.just(False),
            st.just(False),
        ),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(acts)
def test_no_private_word_reaches_the_loudspeaker_unchosen(plan: list[tuple[str, bool, bool]]) -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    plugged = chosen = False
    last = ""
    for name, first, second in plan:
        match name:
            case "jack":
                plugged = first
                effects = narrator.headphones(first, settled=second)
            case "choose":
                chosen = first
                effects = narrator.allow_private(first)
            case "phone":
                effects = narrator.heard(heard("form.phone", "手机号", "13800138000"))
            case "name":
                effects = narrator.heard(heard("person.name", "您好", "欧阳小明"))
            case "say":
                effects = narrator.say("欧阳小明")
            case "page":
                effects = narrator.page(PAGE, replace(PAGE, page="Form.8", look=Look(voice=True)))
            case "end":
                effects = narrator.ended(last)
            case _:
                effects = getattr(narrator, name)()
        for said in speaks(effects):
            last = said.id
            assert said.headphones == plugged
            if not (plugged or chosen):
                assert not said.private
                assert not [w for w in PRIVATE if w in said.utterance.text]
            assert not [w for w in PRIVATE for clip in said.utterance.clips if w in clip.caption]
