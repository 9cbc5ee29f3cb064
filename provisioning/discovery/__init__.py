"""Which devices hang on this machine: read from sysfs, asked on serial ports, suggested for a person to confirm."""

from provisioning.discovery.comparing import Compared, Presence, compare
from provisioning.discovery.finding import Found, find
from provisioning.discovery.probing import Asked, Outcome, probe, probe_all
from provisioning.discovery.suggest import Suggestion, known, load_table, others, ports, suggest
from provisioning.discovery.system import Machine, Node, Usb, look
from provisioning.discovery.upsd import ask_upsd

__all__ = [
    "Asked",
    "Compared",
    "Found",
    "Machine",
    "Node",
    "Outcome",
    "Presence",
    "Suggestion",
    "Usb",
    "ask_upsd",
    "compare",
    "find",
    "known",
    "load_table",
    "look",
    "others",
    "ports",
    "probe",
    "probe_all",
    "suggest",
]
