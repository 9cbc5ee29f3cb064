"""Every sentence of the pages exists in both languages, is complete, and says no forbidden word."""

from __future__ import annotations

import re
import string
from dataclasses import replace

import pytest

from kiosk_app.lab.samples import OFFLINE, desk, pages
from kiosk_app.screens import view
from kiosk_app.visit.state import Guide, State, Visit
from kiosk_app.voice import lint
from kiosk_app.words import FOLDER, table
from ui.view import Action, Role


def states() -> dict[str, State]:
    found = pages()
    for service in [s.id for s in desk().catalogue.all()]:
        found[f"guide-{service}"] = replace(OFFLINE, place=Guide(), visit=Visit(service=service))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_whole_in_both_languages(lang: str) -> None:
    shelf = desk()
    for name, state in states().items():
        page = view(replace(state, prefs=replace(state.prefs, lang=lang)), shelf)
        words = [page.title, page.lead, *page.intro, *(w for n in page.nodes for w in (n.text, n.note, n.hint))]
        assert page.title, name
        assert page.intro, name
        assert not [w for w in words if re.search(r"\{\w*\}|None", w)], name
        if lang == "en":
            ours = [n for n in page.nodes if n.id not in {"dock.lang"}]
            left = [n.text for n in ours if re.search(r"[\u4e00-\u9fff]", n.text)]
            assert not left, (name, left)
        for node in page.nodes:
            if Action.PRESS in node.actions:
                assert node.text, (name, node.id)
            if node.role is Role.FIELD:
                assert node.text, (name, node.id)
        if page.focus:
            assert page.node(page.focus) is not None, (name, page.focus)


def test_offline_nothing_says_accepted() -> None:
    for name in ("outcome-saved", "outcome-confirming"):
        page = view(states()[name], desk())
        words = " ".join([page.title, page.lead, *page.intro, *(n.text + n.note + n.value for n in page.nodes)])
        for sentence in re.split(r"[。；，\s]", words):
            assert "受理" not in sentence or re.search(r"未受理|才算|不是受理|没受理", sentence), (name, sentence)


@pytest.mark.parametrize(
    ("keypad", "says"),
    [("", "叉键返回"), ("ez-access", "按住双左箭头键"), ("two-switch", "第一个开关"), ("one-switch", "按一下开关")],
)
def test_help_names_the_keys_of_the_keypad_that_hangs_here_and_the_corner(keypad: str, says: str) -> None:
    here = replace(desk(), site=replace(desk().site, keypad=keypad))
    keys = view(pages()["help"], here).node("cover.keys")
    assert keys is not None
    assert says in keys.text
    assert "左下角按住三秒" in keys.text


def test_both_tables_have_the_same_keys_and_slots() -> None:
    zh, en = table("zh"), table("en")
    assert set(zh) == set(en) - {"months"}

    def slots(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    own = {"day", "date", "date_full"}
    assert [k for k in zh if k not in own and slots(zh[k]) != slots(en[k])] == []


def test_every_word_is_used() -> None:
    root = FOLDER.parent
    source = "\n".join(p.read_text("utf-8") for p in root.rglob("*.py"))
    dynamic = (
        "notice.",
        "problem.",
        "guide.closed_",
        "guide.start_",
        "guide.proof_",
        "guide.result_",
        "identify.",
        "rating.",
        "farewell.",
    )
    dynamic += ("attract.", "outcome.", "receipt.", "suspended.", "out.", "home.", "say.", "months")
    dynamic += ("ways.", "help.keys.", "face.", "body.", "consent.", "got.", "known.", "relation.", "guardian.title_")
    dynamic += ("pay.opening", "pay.closing", "mine.", "answered.", "answer.reply.", "tech.")
    unused = [k for k in table("en") if f'"{k}"' not in source and not k.startswith(dynamic)]
    assert unused == []


def test_no_sentence_blames_or_begins_with_a_code() -> None:
    for key, text in table("zh").items():
        assert not re.search(r"失败|错误代码|非法|无效|不符合条件|您错", text), key
        assert not re.match(r"^\(?-?\d+\)?", text), key


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_can_be_spoken_in_one_breath(lang: str) -> None:
    for key, text in table(lang).items():
        spoken = re.sub(r"\{\w+\}", "X", text)
        assert not [found for sentence in spoken.split("|") for found in lint(sentence, lang)], key
