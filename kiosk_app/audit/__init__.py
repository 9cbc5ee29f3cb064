"""What happened, and nothing about whom: declared events, JSON lines, and entries for the store's hash chain.

`kiosk_app.audit.verify` (what `kiosk audit verify` decides) is imported by those who need it: it knows the store, and a
terminal logs before it has opened one.
"""

from kiosk_app.audit import events
from kiosk_app.audit.events import EVENTS, Event, Severity
from kiosk_app.audit.log import AuditLog, Clock, Sink, UndeclaredError, file_line, format_line, stream_line

__all__ = [
    "EVENTS",
    "AuditLog",
    "Clock",
    "Event",
    "Severity",
    "Sink",
    "UndeclaredError",
    "events",
    "file_line",
    "format_line",
    "stream_line",
]
