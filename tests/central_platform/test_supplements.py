"""What is asked of the resident of a case: by staff, answered once, told to nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from central_platform import casework, documents, supplements
from central_platform.catalogue import Catalogue
from central_platform.models import Case
from central_platform.problems import Refusal
from central_platform.records import RecordsError
from central_platform.settings import PACKAGES
from central_platform.wire.submissions import SupplementBody
from contracts import digest
from contracts.rules import Outcome
from tests.central_platform.documents.certified import SERVICE, call, certified_packages, earn
from tests.central_platform.test_cli import run
from tests.central_platform.world import (
    CARD,
    CHILD,
    HOST,
    OTHER,
    PERSON,
    PHONE,
    Template,
    World,
    allowance,
    application,
    build,
)

WORDS = {"zh": "地址少了门牌号，房子找不到", "en": "The house number is missing"}
NEW = "样例街 12 号"
GUARDIAN = {**OTHER, "relation": "parent", "evidence": [CARD, HOST]}


@pytest.fixture(scope="module")
def certifying(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("supplements")
    packages = certified_packages(folder / "packages")
    made = build(folder, packages=packages)
    made.platform.close()
    return Template(folder, packages, made.key, made.der)


@pytest.fixture
def world(certifying: Template, tmp_path: Path) -> Iterator[World]:
    made = certifying.open(tmp_path)
    yield made
    made.platform.close()


def applied(world: World, body: dict[str, Any] | None = None) -> str:
    result = world.result(world.item(body or allowance()))
    assert result["status"] == "accepted", result
    return str(result["receipt"]["number"])


def ask(world: World, number: str, *fields: str, days: int = 5, free: bool = False) -> str:
    return casework.ask(world.platform, number, WORDS, fields, days, free=free)


def answered(number: str, asked: str, who: Any = None, evidence: Any = (CARD, HOST), **other: Any) -> Any:
    """The body of an answer; `other` replaces its fields."""
    who = who or PERSON
    body = {"case_no": number, "supplement": asked, "answers": {"addr": NEW}, "words": "", "lang": "zh"}
    return {**body, "person": {"name": who["name"], "id_no": who["id_no"]}, "evidence": list(evidence), **other}


def send(world: World, body: Any, **other: Any) -> dict[str, Any]:
    return world.result(world.item(body, "supplement", **other))


def code(result: Mapping[str, Any]) -> str:
    assert result["status"] == "rejected", result
    return str(result["problem"]["code"])


def find(world: World, person: Any = None, **query: Any) -> list[dict[str, Any]]:
    who = person or PERSON
    asked = {"id_no": who["id_no"], "identity": world.identity(who), **query}
    cases: list[dict[str, Any]] = world.terminal.post("/v1/cases:find", json=asked).json()["cases"]
    return cases


def kinds(case: Mapping[str, Any]) -> list[str]:
    return [step["kind"] for step in case["steps"]]


def test_the_person_is_told_what_is_asked_why_until_when_and_what_the_field_holds(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr", free=True)
    case = find(world)[0]
    assert (case["state"], kinds(case)) == ("supplement", ["accepted", "asked"])
    assert case["steps"][-1]["words"] == WORDS
    told = case["supplement"]
    assert (told["id"], told["words"], told["fields"], told["free"]) == (made, WORDS, ["addr"], True)
    assert told["answers"] == {"addr": "样例街 1 号"}
    # 20 November 2026 is a Friday.
    assert (told["due"], told["days_left"], told["late"], told["guardian"]) == ("2026-11-27", 5, False, False)


def test_who_knows_only_the_number_or_is_another_person_learns_nothing_of_it(world: World) -> None:
    number = applied(world)
    ask(world, number, "addr")
    by_number = world.terminal.post("/v1/cases:find", json={"number": number}).json()["cases"][0]
    assert (by_number["supplement"], by_number["receipt"], by_number["due"]) == (None, None, None)
    assert [step["words"] for step in by_number["steps"]] == [None, None]
    assert WORDS["zh"] not in json.dumps(by_number, ensure_ascii=False)
    assert find(world, OTHER, number=number) == []
    stolen = {"id_no": PERSON["id_no"], "number": number, "identity": world.identity(OTHER)}
    assert world.terminal.post("/v1/cases:find", json=stolen).json()["code"] == "identity-mismatch"
    with world.platform.database.read() as session:
        opaque = session.get_one(Case, number).opaque
    page = world.public.get(f"/receipts/{opaque}", headers={"Accept": "text/html"}).text
    assert "等您补充" in page
    assert WORDS["zh"] not in page


def test_an_answer_corrects_the_case_and_the_departments_time_runs_again(world: World) -> None:
    number = applied(world)
    with world.platform.database.read() as session:
        promised = session.get_one(Case, number).due
    world.clock.advance(days=3)
    made = ask(world, number, "addr")
    assert find(world)[0]["due"] is None
    world.clock.advance(days=1)
    result = send(world, answered(number, made))
    assert result["status"] == "accepted", result
    receipt = result["receipt"]
    assert (receipt["number"], receipt["state"], receipt["supplement"]) == (number, "accepted", made)
    # Monday asked, Tuesday answered: one working day later than was promised.
    assert promised == "2026-12-18"
    assert receipt["due"] == "2026-12-21"
    case = find(world)[0]
    assert (case["state"], case["supplement"], case["due"]) == ("accepted", None, "2026-12-21")
    assert kinds(case) == ["accepted", "asked", "answered"]
    assert casework.shown(world.platform, number)["answers"]["addr"] == NEW


def test_the_same_answer_again_does_nothing_and_another_one_is_told_so(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr")
    item = world.item(answered(number, made), "supplement")
    first = world.result(item)
    again = world.result(item)
    assert (again["status"], again["receipt"]) == ("duplicate", first["receipt"])
    other = send(world, answered(number, made, answers={"addr": "别处 9 号"}))
    assert code(other) == "supplement-answered"
    assert casework.shown(world.platform, number)["answers"]["addr"] == NEW
    assert kinds(find(world)[0]).count("answered") == 1


def test_the_day_on_which_it_was_given_counts_not_the_day_on_which_the_network_was_back(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr", days=1)
    given_at = world.clock.now().isoformat()
    world.clock.advance(days=10)
    assert find(world)[0]["supplement"]["late"]
    assert code(send(world, answered(number, made))) == "supplement-late"
    result = send(world, answered(number, made), captured_at=given_at)
    assert result["status"] == "accepted", result


def test_the_last_day_is_not_late(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr", days=1)
    world.clock.advance(days=3, hours=13)
    told = find(world)[0]["supplement"]
    assert (told["due"], told["late"], told["days_left"]) == ("2026-11-23", False, 0)
    assert send(world, answered(number, made))["status"] == "accepted"


def test_what_another_person_answers_is_told_like_what_was_never_asked(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr")
    assert code(send(world, answered(number, made, OTHER))) == "supplement-unknown"
    assert code(send(world, answered(number, "nothing"))) == "supplement-unknown"
    assert code(send(world, answered("XC-2026-1120-999999", made))) == "supplement-unknown"
    assert find(world)[0]["state"] == "supplement"


@pytest.mark.parametrize("evidence", [(), (CARD,), ({"kind": "phone_code", "phone": PHONE},), ({"kind": "face"},)])
def test_less_proof_than_the_service_needs_is_not_enough_to_change_it(world: World, evidence: Any) -> None:
    number = applied(world)
    made = ask(world, number, "addr")
    assert code(send(world, answered(number, made, evidence=evidence))) == "level-not-reached"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answers": {}}, "/answers/addr"),
        ({"answers": {"addr": ""}}, "/answers/addr"),
        ({"answers": {"addr": 7}}, "/answers/addr"),
        ({"answers": {"addr": NEW, "phone": "13900000000"}}, "/answers/phone"),
        ({"answers": {"addr": NEW, "../../x": 1}}, "/answers/../../x"),
        ({"words": "不用改"}, "/words"),
        ({"words": "字" * 301}, "/words"),
        ({"answers": []}, "/answers"),
        ({"person": {}}, "/person/name"),
        ({"person": {"name": "", "id_no": "1"}}, "/person/name"),
        ({"supplement": "x" * 81}, "/supplement"),
        ({"evidence": [CARD] * 17}, "/evidence"),
    ],
)
def test_what_was_not_asked_or_cannot_be_is_refused_by_its_name_and_changes_nothing(
    world: World, body: dict[str, Any], field: str
) -> None:
    number = applied(world)
    made = ask(world, number, "addr")
    result = send(world, answered(number, made, **body))
    assert (code(result), result["problem"]["field"]) == ("data-invalid", field)
    assert find(world)[0]["supplement"]["answers"] == {"addr": "样例街 1 号"}


def test_an_answer_in_words_loses_what_nobody_sees_and_must_say_something(world: World) -> None:
    number = applied(world)
    made = ask(world, number, free=True)
    for nothing in ("", "   ", "\u200b\u202e\u0000"):
        assert code(send(world, answered(number, made, answers={}, words=nothing))) == "data-invalid"
    result = send(world, answered(number, made, answers={}, words="我搬\u202e家了\u0007"))
    assert result["status"] == "accepted", result
    assert casework.shown(world.platform, number)["supplements"][0]["reply"] == "我搬家了"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_whatever_an_answer_holds_the_platform_takes_it_or_says_why(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr")

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(["case_no", "supplement", "answers", "words", "person", "evidence"]), JSON))
    def hostile(changes: dict[str, Any]) -> None:
        body = {**answered(number, made, OTHER), **changes}
        result = send(world, body, digest=digest(body))
        assert code(result) in {"data-invalid", "supplement-unknown"}

    hostile()
    assert send(world, answered(number, made))["status"] == "accepted"


def test_a_childs_case_is_answered_by_its_guardian(world: World) -> None:
    body = {**application("TA01", (CARD,), CHILD, phone=PHONE, addr="样例街 1 号"), "guardian": GUARDIAN}
    number = applied(world, body)
    made = ask(world, number, "addr")
    assert find(world, CHILD)[0]["supplement"]["guardian"]
    assert not find(world, OTHER)[0]["supplement"]["guardian"]
    assert code(send(world, answered(number, made, CHILD))) == "guardian-required"
    assert send(world, answered(number, made, OTHER))["status"] == "accepted"


def test_a_new_request_takes_the_place_of_the_open_one(world: World) -> None:
    number = applied(world)
    first, second = ask(world, number, "addr"), ask(world, number, "phone")
    assert find(world)[0]["supplement"]["id"] == second
    assert code(send(world, answered(number, first))) == "supplement-closed"
    assert send(world, answered(number, second, answers={"phone": "13900000000"}))["status"] == "accepted"
    assert casework.shown(world.platform, number)["answers"] == {"phone": "13900000000", "addr": "样例街 1 号"}


def test_staff_go_on_without_an_answer_and_one_that_comes_then_is_told_so(world: World) -> None:
    number = applied(world)
    made = ask(world, number, "addr")
    casework.accept(world.platform, number)
    case = find(world)[0]
    assert (case["state"], case["due"], case["steps"][-1]["text"]["zh"]) == (
        "accepted", "2026-12-18", "材料齐了，部门接着办理",
    )  # fmt: skip
    assert code(send(world, answered(number, made))) == "supplement-closed"
    with pytest.raises(casework.CaseworkError, match="nothing was asked"):
        casework.accept(world.platform, number)


def test_a_decision_of_staff_is_read_by_the_person_alone(world: World) -> None:
    number = applied(world)
    casework.decide(world.platform, number, Outcome.REFUSED, {"zh": "不在本市居住"})
    case = find(world)[0]
    assert (case["state"], case["due"], case["receipt"]["state"]) == ("refused", None, "refused")
    assert case["receipt"]["decision"]["words"] == {"zh": "不在本市居住", "en": "不在本市居住"}
    with pytest.raises(casework.CaseworkError, match="is decided"):
        ask(world, number, "addr")
    with pytest.raises(casework.CaseworkError, match="is not granted"):
        casework.ready(world.platform, number)


def test_a_granted_case_is_ready_and_collected_once(world: World) -> None:
    number = applied(world)
    casework.decide(world.platform, number, Outcome.GRANTED, {"zh": "符合条件"})
    casework.ready(world.platform, number)
    casework.collected(world.platform, number)
    assert kinds(find(world)[0]) == ["accepted", "decided", "ready", "collected"]
    for again in (casework.ready, casework.collected):
        with pytest.raises(casework.CaseworkError, match="already"):
            again(world.platform, number)


def test_what_waited_at_a_terminal_shows_when_it_was_handed_in(world: World) -> None:
    given_at = world.clock.now() - timedelta(days=1)
    world.result(world.item(allowance(), captured_at=given_at.isoformat()))
    steps = find(world)[0]["steps"]
    assert [(step["kind"], step["at"]) for step in steps] == [
        ("received", "2026-11-19T10:00:00+08:00"),
        ("accepted", "2026-11-20T10:00:00+08:00"),
    ]


@pytest.mark.parametrize(
    ("fields", "days", "free", "why"),
    [
        (("house",), 5, False, "no field house"),
        ((), 5, False, "ask for fields"),
        (("addr",), 0, False, "working days"),
        (("addr",), 61, False, "working days"),
    ],
)
def test_what_nobody_could_answer_is_not_asked(
    world: World, fields: tuple[str, ...], days: int, free: bool, why: str
) -> None:
    number = applied(world)
    with pytest.raises(casework.CaseworkError, match=why):
        ask(world, number, *fields, days=days, free=free)
    assert find(world)[0]["state"] == "accepted"


def test_nobody_is_asked_about_a_case_of_nobody(world: World) -> None:
    number = applied(world, application())
    with pytest.raises(casework.CaseworkError, match="nobody is known"):
        ask(world, number, "words")


def test_what_hangs_on_a_field_is_asked_with_it_and_no_secret_is() -> None:
    shipped = Catalogue.load(PACKAGES).packages
    assert supplements.closure(shipped["YL01"], ["bank", "addr"]) == ["addr", "bank"]
    secret = json.loads(json.dumps(shipped["YL01"].content))
    secret["data"]["properties"]["bank"]["format"] = "pin"
    with pytest.raises(supplements.AskError, match="secret"):
        supplements.closure(replace(shipped["YL01"], content=secret), ["bank"])
    booking = supplements.closure(shipped["YY01"], ["hall"])
    assert {"hall", "item"} <= set(booking)


def test_the_certificate_of_my_case_is_fetched_where_i_proved_who_i_am_and_only_there(world: World) -> None:
    earn(world)
    world.clock.advance(hours=30)
    result = find(world, OTHER)[0]["receipt"]["result"]
    assert (result["kind"], result["copies"], result["printed"]) == ("certificate", 2, False)
    assert call(world, "fetch", result["document"]).status_code == 200
    assert call(world, "link", result["document"]).status_code == 200
    with world.platform.database.read() as session:
        case = session.scalars(select(Case).where(Case.service == SERVICE)).one()
    with pytest.raises(Refusal):
        documents.fetch(world.platform, "XC-0001", result["document"])
    for forged in (result["document"][:-1] + "_", "A" * 54, result["document"][:22] + "ffffffff" + "A" * 24):
        assert call(world, "fetch", forged).json()["code"] == "document-unknown"
    job = {"job": f"certificate:{case.number}.0", "outcome": "printed", "submission": case.number}
    for _ in range(2):
        assert world.result(world.item(job, "print_result"))["status"] == "accepted"
    again = find(world, OTHER)[0]
    assert again["receipt"]["result"]["printed"]
    assert kinds(again).count("collected") == 1
    world.clock.advance(seconds=world.platform.settings.identity_s + 1)
    assert call(world, "fetch", result["document"]).json()["code"] == "document-unknown"
    world.platform.settings = replace(world.platform.settings, document_keep_days=1)
    assert "document" not in find(world, OTHER)[0]["receipt"]["result"]


class Silent:
    """Departments that do not answer."""

    def find(self, kind: str, id_no: str, answers: Mapping[str, Any]) -> Any:
        raise RecordsError(kind)


def test_a_case_that_staff_grant_gets_its_certificate(world: World) -> None:
    records, world.platform.records = world.platform.records, Silent()
    receipt = earn(world)
    assert (receipt["state"], receipt["result"]) == ("accepted", None)
    with pytest.raises(casework.CaseworkError, match="no certificate"):
        casework.decide(world.platform, receipt["number"], Outcome.GRANTED, {"zh": "可以"})
    world.platform.records = records
    world.clock.advance(days=3)
    world.platform.settings = replace(world.platform.settings, document_keep_days=2)
    with pytest.raises(casework.CaseworkError, match="no rule"):
        casework.decide(world.platform, receipt["number"], Outcome.GRANTED, {}, "TF01-9")
    casework.decide(world.platform, receipt["number"], Outcome.GRANTED, {}, "TF01-2")
    assert documents.forget(world.platform) == 0
    told = find(world, OTHER)[0]["receipt"]
    assert (told["state"], told["decision"]["rule"]) == ("done", "TF01-2")
    assert call(world, "fetch", told["result"]["document"]).status_code == 200
    assert kinds(find(world, OTHER)[0]) == ["accepted", "decided", "ready"]


def test_staff_move_a_case_from_the_command_line(certifying: Template, tmp_path: Path) -> None:
    world = certifying.open(tmp_path)
    number = applied(world)
    world.platform.close()
    place = ("case", "--data", tmp_path / "data", "--packages", certifying.packages)
    asked = run(*place, number, "ask", "--words", WORDS["zh"], "--field", "addr", "--text", "--days", 3)
    assert asked.returncode == 0, asked.stderr
    shown = json.loads(run(*place, number, "show").stdout)
    assert (shown["state"], shown["supplements"][0]["fields"]) == ("supplement", ["addr"])
    assert shown["supplements"][0]["words"]["en"] == WORDS["zh"]
    wrong = run(*place, number, "decide", "perhaps", "--words", "不知道")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    decided = run(*place, number, "decide", "granted", "--words", "符合条件")
    assert json.loads(decided.stdout) == {"number": number, "decided": "done"}
    nobody = run(*place, "XC-2026-1120-999999", "ready")
    assert (nobody.returncode, nobody.stderr.count("\n")) == (1, 1)


def test_no_word_of_a_resident_is_in_the_repr_of_an_answer() -> None:
    said = repr(SupplementBody.model_validate(answered("XC-2026-1120-000001", "s", words="我搬家了")))
    assert all(word not in said for word in (NEW, "我搬家了", PERSON["id_no"], PERSON["name"]))
