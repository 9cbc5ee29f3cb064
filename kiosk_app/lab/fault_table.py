"""The faults that the laboratory can play, each a root cause of its own. Pure data: `fault_hands` plays it,
docs/fault-table.md is made of it.
"""

from __future__ import annotations

from kiosk_app.lab.fault_shape import Fault
from kiosk_app.lab.faults_around import AROUND, EYES, MODULES, SUPPLY
from kiosk_app.lab.faults_inside import ENTRIES, PRINTERS, READERS
from kiosk_app.lab.faults_machine import IDENTITY, MACHINE, START, WAY

FAULTS: tuple[Fault, ...] = (
    *READERS,
    *PRINTERS,
    *ENTRIES,
    *EYES,
    *MODULES,
    *AROUND,
    *SUPPLY,
    *WAY,
    *MACHINE,
    *IDENTITY,
    *START,
)
"""In the order in which they are told."""
