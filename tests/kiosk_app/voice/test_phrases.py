from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.voice import Hearers, Priority, announce, countdown, describe, hint, introduce
from kiosk_app.voice.phrases import where
from tests.kiosk_app.voice.pages import ENGLISH, OUTCOME, PAGE, PHONE, heard, with_node
from ui.view import Node, Privacy, Role

ALONE = (Hearers(headphones=True), Hearers(chosen=True))


def test_a_page_is_introduced_by_its_sentences() -> None:
    said = introduce(PAGE)
    assert [c.text for c in said.clips] == ["请填手机号。", "填好按去核对。"]
    assert (said.privacy, said.priority) == (Privacy.PUBLIC, Priority.INTRODUCTION)


def test_a_page_without_sentences_is_introduced_by_title_and_lead() -> None:
    assert [c.text for c in introduce(ENGLISH).clips] == ["Fill in", "Two things only"]


def test_an_outcome_is_a_result() -> None:
    assert introduce(OUTCOME).priority is Priority.RESULT


def test_an_introduction_that_repeats_a_private_value_keeps_it_quiet() -> None:
    page = replace(PAGE, intro=("您的手机是13800138000。", "请核对。"))
    assert "零零" not in introduce(page).text
    assert "请核对" in introduce(page).text
    private = introduce(page, Hearers(headphones=True))
    assert "零零" in private.text
    assert private.privacy is Privacy.PRIVATE
    assert all("138" not in c.caption for c in private.clips)


def test_a_tile_says_name_note_role_and_position() -> None:
    said = describe(PAGE, heard("service.SB01", "社保证明", role="button", n=2, of=5))
    assert said.text == "社保证明，马上能拿，按钮，第二项，共五项"
    assert said.node == "service.SB01"


def test_positions_in_english() -> None:
    said = describe(ENGLISH, heard("service.SB01", "Record", role="button", n=2, of=5))
    assert said.text.endswith("button, item two of five")


def test_the_only_item_has_no_position() -> None:
    assert "共" not in describe(PAGE, heard("service.SB01", "社保证明", role="button", n=1, of=1)).text


@pytest.mark.parametrize(
    ("state", "word"),
    [("checked", "已打开"), ("unchecked", "没打开"), ("disabled", "现在不能用"), ("invalid", "这里要改一下")],
)
def test_states_have_words(state: str, word: str) -> None:
    assert word in describe(PAGE, heard("dock.elder", "长辈版", role="checkbox", state=state)).text


def test_an_empty_field_says_so_and_hides_nothing() -> None:
    said = describe(PAGE, heard("form.place", "地点", role="field"))
    assert "还没填" in said.text
    assert "耳机" not in said.text


def test_an_open_field_says_its_note_and_its_hint_which_stand_on_the_page() -> None:
    place = Node("form.place", Role.FIELD, "地点", note="要和户口本一样", hint="还差三个字", privacy=Privacy.PRIVATE)
    said = describe(with_node(PAGE, replace(place, current=True)), heard("form.place", "地点", role="field"))
    assert said.text == "地点，要和户口本一样，输入框，还没填，还差三个字"
    closed = describe(with_node(PAGE, place), heard("form.place", "地点", role="field"))
    assert closed.text == "地点，输入框，还没填"


def test_a_closed_field_that_cannot_be_taken_says_why() -> None:
    wrong = replace(PAGE.nodes[1], invalid=True, hint="份数最多九")
    said = describe(with_node(PAGE, wrong), heard("form.copies", "份数", "2", role="field", state="invalid"))
    assert said.text.endswith("这里要改一下，份数最多九")


def test_a_masked_number_in_the_note_of_a_field_is_not_read_out() -> None:
    sent = Node("form.place", Role.FIELD, "验证码", note="已发到138*****000", privacy=Privacy.PRIVATE, current=True)
    assert "138" not in describe(with_node(PAGE, sent), heard("form.place", "验证码", role="field")).text


def test_where_am_i_says_the_hint_of_an_open_field_once() -> None:
    place = Node("form.place", Role.FIELD, "地点", hint="还差三个字", current=True)
    said = where(with_node(PAGE, place), heard("form.place", "地点", role="field"))
    assert said.text.count("还差三个字") == 1


def test_a_public_value_is_spoken_to_everybody() -> None:
    assert "二" in describe(PAGE, heard("form.copies", "份数", "2", role="field")).text


def test_a_private_value_is_replaced_on_the_loudspeaker() -> None:
    said = describe(PAGE, heard("form.phone", "手机号", "13800138000", role="field"))
    assert said.text == "手机号，已填，内容不念出来，想听请插上耳机，来自上次办理，输入框"
    assert said.privacy is Privacy.PUBLIC


