"""My cases: what I have to do first, told with its time, and answered here once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk_app.cases import my_case
from kiosk_app.identity import CardEvidence, Level
from kiosk_app.lab.case_samples import ASKED, NUMBER, PRINTED
from kiosk_app.lab.samples import ADULT, ELDER, KNOWN, ONLINE, pages
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.visit import State
from kiosk_app.visit.answering import REPLY
from kiosk_app.visit.effects import Answer, FindCases, PrintCertificate, Rate, Submit
from kiosk_app.visit.events import (
    Accepted,
    CardRead,
    CasesFound,
    CertificateEnded,
    Edited,
    Held,
    OnlineChanged,
    Pressed,
    Rejected,
    Saved,
    SaveFailed,
    TimerFired,
)
from kiosk_app.visit.mine import Mine
from kiosk_app.visit.state import (
    Farewell,
    Home,
    Identify,
    MyCase,
    Outcome,
    Progress,
    Submitting,
    Supplement,
    SupplementReview,
    Timer,
    Verdict,
)
from offline_cache import CaseProgress
from tests.kiosk_app.visit.walks import DESK, only, walk

ADDRESS = "西城区 德胜街道 新风街 1 号院 2 号楼 301 室"
REPLIED = (Edited("form.addr", ADDRESS), Pressed("actions.next"), Edited(f"form.{REPLY}", "下午在家"))
RECEIPT = {"number": NUMBER, "state": "accepted", "due": "2026-12-21", "result": None}


def at(name: str, **visit: Any) -> State:
    state = pages()[name]
    return state.with_visit(**visit)


def case_of(state: State, number: str = NUMBER) -> Mine:
    assert state.visit.mine is not None
    found = state.visit.mine.find(number)
    assert found is not None
    return found


def texts(state: State) -> str:
    shown = view(state, DESK)
    return " ".join((shown.title, shown.lead, *(f"{n.text} {n.value} {n.note}" for n in shown.nodes)))


def ids(state: State) -> list[str]:
    return [node.id for node in view(state, DESK).nodes]


def reviewed() -> State:
    state, _ = walk(at("case-asked"), Pressed("actions.answer"), *REPLIED, Pressed("actions.next"))
    assert state.place == SupplementReview()
    return state


def saved(*, online: bool = True) -> State:
    begun = replace(reviewed(), world=replace(ONLINE.world, online=online))
    state, _ = walk(begun, Pressed("actions.submit"), Saved("s2", "L2"))
    return state


def test_what_i_have_to_do_stands_first_and_the_rest_newest_first() -> None:
    shown = [node for node in ids(pages()["progress"]) if node.startswith(("case.", "mine."))]
    assert shown[:4] == ["mine.todo", f"case.{NUMBER}", "mine.others", f"case.{PRINTED}"]
    assert view(pages()["progress"], DESK).focus == f"case.{NUMBER}"


def test_the_list_says_when_it_was_asked_for_and_off_line_that_it_may_have_changed() -> None:
    state = at("progress")
    assert "09:26 查到的" in texts(state)
    hour_later = replace(DESK, now=DESK.now + timedelta(hours=1))
    gone, _ = walk(state, OnlineChanged(online=False), Pressed("actions.again"), at=hour_later)
    assert gone.place == Progress(waiting=False, missing=True)
    assert "下面是 09:26 查到的，后来可能有变化" in texts(gone)
    assert f"case.{NUMBER}" in ids(gone)


def test_a_late_answer_of_the_platform_still_shows_the_cases_with_its_own_time() -> None:
    state, _ = walk(at("progress-waiting"), TimerFired(Timer.SLOW))
    assert state.place == Progress(waiting=False, missing=True)
    found, _ = walk(state, CasesFound(ELDER.id_number, (case_of(at("progress")),)))
    assert found.place == Progress(waiting=False)
    assert f"case.{NUMBER}" in ids(found)


def test_an_answer_that_comes_to_another_page_shows_nobody_anything() -> None:
    state, _ = walk(replace(ONLINE, place=Home(), visit=KNOWN), CasesFound(ELDER.id_number, (case_of(at("progress")),)))
    assert state.visit.mine is None


def test_whoever_lays_another_card_down_sees_nothing_of_what_was_found_before() -> None:
    state = replace(at("progress"), place=Identify(Level.L2, goal="supplement"))
    after, effects = walk(state.with_visit(answering=NUMBER), CardRead(ADULT))
    assert after.visit.mine is None
    assert after.visit.answering == ""
    assert NUMBER not in texts(after)
    assert not only(effects, Answer)
    stolen = at("case-asked", person=ADULT)
    assert "门牌号" not in texts(stolen)
    assert walk(stolen, Pressed("actions.answer"))[0].place == MyCase(NUMBER)


def test_a_late_answer_about_whoever_stood_here_before_is_told_nobody() -> None:
    state, _ = walk(at("progress-waiting", person=ADULT), CasesFound(ELDER.id_number, (case_of(at("progress")),)))
    assert (state.visit.mine, state.place) == (None, Progress(waiting=True))


def test_a_case_that_was_refused_says_where_to_go_with_what_until_when() -> None:
    said = texts(at("case-refused"))
    for words in ("3 号综合窗口", "带上身份证", "12月22日", "66007070"):
        assert words in said


def test_a_result_leads_back_to_my_cases_and_is_not_rated() -> None:
    state, _ = walk(at("case-done"), Pressed("actions.result"))
    assert "actions.mine" in ids(state)
    assert isinstance(walk(state, Pressed("actions.rate"))[0].place, Farewell)


def test_a_case_that_is_not_mine_does_not_open() -> None:
    state, _ = walk(at("progress"), Pressed("case.XC-2026-1116-999999"))
    assert isinstance(state.place, Progress)


def test_the_page_of_a_case_tells_what_is_asked_until_when_and_what_happened() -> None:
    said = texts(at("case-asked"))
    for words in ("地址少了门牌号", "11月27日 星期五", "还剩 5 个工作日", "11月16日 10:05", "请您补充", "西城区民政局"):
        assert words in said
    assert "今天是最后一天" in texts(at("case-last-day"))


def test_what_staff_say_is_private_and_not_read_to_all() -> None:
    shown = view(at("case-asked"), DESK)
    words = ASKED.words.zh
    assert words not in " ".join(shown.intro)
    assert all(node.privacy == "private" for node in shown.nodes if words in (node.value, node.note))


@pytest.mark.parametrize("name", ["case-late", "case-guardian", "case-elsewhere", "case-sent", "case-waiting"])
def test_where_nothing_can_be_answered_here_no_key_says_so(name: str) -> None:
    state = at(name)
    assert "actions.answer" not in ids(state)
    after, effects = walk(state, Pressed("actions.answer"))
    assert (after.place, only(effects, Answer)) == (state.place, [])


def test_less_proof_than_the_service_needs_asks_for_more_first_and_leads_back_to_the_case() -> None:
    state, _ = walk(at("case-asked", evidence=(CardEvidence(ELDER),)), Pressed("actions.answer"))
    assert state.place == Identify(need=Level.L2, goal="supplement")
    back, _ = walk(state, Pressed("actions.back"))
    assert back.place == MyCase(NUMBER)


def test_only_what_was_asked_is_asked_with_what_the_field_holds_and_nothing_else_is_taken() -> None:
    state, _ = walk(at("case-asked"), Pressed("actions.answer"))
    assert state.place == Supplement()
    assert state.visit.answers == {"addr": "西城区 德胜街道 新风街 1 号院"}
    stray, effects = walk(state, Edited("form.bank", "6222"))
    assert stray.visit.answers == state.visit.answers
    assert effects[0].fields["event"] == "Edited"  # type: ignore[union-attr]
    wrong, _ = walk(state, Edited("form.addr", "x"), Pressed("actions.next"))
    assert isinstance(wrong.place, Supplement)
    assert wrong.place.problem
    fine, _ = walk(wrong, Edited("form.addr", ADDRESS), Pressed("actions.next"))
    assert fine.place == Supplement(REPLY)
    nothing, _ = walk(fine, Pressed("actions.next"))
    assert nothing.place == Supplement(REPLY, problem="请写几句说明。")
    back, _ = walk(fine, Pressed("actions.back"), Pressed("actions.back"))
    assert back.place == MyCase(NUMBER)


def test_the_review_masks_and_shows_in_full_while_it_is_held() -> None:
    state = reviewed()
    assert "301" not in texts(state)
    held, _ = walk(state, Held("reveal", down=True))
    assert "301" in texts(held)
    changed, _ = walk(held, Pressed("review.addr"))
    assert (changed.place, changed.visit.reveal) == (Supplement("addr"), False)


def test_the_answer_says_which_request_by_whom_and_with_which_proof() -> None:
    state, effects = walk(reviewed(), Pressed("actions.submit"))
    assert state.place == Submitting()
    (answer,) = only(effects, Answer)
    assert isinstance(answer, Answer)
    assert answer.hurry
    assert answer.body == {
        "case_no": NUMBER,
        "supplement": "s1",
        "answers": {"addr": ADDRESS},
        "words": "下午在家",
        "person": {"name": ELDER.name, "id_no": ELDER.id_number},
        "evidence": [
            {"kind": "card", "layout": "resident"},
            {"kind": "phone_code", "phone": "13800138000", "challenge": ""},
        ],
        "lang": "zh",
    }
    assert not only(effects, Submit)


def test_less_proof_at_the_last_moment_sends_nothing() -> None:
    state, effects = walk(reviewed().with_visit(evidence=(CardEvidence(ELDER),)), Pressed("actions.submit"))
    assert state.place == SupplementReview("level_first")
    assert not only(effects, Answer)


def test_off_line_it_is_saved_told_so_and_not_asked_again_in_this_visit() -> None:
    state = saved(online=False)
    assert state.place == Outcome()
    said = texts(state)
    for words in ("补的已存好，待上传", "按今天算", "L2", NUMBER):
        assert words in said
    assert "受理编号" not in said.replace("不是受理编号", "")
    back, _ = walk(state, Pressed("actions.mine"), Pressed(f"case.{NUMBER}"))
    assert "您补的已经存好，不用再补。" in texts(back)
    assert "actions.answer" not in ids(back)
    again, effects = walk(
        replace(back, place=SupplementReview()).with_visit(answering=NUMBER), Pressed("actions.submit")
    )
    assert not only(effects, Answer)
    assert isinstance(again.place, SupplementReview)


def test_off_line_with_a_wrong_clock_nothing_is_saved_that_could_count_as_late() -> None:
    begun = replace(reviewed(), world=replace(ONLINE.world, online=False))
    state, effects = walk(begun, Pressed("actions.submit"), at=replace(DESK, dated=False))
    assert state.place == SupplementReview("answer_clock")
    assert not only(effects, Answer)


def test_when_the_store_is_full_the_answer_is_still_there() -> None:
    state, _ = walk(reviewed(), Pressed("actions.submit"), SaveFailed("full"))
    assert state.place == SupplementReview("save_full")
    assert state.visit.answers[REPLY] == "下午在家"
    assert only(walk(state, Pressed("actions.submit"))[1], Answer)


def test_what_arrived_is_told_with_its_day_printed_and_not_rated() -> None:
    state, _ = walk(saved(), Accepted("s2", RECEIPT))
    said = texts(state)
    for words in ("您补的，部门收到了", NUMBER, "12月21日"):
        assert words in said
    model = receipt_of(state, DESK)
    assert model is not None
    assert (model.headline, model.number, model.provisional) == ("补充回执", NUMBER, False)
    assert f"补的是受理编号 {NUMBER} 的事" in model.lines
    assert not any("301" in line for line in model.lines)
    ended, effects = walk(state, Pressed("actions.rate"))
    assert isinstance(ended.place, Farewell)
    assert not only(effects, Rate)
    assert ended.visit.mine is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("supplement-answered", "已经补过了"),
        ("supplement-late", "补充的日子过了"),
        ("supplement-closed", "不用再补了"),
        ("data-invalid", "这次没有收下"),
    ],
)
def test_what_was_not_taken_is_told_kindly_and_may_be_looked_at_again(code: str, words: str) -> None:
    state, _ = walk(saved(), Rejected("s2", code))
    assert state.visit.case is not None
    assert state.visit.case.verdict is Verdict.REFUSED
    said = texts(state)
    assert words in said
    assert "您没有做错" in said
    assert receipt_of(state, DESK) is None
    assert state.visit.mine is not None
    assert not state.visit.mine.sent
    looked, effects = walk(state, Pressed("actions.mine"))
    assert (looked.place, len(only(effects, FindCases))) == (Progress(waiting=True), 1)


def test_a_certificate_is_printed_once_from_here_whatever_is_pressed() -> None:
    state, effects = walk(at("case-done"), Pressed("actions.result"))
    assert only(effects, PrintCertificate) == [PrintCertificate(f"{PRINTED}.0", "d1", 1)]
    done, _ = walk(state, CertificateEnded(f"{PRINTED}.0", "printed"), Pressed("actions.mine"))
    seen, _ = walk(done, CasesFound(ELDER.id_number, (case_of(at("case-done"), PRINTED),)), Pressed(f"case.{PRINTED}"))
    again, effects = walk(seen, Pressed("actions.result"))
    assert not only(effects, PrintCertificate)
    other, effects = walk(again, Pressed("actions.again"), Pressed("progress"))
    other, _ = walk(
        other, CasesFound(ELDER.id_number, (case_of(at("case-done"), PRINTED),)), Pressed(f"case.{PRINTED}")
    )
    other, effects = walk(other, Pressed("actions.result"))
    assert not only(effects, PrintCertificate)
    assert "以前打印过了" in texts(other)
    assert "certificate.phone" in ids(other)


def test_one_that_was_printed_in_another_visit_goes_to_the_phone_only() -> None:
    state = at("case-done")
    case = case_of(state, PRINTED)
    assert case.receipt is not None
    printed = replace(case, receipt={**case.receipt, "result": {**case.receipt["result"], "printed": True}})
    assert state.visit.mine is not None
    known = state.with_visit(mine=replace(state.visit.mine, cases=(printed,)))
    after, effects = walk(known, Pressed("actions.result"))
    assert not only(effects, PrintCertificate)
    assert {"certificate.phone"} <= set(ids(after))
    assert "certificate.print" not in ids(after)


def test_one_that_surely_did_not_come_out_may_be_printed_again() -> None:
    state, _ = walk(at("case-done"), Pressed("actions.result"))
    failed, _ = walk(state, CertificateEnded(f"{PRINTED}.0", "not_printed", "no_paper"))
    assert failed.visit.sheets_out == frozenset()
    assert only(walk(failed, Pressed("certificate.print"))[1], PrintCertificate)


def test_whatever_the_platform_leaves_out_or_gets_wrong_a_case_can_be_drawn() -> None:
    bare = CaseProgress("XC-1", "ZZ99", "", "unheard-of", "yesterday", (), "soon", None, {"result": {"kind": 7}})
    found = my_case(bare)
    assert (found.accepted_at, found.due, found.certificate, found.stands) == (None, None, None, "accepted")
    state, _ = walk(at("progress-waiting"), CasesFound(ELDER.id_number, (found,)), Pressed("case.XC-1"))
    assert state.place == MyCase("XC-1")
    assert "mine.help" not in ids(state)


def test_the_questions_are_asked_in_english_too() -> None:
    english = replace(at("case-asked"), prefs=replace(ONLINE.prefs, lang="en"))
    state, _ = walk(english, Pressed("actions.answer"))
    assert state.place == Supplement()
    assert "The office says" in texts(state)
