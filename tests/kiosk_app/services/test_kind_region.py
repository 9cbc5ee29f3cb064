"""A region: the table of the mainland, what is offered at each step, and that a province alone is half the way."""

from __future__ import annotations

import re

import pytest

from kiosk_app.services import FieldSpec, compile_form, normalise, options, problems, shown, spoken
from kiosk_app.services.model import Control
from kiosk_app.services.regions import province_of, regions
from kiosk_app.services.validation import validate_package
from tests.kiosk_app.services.data import TODAY, reference
from tests.kiosk_app.services.kinds import GOOD, form, made

MUNICIPALITIES = {"110000", "120000", "310000", "500000"}


def city() -> FieldSpec:
    found = form().field("city")
    assert found is not None
    return found


def wrong(value: str) -> list[str]:
    return [p.key for p in problems(form(), {**GOOD, "city": value}, TODAY) if p.scope == "city"]


def test_the_table_holds_the_mainland() -> None:
    places = regions()
    provinces = [place for place in places if not place.parent]
    cities = [place for place in places if place.parent]
    assert len(provinces) == 31
    assert len(cities) == 365, "333 of prefecture level, 32 that answer to a province directly"
    assert {p.value for p in provinces} - {c.parent for c in cities} == MUNICIPALITIES
    assert {p.value[:2] for p in provinces}.isdisjoint({"71", "81", "82"})


def test_codes_are_unique_in_their_order_and_lie_in_their_province() -> None:
    codes = [place.value for place in regions()]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"[1-6][0-9]{5}", code) for code in codes)
    assert all(place.parent == province_of(place.value) for place in regions() if place.parent)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_places_side_by_side_have_the_same_name(lang: str) -> None:
    seen = [(place.parent, place.text.of(lang)) for place in regions()]
    assert len(set(seen)) == len(seen)
    latin = re.compile(r"[A-Za-zÀ-ü' ]+")
    han = re.compile(r"[\u4e00-\u9fff]{2,}")
    assert all((latin if lang == "en" else han).fullmatch(name) for _, name in seen)


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("130100", "河北省石家庄市", "Shijiazhuang, Hebei"),
        ("110000", "北京市", "Beijing"),
        ("659001", "新疆维吾尔自治区石河子市", "Shihezi, Xinjiang"),
        ("222400", "吉林省延边朝鲜族自治州", "Yanbian Prefecture, Jilin"),
        ("610800", "陕西省榆林市", "Yulin, Shaanxi"),
        ("450900", "广西壮族自治区玉林市", "Yulin, Guangxi"),
    ],
)
def test_a_city_is_shown_and_spoken_whole(code: str, zh: str, en: str) -> None:
    assert (shown(city(), code), spoken(city(), code)) == (zh, zh)
    assert (shown(city(), code, "en"), spoken(city(), code, "en")) == (en, en)


def test_half_the_way_is_shown_as_far_as_it_goes() -> None:
    assert (shown(city(), "130000"), spoken(city(), "130000", "en")) == ("河北省", "Hebei")


def test_it_has_a_panel_of_its_own_and_needs_no_source() -> None:
    assert (city().control, city().panel, city().limit) == (Control.REGION, "region", 0)
    assert validate_package(made(), reference()) == []


def test_first_the_provinces_then_also_the_cities_of_the_one_that_was_chosen() -> None:
    first = options(city(), {}, "zh")
    assert len(first) == 31
    assert first[0].text == "北京市"
    then = options(city(), {"city": "130000"}, "zh")
    assert [o.text for o in then if o.parent] == [p.text.zh for p in regions() if p.parent == "130000"]
    assert options(city(), {"city": "130100"}, "zh") == then
    assert options(city(), {"city": "110000"}, "zh") == first


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("130100", []),
        ("310000", []),
        ("130000", ["city-missing"]),
        ("110100", ["invalid"]),
        ("710000", ["invalid"]),
        ("999999", ["invalid"]),
        ("石家庄", ["invalid"]),
        ("", ["required"]),
        ("１３０１００", []),
    ],
)
def test_only_a_city_or_a_municipality_will_do(value: str, key: list[str]) -> None:
    assert wrong(value) == key


def test_the_code_is_what_is_sent() -> None:
    assert normalise(form(), {**GOOD, "city": " １３０１００"})["city"] == "130100"


def test_a_package_may_bring_its_own_places() -> None:
    changed = made()
    for lang, names in (("zh", ("河北省", "廊坊市", "北京市")), ("en", ("Hebei", "Langfang", "Beijing"))):
        codes = ("130000", "131000", "110000")
        changed["strings"][lang] |= {f"option.regions.{c}": name for c, name in zip(codes, names, strict=True)}
    own = compile_form(changed, reference(), TODAY).field("city")
    assert own is not None
    assert [(c.value, c.text.en, c.parent) for c in own.choices] == [
        ("130000", "Hebei", ""),
        ("131000", "Langfang", "130000"),
        ("110000", "Beijing", ""),
    ]
    assert validate_package(changed, reference()) == []