@pytest.mark.parametrize("hearers", ALONE)
def test_a_private_value_is_spoken_to_its_owner_alone_and_never_captioned(hearers: Hearers) -> None:
    said = describe(PAGE, heard("form.phone", "手机号", "13800138000", role="field"), hearers)
    assert "一三八，零零一三，八零零零" in said.text
    assert said.privacy is Privacy.PRIVATE
    assert all("一三八" not in c.caption and "138" not in c.caption for c in said.clips)


@pytest.mark.parametrize("node", ["mystery", "form.phone.candidate", "key.欧阳小明住在西城区"])
def test_an_id_nobody_knows_is_private(node: str) -> None:
    said = describe(PAGE, heard(node, "欧阳小明住在西城区", "欧阳小明"))
    assert "欧阳" not in said.text


@pytest.mark.parametrize(
    ("node", "name", "said"),
    [("key.5", "5", "五"), ("page.heading", "填一填", "填一填"), ("pager.more", "看更多", "看更多")],
)
def test_the_pages_furniture_is_public(node: str, name: str, said: str) -> None:
    assert said in describe(PAGE, heard(node, name, role="button")).text


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("where", ["value", "spoken", "heard"])
def test_no_role_lets_a_private_value_out(role: Role, where: str) -> None:
    secret = "欧阳小明"
    node = Node("n", role, "名字", privacy=Privacy.PRIVATE, note=secret if role is Role.TILE else "")
    node = replace(node, value=secret if where == "value" else "", spoken=secret if where == "spoken" else "")
    page = replace(PAGE, nodes=(node,))
    said = describe(page, heard("n", "名字", secret if where == "heard" else ""))
    assert secret not in said.text
    assert all(secret not in c.caption for c in said.clips)


def test_a_status_that_changed_is_announced_once() -> None:
    status = PAGE.node("identify.status")
    assert status is not None
    after = with_node(PAGE, replace(status, text="正在读卡"))
    assert [u.text for u in announce(PAGE, after)] == ["正在读卡"]
    assert announce(after, after) == ()


def test_a_new_page_announces_nothing_beside_its_introduction() -> None:
    assert announce(PAGE, OUTCOME) == ()


def test_a_private_status_is_news_without_words() -> None:
    status = PAGE.node("person.name")
    assert status is not None
    after = with_node(PAGE, replace(status, value="上官大力"))
    assert "上官" not in announce(PAGE, after)[0].text
    assert "上官" in announce(PAGE, after, ALONE[0])[0].text


def test_progress_is_announced_by_quarters() -> None:
    bar = PAGE.node("print.progress")
    assert bar is not None
    before, said = PAGE, []
    for percent in range(0, 101, 5):
        after = with_node(before, replace(bar, progress=percent))
        said += [u.text for u in announce(before, after)]
        before = after
    assert said == ["已完成百分之二十五", "已完成百分之五十", "已完成百分之七十五", "已完成百分之一百"]


def test_help_is_the_hint_of_the_node() -> None:
    assert hint(PAGE, "form.phone").text == PHONE.hint
    assert hint(PAGE, "nowhere").text == "这里没有更多说明"


def test_the_countdown_says_how_to_stay() -> None:
    assert [c.text for c in countdown(30, "zh").clips] == ["还需要时间吗？", "还有三十秒清屏。", "碰一下屏幕就继续。"]
    assert countdown(10, "en").text.startswith("Do you need more time? ten seconds")


def test_two_of_something_are_counted_as_people_do() -> None:
    assert "第二项，共两项" in describe(PAGE, heard("service.SB01", "社保证明", role="button", n=2, of=2)).text


def test_the_address_in_a_code_is_not_read_out() -> None:
    code = Node("code", Role.CODE, text="手机扫一扫", value="https://platform.example/receipts/4f8a2c")
    said = describe(replace(PAGE, nodes=(*PAGE.nodes, code)), heard("code", "手机扫一扫", role="code"))
    assert said.text == "手机扫一扫，二维码"


@pytest.mark.parametrize(("privacy", "told"), [(Privacy.PRIVATE, False), (Privacy.PUBLIC, True)])
def test_a_candidate_is_as_private_as_the_field_it_goes_into(privacy: Privacy, told: bool) -> None:
    field = Node("form.name", Role.FIELD, text="姓名", privacy=privacy, current=True)
    page = replace(PAGE, nodes=(field,))
    assert ("欧阳" in describe(page, heard("key.word.欧阳", "欧阳", role="button")).text) is told


def test_a_candidate_without_a_field_is_private() -> None:
    said = describe(replace(PAGE, nodes=()), heard("key.word.欧阳", "欧阳", role="button"))
    assert "欧阳" not in said.text
