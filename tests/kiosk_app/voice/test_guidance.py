"""Guidance: where everything is, where am I, what is typed, the whole page on request, and standing still."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.voice import HushNow, Narrator, SpeakNow
from kiosk_app.voice.orders import Effects, PauseNow, ResumeNow
from kiosk_app.voice.words import PHRASES, for_keypad
from tests.kiosk_app.voice.pages import OUTCOME, PAGE, PHONE, heard, with_node
from ui.keymap import KEYMAPS
from ui.view import Action, Look, Node, Panel, Privacy, Role, ScreenView, Slot

GUIDED = replace(PAGE, look=Look(voice=True))
HOME = replace(GUIDED, screen="home", page="Home.1", intro=("要办哪件事？",))
STEP = replace(PAGE, step=3, steps=("看说明", "验身份", "填一填", "核对", "办好"))
HANZI_A_MINUTE = {1.0: 240, 0.75: 180}
"""What a rate means (requirements C.5)."""


def spoken(effects: Effects) -> list[str]:
    return [e.utterance.text for e in effects if isinstance(e, SpeakNow)]


def words(narrator: Narrator, effects: Effects) -> str:
    """The one thing that is said."""
    [text] = spoken(effects)
    return text


# Orientation


def test_guidance_begins_with_where_everything_is_and_only_once() -> None:
    narrator = Narrator()
    first = words(narrator, narrator.page(None, HOME))
    for part in ("键盘", "扫码窗", "身份证", "出纸口", "耳机孔", "打断"):
        assert part in first
    assert first.endswith("要办哪件事？")
    assert "键盘" not in words(narrator, narrator.page(HOME, replace(HOME, page="Home.2")))


def test_switched_on_in_the_middle_the_page_comes_first() -> None:
    said = words(Narrator(), Narrator().page(None, GUIDED))
    assert said.startswith("请填手机号。")
    assert "耳机孔" in said


def test_who_is_not_guided_is_not_shown_around() -> None:
    assert "耳机孔" not in words(Narrator(), Narrator().page(None, replace(HOME, look=Look())))


def test_the_next_resident_is_shown_around_again() -> None:
    narrator = Narrator()
    narrator.page(None, HOME)
    narrator.wipe()
    assert "耳机孔" in words(narrator, narrator.page(None, HOME))


@pytest.mark.parametrize("elder", [False, True])
def test_the_tour_takes_twenty_seconds_at_most(elder: bool) -> None:
    narrator = Narrator()
    [speak] = [
        e for e in narrator.page(None, replace(HOME, look=Look(voice=True, elder=elder))) if isinstance(e, SpeakNow)
    ]
    tour = speak.utterance.clips[:-1]
    seconds = sum(len(c.text) * 60 / HANZI_A_MINUTE[speak.rate] + c.pause_ms / 1000 for c in tour)
    assert seconds <= 20


def test_a_hand_skips_the_tour() -> None:
    narrator = Narrator()
    narrator.page(None, HOME)
    assert narrator.hush()[0] == HushNow()
    assert spoken(narrator.heard(heard("service.SB01", "社保证明", role="button"))) == ["社保证明，马上能拿，按钮"]


# Where am I


def test_where_am_i_says_page_step_focus_position_and_how_to_go_on() -> None:
    narrator = Narrator()
    narrator.page(None, STEP)
    narrator.heard(heard("service.SB01", "社保证明", role="button", n=2, of=5))
    said = words(narrator, narrator.where())
    places = [said.find(w) for w in ("填一填", "第三步，共五步", "现在停在", "社保证明", "第二项，共五项", "上下键")]
    assert -1 not in places
    assert places == sorted(places)
    assert narrator.speaking == "service.SB01"


HAS = {"": "重复键", "ez-access": "按住双左箭头键", "two-switch": "第一个开关", "one-switch": "按一下开关"}


@pytest.mark.parametrize("keypad", HAS)
def test_how_to_go_on_names_the_keys_that_this_keypad_has_and_the_corner(keypad: str) -> None:
    narrator = Narrator()
    narrator.keypad = keypad
    narrator.page(None, STEP)
    said = words(narrator, narrator.where())
    assert HAS[keypad] in said
    assert not any(other in said for name, other in HAS.items() if name != keypad)
    assert "左下角按住三秒" in said


@pytest.mark.parametrize("keypad", HAS)
def test_hints_of_keys_are_no_other_than_the_keypad_has(keypad: str) -> None:
    narrator = Narrator()
    narrator.keypad = keypad
    narrator.headphones(True)
    assert ("重复键" in words(narrator, narrator.headphones(False))) == (keypad == "")
    narrator.page(None, STEP)
    narrator.pause()
    assert ("双右箭头" in narrator.caption) == (keypad == "ez-access")


@pytest.mark.parametrize("name", [m.name for m in KEYMAPS.values()])
def test_every_key_map_has_hints_that_speak_of_its_own_keys(name: str) -> None:
    repeats = {*KEYMAPS[name].keys.values(), *KEYMAPS[name].held.values()} >= {"repeat"}
    assert bool(for_keypad("again", name, "zh")) == repeats
    assert bool(for_keypad("again", name, "en")) == repeats


def test_where_am_i_tells_the_help_of_what_has_the_focus() -> None:
    narrator = Narrator()
    narrator.page(None, STEP)
    narrator.heard(heard("actions.next", "去核对", role="button"))
    assert "填完就能去核对" in words(narrator, narrator.where())


def test_where_am_i_keeps_quiet_what_is_private() -> None:
    narrator = Narrator()
    narrator.page(None, STEP)
    narrator.heard(heard("form.phone", "手机号", "13800138000", role="field"))
    assert "八零零零" not in words(narrator, narrator.where())
    narrator.headphones(True)
    assert "八零零零" in words(narrator, narrator.where())


def test_under_a_cover_it_is_the_cover_that_one_is_at() -> None:
    over = replace(STEP, cover="help", nodes=(*STEP.nodes, Node("cover.title", Role.HEADING, "请人帮忙")))
    narrator = Narrator()
    narrator.page(None, over)
    assert words(narrator, narrator.where()).startswith("这一页 请人帮忙")


def test_where_am_i_in_english() -> None:
    narrator = Narrator()
    narrator.page(None, replace(STEP, look=Look("en"), title="Fill in", steps=("a", "b", "Fill in", "c", "d")))
    assert "step three of five" in words(narrator, narrator.where())


# Typing


def field(value: str, node: Node = PHONE, **more: object) -> ScreenView:
    return with_node(PAGE, replace(node, value=value, current=True, spoken="", **more))  # type: ignore[arg-type]


def test_of_a_private_field_people_who_stand_by_hear_only_how_many() -> None:
    narrator = Narrator()
    narrator.page(None, field("", panel=Panel.PHONE))
    narrator.hush()
    said = spoken(narrator.page(field("", panel=Panel.PHONE), field("1", panel=Panel.PHONE)))
    said += spoken(narrator.page(field("1", panel=Panel.PHONE), field("13", panel=Panel.PHONE)))
    said += spoken(narrator.page(field("13", panel=Panel.PHONE), field("1", panel=Panel.PHONE)))
    said += spoken(narrator.page(field("1", panel=Panel.PHONE), field("", panel=Panel.PHONE)))
    assert said == ["已输入一位", "已输入两位", "删掉了，还有一位", "清空了"]


def test_in_headphones_the_character_itself_and_no_caption_of_it() -> None:
    narrator = Narrator()
    narrator.page(None, field("13", panel=Panel.PHONE))
    narrator.headphones(True)
    narrator.hush()
    effects = narrator.page(field("13", panel=Panel.PHONE), field("138", panel=Panel.PHONE))
    [speak] = [e for e in effects if isinstance(e, SpeakNow)]
    assert speak.utterance.text == "八"
    assert speak.private
    assert narrator.caption == "已输入三位"


def test_a_pin_is_for_headphones_only_whatever_was_chosen() -> None:
    pin = replace(PHONE, style="secret")
    narrator = Narrator()
    narrator.page(None, field("2", pin, panel=Panel.DIGITS))
    narrator.allow_private(True)
    narrator.hush()
    changed = (field("2", pin, panel=Panel.DIGITS), field("24", pin, panel=Panel.DIGITS))
    assert spoken(narrator.page(*changed)) == ["已输入两位"]
    assert "二" not in words(narrator, narrator.readback())


def test_a_public_field_says_each_character() -> None:
    copies = replace(PHONE, privacy=Privacy.PUBLIC)
    narrator = Narrator()
    narrator.page(None, field("", copies, panel=Panel.DIGITS))
    narrator.hush()
    typed = (("", "3", "三"), ("3", "31", "幺"), ("31", "3", "删掉了，还有一位"))
    for old, new, said in typed:
        assert (
            spoken(narrator.page(field(old, copies, panel=Panel.DIGITS), field(new, copies, panel=Panel.DIGITS)))[-1]
            == said
        )


def test_words_that_are_typed_are_said_as_words() -> None:
    text = replace(PHONE, privacy=Privacy.PUBLIC, panel=Panel.PINYIN)
    narrator = Narrator()
    narrator.page(None, field("楼道", text))
    narrator.hush()
    assert spoken(narrator.page(field("楼道", text), field("楼道灯坏了", text))) == ["灯坏了"]
    assert spoken(narrator.page(field("楼道", text), field("楼道 ", text))) == ["空格"]
    assert spoken(narrator.page(field("楼道", text), field("楼道，", text))) == ["标点"]
    assert spoken(narrator.page(field("楼道", text), field("楼道灯", text))) == ["灯"]


def test_the_newest_character_wins_and_the_field_is_not_described_again() -> None:
    narrator = Narrator()
    narrator.page(None, field("1", panel=Panel.PHONE))
    narrator.hush()
    narrator.heard(heard("form.phone", "手机号", "1", role="field"))
    effects = narrator.page(field("1", panel=Panel.PHONE), field("13", panel=Panel.PHONE))
    assert isinstance(effects[0], HushNow)
    assert narrator.heard(heard("form.phone", "手机号", "13", role="field")) == ()


def test_a_covered_character_stays_covered_even_in_headphones() -> None:
    narrator = Narrator()
    narrator.page(None, field("●●", panel=Panel.PHONE))
    narrator.headphones(True)
    narrator.hush()
    assert spoken(narrator.page(field("●●", panel=Panel.PHONE), field("●●●", panel=Panel.PHONE))) == ["已输入三位"]


def test_who_did_not_ask_to_be_read_to_hears_no_echo() -> None:
    from kiosk_app.voice import Manner

    narrator = Narrator(usually=Manner.INTRODUCTIONS)
    narrator.page(None, field("1", panel=Panel.PHONE))
    narrator.hush()
    assert spoken(narrator.page(field("1", panel=Panel.PHONE), field("13", panel=Panel.PHONE))) == []


# What changes under the focus


def switch(node_id: str, on: bool, **more: object) -> Node:
    return Node(node_id, Role.TOGGLE, "高对比", checked=on, actions=(Action.PRESS,), **more)  # type: ignore[arg-type]


def test_a_switch_that_is_thrown_says_what_it_is_now_once_wherever_the_focus_is() -> None:
    before, after = (replace(PAGE, nodes=(switch("ways.contrast", on),)) for on in (False, True))
    narrator = Narrator()
    narrator.page(None, before)
    narrator.hush()
    narrator.heard(heard("ways.contrast", "高对比", role="checkbox", state="unchecked"))
    narrator.hush()
    assert spoken(narrator.page(before, after)) == ["高对比，已打开"]
    assert narrator.heard(heard("ways.contrast", "高对比", role="checkbox", state="checked")) == ()


def test_a_switch_and_its_twin_in_the_dock_are_one_and_what_goes_off_for_it_comes_after() -> None:
    def page(contrast: bool, glare: bool) -> ScreenView:
        other = replace(switch("ways.lowglare", glare), text="不刺眼")
        dock = switch("dock.contrast", contrast, slot=Slot.DOCK)
        return replace(PAGE, nodes=(other, switch("ways.contrast", contrast), dock))

    narrator = Narrator()
    narrator.page(None, page(False, True))
    narrator.hush()
    assert spoken(narrator.page(page(False, True), page(True, False))) == ["高对比，已打开 不刺眼，没打开"]


def test_a_choice_says_that_it_is_chosen_and_not_that_the_other_no_longer_is() -> None:
    def page(grade: int) -> ScreenView:
        return replace(
            PAGE, nodes=tuple(Node(f"grade.{n}", Role.CHOICE, f"满意{n}", checked=n == grade) for n in (5, 4))
        )

    narrator = Narrator()
    narrator.page(None, page(5))
    narrator.hush()
    assert spoken(narrator.page(page(5), page(4))) == ["满意四，已选中"]


def test_a_long_text_to_agree_to_is_not_read_again() -> None:
    before, after = (replace(PAGE, nodes=(replace(switch("consent", on), text="很长" * 20),)) for on in (False, True))
    narrator = Narrator()
    narrator.page(None, before)
    narrator.hush()
    assert spoken(narrator.page(before, after)) == ["已打开"]


def test_a_private_value_that_changes_under_the_focus_is_kept_quiet() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.hush()
    narrator.heard(heard("person.name", "您好", "欧阳小明"))
    assert "上官" not in "".join(spoken(narrator.heard(heard("person.name", "您好", "上官大力"))))
    narrator.headphones(True)
    narrator.hush()
    assert spoken(narrator.heard(heard("person.name", "您好", "欧阳小明"))) == ["欧阳小明"]


# The field, and the page, whole


def test_the_field_is_read_back_on_request() -> None:
    page = with_node(PAGE, replace(PHONE, current=True))
    narrator = Narrator()
    narrator.page(None, page)
    assert "八零零零" not in words(narrator, narrator.readback())
    narrator.headphones(True)
    assert "一三八，零零一三，八零零零" in words(narrator, narrator.readback())


def test_the_page_is_read_whole_and_the_spoken_node_is_marked() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    [speak] = [e for e in narrator.reread() if isinstance(e, SpeakNow)]
    said = speak.utterance.text
    for node in PAGE.nodes:
        if not node.id.startswith(("dock.", "actions.")) and node.text:
            assert node.text in said
    at = next(n for n, clip in enumerate(speak.utterance.clips) if "社保证明" in clip.text)
    narrator.started(speak.id, at)
    assert narrator.speaking == "service.SB01"
    assert "社保证明" in narrator.caption


def test_of_private_values_the_loudspeaker_reads_the_labels_and_how_to_hear_them() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    said = words(narrator, narrator.reread())
    assert "八零零零" not in said
    assert "欧阳" not in said
    assert "手机号，已填" in said
    assert "个人内容没有念" in said
    narrator.allow_private(True)
    said = words(narrator, narrator.reread())
    assert "八零零零" in said
    assert "个人内容没有念" not in said


def test_a_private_node_without_a_label_is_private_as_a_whole() -> None:
    page = replace(PAGE, nodes=(Node("greeting", Role.TEXT, "欧阳小明，您好", privacy=Privacy.PRIVATE),))
    narrator = Narrator()
    narrator.page(None, page)
    said = words(narrator, narrator.reread())
    narrator.hush()
    said += words(narrator, narrator.heard(heard("greeting", "欧阳小明，您好")))
    assert "欧阳" not in said
    narrator.headphones(True)
    assert "欧阳" in words(narrator, narrator.reread())
    assert "欧阳" not in narrator.caption


# Standing still


def test_pause_stands_still_and_goes_on_in_the_same_words() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    before = narrator.caption
    assert narrator.pause()[0] == PauseNow()
    assert narrator.caption == PHRASES["zh"]["paused"]
    assert narrator.pause()[0] == ResumeNow()
    assert narrator.caption == before


def test_after_a_hush_there_is_nothing_to_go_on_with() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.pause()
    narrator.hush()
    effects = narrator.pause()
    assert ResumeNow() not in effects
    assert spoken(effects) == [PHRASES["zh"]["nothing_now"]]


def test_what_cuts_a_paused_voice_speaks() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    narrator.pause()
    effects = narrator.page(PAGE, replace(PAGE, page="Form.4", intro=("下一页。",)))
    assert isinstance(effects[0], HushNow)
    assert spoken(effects) == ["下一页。"]
    assert narrator.pause()[0] == PauseNow(), "the new words can be paused: nothing stands still any more"


def test_what_waits_behind_a_paused_result_comes_after_it() -> None:
    narrator = Narrator()
    [first] = [e for e in narrator.page(None, OUTCOME) if isinstance(e, SpeakNow)]
    narrator.pause()
    assert spoken(narrator.page(OUTCOME, replace(PAGE, page="Form.9", intro=("下一页。",)))) == []
    narrator.pause()
    assert spoken(narrator.ended(first.id)) == ["下一页。"]


def test_a_device_that_gave_up_while_it_stood_still_does_not_keep_the_next_words() -> None:
    narrator = Narrator()
    [first] = [e for e in narrator.page(None, OUTCOME) if isinstance(e, SpeakNow)]
    narrator.page(OUTCOME, replace(PAGE, page="Form.9", intro=("下一页。",)))
    narrator.pause()
    effects = narrator.ended(first.id, ok=False)
    assert effects[0] == ResumeNow()
    assert spoken(effects) == ["下一页。"]


# Countdowns


def idle(left: int) -> ScreenView:
    count = Node("cover.count", Role.PROGRESS, "秒后自动清屏", value=str(left), progress=round(100 * left / 30))
    return replace(PAGE, page="Form.4", cover="idle", intro=("还需要时间吗？",), nodes=(*PAGE.nodes, count))


@pytest.mark.parametrize("left", [20, 10, 5])
def test_a_countdown_is_said_over_anything_else(left: int) -> None:
    narrator = Narrator()
    narrator.page(None, OUTCOME)
    effects = narrator.countdown(left)
    assert isinstance(effects[0], HushNow)
    assert "秒清屏" in spoken(effects)[0]


def test_a_later_countdown_replaces_an_earlier_one() -> None:
    narrator = Narrator()
    narrator.page(None, idle(30))
    narrator.countdown(20)
    [said] = spoken(narrator.countdown(10))
    assert "十秒" in said
    assert "二十秒" not in said


def test_a_countdown_is_repeated_with_the_seconds_that_are_left() -> None:
    narrator = Narrator()
    narrator.page(None, idle(20))
    narrator.countdown(20)
    narrator.page(idle(20), idle(14))
    assert "还有十四秒清屏" in words(narrator, narrator.repeat())


def test_a_countdown_is_over_with_its_cover() -> None:
    narrator = Narrator()
    narrator.page(None, idle(20))
    narrator.countdown(20)
    effects = narrator.page(idle(18), replace(PAGE, page="Form.5"))
    assert isinstance(effects[0], HushNow)
    assert spoken(effects) == ["请填手机号。 填好按去核对。"]


def test_the_emptying_ring_is_no_progress() -> None:
    narrator = Narrator()
    narrator.page(None, idle(30))
    narrator.hush()
    said = [s for left in range(29, 0, -1) for s in spoken(narrator.page(idle(left + 1), idle(left)))]
    assert said == []


def test_news_that_come_thick_keep_the_newest() -> None:
    narrator = Narrator()
    narrator.page(None, OUTCOME)
    for n in range(8):
        narrator.say(f"第{n}条", private=False)
    said, now = [], "say-1"
    for _ in range(5):
        [effect] = [e for e in narrator.ended(now) if isinstance(e, SpeakNow)] or [None]
        if effect is None:
            break
        now = effect.id
        said.append(effect.utterance.text)
    assert said == ["第四条", "第五条", "第六条", "第七条"]


# Text only

SILENT = replace(PAGE, look=Look(text_only=True))


def test_text_only_speaks_nothing_and_writes_everything_that_would_be_said() -> None:
    narrator = Narrator()
    assert spoken(narrator.page(None, SILENT)) == []
    assert narrator.caption == "请填手机号。填好按去核对。"
    status = SILENT.node("identify.status")
    assert status is not None
    assert spoken(narrator.page(SILENT, with_node(SILENT, replace(status, text="读好了")))) == []
    assert narrator.caption == "读好了"
    for effects in (narrator.louder(), narrator.where(), narrator.reread(), narrator.countdown(10), narrator.repeat()):
        assert spoken(effects) == []
        assert narrator.caption


def test_text_only_writes_nothing_private() -> None:
    narrator = Narrator()
    narrator.page(None, SILENT)
    narrator.say("欧阳小明")
    assert "欧阳" not in narrator.caption


def test_switched_to_text_only_the_voice_falls_silent() -> None:
    narrator = Narrator()
    narrator.page(None, PAGE)
    assert HushNow() in narrator.page(PAGE, SILENT)


def test_a_button_of_the_page_has_its_own_words() -> None:
    node = Node("ways.voice", Role.TOGGLE, "语音引导", note="每一步都念给您听", checked=False, actions=(Action.PRESS,))
    narrator = Narrator()
    narrator.page(None, replace(PAGE, nodes=(node,)))
    narrator.hush()
    said = words(narrator, narrator.heard(heard("ways.voice", "语音引导", role="checkbox", state="unchecked")))
    assert said == "语音引导，每一步都念给您听，复选框，没打开"
