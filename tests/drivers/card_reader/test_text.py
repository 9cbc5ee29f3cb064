from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.id_number import check_character
from drivers.card_reader.card import make_card
from drivers.card_reader.cards import (
    CardError,
    card_from_json,
    encode_text,
    picture_name,
    synthetic_photo,
)
from drivers.card_reader.names import NATIONS, Sex, nation_name, sex_name
from drivers.card_reader.text import (
    CardText,
    Foreigner2017,
    Foreigner2023,
    Hmt,
    Layout,
    Resident,
    TextError,
    UnknownLayoutError,
    parse_text,
)
from tests.drivers.card_reader.people import FOREIGNER_2017, FOREIGNER_2023, HMT, RESIDENT

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "idcard-vectors.json").read_text())
BLOCKS = {name: bytes.fromhex(card["text_hex"]) for name, card in VECTORS["cards"].items()}


def test_a_resident() -> None:
    assert parse_text(BLOCKS["resident"]) == Resident(
        name="测试甲",
        sex=Sex.FEMALE,
        nation_code="01",
        birth=date(1949, 12, 31),
        address="北京市朝阳区虚构路1号",
        id_number="11010519491231002X",
        authority="虚构市公安局测试分局",
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )


def test_a_resident_of_hong_kong_macau_or_taiwan() -> None:
    text = parse_text(BLOCKS["hmt_J"])
    assert isinstance(text, Hmt)
    assert (text.name, text.id_number, text.pass_number) == ("測試乙", "810000199001010019", "H00000000")
    assert (text.issue_count, text.valid_to) == ("01", date(2025, 1, 1))


def test_a_foreigner_of_2017() -> None:
    text = parse_text(BLOCKS["foreigner2017_I"])
    assert isinstance(text, Foreigner2017)
    assert (text.latin_name, text.name) == ("TEST, PERSON ALPHA", "测试丙")
    assert (text.id_number, text.nationality, text.birth) == ("XXX000000000000", "XXX", date(1980, 1, 1))
    assert make_card(text, b"").authority == "公安部"


def test_a_foreigner_of_2023() -> None:
    text = parse_text(BLOCKS["foreigner2023_Y"])
    assert isinstance(text, Foreigner2023)
    assert (text.latin_name, text.name, text.sex) == ("TEST, PERSON BRAVO", "测试丁", Sex.FEMALE)
    assert (text.id_number, text.birth) == ("911124198108030024", date(1981, 8, 3))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_card_is_written_to_the_same_bytes(name: str) -> None:
    assert encode_text(parse_text(BLOCKS[name])) == BLOCKS[name]


@pytest.mark.parametrize("flag", ["Q", "j", "0", "中"])
def test_an_unknown_type_identifies_no_one(flag: str) -> None:
    with pytest.raises(UnknownLayoutError):
        parse_text(changed(248, flag))


def test_a_resident_whose_type_flag_is_zero_is_a_resident() -> None:
    assert isinstance(parse_text(changed(248, "\0")), Resident)


def changed(at: int, text: str, block: bytes = BLOCKS["resident"]) -> bytes:
    raw = text.encode("utf-16-le")
    return block[:at] + raw + block[at + len(raw) :]


@pytest.mark.parametrize(
    ("at", "text", "field"),
    [
        (0, " " * 15, "name"),
        (30, "7", "sex"),
        (36, "20211301", "birth"),
        (36, "2021 101", "birth"),
        (36, "２０２１０１０１", "birth"),
        (122, "110105194912310020", "id number"),
        (188, "长期      ", "valid from"),
        (204, "20230229", "valid to"),
    ],
)
def test_a_field_that_cannot_be_is_named_and_not_shown(at: int, text: str, field: str) -> None:
    with pytest.raises(TextError, match=field) as caught:
        parse_text(changed(at, text))
    assert text.strip() == "" or text not in str(caught.value)


@pytest.mark.parametrize("size", [0, 255, 257])
def test_another_size_is_refused(size: int) -> None:
    with pytest.raises(TextError):
        parse_text(bytes(size))


@given(st.binary(min_size=256, max_size=256))
def test_garbage_is_a_text_error_or_a_card(block: bytes) -> None:
    try:
        parse_text(block)
    except TextError:
        return


# Round trip.

