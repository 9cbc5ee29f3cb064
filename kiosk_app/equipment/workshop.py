"""Jobs on the terminal itself that a technician or the platform asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.commands import Outcome
from kiosk_app.equipment.commands import Report

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom


def self_test(room: EngineRoom) -> Report:
    """Look at everything as `kiosk doctor` does; what is not well is named with its cause."""
    from kiosk_app.control_handlers import doctor

    found = doctor(room)
    rows = [(item["id"], item["severity"], item["cause_en"]) for item in found["devices"]]
    rows += [(item["id"], item["state"], item["cause_en"]) for item in found["checks"]]
    bad = [{"id": name, "state": str(state), "cause": cause} for name, state, cause in rows if state != "pass"]
    why = "ready" if found["ready"] else "not_ready"
    return Report(Outcome.DONE, {"why": why, "looked": len(rows), "bad": bad})
