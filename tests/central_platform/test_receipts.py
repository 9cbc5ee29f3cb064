from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.central_platform.world import PERSON, PHONE, World, allowance, application

PERSONAL = [*PERSON.values(), PHONE]


def accepted(world: World) -> dict[str, Any]:
    receipt: dict[str, Any] = world.result(world.item(allowance()))["receipt"]
    return receipt


def path_of(receipt: dict[str, Any]) -> str:
    return str(receipt["track_url"]).removeprefix("https://platform.test")


def test_a_receipt_is_found_by_its_address_without_personal_data(world: World) -> None:
    receipt = accepted(world)
    answer = world.public.get(path_of(receipt))
    assert answer.json() == {
        name: receipt[name] for name in ("number", "service_name", "state", "accepted_at", "check_code")
    }
    assert not [text for text in PERSONAL if text in answer.text]


def test_a_receipt_is_found_by_number_and_check_code_however_typed(world: World) -> None:
    receipt = accepted(world)
    typed = {"number": receipt["number"].lower(), "check": receipt["check_code"].replace("-", " ").lower()}
    assert world.public.get("/receipts", params=typed).json()["number"] == receipt["number"]


def test_a_wrong_check_code_finds_nothing(world: World) -> None:
    receipt = accepted(world)
    other = "2222-2222" if receipt["check_code"] != "2222-2222" else "3333-3333"
    answer = world.public.get("/receipts", params={"number": receipt["number"], "check": other})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_check_codes_differ_between_cases(world: World) -> None:
    codes = {world.result(world.item(application()))["receipt"]["check_code"] for _ in range(5)}
    assert len(codes) == 5


class Page(HTMLParser):
    """Collects what matters for people who cannot see the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.lang = ""
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.outside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.lang = self.lang or (found.get("lang", "") if tag == "html" else "")
        if tag == "label":
            self.labels.add(found["for"])
        if tag == "input":
            self.inputs.add(found["id"])
        self.outside += [v for n, v in found.items() if n in {"src", "href"} and not v.startswith("tel:")]


def test_a_browser_gets_a_page_in_both_languages_that_loads_nothing_else(world: World) -> None:
    receipt = accepted(world)
    answer = world.public.get(path_of(receipt), headers={"Accept": "text/html,*/*;q=0.8"})
    page = Page(answer.text)
    assert answer.headers["content-type"].startswith("text/html")
    assert (page.lang, page.tags.count("h1"), page.outside) == ("zh-CN", 1, [])
    assert {"main", "title", "dl"} <= set(page.tags)
    for words in (
        receipt["number"],
        receipt["check_code"],
        "已受理",
        "Accepted",
        "样例服务 TA01",
        "Sample service TA01",
    ):
        assert words in answer.text
    assert not [text for text in PERSONAL if text in answer.text]


def test_the_page_for_nothing_found_is_kind_and_lets_one_try_again(world: World) -> None:
    answer = world.public.get("/receipts/nothing", headers={"Accept": "text/html"})
    page = Page(answer.text)
    assert answer.status_code == 404
    assert page.inputs == page.labels != set()
    assert "您的事情不受影响" in answer.text


def test_a_browser_that_asks_for_no_receipt_gets_the_form(world: World) -> None:
    answer = world.public.get("/receipts", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert Page(answer.text).inputs == {"n", "c"}
    assert world.public.get("/receipts").json()["code"] == "not-found"


def test_cases_are_found_by_person_with_their_steps_newest_first(world: World) -> None:
    world.result(world.item(allowance()))
    world.clock.advance(hours=1)
    world.result(world.item(application("TB01", ({"kind": "card"},), PERSON, copies=1)))
    query = {"id_no": PERSON["id_no"], "number": None, "identity": world.identity()}
    cases = world.terminal.post("/v1/cases:find", json=query).json()["cases"]
    assert [(c["service"], c["state"]) for c in cases] == [("TB01", "done"), ("TA01", "accepted")]
    assert [s["state"] for s in cases[0]["steps"]] == ["accepted", "done"]
    assert cases[1]["steps"][0]["text"]["en"].startswith("Accepted")


@pytest.mark.parametrize("query", [{"id_no": None, "number": None}, {"number": "XC-2026-1120-999999"}])
def test_a_query_that_fits_nothing_finds_nothing(world: World, query: dict[str, Any]) -> None:
    accepted(world)
    assert world.terminal.post("/v1/cases:find", json=query).json() == {"cases": []}