words = st.text(st.characters(codec="utf-16-le", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=7)
latin = st.from_regex(r"[A-Z]{1,10}, [A-Z]{1,12}( [A-Z]{1,18})?", fullmatch=True)
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
sexes = st.sampled_from(Sex)
alpha3 = st.from_regex(r"[A-Z]{3}", fullmatch=True)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    born = draw(days).isoformat().replace("-", "")
    first = f"{draw(st.integers(100000, 999999))}{born}{draw(st.integers(0, 999)):03d}"
    return first + check_character(first)


validity = st.one_of(st.none(), days)
texts: st.SearchStrategy[CardText] = st.one_of(
    st.builds(
        Resident, words, sexes, st.sampled_from(sorted(NATIONS)), days, words, id_numbers(), words, days, validity
    ),
    st.builds(Hmt, words, sexes, days, words, id_numbers(), words, days, validity, st.just("H12345678"), st.just("01")),
    st.builds(
        Foreigner2017,
        latin,
        sexes,
        st.from_regex(r"[A-Z]{3}[0-9]{12}", fullmatch=True),
        alpha3,
        words,
        days,
        validity,
        days,
        st.just("01"),
        st.just("1500"),
    ),
    st.builds(Foreigner2023, words, sexes, st.just("00"), days, latin, id_numbers(), days, validity, alpha3),
)


@given(texts)
def test_what_was_written_is_read(text: CardText) -> None:
    assert parse_text(encode_text(text)) == text


@given(texts)
def test_no_card_shows_itself(text: CardText) -> None:
    card = make_card(text, b"photo")
    assert repr(text) == f"{type(text).__name__}(<redacted>)"
    assert repr(card) == f"Card(layout={card.layout}, <redacted>)"


# The flat card.


@pytest.mark.parametrize("person", [RESIDENT, HMT, FOREIGNER_2017, FOREIGNER_2023], ids=lambda p: p["layout"])
def test_a_described_person_becomes_a_card(person: dict[str, object]) -> None:
    text, photo = card_from_json(person)
    card = make_card(text, photo)
    assert card.layout is Layout(str(person["layout"]))
    assert (card.name, card.id_number) == (person["name"], person["id_number"])
    assert card.latin_name == person.get("latin_name", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id_number": "110105194912310020"}, "id number"),
        ({"birth": "soon"}, "malformed"),
        ({"layout": "library"}, "malformed"),
        ({"nation": "火星"}, "nation"),
        ({"name": "测" * 16}, "15 characters"),
    ],
)
def test_a_person_who_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(CardError, match=words):
        card_from_json(RESIDENT | change)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(CardError, match="birth"):
        card_from_json({key: value for key, value in RESIDENT.items() if key != "birth"})


@pytest.mark.parametrize(("today", "expired"), [(date(2025, 1, 1), False), (date(2025, 1, 2), True)])
def test_the_last_day_of_validity_still_counts(today: date, expired: bool) -> None:
    text, photo = card_from_json(HMT)
    assert make_card(text, photo).expired(today) is expired


def test_a_long_term_card_never_expires() -> None:
    text, photo = card_from_json(RESIDENT)
    assert not make_card(text, photo).expired(date(2999, 1, 1))


def test_a_synthetic_photo_names_its_picture() -> None:
    photo = synthetic_photo("居民-1")
    assert (len(photo), photo[:4], picture_name(photo)) == (1024, b"WLf\0", "居民-1")


@pytest.mark.parametrize("photo", [b"", bytes(1024), bytes.fromhex(VECTORS["photo_hex"])])
def test_any_other_photo_names_none(photo: bytes) -> None:
    assert picture_name(photo) is None


def test_the_nations_are_complete_and_rightly_written() -> None:
    assert len(NATIONS) == 58
    wanted = {"01": "汉", "37": "仡佬", "46": "德昂", "36": "毛南", "56": "基诺", "97": "其他"}
    assert {code: nation_name(code) for code in wanted} == wanted
    assert nation_name("57") == ""


def test_sexes_have_names_in_both_languages() -> None:
    assert [sex_name(sex) for sex in Sex] == ["未知", "男", "女", "未说明"]
    assert sex_name(Sex.MALE, "en") == "Male"


@pytest.mark.parametrize(
    ("person", "facts"),
    [
        (RESIDENT, {}),
        (HMT, {"pass_number": "H00000000", "issue_count": "01"}),
        (FOREIGNER_2017, {"latin_name": "TEST, PERSON ALPHA", "nationality": "XXX"}),
        (
            FOREIGNER_2023,
            {
                "latin_name": "TEST, PERSON BRAVO WITH A RATHER LONG SURNAME",
                "nationality": "XXX",
                "renewals": "00",
            },
        ),
    ],
    ids=lambda value: value.get("layout", "") if isinstance(value, dict) else "",
)
def test_the_facts_of_a_layout_are_those_that_only_it_has(person: dict[str, object], facts: dict[str, str]) -> None:
    text, photo = card_from_json(person)
    assert make_card(text, photo).facts == facts


@pytest.mark.parametrize(
    ("person", "name", "nation", "address", "authority"),
    [
        (RESIDENT, "测试甲", "汉", RESIDENT["address"], RESIDENT["authority"]),
        (HMT, "測試乙", "", HMT["address"], HMT["authority"]),
        (FOREIGNER_2017, "测试丙", "", "", "公安部"),
        (FOREIGNER_2023, "测试丁", "", "", ""),
        (FOREIGNER_2023 | {"name": ""}, FOREIGNER_2023["latin_name"], "", "", ""),
    ],
    ids=["resident", "hmt", "foreigner2017", "foreigner2023", "without a Chinese name"],
)
def test_what_a_person_is_shown_is_right_for_every_layout(
    person: dict[str, object], name: str, nation: str, address: str, authority: str
) -> None:
    card = make_card(*card_from_json(person))
    assert (card.display_name, card.nation, card.address, card.authority) == (name, nation, address, authority)
    assert (card.birth.isoformat(), card.id_number) == (person["birth"], person["id_number"])
    assert card.valid_from.isoformat() == person["valid_from"]
    assert (card.valid_to.isoformat() if card.valid_to else None) == person["valid_to"]


def test_neither_a_cards_text_nor_its_newest_address_shows_in_its_repr() -> None:
    card = replace(make_card(*card_from_json(HMT)), newest_address="虚构市")
    assert repr(card) == f"Card(layout={card.layout}, <redacted>)"
