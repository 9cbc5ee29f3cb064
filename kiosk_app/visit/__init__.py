"""One resident's visit as a statechart: frozen state, typed events, effects as data. No I/O, no Qt, no clock."""

from kiosk_app.visit.desk import Desk, Site
from kiosk_app.visit.state import State
from kiosk_app.visit.step import listening, step

__all__ = ["Desk", "Site", "State", "listening", "step"]
