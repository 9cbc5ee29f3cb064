"""What people and tests can do to the printer from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Panel:
    """What people and tests can do to the printer.

    `stalled`: a job is processing for ever. `aborts`: jobs end before their next sheet. `late_s`: so long after its
    last sheet a job is still processing. `forgets`: a job that is over cannot be asked any more. `revives`: what was
    cancelled and not purged comes out when the power is switched on again.

    `answer` spoils what is said to the operation `answer_to` ("all" or its keyword, such as "print-job"): "cut" closes
    the connection in the middle, "garbage" is HTTP without IPP, "noise" not even HTTP, "endless" never ends, "slow"
    brings a byte now and then. `document` "cut": the connection breaks when half of it has come. `busy`: Print-Job is
    answered by server-error-busy. `purge`: whether `purge-job` is "known", "ignored" or "refused". `my_jobs`: whether
    Get-Jobs knows whose jobs are wanted. `counts`: sheets of a job are told ("ok"), always 0 ("zero"), or not told
    ("none").
    """

    paper: str = "full"
    cover: str = "closed"
    toner: str = "ok"
    output: str = "ok"
    paused: bool = False
    stalled: bool = False
    aborts: bool = False
    late_s: float = 0.0
    silent: bool = False
    answer: str = "ok"
    answer_to: str = "all"
    document: str = "taken"
    pdf: bool = True
    accepting: bool = True
    busy: bool = False
    counts: str = "ok"
    forgets: bool = False
    purge: str = "ignored"
    revives: bool = False
    my_jobs: bool = True

    def changed(self, values: Mapping[str, object]) -> Panel:
        """Return the panel with some values set.

        Raises:
            ValueError: a name or value that does not exist.
        """
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            number = name == "late_s" and type(value) in (int, float)
            if name not in known or not (number or type(value) is type(getattr(self, name))):
                raise ValueError(f"cannot set {name}")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}")
        return replace(self, **values)  # type: ignore[arg-type]

    def as_json(self) -> dict[str, object]:
        """Every value by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


_CHOICES: dict[str, tuple[str, ...]] = {
    "paper": ("full", "low", "out", "jammed"),
    "cover": ("open", "closed"),
    "toner": ("ok", "low", "empty"),
    "output": ("ok", "full"),
    "answer": ("ok", "garbage", "noise", "truncated", "cut", "endless", "slow", "401", "500", "foreign"),
    "answer_to": ("all", "print-job", "cancel-job", "get-job-attributes", "get-jobs", "get-printer-attributes"),
    "document": ("taken", "cut"),
    "counts": ("ok", "zero", "none"),
    "purge": ("known", "ignored", "refused"),
}
