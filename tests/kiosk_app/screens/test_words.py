"""Every sentence of the pages exists in both languages, is complete, and says no forbidden word."""

from __future__ import annotations

import re
import string
from dataclasses import replace

import pytest

from kiosk_app.identity import CardEvidence, Level, PhoneCodeEvidence
from kiosk_app.screens import view
from kiosk_app.visit.state import (
    Case,
    Farewell,
    Form,
    Guide,
    Help,
    Home,
    Identify,
    IdleWarning,
    Listing,
    Outcome,
    OutOfService,
    PrintState,
    Progress,
    Rating,
    Receipt,
    Review,
    State,
    Submitting,
    Suspended,
    Verdict,
    Visit,
    Way,
)
from kiosk_app.words import FOLDER, table
from tests.kiosk_app.desk import ELDER, desk
from tests.kiosk_app.visit.test_walk import OFFLINE, ONLINE, RECEIPT
from ui.view import Action, Role

VISIT = Visit(
    service="YL01",
    person=ELDER,
    evidence=(CardEvidence(ELDER), PhoneCodeEvidence("13800138000")),
    answers={"phone": "13800138000", "addr": "西城区 德胜街道 新风街 1 号", "bank": "6222020200000000003"},
    prefilled=frozenset({"phone"}),
    started=True,
)
DONE = Case("s1", "L20261122-0042-0001", Verdict.ACCEPTED, RECEIPT, print=PrintState.PRINTED)
PENDING = replace(DONE, verdict=Verdict.SAVED, receipt=None)
NOTICES = sorted(k.removeprefix("notice.") for k in table("zh") if k.startswith("notice."))


def states() -> dict[str, State]:
    found = {
        "attract": ONLINE,
        "attract-offline": OFFLINE,
        "home": replace(ONLINE, place=Home()),
        "home-known": replace(OFFLINE, place=Home(), visit=VISIT),
        "themes": replace(ONLINE, place=Listing()),
        "theme": replace(ONLINE, place=Listing("T03")),
        "progress": replace(ONLINE, place=Progress()),
        "progress-missing": replace(ONLINE, place=Progress(waiting=False, missing=True), visit=VISIT),
        "form": replace(ONLINE, place=Form("bank"), visit=VISIT),
        "form-waiting": replace(ONLINE, place=Form(waiting=True), visit=VISIT),
        "review": replace(ONLINE, place=Review(), visit=VISIT),
        "busy": replace(ONLINE, place=Submitting(), visit=VISIT),
        "outcome": replace(ONLINE, place=Outcome(), visit=replace(VISIT, case=DONE)),
        "rating": replace(ONLINE, place=Rating(1), visit=replace(VISIT, case=DONE)),
        "farewell": replace(ONLINE, place=Farewell("finished", ("card", "receipt", "phone"))),
        "idle": replace(ONLINE, place=Form("bank"), visit=VISIT, cover=IdleWarning(24)),
        "help": replace(ONLINE, place=Form("bank"), visit=VISIT, cover=Help(called=True)),
        "suspended": replace(ONLINE, place=Form("bank"), visit=VISIT, cover=Suspended("paper")),
        "out": replace(ONLINE, place=OutOfService("store_key")),
    }
    for verdict in Verdict:
        receipt = RECEIPT if verdict is Verdict.ACCEPTED else None
        case = replace(DONE, verdict=verdict, receipt=receipt, problem="slot-full")
        found[f"outcome-{verdict}"] = replace(OFFLINE, place=Outcome(), visit=replace(VISIT, case=case))
    for cause in ("no_paper", "jammed", "cover_open", "device_fault"):
        case = replace(DONE, print=PrintState.NOT_PRINTED, print_cause=cause)
        found[f"receipt-{cause}"] = replace(ONLINE, place=Receipt(), visit=replace(VISIT, case=case))
    unknown = replace(PENDING, print=PrintState.UNKNOWN)
    found["receipt-unknown"] = replace(ONLINE, place=Receipt(), visit=replace(VISIT, case=unknown))
    for service in [s.id for s in desk().catalogue.all()]:
        found[f"guide-{service}"] = replace(OFFLINE, place=Guide(), visit=Visit(service=service))
    for way in Way:
        found[f"identify-{way}"] = replace(ONLINE, place=Identify(Level.L2, way=way), visit=Visit(service="YL01"))
    for key in NOTICES:
        if key.startswith(("card_", "code_", "phone_", "witness_")):
            found[f"notice-{key}"] = replace(ONLINE, place=Identify(Level.L2, notice=key), visit=Visit(service="YL01"))
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
    dynamic = ("notice.", "problem.", "guide.closed_", "guide.start_", "identify.", "rating.", "reason.", "farewell.")
    dynamic += ("attract.", "outcome.", "receipt.", "suspended.", "out.", "home.", "say.", "months")
    unused = [k for k in table("en") if f'"{k}"' not in source and not k.startswith(dynamic)]
    assert unused == []


def test_no_sentence_blames_or_begins_with_a_code() -> None:
    for key, text in table("zh").items():
        assert not re.search(r"失败|错误代码|非法|无效|不符合条件|您错", text), key
        assert not re.match(r"^\(?-?\d+\)?", text), key
