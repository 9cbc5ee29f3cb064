"""What stands on the lab's desk: a cast with cards and phones, hands that move things, and a survey of how all is."""

from __future__ import annotations

from kiosk_app.lab.desk.cast import Holder, cast
from kiosk_app.lab.desk.hands import FAULTS, NORMAL, Hands, RefusedError
from kiosk_app.lab.desk.ports import LabWorld
from kiosk_app.lab.desk.survey import Survey

__all__ = ["FAULTS", "NORMAL", "Hands", "Holder", "LabWorld", "RefusedError", "Survey", "cast"]
