from __future__ import annotations

import pytest

from kiosk_app.services import FieldSpec, facts_of, masked, normalise, shown, spoken
from tests.kiosk_app.services.data import BANK, GOOD, LIVE, PHONE, form


def spec(service: str, scope: str) -> FieldSpec:
    found = form(service).field(scope)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("service", "scope", "value", "expected"),
    [
        ("YL01", "phone", PHONE, "138*****000"),
        ("YL01", "bank", BANK, "***************0623"),
        ("YL01", "addr", "西城区新风街1号楼", "西城区新风街**"),
        ("GA02", "landlord", "王测试", "王*试"),
        ("XF01", "content", "新风街的路灯坏了", "新风街的…… 共 8 个字"),
        ("XF01", "content", "路灯", "路**"),
        ("SB01", "purpose", "loan", "办贷款"),
        ("YY01", "date", "2026-11-23", "2026年11月23日 星期一"),
        ("YL01", "phone", "", ""),
    ],
)
def test_what_others_can_see_is_masked(service: str, scope: str, value: str, expected: str) -> None:
    assert masked(spec(service, scope), value) == expected


@pytest.mark.parametrize(
    ("service", "scope", "value", "zh", "en"),
    [
        ("YL01", "phone", PHONE, "138 0013 8000", "138 0013 8000"),
        ("YL01", "bank", BANK, "6217 0000 1234 5670 623", "6217 0000 1234 5670 623"),
        ("SB01", "periodTo", "2026-10", "2026年10月", "October 2026"),
        ("YY01", "hall", "H01", "西城区政务服务中心", "Xicheng Government Service Centre"),
        ("YY01", "date", "2026-11-23", "2026年11月23日 星期一", "Monday 23 November 2026"),
        ("SB01", "copies", "2", "2", "2"),
        ("YY01", "date", "2026-11", "2026-11", "2026-11"),
    ],
)
def test_a_value_is_shown_as_people_write_it(service: str, scope: str, value: str, zh: str, en: str) -> None:
    assert (shown(spec(service, scope), value), shown(spec(service, scope), value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("service", "scope", "value", "expected"),
    [
        ("YL01", "phone", PHONE, "1 3 8，0 0 1 3，8 0 0 0"),
        ("YL01", "phone", "138001", "1 3 8，0 0 1"),
        ("YL01", "bank", BANK, "6 2 1 7，0 0 0 0，1 2 3 4，5 6 7 0，6 2 3"),
        ("SB01", "purpose", "visa", "出国签证"),
        ("YL01", "phone", "", ""),
    ],
)
def test_numbers_are_spoken_digit_by_digit(service: str, scope: str, value: str, expected: str) -> None:
    assert spoken(spec(service, scope), value) == expected


@pytest.mark.parametrize("service", LIVE)
def test_normalised_answers_satisfy_the_data_schema(service: str) -> None:
    assert form(service).validate(normalise(form(service), GOOD[service])) == ()


def test_numbers_go_out_as_numbers_and_text_trimmed() -> None:
    result = normalise(form("SB01"), {**GOOD["SB01"], "copies": " ３ "})
    assert result["copies"] == 3
    assert normalise(form("GA02"), {"landlord": "  王  测试 ", "phone": "138 0013 8000"}) == {
        "landlord": "王 测试",
        "phone": PHONE,
    }


def test_hidden_unknown_and_empty_answers_stay_here() -> None:
    answers = {"content": "路灯坏了没人修", "phone": " ", "slot": "morning", "ghost": "x"}
    assert normalise(form("XF01"), answers) == {"content": "路灯坏了没人修"}


def test_an_address_chosen_in_english_goes_out_in_chinese() -> None:
    answers = {"addr": "Xicheng District Desheng Sub-district Xinfeng Street 1-2-301"}
    assert normalise(form("YL01"), answers)["addr"] == "西城区德胜街道新风街1-2-301"


def test_receipt_lines_are_labelled_and_masked() -> None:
    lines = facts_of(normalise(form("YL01"), GOOD["YL01"]), form("YL01"), "zh")
    assert lines[0] == ("您的手机号", "138*****000")
    assert all(PHONE not in value and BANK not in value for _, value in lines)


def test_a_compiled_form_keeps_its_words_out_of_repr() -> None:
    assert "手机号" not in repr(form("YL01").fields[0])
