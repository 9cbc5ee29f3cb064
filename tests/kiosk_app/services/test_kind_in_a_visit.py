"""The newer kinds in a visit: where a wrong answer leads, what a page shows and a narrator says, where a PIN goes."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import pairwise

import pytest

from kiosk_app.lab.samples import ELDER, ONLINE
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Effect, Log, Submit
from kiosk_app.visit.events import Edited, Event, Held, Pressed
from kiosk_app.visit.helper import COVER
from kiosk_app.visit.state import Case, Form, Guide, Review, Submitting, Verdict, Visit
from kiosk_app.voice.narrator import Narrator
from kiosk_app.voice.orders import SpeakNow
from tests.kiosk_app.services.kinds import COMPANY, GOOD, PIN, PLATE, SERVICE, catalogue, desk, made
from ui.view import Heard, Node, Privacy, Role, ScreenView

DESK = desk()
NEXT = Pressed("actions.next")


def asking(scope: str, lang: str = "zh", **answers: str) -> State:
    """The form at one question; what is asked before it is answered."""
    before = {name: GOOD[name] for name in list(GOOD)[: list(GOOD).index(scope)]}
    visit = Visit(service=SERVICE, started=True, answers={**before, **answers})
    return replace(ONLINE, prefs=replace(ONLINE.prefs, lang=lang), place=Form(scope), visit=visit)


def walk(state: State, *events: Event) -> tuple[State, list[Effect]]:
    done: list[Effect] = []
    for event in events:
        state, effects = step(state, event, DESK)
        done += effects
    return state, done


def shown(state: State) -> ScreenView:
    return view(state, DESK)


def field(state: State) -> Node:
    return next(node for node in shown(state).nodes if node.role is Role.FIELD)


def spoken(*pages: ScreenView, headphones: bool = False) -> list[str]:
    """What is said as one page follows the other."""
    narrator = Narrator()
    narrator.headphones(headphones)
    said = []
    for before, after in zip((None, *pages), pages, strict=False):
        narrator.hush()
        effects = narrator.page(before, after)
        said = [effect.utterance.text for effect in effects if isinstance(effect, SpeakNow)]
        while narrator._queue:  # the rest waits for the voice to end
            said.append(narrator._queue.take().text)
    return said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("scope", "value"),
    [
        ("year", "1999"),
        ("city", "130000"),
        ("hospitals", "H02"),
        ("company", COMPANY[:-1] + "C"),
        ("plate", "京I12345"),
        ("pin", "123456"),
        ("again", "111111"),
    ],
)
def test_a_wrong_answer_is_told_in_words_and_the_focus_stays_there(scope: str, value: str, lang: str) -> None:
    state, effects = walk(asking(scope, lang), Edited(f"form.{scope}", value), NEXT)
    assert isinstance(state.place, Form)
    assert state.place.current == scope
    page = shown(state)
    assert page.focus == f"form.{scope}"
    assert page.intro == (state.place.problem,)
    assert field(state).invalid
    assert field(state).hint == state.place.problem
    refused = [effect for effect in effects if isinstance(effect, Log) and effect.event == "input_refused"]
    assert [effect.fields for effect in refused] == [{"service": SERVICE, "field": scope, "rule": "value"}]


def test_one_question_after_the_other_leads_to_the_review() -> None:
    state = asking("year")
    for scope, value in GOOD.items():
        assert isinstance(state.place, Form)
        assert state.place.current == scope
        state, _ = walk(state, Edited(f"form.{scope}", value), NEXT)
    assert isinstance(state.place, Review)
    values = {node.id: node.value for node in shown(state).nodes if node.id.startswith("review.")}
    assert values["review.year"] == "2025年"
    assert values["review.city"] == "河北省石家庄市"
    assert values["review.hospitals"] == "首都医科大学宣武医院、北京儿童医院"
    assert values["review.company"] == "91 110000 8021 0043 3B"
    assert values["review.plate"] == "京A***45"
    assert values["review.pin"] == values["review.again"] == "已设好"


def test_a_province_is_followed_by_its_cities_and_a_way_back() -> None:
    provinces = field(asking("city"))
    assert all(not option.parent for option in provinces.options)
    chosen, _ = walk(asking("city"), Edited("form.city", "130000"))
    assert {option.parent for option in field(chosen).options} == {"", "130000"}
    assert field(chosen).spoken == "河北省"
    back, _ = walk(chosen, Edited("form.city", ""))
    assert field(back) == provinces


def test_ticks_are_counted_on_the_page_and_said_each_time() -> None:
    said = []
    state = asking("hospitals")
    before = shown(state)
    for value in ("H02", "H02,H05", "H02,H05,H01", "H02,H01"):
        state, _ = walk(state, Edited("form.hospitals", value))
        after = shown(state)
        said.append(spoken(before, after)[0])
        before = after
    assert said == [
        "已选一项，还能选两项。",
        "已选两项，还能选一项。",
        "已选三项，选满了。 想换一项，先取消一项。",
        "已选两项，还能选一项。",
    ]
    count = before.node("form.count")
    assert count is not None
    assert count.text == "第 3 项，共 7 项。已选 2 项，还能选 1 项。"


def test_a_list_of_which_only_one_may_be_chosen_is_replaced_and_not_counted() -> None:
    changed = made()
    changed["data"]["properties"]["hospitals"] |= {"minItems": 1, "maxItems": 1}
    state = asking("hospitals", hospitals="H02")
    page = view(state, replace(DESK, catalogue=catalogue(changed), form=desk(changed).form))
    count, node = page.node("form.count"), page.node("form.hospitals")
    assert count is not None
    assert node is not None
    assert (count.role, count.text, node.picks) == (Role.TEXT, "第 3 项，共 7 项", 1)


def test_the_names_of_what_is_ticked_follow_the_count() -> None:
    state = asking("hospitals", "en")
    ticked, _ = walk(state, Edited("form.hospitals", "H02"))
    assert spoken(shown(state), shown(ticked)) == ["one chosen. You may choose two more.", "Xuanwu Hospital"]


def typed(state: State, scope: str, digits: str) -> tuple[State, list[ScreenView]]:
    """Type as the panel does: what stands there is covered, one digit is added to it."""
    pages = [shown(state)]
    for digit in digits:
        state, _ = walk(state, Edited(f"form.{scope}", field(state).value + digit))
        pages.append(shown(state))
    return state, pages


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("headphones", [False, True])
def test_no_character_of_a_pin_is_on_a_page_or_said(headphones: bool, lang: str) -> None:
    state, pages = typed(asking("pin", lang), "pin", PIN)
    assert state.visit.answers["pin"] == PIN
    assert [page.node("form.pin").value for page in pages] == [COVER * n for n in range(7)]  # type: ignore[union-attr]
    echoes = [spoken(before, after, headphones=headphones) for before, after in pairwise(pages)]
    counts = ["一", "二", "三", "四", "五", "六"] if lang == "zh" else ["one", "two", "three", "four", "five", "six"]
    for echoed, count in zip(echoes, counts, strict=True):
        assert len(echoed) == 1
        assert count in echoed[0] or "两" in echoed[0]
        assert ("已输入" if lang == "zh" else "entered") in echoed[0]
    assert not any(PIN in str(asdict(page)) or PIN[:3] in str(asdict(page)) for page in pages)


@pytest.mark.parametrize(("lang", "told"), [("zh", "已填三位，共六位"), ("en", "three of six typed")])
def test_read_back_tells_how_far_a_pin_is_filled(lang: str, told: str) -> None:
    state, pages = typed(asking("pin", lang), "pin", PIN[:3])
    narrator = Narrator()
    narrator.headphones(True)
    narrator.page(None, pages[-1])
    narrator.hush()
    said = [effect.utterance.text for effect in narrator.readback() if isinstance(effect, SpeakNow)]
    assert told in said[-1]
    assert field(state).privacy is Privacy.PUBLIC


def test_the_end_of_a_pin_is_erased_and_all_of_it_cleared() -> None:
    state, _ = typed(asking("pin"), "pin", PIN)
    state, _ = walk(state, Edited("form.pin", COVER * 5))
    assert state.visit.answers["pin"] == PIN[:5]
    state, _ = walk(state, Edited("form.pin", ""))
    assert state.visit.answers["pin"] == ""


@pytest.mark.parametrize("text", ["9" * 10_000, COVER * 10_000, "27\u200f41a９95", "２７４１９５", COVER + "x\x00"])
def test_a_pin_takes_only_digits_and_no_more_than_six(text: str) -> None:
    state, _ = walk(asking("pin"), Edited("form.pin", text))
    held = state.visit.answers["pin"]
    assert held == "".join(c for c in text if c in "0123456789")[:6]


def test_another_pin_asks_for_the_second_entry_anew() -> None:
    state, _ = walk(asking("again"), Edited("form.again", PIN), Pressed("form.pin"), Edited("form.pin", "835062"))
    assert "again" not in state.visit.answers
    state, _ = walk(state, NEXT)
    assert isinstance(state.place, Form)
    assert state.place.current == "again"


def test_the_birthday_of_whoever_is_here_is_refused_at_every_door() -> None:
    """At the question itself, on the way to the review from another question, and at the moment of submitting."""
    birthday = ELDER.birth
    assert birthday is not None
    easy = birthday.strftime("%y%m%d")
    known = asking("pin")
    known = replace(known, visit=replace(known.visit, person=ELDER))
    state, _ = walk(known, Edited("form.pin", easy), NEXT)
    assert isinstance(state.place, Form)
    assert (state.place.current, bool(state.place.problem)) == ("pin", True)
    state, _ = walk(state, Pressed("form.year"), Edited("form.again", easy), NEXT)
    assert isinstance(state.place, Form)
    assert state.place.current == "pin"
    at_review = replace(state, place=Review(), visit=replace(state.visit, consent=True))
    state, effects = walk(at_review, Pressed("actions.submit"))
    assert isinstance(state.place, Form)
    assert not [effect for effect in effects if isinstance(effect, Submit)]
    assert easy not in str(effects)


def filled(**prefs: str) -> State:
    """Everything answered, agreed to, at the review."""
    visit = Visit(service=SERVICE, started=True, answers=GOOD, consent=True, person=ELDER)
    return replace(ONLINE, place=Review(), visit=visit)


def test_a_pin_goes_into_what_is_submitted_and_nowhere_else() -> None:
    state, effects = walk(filled(), Pressed("actions.submit"))
    assert isinstance(state.place, Submitting)
    [body] = [effect.body for effect in effects if isinstance(effect, Submit)]
    assert body["answers"]["pin"] == body["answers"]["again"] == PIN
    assert body["answers"]["hospitals"] == ["H02", "H05"]
    assert not any(PIN in str(effect) for effect in effects), "a representation of an effect may be logged"


@pytest.mark.parametrize("place", [Review(), Form("year"), Form("pin"), Form("again"), Guide(), Submitting()], ids=str)
def test_no_page_of_the_visit_shows_it(place: Review | Form | Guide | Submitting) -> None:
    for reveal in (False, True):
        state = filled()
        state = replace(state, place=place, visit=replace(state.visit, reveal=reveal))
        assert PIN not in str(asdict(shown(state)))


def test_holding_the_look_key_shows_other_values_and_only_that_a_pin_is_set() -> None:
    state, _ = walk(filled(), Held("reveal", down=True))
    nodes = {node.id: node for node in shown(state).nodes}
    assert nodes["review.plate"].value == "京A 12345"
    assert (nodes["review.pin"].value, nodes["review.pin"].spoken) == ("已设好", "已设好")
    assert nodes["review.pin"].privacy is Privacy.PUBLIC


def test_the_receipt_says_only_that_a_pin_is_set() -> None:
    state = filled()
    case = Case(submission="0" * 32, provisional="XC-0042-0001", verdict=Verdict.SAVED)
    state = replace(state, visit=replace(state.visit, case=case))
    model = receipt_of(state, DESK)
    assert model is not None
    assert PIN not in str(model)
    assert any("新密码：已设好" in line for line in model.lines)
    assert PLATE not in str(model)


def test_a_helper_types_a_pin_under_the_same_cover() -> None:
    state = asking("pin")
    state = replace(state, visit=replace(state.visit, helped=True))
    state, pages = typed(state, "pin", PIN)
    assert state.visit.answers["pin"] == PIN
    assert PIN[:3] not in str([asdict(page) for page in pages])


def test_a_helper_sees_the_steps_of_a_choice_but_not_a_plate() -> None:
    state = asking("plate", plate="京A1")
    state = replace(state, visit=replace(state.visit, helped=True))
    assert field(state).value == COVER * 3
    state, _ = walk(state, Edited("form.plate", COVER * 3 + "2"))
    assert state.visit.answers["plate"] == "京A12"


@pytest.mark.parametrize(
    ("scope", "before", "after", "zh", "en"),
    [
        ("year", "", "2026", "二零二六年", "twenty twenty-six"),
        ("city", "130000", "130100", "河北省石家庄市", "Shijiazhuang, Hebei"),
        ("company", "9", "91", "幺", "one"),
        ("company", "91", "91M", "M", "M"),
    ],
)
def test_what_is_chosen_or_typed_is_echoed(scope: str, before: str, after: str, zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        one, _ = walk(asking(scope, lang), Edited(f"form.{scope}", before))
        two, _ = walk(one, Edited(f"form.{scope}", after))
        assert spoken(shown(one), shown(two)) == [said]


def test_a_plate_is_echoed_into_headphones_and_counted_aloud() -> None:
    one, _ = walk(asking("plate"), Edited("form.plate", "京"))
    two, _ = walk(one, Edited("form.plate", "京A"))
    assert spoken(shown(one), shown(two), headphones=True) == ["A"]
    assert spoken(shown(one), shown(two)) == ["已输入两位"]
    narrator = Narrator()
    narrator.headphones(True)
    narrator.page(None, shown(two))
    narrator.hush()
    said = narrator.heard(Heard("form.plate", "field", "车牌号", "京A", ""))
    assert "京，A" in next(effect.utterance.text for effect in said if isinstance(effect, SpeakNow))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_private_place_that_was_chosen_is_not_counted_in_digits(lang: str) -> None:
    """Whoever stands by hears that it is filled."""
    state = asking("city", lang)
    before = replace(state, prefs=replace(state.prefs, voice=True))
    after, _ = walk(before, Edited("form.city", GOOD["city"]))
    pages = []
    for page in (shown(before), shown(after)):
        nodes = tuple(replace(n, privacy=Privacy.PRIVATE) if n.role is Role.FIELD else n for n in page.nodes)
        pages.append(replace(page, nodes=nodes))
    said = spoken(*pages)
    assert said
    assert not [text for text in said if "位" in text or "digit" in text]
