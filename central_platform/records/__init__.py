"""What departments hold about people, as far as a certificate tells it: one port, and invented records behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from central_platform.records.sample import SampleRecords
from contracts.record_kinds import KINDS, Form, Shape, written

__all__ = ["KINDS", "Form", "Records", "RecordsError", "SampleRecords", "Shape", "written"]


class RecordsError(Exception):
    """A department cannot answer now."""


class Records(Protocol):
    """The departments. Asked within the transaction that accepts a case, so whoever is far away must keep a copy."""

    def find(self, kind: str, id_no: str, answers: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return what is held of a person, in the shape of `KINDS[kind]`; None when nothing that was asked for.

        `answers` are those of the application; `KINDS[kind].asks` names the ones that say what is asked for.

        Raises:
            RecordsError: nobody can tell now.
        """
