from __future__ import annotations

from dataclasses import replace

from contracts.site import Volume
from kiosk_app.voice import Caption, HushNow, Manner, Narrator, SpeakNow
from kiosk_app.voice.orders import Effects
from kiosk_app.voice.tuning import RATES
from tests.kiosk_app.voice.pages import OUTCOME, PAGE, heard, with_node
from ui.view import Look, Node, Role, ScreenView

NEXT = replace(PAGE, page="Form.4", intro=("下一页。",))


def spoken(effects: Effects) -> list[str]:
    return [e.utterance.text for e in effects if isinstance(e, SpeakNow)]


def ids(effects: Effects) -> list[str]:
    return [e.id for e in effects if isinstance(e, SpeakNow)]


def hushed(effects: Effects) -> bool:
    return any(isinstance(e, HushNow) for e in effects)


def test_a_new_page_is_introduced_and_an_equal_one_says_nothing() -> None:
    narrator = Narrator()
    assert spoken(narrator.page(None, PAGE)) == ["请填手机号。 填好按去核对。"]
    assert narrator.page(PAGE, PAGE) == ()


def test_the_focus_waits_for_the_introduction() -> None:
    narrator = Narrator()
    first = narrator.page(None, PAGE)
    assert narrator.heard(heard("service.SB01", "社保证明", role="button")) == ()
    assert spoken(narrator.ended(ids(first)[0])) == ["社保证明，马上能拿，按钮"]


def test_the_latest_focus_wins() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.hush()
    narrator.heard(heard("service.SB01", "社保证明", role="button"))
    effects = narrator.heard(heard("actions.next", "去核对", role="button"))
    assert hushed(effects)
    assert spoken(effects) == ["去核对，按钮，现在不能用"]


def test_the_next_introduction_cuts_the_one_before() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    effects = narrator.page(PAGE, NEXT)
    assert hushed(effects)
    assert spoken(effects) == ["下一页。"]


def test_a_result_is_not_cut_by_the_next_introduction() -> None:
    narrator = Narrator()
    first = narrator.page(None, OUTCOME)
    assert narrator.page(OUTCOME, NEXT) == ()
    assert spoken(narrator.ended(ids(first)[0])) == ["下一页。"]


def test_a_result_cuts_an_introduction() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    status = PAGE.node("identify.status")
    assert status is not None
    effects = narrator.page(PAGE, with_node(PAGE, replace(status, text="读好了")))
    assert hushed(effects)
    assert spoken(effects) == ["读好了"]


def test_a_touch_hushes_even_a_result_and_drops_what_waits() -> None:
    narrator = Narrator()
    first = narrator.page(None, OUTCOME)
    narrator.page(OUTCOME, NEXT)
    assert narrator.hush()[0] == HushNow()
    assert narrator.ended(ids(first)[0]) == ()
    assert (narrator.caption, narrator.speaking) == ("", "")


def test_captions_follow_the_clips_and_go_at_the_end() -> None:
    narrator = Narrator()
    first = narrator.page(None, PAGE)
    assert narrator.caption == "请填手机号。"
    assert narrator.started(ids(first)[0], 1) == (Caption("填好按去核对。", ""),)
    assert narrator.ended(ids(first)[0]) == (Caption("", ""),)


def test_the_spoken_node_is_marked() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.hush()
    narrator.heard(heard("service.SB01", "社保证明", role="button"))
    assert narrator.speaking == "service.SB01"


def test_a_caption_stays_when_the_voice_failed() -> None:
    narrator = Narrator()
    first = narrator.page(None, PAGE)
    narrator.ended(ids(first)[0], ok=False)
    assert narrator.caption == "请填手机号。"


def test_repeat_says_the_last_words_again() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.hush()
    assert spoken(narrator.repeat()) == ["请填手机号。 填好按去核对。"]


def test_private_words_said_in_headphones_are_not_repeated_on_the_loudspeaker() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.headphones(True)
    narrator.hush()
    [effect] = [e for e in narrator.heard(heard("form.phone", "手机号", "13800138000")) if isinstance(e, SpeakNow)]
    assert effect.private
    assert effect.headphones
    assert "八零零零" in effect.utterance.text
    narrator.hearers = replace(narrator.hearers, headphones=False)
    assert "八零零零" not in spoken(narrator.repeat())[0]


def test_pulling_the_headphones_out_stops_the_words_first() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.headphones(True)
    effects = narrator.headphones(False)
    assert effects[0] == HushNow()
    assert "耳机" in spoken(effects)[0]


def test_words_of_unknown_privacy_are_not_said_aloud() -> None:
    narrator = Narrator()
    assert "欧阳" not in spoken(narrator.say("欧阳小明"))[0]
    assert spoken(Narrator().say("请收好身份证", private=False)) == ["请收好身份证"]


