from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kiosk_app.identity import Level
from kiosk_app.services import Catalogue, Offline
from tests.kiosk_app.services.data import LIVE, TODAY, catalogue, index, package

EVERY = catalogue().all()
IDS = [service.id for service in EVERY]
POLICIES = {
    (Level.L0, "online"): {"SH01"},
    (Level.L0, "queue"): {"XF01"},
    (Level.L1, "online"): {"FL02", "JX01", "MZ01", "YB05", "YY01"},
    (Level.L1, "queue"): {"YL04", "ZF01"},
    (Level.L2, "online"): {
        "BD01", "GA01", "GA06", "GA07", "GA09", "GJ01", "GJ02", "GJ03", "JY02", "JY04", "MZ02", "SB01", "SB02", "SB03",
        "SW01", "WJ03", "YB01",
    },
    (Level.L3, "online"): {"SC03"},
    (Level.L2, "queue"): {"CJ02", "CJ03", "GA02", "JY01", "JY03", "JZ02", "SB04", "YB04", "YL01", "YL02", "YL03"},
}  # fmt: skip
"""Level and offline policy -> services that ship (requirements B)."""


def test_fifty_nine_services_are_listed() -> None:
    assert len(EVERY) == 59


def test_what_has_a_package_is_live_and_nothing_else() -> None:
    assert tuple(service.id for service in catalogue().live()) == LIVE


def test_the_kinds_are_those_of_the_requirement_base() -> None:
    kinds = [service.kind for service in EVERY]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "HANDLE": 37, "PRINT": 13, "BOOK": 5, "PAY": 3, "QUERY": 1,
    }  # fmt: skip


def test_twenty_one_may_be_queued_and_twenty_seven_are_instant() -> None:
    assert sum(service.offline is Offline.QUEUE for service in EVERY) == 21
    assert sum(service.instant for service in EVERY) == 27


@pytest.mark.parametrize("service", LIVE)
def test_level_and_offline_policy_are_those_of_the_requirement_base(service: str) -> None:
    ((level, offline),) = (policy for policy, services in POLICIES.items() if service in services)
    found = catalogue().get(service)
    assert found is not None
    assert (found.level, found.offline) == (level, offline)


@pytest.mark.parametrize("service", EVERY, ids=IDS)
def test_a_service_is_found_first_or_nearly_by_every_alias(service: object) -> None:
    for alias in service.search.zh:  # type: ignore[attr-defined]
        assert service in catalogue().search(alias, 3), alias
    assert len(service.search.zh) >= 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("service", EVERY, ids=IDS)
def test_a_service_is_found_by_pinyin_and_initials(service: object) -> None:
    for key in (*service.search.pinyin, *service.search.initials):  # type: ignore[attr-defined]
        assert service in catalogue().search(key, 6), key


@pytest.mark.parametrize("service", EVERY, ids=IDS)
def test_a_service_is_found_by_its_id_and_english_name(service: object) -> None:
    assert catalogue().search(service.id)[0] is service  # type: ignore[attr-defined]
    assert service in catalogue().search(service.short.en, 3)  # type: ignore[attr-defined]
    for name in service.search.en:  # type: ignore[attr-defined]
        assert service in catalogue().search(name, 6), name


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("查社保", "SB01"),
        ("我要查社保", "SB01"),
        ("我想办居住登记", "GA02"),
        ("八十岁的补贴怎么领", "YL01"),
        ("身份证丢了怎么办", "GA03"),
        ("社保卡丢了", "SB04"),
        ("孩子上学", "JX01"),
        ("ＧＬＪＴ", "YL01"),
        ("Gao Ling Jin Tie", "YL01"),
        ("old-age allowance", "YL01"),
        ("no home", "BD01"),
        ("办不成事", "XF01"),
        ("约大厅", "YY01"),
    ],
)
def test_what_people_say_finds_what_they_mean(said: str, service: str) -> None:
    assert service in [found.id for found in catalogue().search(said, 3)]


@pytest.mark.parametrize("said", ["", "  ", "！？", "x", "zzzzqq", "龘龘龘龘", "我想的"])
def test_nonsense_finds_nothing(said: str) -> None:
    assert catalogue().search(said) == ()


def test_live_services_come_first_among_equals() -> None:
    found = catalogue().search("缴费")
    assert found[0].live


def test_most_used_starts_with_what_can_be_done_here() -> None:
    assert [service.id for service in catalogue().most_used(5)] == ["YL01", "SB01", "YY01", "XF01", "BD01"]


def test_a_theme_lists_its_services_live_ones_first() -> None:
    assert [service.id for service in catalogue().by_theme("T11")] == ["YB01", "YB04", "YB05", "YB02", "YB03"]


def test_every_service_is_reached_from_a_theme() -> None:
    reached = {service.id for theme in catalogue().themes() for service in catalogue().by_theme(theme.id)}
    assert reached == set(IDS)


def test_themes_and_bundles_are_there() -> None:
    assert (len(catalogue().themes()), len(catalogue().bundles())) == (24, 7)


@pytest.mark.parametrize("group", ["elder", "disabled", "minor"])
def test_special_groups_have_their_lists(group: str) -> None:
    assert catalogue().for_group(group)


def test_an_inactive_package_becomes_a_guide() -> None:
    built = Catalogue.build(index(frozenset({"YL01"})), {s: package(s) for s in LIVE})
    found = built.get("YL01")
    assert found is not None
    assert not found.live


def test_a_package_that_was_not_stored_is_left_out() -> None:
    assert Catalogue.build(index(), {"YL01": package("YL01")}).get("SB01") is None


def test_broken_entries_leave_the_others_alone() -> None:
    broken = {**index(), "listed": [None, {"id": "ZZ99"}, *index()["listed"]]}
    assert len(Catalogue.build(broken, {s: package(s) for s in LIVE}).all()) == 59


def test_an_empty_catalogue_answers_everything() -> None:
    empty = Catalogue()
    assert (empty.all(), empty.live(), empty.most_used(), empty.themes(), empty.search("社保"), empty.get("SB01")) == (
        (), (), (), (), (), None,
    )  # fmt: skip


def test_a_form_is_compiled_once() -> None:
    assert catalogue().form("YL01", TODAY) is catalogue().form("YL01", TODAY)


def test_the_room_imports_neither_jsonschema_nor_a_dictionary() -> None:
    script = "import kiosk_app.services, sys, json; print(json.dumps(sorted(m.split('.')[0] for m in sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"jsonschema", "pypinyin", "jieba", "PySide6", "requests"} & set(json.loads(done.stdout))
