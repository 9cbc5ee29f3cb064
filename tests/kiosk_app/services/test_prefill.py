from __future__ import annotations

import pytest

from kiosk_app.services import asked_fields, compile_form, eligible, person_facts, prefill, problems
from tests.kiosk_app.services.data import BANK, ELDER, LIVE, PHONE, TODAY, YOUNG, catalogue, form, package, reference

HELD = {"phone": PHONE, "addr": "西城区德胜街道新风街9号院6号", "bank": BANK, "shoe": "42"}
SOURCES = {"addr": {"zh": "民政局 3月", "en": "Civil Affairs, March"}}


def test_what_the_platform_holds_is_not_asked() -> None:
    found = prefill(form("YL01"), ELDER, HELD, SOURCES)
    assert found.answers == {name: HELD[name] for name in ("phone", "addr", "bank")}
    assert asked_fields(form("YL01"), found.answers, found.answers) == ()


def test_every_prefilled_value_says_where_it_comes_from() -> None:
    found = prefill(form("YL01"), ELDER, HELD, SOURCES)
    assert found.sources["addr"] == SOURCES["addr"]
    assert found.sources["phone"] == {"zh": "来自政务数据", "en": "From government records"}
    assert set(found.kinds.values()) == {"platform"}


def test_off_line_the_card_gives_the_address() -> None:
    found = prefill(form("YL01"), ELDER, {})
    assert (found.answers, found.kinds) == ({"addr": ELDER.address}, {"addr": "card"})
    assert found.sources["addr"]["zh"] == "来自身份证"


@pytest.mark.parametrize("service", ["GA01", "GA02", "JY01", "JY03", "YB04", "YL04"])
def test_the_address_of_the_card_is_not_taken_for_a_residence(service: str) -> None:
    assert "addr" not in prefill(form(service), ELDER, {}).answers


@pytest.mark.parametrize("held", [{"phone": "123"}, {"phone": ""}, {"bank": "6217000012345670624"}])
def test_a_value_that_would_be_refused_is_asked_instead(held: dict[str, str]) -> None:
    found = prefill(form("YL01"), None, held)
    assert found.answers == {}


def test_nobody_known_means_nothing_from_the_card() -> None:
    assert prefill(form("YL01"), None, {}).answers == {}


def test_usual_choices_are_made_and_say_so() -> None:
    found = prefill(form("SB01"), ELDER, {}, today=TODAY)
    assert found.answers == {"periodFrom": "2025-11", "periodTo": "2026-10", "copies": "1"}
    assert set(found.kinds.values()) == {"default"}
    assert found.sources["copies"]["zh"] == "已替您选好，可以改"


def test_the_certificate_asks_only_for_its_purpose() -> None:
    found = prefill(form("SB01"), ELDER, {}, today=TODAY)
    assert [spec.scope for spec in asked_fields(form("SB01"), found.answers, found.answers)] == ["purpose"]


def test_a_usual_choice_is_a_good_answer() -> None:
    found = prefill(form("SB01"), ELDER, {}, today=TODAY)
    assert problems(form("SB01"), {**found.answers, "purpose": "loan"}, TODAY) == ()


def test_without_a_date_relative_choices_are_asked() -> None:
    undated = compile_form(package("SB01"), reference())
    assert prefill(undated, ELDER, {}).answers == {"copies": "1"}


def test_only_fields_of_the_form_are_filled() -> None:
    assert "shoe" not in prefill(form("YL01"), ELDER, HELD).answers


def test_name_and_number_are_shown_masked_with_their_source() -> None:
    facts = person_facts(form("YL01"), ELDER)
    assert [(fact.id, fact.value, fact.source) for fact in facts] == [
        ("person.name", "测*甲", "来自身份证"),
        ("person.id_number", "11**************27", "来自身份证"),
    ]


def test_facts_hide_their_full_value_from_repr() -> None:
    assert ELDER.id_number not in repr(person_facts(form("YL01"), ELDER))


def test_feedback_shows_nothing_of_the_person() -> None:
    assert person_facts(form("XF01"), ELDER) == ()


def test_no_person_no_facts() -> None:
    assert person_facts(form("YL01"), None) == ()


def test_a_day_before_eighty_the_allowance_says_what_is_missing() -> None:
    service = catalogue().get("YL01")
    assert service is not None
    assert eligible(service, YOUNG, TODAY) == "按现有信息，还差：年满80岁（您78岁）。到时我们可提醒您。"
    assert "80 years old (you are 78)" in (eligible(service, YOUNG, TODAY, "en") or "")


def test_on_the_eightieth_birthday_nothing_is_missing() -> None:
    service = catalogue().get("YL01")
    assert service is not None
    assert eligible(service, YOUNG, TODAY.replace(year=2027, day=23)) is None
    assert eligible(service, YOUNG, TODAY.replace(year=2027)) is not None


def test_an_unknown_age_speaks_for_the_resident() -> None:
    service = catalogue().get("YL01")
    assert service is not None
    assert eligible(service, None, TODAY) is None


def test_only_these_ask_for_an_age() -> None:
    asked = {service: package(service)["service"]["eligibility"] for service in LIVE}
    assert {service: rule for service, rule in asked.items() if rule} == {
        "JY01": {"min_age": 16},
        "YL01": {"min_age": 80},
        "YL03": {"min_age": 65},
    }