def test_five_speeds() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    for _ in RATES:
        narrator.slower()
    assert narrator.rate == RATES[0]
    for _ in RATES:
        effects = narrator.faster()
    assert narrator.rate == RATES[-1]
    assert spoken(effects) == ["已经最快了"]


def test_elders_hear_it_slower_until_they_choose() -> None:
    narrator = Narrator()
    narrator.page(None, replace(PAGE, look=Look(elder=True)))
    assert narrator.rate == 0.75
    narrator.faster()
    assert narrator.rate == 1.0


def test_ten_loudness_steps_and_never_silence() -> None:
    narrator = Narrator()
    for _ in range(12):
        narrator.softer()
    assert narrator.volume == 0.1
    for _ in range(12):
        narrator.louder()
    assert narrator.volume == 1.0


def test_help_reads_the_hint_of_the_focus() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.heard(heard("actions.next", "去核对"))
    assert spoken(narrator.help()) == ["填完就能去核对"]


def test_the_text_only_manner_is_silent() -> None:
    narrator = Narrator(usually=Manner.NOTHING)
    assert spoken(narrator.page(None, PAGE)) == []
    assert narrator.caption == "请填手机号。填好按去核对。"


def test_who_asked_to_be_read_to_hears_every_focus() -> None:
    narrator = Narrator(usually=Manner.INTRODUCTIONS)
    narrator.page(None, PAGE)
    narrator.hush()
    assert narrator.heard(heard("actions.next", "去核对")) == ()
    narrator.page(PAGE, replace(PAGE, look=Look(voice=True)))
    assert spoken(narrator.heard(heard("actions.next", "去核对")))


def test_changing_the_language_introduces_the_page_again() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    assert spoken(narrator.page(PAGE, replace(PAGE, look=Look("en"), intro=("Fill in.",)))) == ["Fill in."]


def test_a_cover_is_introduced_and_its_going_is_not() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    covered = replace(PAGE, cover="help", intro=("这是帮助。",))
    assert spoken(narrator.page(PAGE, covered)) == ["这是帮助。"]
    assert narrator.page(covered, PAGE) == ()


def test_nothing_is_remembered_after_the_visit() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.allow_private(True)
    narrator.slower()
    narrator.wipe()
    assert spoken(narrator.repeat()) == ["还没有说过话"]
    assert not narrator.hearers.chosen
    assert narrator.rate == 1.0


PROMPT = Node("face.prompt", Role.STATUS, "请靠近一点。", value="nearer", style="prompt")
CAMERA = replace(PAGE, page="Identify.7", nodes=(*PAGE.nodes, PROMPT), intro=("请看摄像头。",))


def told(words: str, value: str) -> ScreenView:
    return with_node(CAMERA, replace(PROMPT, text=words, value=value))


def test_of_what_to_do_now_only_the_newest_is_heard() -> None:
    narrator = Narrator()
    narrator.page(None, CAMERA)
    turn, mouth = told("请慢慢向左转头。", "turn_left"), told("请张开嘴。", "open_mouth")
    assert spoken(narrator.page(CAMERA, turn)) == ["请慢慢向左转头。"]
    effects = narrator.page(turn, mouth)
    assert hushed(effects)
    assert spoken(effects) == ["请张开嘴。"]


def test_a_prompt_does_not_cut_news_of_another_line() -> None:
    narrator = Narrator()
    narrator.page(None, CAMERA)
    narrator.hush()
    narrator.page(CAMERA, with_node(CAMERA, replace(PAGE.nodes[6], text="网络断了")))
    first = told("请靠近一点点。", "nearer")
    assert spoken(narrator.page(CAMERA, first)) == []


def test_a_prompts_word_for_scripts_is_never_said() -> None:
    narrator = Narrator()
    narrator.page(None, CAMERA)
    narrator.hush()
    assert "nearer" not in " ".join(spoken(narrator.heard(heard("face.prompt", "请靠近一点。", role="status"))))
    assert "turn_left" not in " ".join(spoken(narrator.page(CAMERA, told("请慢慢向左转头。", "turn_left"))))


def test_nobody_turns_the_loudspeaker_up_beyond_what_the_site_allows_and_headphones_are_free() -> None:
    narrator = Narrator()
    narrator.bound(Volume(cap=4, usual=3))
    assert narrator.volume == 0.3
    for _ in range(9):
        narrator.louder()
    assert narrator.volume == 0.4
    narrator.headphones(True)
    for _ in range(9):
        narrator.louder()
    assert narrator.volume == 1.0
    narrator.headphones(False)
    narrator.wipe()
    assert narrator.volume == 0.3, "the next one begins as the site says"
