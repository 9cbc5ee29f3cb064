from __future__ import annotations

import pytest

from central_platform.app import create_app
from central_platform.logbook import safe_path
from tests.central_platform.world import PERSON, TERMINAL, Client, World, allowance, application


def test_without_the_flag_there_is_no_lab(world: World) -> None:
    from dataclasses import replace

    world.platform.settings = replace(world.platform.settings, lab=False)
    answer = Client(create_app(world.platform), None).get("/lab/log")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_stored_submission_is_shown_with_its_body(world: World) -> None:
    item = world.item(allowance())
    world.result(item)
    for query in ({"id": item["id"]}, {"case_key": item["case_key"]}):
        (found,) = world.public.get("/lab/submissions", params=query).json()
        assert (found["body"], found["status"], found["terminal"]) == (item["body"], "accepted", TERMINAL)
        assert found["receipt"]["number"].startswith("XC-")


def test_a_refused_submission_is_shown_without_its_body(world: World) -> None:
    item = world.item(application("TZ99"))
    world.result(item)
    (found,) = world.public.get("/lab/submissions", params={"id": item["id"]}).json()
    assert (found["status"], found["body"], found["problem"]["code"]) == ("rejected", None, "service-unknown")


def test_terminals_made_by_the_lab_get_free_names(world: World) -> None:
    answer = world.public.post("/lab/terminals", json={"name": "演示", "place": {"zh": "社区", "en": "Community"}})
    assert answer.json()["terminal"] == "XC-0043"
    assert len(answer.json()["code"]) == 10


def test_profile_fields_given_to_the_lab_reach_the_profile(world: World) -> None:
    devices = [{"id": "card", "kind": "card_reader", "uri": "serial:/dev/pts/1?baud=115200"}]
    body = {"terminal": "XC-0099", "name": "演示", "place": "社区", "devices": devices, "services": ["TA01"]}
    world.public.post("/lab/terminals", json=body)
    profile = world.platform.signed_profile("XC-0099")[1]["signed"]
    assert (profile["devices"], profile["services"]) == (devices, ["TA01"])
    assert profile["name"] == {"zh": "演示", "en": "演示"}


def test_the_log_holds_method_path_and_status_but_no_personal_values(world: World) -> None:
    world.terminal.get("/v1/profile")
    world.public.get("/lab/messages", params={"phone": "13800000001"})
    lines = world.public.get("/lab/log").json()
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/v1/profile", 200),
        ("GET", "/lab/messages?phone=*", 200),
    ]


@pytest.mark.parametrize(
    ("path", "query", "kept"),
    [
        ("/receipts", "number=XC-2026-1120-000001&check=2222-2222", "/receipts?number=XC-2026-1120-000001&check=*"),
        (f"/v1/x/{PERSON['id_no']}", "", "/v1/x/*"),
        ("/v1/x", "13800000001", "/v1/x?*=*"),
        ("/v1/x/张小红", "", "/v1/x/*"),
        ("/v1/x/DS1.k3v9", "", "/v1/x/*"),
        ("/take/k3v9_-k3v9", "", "/take/*"),
        ("/take/k3v9_-k3v9/file", "", "/take/*/file"),
        ("/documents/k3v9", "check=2222", "/documents/*?check=*"),
        ("/receipts/k3v9", "", "/receipts/*"),
        ("/v1/x/" + "k" * 41, "", "/v1/x/*"),
        ("/v1" + "/kkkkkkkk" * 20, "", "/*"),
        ("/v1/phone-codes/k3v9_-k3v9:check", "", "/v1/phone-codes/k3v9_-k3v9:check"),
    ],
)
def test_paths_are_cleaned_before_they_are_logged(path: str, query: str, kept: str) -> None:
    assert safe_path(path, query) == kept


def test_faults_strike_as_often_as_asked_and_then_stop(world: World) -> None:
    world.public.post("/lab/faults", json={"mode": "500", "count": 2})
    assert [world.terminal.get("/v1/profile").status_code for _ in range(3)] == [500, 500, 200]


def test_a_captive_portal_is_html_with_status_200(world: World) -> None:
    world.public.post("/lab/faults", json={"mode": "html", "count": 1})
    answer = world.terminal.get("/v1/profile")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_faults_leave_the_lab_and_receipts_alone(world: World) -> None:
    world.public.post("/lab/faults", json={"mode": "500", "count": 1})
    assert world.public.get("/lab/log").status_code == 200
    assert world.public.get("/receipts/nothing").status_code == 404


def test_an_effect_whose_answer_was_lost_happens_once(world: World) -> None:
    item = world.item(application())
    world.public.post("/lab/faults", json={"mode": "drop-after-commit", "count": 1})
    assert world.submit(item).status_code == 0
    assert world.terminal.get(f"/v1/submissions/{item['id']}").json()["status"] == "accepted"
    assert world.result(item)["status"] == "duplicate"
    assert len(world.public.get("/lab/submissions").json()) == 1


def test_the_lab_moves_the_clock(world: World) -> None:
    assert world.public.post("/lab/clock", json={"advance_s": 60}).json()["server_time"] == "2026-11-20T10:01:00+08:00"
    assert world.public.get("/v1/time").json()["server_time"] == "2026-11-20T10:01:00+08:00"


def test_an_unforeseen_failure_says_nothing_of_what_was_inside(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.platform.database.engine.dispose()
    secret = world.platform.settings.data / "platform.db"
    for file in secret.parent.glob("platform.db*"):
        file.unlink()
    answer = world.submit(world.item(allowance()))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert PERSON["id_no"] not in caplog.text + answer.text
    assert "OperationalError" in caplog.text
