"""One line per event, chained when audited, nothing that was not declared."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.audit import AuditLog, UndeclaredError, events, file_line, stream_line
from tests.kiosk_app.audit.memory import MemoryChain


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_line_holds_time_level_event_fields_and_sentence() -> None:
    stream = io.StringIO()
    AuditLog(None, Clock(), line=stream_line(stream), strict=True).record(events.SERVICE_OPENED, service="YL01")
    assert lines_of(stream) == [
        {
            "at": "2026-11-22T10:00:00.000+00:00",
            "level": "info",
            "event": "service_opened",
            "fields": {"service": "YL01"},
            "text": "a service was opened",
        }
    ]


def test_event_by_name_with_a_mapping_is_the_same() -> None:
    stream = io.StringIO()
    log = AuditLog(None, Clock(), line=stream_line(stream), strict=True)
    log.record("unexpected_event", {"state": "Form", "event": "CardRead"})
    assert lines_of(stream)[0]["fields"]["state"] == "Form"


def test_field_named_like_an_envelope_word_does_not_hide_the_event() -> None:
    stream = io.StringIO()
    log = AuditLog(None, Clock(), line=stream_line(stream), strict=True)
    log.record(events.UNEXPECTED_EVENT, state="Form", event="CardRead")
    (line,) = lines_of(stream)
    assert line["event"] == "unexpected_event"
    assert line["fields"]["event"] == "CardRead"


def test_audited_event_enters_the_chain_and_a_plain_one_does_not() -> None:
    chain = MemoryChain(Clock())
    log = AuditLog(chain, Clock(), strict=True)
    log.record(events.SCREEN_SHOWN, screen="home", page=1)
    log.record(events.SAVED, submission="0192f3a4-7c1e-7000-8abc-123456789012", service="YL01")
    assert [row.entry["event"] for row in chain.rows] == ["saved"]


def test_undeclared_field_raises_when_strict() -> None:
    with pytest.raises(UndeclaredError):
        AuditLog(None, Clock(), strict=True).record(events.SAVED, name="张淑芬")


def test_misfit_raises_without_telling_the_value() -> None:
    with pytest.raises(UndeclaredError) as raised:
        AuditLog(None, Clock(), strict=True).record(events.SAVED, submission="110102195603071234")
    assert "110102" not in str(raised.value)


def test_undeclared_event_raises_when_strict() -> None:
    with pytest.raises(UndeclaredError):
        AuditLog(None, Clock(), strict=True).record("something_else")


def test_misfits_are_dropped_and_counted_in_production() -> None:
    stream, chain = io.StringIO(), MemoryChain(Clock())
    log = AuditLog(chain, Clock(), line=stream_line(stream))
    log.record(events.SAVED, submission="13911112222", service="YL01", name="张淑芬")
    told = stream.getvalue() + str(chain.rows)
    assert "13911112222" not in told
    assert "张淑芬" not in told
    first, second = lines_of(stream)
    assert first["fields"] == {"service": "YL01"}
    assert (second["event"], second["fields"]) == ("field_dropped", {"event": "saved", "count": 2})


def test_undeclared_event_is_reported_in_production_without_its_fields() -> None:
    stream = io.StringIO()
    AuditLog(None, Clock(), line=stream_line(stream)).record("strange", who="张淑芬")
    (line,) = lines_of(stream)
    assert line["event"] == "unexpected_event"
    assert "张淑芬" not in stream.getvalue()


def test_file_is_private_and_survives_rotation(tmp_path: Path) -> None:
    path = tmp_path / "log" / "terminal.jsonl"
    write = file_line(path)
    write("{}")
    path.rename(path.with_suffix(".1"))
    write("{}")
    assert path.read_text() == "{}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_document_is_current() -> None:
    from kiosk_app.audit.doc import document

    assert (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8") == document(), (
        "run: python -m kiosk_app.audit --doc docs/events.md"
    )


def test_logging_needs_neither_store_nor_cryptography() -> None:
    heavy = "('sqlcipher3', 'requests', 'cryptography')"
    code = f"import sys, kiosk_app.audit; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0
