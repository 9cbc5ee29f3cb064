"""docs/events.md, made from the table of events."""

from __future__ import annotations

from kiosk_app.audit.events import EVENTS, Event


def document() -> str:
    """Return the whole document."""
    lines = [
        "# Events of a terminal",
        "",
        "Made by `python -m kiosk_app.audit --doc` from `kiosk_app/audit/events.py`; do not edit.",
        "",
        "Every event is one JSON line (`at`, `level`, `event`, `fields`, `text`). Those marked *chained* also enter",
        "the hash chain of the encrypted store, which `kiosk audit verify` walks. A field holds an id, a hash, a word",
        "of a closed list, a name out of the source, a count or a flag. There is no type for free text, so nothing",
        "personal can be written; a value that does not fit is dropped and counted by `field_dropped`.",
        "",
        "| event | level | chained | 含义 | meaning | fields |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(event) for event in EVENTS.values()]
    return "\n".join(lines) + "\n"


def _row(event: Event) -> str:
    fields = "<br>".join(f"`{name}`: {kind.label}" for name, kind in event.fields.items()) or "none"
    chained = "yes" if event.audited else "no"
    return f"| `{event.id}` | {event.severity.value} | {chained} | {event.zh} | {event.en} | {fields} |"
