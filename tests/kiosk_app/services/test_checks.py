from __future__ import annotations

from datetime import date

import pytest

from contracts.offsets import relative
from kiosk_app.services import Control, compile_form, luhn, problems, visible_fields
from kiosk_app.services.dates import parse_day, parse_month
from tests.kiosk_app.services.data import GOOD, LIVE, TODAY, form, package, reference


def said(service: str, scope: str, value: str, lang: str = "zh") -> str:
    found = problems(form(service), {**GOOD[service], scope: value}, TODAY, lang)
    return next((problem.text for problem in found if problem.scope == scope), "")


@pytest.mark.parametrize("service", LIVE)
def test_a_good_form_has_no_problem(service: str) -> None:
    assert problems(form(service), GOOD[service], TODAY) == ()


@pytest.mark.parametrize("service", LIVE)
def test_an_empty_form_asks_for_everything_required_in_order(service: str) -> None:
    found = problems(form(service), {}, TODAY)
    assert [p.scope for p in found] == [spec.scope for spec in visible_fields(form(service), {}) if spec.required]
    assert all(p.key == "required" and p.text.startswith("还没") for p in found)


@pytest.mark.parametrize("service", LIVE)
def test_every_missing_answer_is_said_in_english_too(service: str) -> None:
    found = problems(form(service), {}, TODAY, "en")
    assert found
    assert all(p.text.isascii() or "’" in p.text for p in found)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("13800138", "手机号还差 3 位。", "The mobile number needs 3 more digits."),
        ("1380013800", "手机号还差 1 位。", "The mobile number needs 1 more digit."),
        ("138001380001", "手机号多了 1 位。", "The mobile number has 1 digit too many."),
        ("23800138000", "手机号应该是 1 开头，请再看一遍。", "The mobile number should start with 1. Please check it."),
        ("1380013800x", "手机号只能是数字。", "The mobile number can only contain digits."),
        ("", "还没填手机号。", "The mobile number is still empty."),
        ("138 0013 8000", "", ""),
        ("１３８００１３８０００", "", ""),
    ],
)
def test_the_phone_says_what_is_missing(value: str, zh: str, en: str) -> None:
    assert (said("YL01", "phone", value), said("YL01", "phone", value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        ("621700001234567", "银行卡号还差 1 位。"),
        ("62170000123456706240", "银行卡号多了 1 位。"),
        ("6217000012345670624", "卡号好像有一位不对，请照着卡再看一遍。"),
        ("6217 0000 1234 5670 623", ""),
        ("abc", "银行卡号只能是数字。"),
    ],
)
def test_the_bank_card_says_what_is_wrong(value: str, zh: str) -> None:
    assert said("YL01", "bank", value) == zh


@pytest.mark.parametrize(
    ("number", "right"), [("4111111111111111", True), ("4111111111111112", False), ("6217000012345670623", True)]
)
def test_luhn(number: str, right: bool) -> None:
    assert luhn(number) is right


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        ("西城区德胜街道新风街", "住址还差门牌号。"),
        ("新风1", "住址还不完整，请选到街道和门牌号。"),
        ("，，，，，，，", "住址里要写字。"),
        ("西" * 79 + "12", "住址多了 1 个字。"),
    ],
)
def test_the_address_says_what_is_missing(value: str, zh: str) -> None:
    assert said("YL01", "addr", value) == zh


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        ("2026-11-22", ""),
        ("2026-11-23", "入住日期要在2016年11月22日 星期二到2026年11月22日 星期日之间。"),
        ("2016-11-21", "入住日期要在2016年11月22日 星期二到2026年11月22日 星期日之间。"),
        ("2026-02-30", "没有这一天，请重新选。"),
        ("昨天", "没有这一天，请重新选。"),
    ],
)
def test_a_day_out_of_range_says_the_range(value: str, zh: str) -> None:
    assert said("GA02", "moveIn", value) == zh


@pytest.mark.parametrize(("value", "open_"), [("2026-11-23", True), ("2026-11-28", False), ("2026-12-04", True)])
def test_appointments_are_on_working_days(value: str, open_: bool) -> None:
    assert said("YY01", "date", value) == ("" if open_ else "这一天不办公，请换一天。")


def test_a_closed_day_of_the_reference_data_is_no_working_day() -> None:
    answers = {**GOOD["YY01"], "date": "2027-01-01"}
    found = problems(form("YY01"), answers, date(2026, 12, 28))
    assert [p.key for p in found] == ["closed-day"]


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("2021-11", "2026-10", ""),
        ("2021-10", "2026-10", "out-of-range"),
        ("2025-11", "2026-11", "out-of-range"),
        ("2026-06", "2026-05", "before"),
        ("2026-05", "2026-05", ""),
        ("2026-13", "2026-10", "no-such-month"),
    ],
)
def test_the_period_stays_within_five_years_and_in_order(first: str, last: str, key: str) -> None:
    found = problems(form("SB01"), {**GOOD["SB01"], "periodFrom": first, "periodTo": last}, TODAY)
    assert [p.key for p in found] == ([key] if key else [])


