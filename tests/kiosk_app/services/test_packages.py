from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from central_platform.packages.search_index import with_keys
from contracts import canonical
from contracts.package_faults import MOST_INPUTS, MOST_INPUTS_PRINT, manual_inputs
from kiosk_app.services import read_service
from kiosk_app.services.validation import schema, validate_package, validate_service
from tests.kiosk_app.services.data import GOOD, LIVE, PACKAGES, form, package, reference

EVERY = [package(service)["service"] for service in LIVE] + reference()["listed"]
IDS = [service["id"] for service in EVERY]


def test_every_package_that_ships_has_answers_to_test_it_with() -> None:
    assert sorted(GOOD) == list(LIVE)


def test_the_package_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("service", LIVE)
def test_a_live_package_may_be_activated(service: str) -> None:
    assert validate_package(package(service), reference()) == []


@pytest.mark.parametrize("service", LIVE)
def test_the_data_schema_is_a_schema(service: str) -> None:
    Draft202012Validator.check_schema(package(service)["data"])


@pytest.mark.parametrize("service", LIVE)
def test_a_package_has_a_canonical_form(service: str) -> None:
    assert canonical(package(service))


def test_the_reference_data_have_a_canonical_form() -> None:
    assert canonical(reference())


@pytest.mark.parametrize("service", LIVE)
def test_nobody_enters_more_than_allowed(service: str) -> None:
    most = MOST_INPUTS_PRINT if package(service)["service"]["kind"] == "PRINT" else MOST_INPUTS
    assert manual_inputs(package(service)) <= most


@pytest.mark.parametrize("service", LIVE)
def test_every_label_hint_and_error_is_there_in_both_languages(service: str) -> None:
    compiled = form(service)
    for lang in ("zh", "en"):
        for spec in compiled.fields:
            keys = [spec.label, spec.short, spec.hint, spec.why, spec.ask]
            keys += [f"field.{spec.scope}.error.required", f"field.{spec.scope}.error.invalid"]
            assert all(compiled.strings[lang].get(key) for key in keys), (spec.scope, lang)


@pytest.mark.parametrize("service", LIVE)
def test_the_paper_says_what_kind_of_result_there_is(service: str) -> None:
    found = package(service)
    expected = {"PRINT": "certificate", "BOOK": "booking"}.get(found["service"]["kind"], "none")
    assert found["receipt"]["result"] == expected
    assert found["receipt"]["fields"] == [spec.scope for spec in form(service).fields]


@pytest.mark.parametrize("service", LIVE)
def test_the_paper_promises_the_limit_and_no_other_number_of_days(service: str) -> None:
    receipt, limit = package(service)["receipt"], package(service)["service"]["limit"]
    said = [text["zh"] for text in (receipt["pickup"], *receipt["next"])]
    days = {int(found) for text in said for found in re.findall(r"(\d+) 个工作日", text)}
    assert days <= {limit["days"]}


@pytest.mark.parametrize("service", [s for s in LIVE if package(s)["service"]["kind"] == "PRINT"])
def test_who_did_not_get_the_certificate_reads_where_it_is(service: str) -> None:
    found = package(service)
    assert found["service"]["window"]["zh"] in found["receipt"]["pickup"]["zh"]
    assert (PACKAGES / service / "certificate.json").exists()


@pytest.mark.parametrize("service", LIVE)
def test_nothing_is_needed_that_this_terminal_cannot_take(service: str) -> None:
    found = package(service)["service"]
    pays = found["kind"] == "PAY"
    assert found["capabilities"] == (["payment"] if pays else [])
    assert {material["code"] for material in found["materials"] if material["required"]} <= {"ID"}
    assert pays is not (found["fee"]["free"] or "本机不收钱" in found["fee"]["note"]["zh"])


@pytest.mark.parametrize("service", LIVE)
def test_english_strings_hold_no_chinese(service: str) -> None:
    words = package(service)["strings"]["en"]
    assert not [key for key, text in words.items() if any("\u4e00" <= c <= "\u9fff" for c in text)]


@pytest.mark.parametrize("service", EVERY, ids=IDS)
def test_every_service_entry_fits_the_schema(service: dict[str, object]) -> None:
    assert validate_service(service) == []


@pytest.mark.parametrize("service", EVERY, ids=IDS)
def test_pinyin_keys_are_those_of_the_names(service: dict[str, object]) -> None:
    assert with_keys(service)["search"] == service["search"]


@pytest.mark.parametrize("service", EVERY, ids=IDS)
def test_the_guide_answers_who_what_how_long_and_how_much(service: dict[str, object]) -> None:
    read = read_service(service)
    for lang in ("zh", "en"):
        parts = (read.audience, read.materials[0].text, read.limit.text, read.fee.text, read.department, read.window)
        assert all(text.of(lang) for text in (*parts, read.summary, read.names, read.short))
        assert all(step.title.of(lang) and step.text.of(lang) for step in read.steps)
    assert len(read.summary.zh) <= 120


def test_the_residence_permit_endorsement_is_free_by_law() -> None:
    assert next(s for s in EVERY if s["id"] == "GA01")["fee"]["free"] is True


def test_every_street_of_the_district_is_there_with_roads() -> None:
    streets = reference()["streets"]
    assert len(streets) == 15
    assert all(len(street["roads"]) >= 5 for street in streets)


def test_every_matter_is_handled_by_some_hall() -> None:
    book = reference()
    halls = {hall["id"] for hall in book["halls"]}
    assert all(item["halls"] and set(item["halls"]) <= halls for item in book["windowItems"])


def test_themes_have_questions_in_both_languages() -> None:
    themes = reference()["themes"]
    assert len(themes) == 24
    assert all(qa[part][lang] for t in themes for qa in t["qa"] for part in ("q", "a") for lang in ("zh", "en"))
    assert all(len(theme["qa"]) >= 2 for theme in themes)


def test_themes_and_bundles_name_only_services_that_exist() -> None:
    book = reference()
    named = {name for group in (*book["themes"], *book["bundles"]) for name in group["services"]}
    assert named <= set(IDS)


def test_every_service_is_in_the_theme_it_names() -> None:
    book = reference()
    themes = {theme["id"]: theme["services"] for theme in book["themes"]}
    assert not [s["id"] for s in EVERY for theme in s["themes"] if s["id"] not in themes[theme] and theme != s["theme"]]
    assert all(s["theme"] in themes for s in EVERY)


def test_sample_data_say_so() -> None:
    assert all(service["sample"] for service in EVERY)
    assert reference()["sample"]
