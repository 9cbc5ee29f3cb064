"""The memory of a print job that outlives the process: without it, a power cut would print a receipt twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

from drivers.receipt_printer.protocol import Outcome

_PRINTING = "printing"
_COMPACT_BYTES = 64 * 1024


class JournalError(Exception):
    """What was to be remembered could not be made durable."""


class Journal(Protocol):
    """Kept by whoever owns the disk. Jobs are ids; nothing personal goes in."""

    def begin(self, job: str, ack_id: bytes) -> None:
        """Remember that `job` is being printed. Durable on return; called before the first byte of the job.

        Raises:
            JournalError: not durable; the job is then not sent.
        """

    def finish(self, job: str, outcome: Outcome) -> None:
        """Remember what became of it.

        Raises:
            JournalError: not durable; after a restart the job counts as unknown.
        """

    def unfinished(self) -> list[str]:
        """Jobs that were begun and not finished, oldest first."""


class FileJournal:
    """A journal in one append-only file of JSON lines, each synced. For a printer without the terminal around it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, job: str, ack_id: bytes) -> None:
        """Append and sync.

        Raises:
            JournalError: the disk refused.
        """
        self._append({"job": job, "state": _PRINTING, "ack": ack_id.decode("ascii")})

    def finish(self, job: str, outcome: Outcome) -> None:
        """Append and sync.

        Raises:
            JournalError: the disk refused.
        """
        self._append({"job": job, "state": str(outcome)})
        try:
            if self._path.stat().st_size > _COMPACT_BYTES:
                self._compact()
        except OSError as error:
            raise JournalError(f"print journal: {error.strerror}") from error

    def unfinished(self) -> list[str]:
        """Jobs whose last line says printing. A line cut off by a power failure was never acted upon and is skipped."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        open_jobs: dict[str, None] = {}
        for line in lines:
            try:
                entry = json.loads(line)
                job, state = entry["job"], entry["state"]
            except (ValueError, KeyError, TypeError):
                continue
            if state == _PRINTING:
                open_jobs[job] = None
            else:
                open_jobs.pop(job, None)
        return list(open_jobs)

    def _compact(self) -> None:
        """Keep only what is still open; the old file stays until the new one is durable."""
        lines = [json.dumps({"job": job, "state": _PRINTING}) + "\n" for job in self.unfinished()]
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _sync_folder(self._path.parent)

    def _append(self, entry: dict[str, str]) -> None:
        try:
            new = not self._path.exists()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                # The line break in front closes a line that a power failure left open.
                os.write(descriptor, b"\n" + json.dumps(entry).encode() + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if new:
                _sync_folder(self._path.parent)
        except OSError as error:
            raise JournalError(f"print journal: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