def test_a_period_backwards_is_said_kindly() -> None:
    answers = {**GOOD["SB01"], "periodFrom": "2026-06", "periodTo": "2026-05"}
    assert problems(form("SB01"), answers, TODAY)[0].text == "结束月份不能早于开始月份。"


@pytest.mark.parametrize("value", ["0", "4", "-1", "1.5", "99999999999999999999999", "二"])
def test_copies_out_of_range_are_refused(value: str) -> None:
    assert said("SB01", "copies", value) != ""


def test_an_option_that_is_not_offered_is_refused() -> None:
    assert said("SB01", "purpose", "party") == "请从列出的用途里选一项。"


def test_a_matter_the_hall_does_not_handle_is_refused() -> None:
    answers = {**GOOD["YY01"], "hall": "H02"}
    found = problems(form("YY01"), answers, TODAY)
    assert [p.text for p in found] == ["这个大厅办不了这件事，请换一件或换个大厅。"]


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        ("灯坏", "内容还差 2 个字。"),
        ("！！！！！", "内容里要写字。"),
        ("灯" * 301, "内容多了 1 个字。"),
        ("灯坏了\x00啊", "内容要 4 到 300 个字。"),
    ],
)
def test_a_message_says_what_is_wrong(value: str, zh: str) -> None:
    assert said("XF01", "content", value) == zh


def test_feedback_needs_neither_phone_nor_time() -> None:
    assert problems(form("XF01"), {"content": "路灯坏了没人修"}, TODAY) == ()


def test_a_hidden_answer_is_not_checked() -> None:
    assert problems(form("XF01"), {"content": "路灯坏了没人修", "slot": "midnight"}, TODAY) == ()


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("11010519491231002X", ""),
        ("11010519491231002x", ""),
        ("110105194912310021", "id-check"),
        ("11010519491331002X", "id-check"),
        ("1101051949", "digits-missing"),
    ],
)
def test_an_id_number_is_checked_to_the_last_character(value: str, key: str) -> None:
    changed = package("GA02")
    changed["data"]["properties"]["landlord"] = {"type": "string", "format": "id-number", "x-privacy": "personal"}
    compiled = compile_form(changed, reference(), TODAY)
    spec = compiled.field("landlord")
    assert spec is not None
    assert spec.control is Control.ID
    found = problems(compiled, {**GOOD["GA02"], "landlord": value}, TODAY)
    assert [p.key for p in found] == ([key] if key else [])


def test_the_data_schema_has_the_last_word() -> None:
    changed = package("GA02")
    changed["data"]["properties"]["landlord"]["pattern"] = "^王"
    found = problems(compile_form(changed, reference()), {**GOOD["GA02"], "landlord": "李测试"}, TODAY)
    assert [(p.scope, p.key) for p in found] == [("landlord", "invalid")]


def test_a_required_field_behind_a_rule_is_asked_when_it_shows() -> None:
    changed = package("XF01")
    changed["ui"]["pages"][1]["groups"][0]["controls"][1]["required"] = True
    compiled = compile_form(changed, reference())
    answers = {"content": "路灯坏了没人修", "phone": "13800138000"}
    assert [p.text for p in problems(compiled, answers, TODAY)] == ["还没选回电时间。"]


@pytest.mark.parametrize(
    ("offset", "day"),
    [
        ("+14d", date(2026, 12, 6)),
        ("-1m", date(2026, 10, 22)),
        ("-12m", date(2025, 11, 22)),
        ("-5y", date(2021, 11, 22)),
        ("+0d", TODAY),
    ],
)
def test_relative_days(offset: str, day: date) -> None:
    assert relative(TODAY, offset) == day


def test_a_shorter_month_ends_earlier() -> None:
    assert relative(date(2026, 3, 31), "-1m") == date(2026, 2, 28)


@pytest.mark.parametrize("offset", ["", "14d", "+1w", "-9999y", "+9999m9"])
def test_a_relative_day_must_be_written_so(offset: str) -> None:
    with pytest.raises(ValueError, match=r"relative|calendar"):
        relative(TODAY, offset)


@pytest.mark.parametrize("text", ["", "2026-1-1", "20261122", "2026-W47-7", "2026-11-31"])
def test_no_day_is_read_from_nonsense(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize("text", ["", "2026-00", "2026-13", "0000-01", "202611", "２０２６-11"])
def test_no_month_is_read_from_nonsense(text: str) -> None:
    assert parse_month(text) is None
