from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis.checks import FailureGroup

from central_platform.contract import application_document, differences, shape
from tests.central_platform.contract_floor import FLOOR, broken, floor_of
from tests.central_platform.world import PEER, TERMINAL, World, application, build

CONTRACT = Path(__file__).parents[2] / "contracts" / "openapi.yaml"
EXAMPLES = 6


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = build(tmp_path_factory.mktemp("campaign"))
    yield made
    made.platform.close()


def test_the_application_is_what_the_contract_says() -> None:
    assert differences(CONTRACT) == []


def test_a_difference_is_found_and_named(tmp_path: Path) -> None:
    found = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    del found["paths"]["/v1/time"]
    found["components"]["schemas"]["Receipt"]["required"].remove("number")
    changed = tmp_path / "openapi.yaml"
    changed.write_text(yaml.safe_dump(found), encoding="utf-8")
    assert differences(changed) == [
        "/components/schemas/Receipt/required: differs",
        "/operations/get /v1/time: only in the application",
    ]


def test_without_the_lab_the_application_is_the_contract_less_the_marked_calls(written: dict[str, Any]) -> None:
    service = shape(application_document(lab=False))["operations"]
    marked = {name for name, found in shape(written)["operations"].items() if found.get("x-lab-only")}
    assert set(shape(written)["operations"]) - marked == set(service)
    assert all("/lab/" in name for name in marked)


def test_the_contract_was_only_extended_since_the_first_whole_visit(written: dict[str, Any]) -> None:
    assert broken(json.loads(FLOOR.read_text(encoding="utf-8")), floor_of(written)) == []


def test_what_an_older_terminal_would_miss_is_named(written: dict[str, Any]) -> None:
    floor = floor_of(written)
    narrowed = copy.deepcopy(written)
    del narrowed["paths"]["/v1/time"]
    schemas = narrowed["components"]["schemas"]
    schemas["PrefillRequest"]["required"].append("identity")
    schemas["Receipt"]["required"].remove("number")
    del schemas["ApplicationBody"]["properties"]["lang"]
    schemas["ProblemCode"]["enum"].remove("slot-full")
    assert broken(floor, floor_of(narrowed)) == [
        "ApplicationBody: takes no longer lang",
        "get /v1/submissions/{submission}: gives no longer 200 receipt.number",
        "get /v1/time: gone",
        "post /v1/payments:open: takes no longer application.lang",
        "post /v1/prefill: identity is newly required",
        "post /v1/submissions:batch: gives no longer 200 results[].receipt.number",
        "problems: answers no longer slot-full",
    ]


def schema_of(written: dict[str, Any], name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": written["components"]})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/profile", "SiteProfile"),
        ("/v1/catalogue/index", "CatalogueIndex"),
        ("/v1/catalogue/service/TA01", "ServicePackage"),
        ("/v1/catalogue/voice/TA01", "ServiceVoice"),
    ],
)
def test_what_is_signed_has_the_written_form(world: World, written: dict[str, Any], path: str, name: str) -> None:
    envelope = world.terminal.get(path).json()
    schema_of(written, "Envelope").validate(envelope)
    schema_of(written, name).validate(envelope["signed"])


def test_a_receipt_has_the_written_form(world: World, written: dict[str, Any]) -> None:
    answer = world.submit(world.item(application()), world.item(application("TZ99"))).json()
    schema_of(written, "BatchResult").validate(answer)


class Enrolled:
    """The application as an enrolled terminal reaches it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._world.app({**scope, "state": {PEER: self._world.der}}, receive, send)


def operations() -> list[Any]:
    found = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for path in ("/lab/faults", "/lab/clock"):
        # These two break the platform on purpose; everything else must answer sensibly.
        del found["paths"][path]
    for name in ("Batch", "HeartbeatRequest", "TokenRequest"):
        # Otherwise every call would end at the check of who is speaking.
        found["components"]["schemas"][name]["properties"]["terminal"] = {"type": "string", "const": TERMINAL}
    schema = schemathesis.openapi.from_dict(found)
    return [result.ok() for result in schema.get_all_operations()]


CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.label)
def test_whatever_is_sent_the_answer_keeps_the_contract(
    world: World, operation: Any, mode: schemathesis.GenerationMode
) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def campaign(case: Any) -> None:
        case.call_and_validate(app=Enrolled(world), checks=CHECKS)

    try:
        campaign()
    except Unsatisfiable:
        # Nothing can be wrong with a call that takes nothing.
        assert mode is schemathesis.GenerationMode.NEGATIVE


@pytest.mark.filterwarnings("default")
def test_the_campaign_notices_an_answer_outside_the_contract(world: World) -> None:
    operation = next(o for o in operations() if o.label == "GET /v1/time")
    world.public.post("/lab/faults", json={"mode": "html", "count": 1})
    with pytest.raises(FailureGroup):
        operation.Case(method="GET").call_and_validate(app=Enrolled(world), checks=CHECKS)
