"""What happened, and nothing about whom: declared events, JSON lines, a hash chain."""

from kiosk_app.audit import events
from kiosk_app.audit.chain import Fault, Head, MemoryChain, Verdict, head_of, verify_chain
from kiosk_app.audit.events import EVENTS, Event, Severity
from kiosk_app.audit.log import AuditLog, Sink, UndeclaredError, file_line, format_line, stream_line

__all__ = [
    "EVENTS",
    "AuditLog",
    "Event",
    "Fault",
    "Head",
    "MemoryChain",
    "Severity",
    "Sink",
    "UndeclaredError",
    "Verdict",
    "events",
    "file_line",
    "format_line",
    "head_of",
    "stream_line",
    "verify_chain",
]
