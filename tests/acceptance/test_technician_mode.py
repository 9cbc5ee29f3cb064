"""Technician mode on a real terminal: audited entry by entry, and nothing of residents on its pages or exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.control import ask
from kiosk_app.lab.playing import Visit
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import Step, read_script
from kiosk_app.lab.world import World
from tests.acceptance.planted import Markers

VISITS = Path(__file__).parent / "visits"
OF_TECHNICIANS = "technician_"
WALK = [
    ("technician_called", {}),
    ("technician_refused", {"why": "wrong", "failures": 1}),
    ("technician_entered", {}),
    *(("technician_opened", {"tool": tool}) for tool in ("status", "devices", "supplies")),
    (
        "technician_did",
        {"tool": "supplies", "act": "changed", "subject": "receipt_printer", "outcome": "done"},
    ),
    *(("technician_opened", {"tool": tool}) for tool in ("outbox", "about", "service")),
    ("technician_did", {"tool": "service", "act": "out", "subject": "repair", "outcome": "done"}),
    ("technician_left", {"how": "ended"}),
    ("technician_called", {}),
    ("technician_entered", {}),
    ("technician_opened", {"tool": "service"}),
    ("technician_did", {"tool": "service", "act": "back", "subject": "none", "outcome": "done"}),
    ("technician_left", {"how": "ended"}),
]
"""What technician-touch.yaml does."""
RESIDENT = """
name: "A case that waits, of somebody whose every word is looked for"
steps:
  - technician: known
  - choose: YL01
  - go: next
  - present: card:resident-1
  - expect-screen: 还要再确认一次
  - remove: true
  - choose: way.phone
  - fill: {identify.phone: "{phone}"}
  - go: next
  - phone: read-code
  - go: next
  - fill: {bank: "{bank}"}
  - network: down
  - go: next
  - wait-screen: review
  - choose: consent
  - go: next
  - wait-screen: outcome
  - go: finish
  - wait-screen: attract
"""


@pytest.fixture
def world() -> Iterator[World]:
    with World() as found:
        yield found


def entries(world: World) -> list[dict[str, Any]]:
    """The audit chain as the terminal tells it."""
    found: list[dict[str, Any]] = []
    while rows := ask(world.state.control, {"command": "audit-show", "after": found[-1]["seq"] if found else 0}):
        found += rows
    return found


def of_technicians(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    kept = []
    for row in rows:
        entry = json.loads(row["entry"]) if isinstance(row["entry"], str) else row["entry"]
        if str(entry["event"]).startswith(OF_TECHNICIANS):
            kept.append((str(entry["event"]), dict(entry["fields"])))
    return kept


def test_every_step_of_the_walk_is_an_entry_of_the_audit_and_nothing_else_is(world: World) -> None:
    with Listener() as listener:
        played = Runner(world, listener).run(read_script(VISITS / "technician-touch.yaml"))
        assert played.passed, played.error
        found = of_technicians(entries(world))
    who = world.technician_id
    assert found == [(event, {"technician": who, **fields}) for event, fields in WALK]
    whole = json.dumps(found, ensure_ascii=False)
    assert world.technician.name not in whole
    assert world.technician.id_no not in whole


def test_no_page_and_no_word_of_technician_mode_holds_anything_of_a_resident(world: World, tmp_path: Path) -> None:
    markers, before, inside = Markers(), list[bytes](), list[bytes]()
    said_before = 0

    def watch(visit: Visit, step: Step) -> None:
        nonlocal said_before
        if step.value == "card:technician" and not inside:
            said_before = int(world.stage.ask(said=0)["count"])
        markers.plant_resident(visit.resident)
        told = {"view": visit.hands.view(), "said": world.stage.ask(said=said_before)["said"]}
        (inside if said_before else before).append(json.dumps(told, ensure_ascii=False).encode())

    walk = (VISITS / "technician-touch.yaml").read_text("utf-8").partition("  - technician: known\n")[2]
    walk = "".join(line for line in walk.splitlines(keepends=True) if "expect-state" not in line)
    script, export = tmp_path / "both.yaml", tmp_path / "out.bundle"
    script.write_text(RESIDENT + walk.replace("滞留 0 件", "导出到 U 盘"), "utf-8")
    with Listener() as listener:
        runner = Runner(world, listener)
        runner.watch = watch
        world.install()
        played = runner.run(read_script(script))
        assert played.passed, played.error
        ask(world.state.control, {"command": "outbox-export", "path": str(export)})
        audit = json.dumps(entries(world), ensure_ascii=False).encode()
    assert markers.kinds_in(before), "the search finds what there is"
    assert not markers.kinds_in(inside)
    assert not markers.kinds_in([export.read_bytes(), audit])
