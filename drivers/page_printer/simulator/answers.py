"""What the simulated printer answers to each operation: attributes in, attributes out, no bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from drivers.page_printer import codec
from drivers.page_printer.codec import Attribute, Group, GroupTag, Message, Range, Tag, Value, attribute
from drivers.page_printer.protocol import A4, COLLATED, ONE_SIDED, PDF, IppStatus, JobState, Operation
from drivers.page_printer.simulator.machine import Machine, SimulatedJob

KEYWORDS: dict[int, str] = {int(operation): operation.name.lower().replace("_", "-") for operation in Operation}
MOST_COPIES = 99
CUPS_VERSION = "2.4.2"
_ENDS = {
    JobState.CANCELED: "job-canceled-by-user",
    JobState.ABORTED: "aborted-by-system",
    JobState.COMPLETED: "job-completed-successfully",
}


class _No(Exception):  # noqa: N818  an answer, not an error
    def __init__(self, status: IppStatus) -> None:
        super().__init__(status.name)
        self.status = status


class Answers:
    """Answers for one printer. `counts` holds how often each operation was asked for, by its keyword."""

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine = machine
        self._name = name
        self.counts = dict.fromkeys(KEYWORDS.values(), 0)

    def answer(self, request: Message) -> Message:
        """Carry out one request."""
        head = Group(
            GroupTag.OPERATION,
            (
                attribute("attributes-charset", Tag.CHARSET, "utf-8"),
                attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
            ),
        )
        status, groups = self._carried_out(request)
        return Message(status, request.request_id, (head, *groups), version=request.version)

    def _carried_out(self, request: Message) -> tuple[int, tuple[Group, ...]]:
        handlers: dict[int, Callable[[Message, Group], tuple[Group, ...]]] = {
            Operation.PRINT_JOB: self._print_job,
            Operation.CANCEL_JOB: self._cancel_job,
            Operation.GET_JOB_ATTRIBUTES: self._job_attributes,
            Operation.GET_JOBS: self._get_jobs,
            Operation.GET_PRINTER_ATTRIBUTES: self._printer_attributes,
        }
        asked = request.group(GroupTag.OPERATION)
        # RFC 8011, 4.1.4: these two come first, in this order, or nothing else is looked at.
        if [each.name for each in asked.attributes[:2]] != ["attributes-charset", "attributes-natural-language"]:
            return IppStatus.BAD_REQUEST, ()
        if request.code not in handlers:
            return IppStatus.OPERATION_NOT_SUPPORTED, ()
        self.counts[KEYWORDS[request.code]] += 1
        with self._machine.changed:
            try:
                return IppStatus.OK, handlers[request.code](request, asked)
            except _No as no:
                return no.status, ()

    def _print_job(self, request: Message, asked: Group) -> tuple[Group, ...]:
        panel = self._machine.panel
        template = request.group(GroupTag.JOB)
        if not panel.accepting:
            raise _No(IppStatus.NOT_ACCEPTING_JOBS)
        if panel.busy:
            raise _No(IppStatus.BUSY)
        if asked.words("document-format")[:1] != (PDF,) or not panel.pdf:
            raise _No(IppStatus.FORMAT_NOT_SUPPORTED)
        copies = template.number("copies") or 1
        wrong = copies > MOST_COPIES or template.words("media") != (A4,) or template.words("sides") != (ONE_SIDED,)
        if asked.flag("ipp-attribute-fidelity") and wrong:
            raise _No(IppStatus.VALUES_NOT_SUPPORTED)
        job = self._machine.add(
            request.document,
            min(copies, MOST_COPIES),
            "".join(asked.words("job-name")[:1]),
            "".join(asked.words("requesting-user-name")[:1]) or "anonymous",
            {each.name: [str(v.content) for v in each.values] for g in request.groups for each in g.attributes},
        )
        return (Group(GroupTag.JOB, self._job(job)),)

    def _cancel_job(self, _request: Message, asked: Group) -> tuple[Group, ...]:
        purging = bool(asked.flag("purge-job"))
        if purging and self._machine.panel.purge == "refused":
            raise _No(IppStatus.VALUES_NOT_SUPPORTED)
        job = self._found(asked)
        if purging and self._machine.panel.purge == "known":
            self._machine.purge(job)
        elif job.over:
            raise _No(IppStatus.NOT_POSSIBLE)
        else:
            self._machine.cancel(job)
        return ()

    def _job_attributes(self, _request: Message, asked: Group) -> tuple[Group, ...]:
        return (Group(GroupTag.JOB, _wanted(self._job(self._found(asked)), asked)),)

    def _get_jobs(self, _request: Message, asked: Group) -> tuple[Group, ...]:
        over = asked.words("which-jobs")[:1] == ("completed",)
        mine = asked.words("requesting-user-name")[:1] if asked.flag("my-jobs") and self._machine.panel.my_jobs else ()
        found = (
            job
            for job in self._machine.jobs.values()
            if job.over is over and (not mine or job.user == mine[0]) and not self._forgotten(job)
        )
        return tuple(Group(GroupTag.JOB, _wanted(self._job(job), asked)) for job in found)

    def _printer_attributes(self, _request: Message, asked: Group) -> tuple[Group, ...]:
        machine = self._machine
        formats = ["application/octet-stream", "image/pwg-raster", *((PDF,) if machine.panel.pdf else ())]
        known = [
            attribute("printer-name", Tag.NAME, self._name),
            attribute("printer-state", Tag.ENUM, machine.phase),
            attribute("printer-state-reasons", Tag.KEYWORD, *(machine.reasons() or ("none",))),
            attribute("printer-is-accepting-jobs", Tag.BOOLEAN, machine.panel.accepting),
            attribute("queued-job-count", Tag.INTEGER, sum(not job.over for job in machine.jobs.values())),
            attribute("ipp-versions-supported", Tag.KEYWORD, "1.1", "2.0"),
            attribute("operations-supported", Tag.ENUM, *Operation),
            attribute("document-format-supported", Tag.MIME, *formats),
            attribute("copies-supported", Tag.RANGE, Range(1, MOST_COPIES)),
            attribute("media-supported", Tag.KEYWORD, A4, "na_letter_8.5x11in"),
            attribute("media-col-default", Tag.COLLECTION, (_media_size(),)),
            attribute("sides-supported", Tag.KEYWORD, ONE_SIDED),
            attribute("multiple-document-handling-supported", Tag.KEYWORD, COLLATED),
        ]
        if machine.cups:
            known += [
                attribute("printer-is-shared", Tag.BOOLEAN, False),
                attribute("cups-version", Tag.TEXT, CUPS_VERSION),
            ]
        return (Group(GroupTag.PRINTER, _wanted(known, asked)),)

    def _found(self, asked: Group) -> SimulatedJob:
        job = self._machine.jobs.get(asked.number("job-id") or 0)
        if job is None or self._forgotten(job):
            raise _No(IppStatus.NOT_FOUND)
        return job

    def _forgotten(self, job: SimulatedJob) -> bool:
        return job.over and self._machine.panel.forgets

    def _job(self, job: SimulatedJob) -> tuple[Attribute, ...]:
        began = Value(Tag.NO_VALUE) if job.began is None else Value(Tag.INTEGER, job.began)
        reason = _ENDS.get(job.state, "processing-to-stop-point" if job.stopping else "none")
        counts = self._machine.panel.counts
        # CUPS counts what its filters tell it, which often is nothing.
        sheets = 0 if self._machine.cups or counts == "zero" else job.sheets
        counted = (attribute("job-media-sheets-completed", Tag.INTEGER, sheets),) if counts != "none" else ()
        return (
            attribute("job-id", Tag.INTEGER, job.id),
            attribute("job-uri", Tag.URI, f"ipp://localhost/jobs/{job.id}"),
            attribute("job-state", Tag.ENUM, job.state),
            attribute("job-state-reasons", Tag.KEYWORD, reason),
            attribute("job-name", Tag.NAME, job.name),
            attribute("job-originating-user-name", Tag.NAME, job.user),
            Attribute("time-at-processing", (began,)),
            *counted,
        )


def _wanted(known: Iterable[Attribute], asked: Group) -> tuple[Attribute, ...]:
    """Only what was asked for, where something was."""
    names = asked.words("requested-attributes")
    return tuple(each for each in known if not names or "all" in names or each.name in names)


def _media_size() -> Attribute:
    """The size of A4 in hundredths of a millimetre, as a collection in a collection."""
    size = (attribute("x-dimension", Tag.INTEGER, 21000), attribute("y-dimension", Tag.INTEGER, 29700))
    return attribute("media-size", Tag.COLLECTION, size)


def foreign(answer: Message) -> bytes:
    """The same answer to a question that nobody has asked."""
    return codec.encode(replace(answer, request_id=answer.request_id + 1))
