"""Operations of IPP (RFC 8011) on one printer, or on one queue of CUPS: each is one POST, bounded, with a typed end.

Version 1.1: every printer takes it, and nothing newer is needed. What is asked of CUPS beyond the standard is
`purge-job`. Nothing personal is ever an attribute: the user is `USER`, a job is named by a number drawn at random.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from drivers.page_printer import codec
from drivers.page_printer.address import Address
from drivers.page_printer.codec import Attribute, CodecError, Group, GroupTag, Message, Range, Tag, Value, attribute
from drivers.page_printer.post import AnswerError, Check, Guard, IppError, Post

MEDIA_TYPE = "application/ipp"
PDF = "application/pdf"
A4 = "iso_a4_210x297mm"
ONE_SIDED = "one-sided"
COLLATED = "separate-documents-collated-copies"
USER = "kiosk"
"""Whose jobs ours are."""
JOB_PREFIX = "doorstep-"
CALL_S = 2.0
"""For a question; a printer in good health answers within milliseconds."""
SEND_S = 60.0
"""For a document and its receipt; the command's own deadline is usually nearer."""
MOST_REQUESTS = 0x7FFFFFFF

Member = TypeVar("Member", bound=IntEnum)


class Operation(IntEnum):
    """What can be asked."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class IppStatus(IntEnum):
    """Answers that are told apart."""

    OK = 0x0000
    IGNORED = 0x0001
    BAD_REQUEST = 0x0400
    FORBIDDEN = 0x0401
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    GONE = 0x0407
    FORMAT_NOT_SUPPORTED = 0x040A
    VALUES_NOT_SUPPORTED = 0x040B
    DOCUMENT_FORMAT_ERROR = 0x0411
    DOCUMENT_ACCESS_ERROR = 0x0412
    INTERNAL_ERROR = 0x0500
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    VERSION_NOT_SUPPORTED = 0x0503
    DEVICE_ERROR = 0x0504
    TEMPORARY_ERROR = 0x0505
    NOT_ACCEPTING_JOBS = 0x0506
    BUSY = 0x0507
    JOB_CANCELED = 0x0508
    DEACTIVATED = 0x050A
    TOO_MANY_JOBS = 0x050B


LAST_OK = 0x00FF
ABSENT = frozenset({IppStatus.NOT_FOUND, IppStatus.GONE})


class JobState(IntEnum):
    """RFC 8011, 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


OVER = frozenset({JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED})


class PrinterPhase(IntEnum):
    """RFC 8011, 5.4.11: `printer-state`."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class RefusedError(IppError):
    """IPP was spoken, and the answer is no. `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"IPP status {status:#06x}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Described:
    """What the printer says about itself. `phase` None: none that printers have. `most_copies` 0: it does not say."""

    phase: PrinterPhase | None
    reasons: tuple[str, ...]
    accepting: bool
    takes_pdf: bool
    most_copies: int
    a4: bool
    one_sided: bool
    collates: bool
    cups: bool

    @property
    def exact(self) -> bool:
        """True when it knows all that a job asks for, and can be held to it: else it would refuse every page."""
        return self.a4 and self.one_sided and self.most_copies > 0


@dataclass(frozen=True, slots=True)
class JobReport:
    """What the printer says about a job. None: it does not tell whether it has begun, or does not count sheets."""

    id: int
    state: JobState | None
    reasons: tuple[str, ...] = ()
    sheets: int | None = None
    started: bool | None = None
    name: str = ""

    @property
    def over(self) -> bool:
        """True when nothing more will come of it."""
        return self.state in OVER


_PRINTER_WANTED = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "copies-supported",
    "media-supported",
    "sides-supported",
    "multiple-document-handling-supported",
    "cups-version",
)
_JOB_WANTED = (
    "job-id",
    "job-state",
    "job-state-reasons",
    "job-name",
    "job-originating-user-name",
    "job-media-sheets-completed",
    "job-impressions-completed",
    "time-at-processing",
)


class Sending:
    """A Print-Job under way: what is known about it however it ends."""

    def __init__(self, post: Post, request: bytes, document: bytes) -> None:
        self._post = post
        self._request = request
        self._document = document

    @property
    def left(self) -> bool:
        """True when a byte of the document has, or may have, left this machine."""
        return self._post.sent > len(self._request)

    def perform(self) -> bytes:
        """Send, and return the answer: see `Post.perform`."""
        return self._post.perform(self._request + self._document, MEDIA_TYPE)


class Queue:
    """One printer or queue at one address. Every method raises `TransportError` when the answer does not come,
    `AnswerError` when it is no IPP, `RefusedError` when it is no, and whatever `check` raises.
    """

    def __init__(self, address: Address, monotonic: Callable[[], float]) -> None:
        self._address = address
        self._monotonic = monotonic
        self._trust = ssl.create_default_context() if address.tls else None
        self._requests = 0

    def describe(self, check: Check) -> Described:
        """Get-Printer-Attributes."""
        answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, check, _keywords(_PRINTER_WANTED))
        return described(answer.group(GroupTag.PRINTER))

    def sending(self, name: str, document: bytes, copies: int, printer: Described, check: Check) -> Sending:
        """Return a Print-Job of `document` (PDF, A4, one-sided), not sent yet; `name` is ASCII."""
        asked = (
            attribute("job-name", Tag.NAME, name),
            attribute(
                "ipp-attribute-fidelity", Tag.BOOLEAN, printer.a4 and printer.one_sided and printer.most_copies > 0
            ),
            attribute("document-format", Tag.MIME, PDF),
        )
        message = self._request(Operation.PRINT_JOB, asked, template=_template(copies, printer))
        return Sending(self._post(SEND_S, check), codec.encode(message), document)

    def accepted(self, answer: bytes) -> int:
        """Return the number of the job that a Print-Job was answered with."""
        number = self._understood(answer).group(GroupTag.JOB).number("job-id")
        if number is None:
            raise AnswerError("a job without a number")
        return number

    def job(self, number: int, check: Check) -> JobReport:
        """Get-Job-Attributes."""
        answer = self._ask(Operation.GET_JOB_ATTRIBUTES, check, _keywords(_JOB_WANTED), job=number)
        return job_report(answer.group(GroupTag.JOB), number)

    def jobs(self, check: Check, *, completed: bool) -> tuple[JobReport, ...]:
        """Get-Jobs: ours that are over, or ours that are not."""
        answer = self._ask(
            Operation.GET_JOBS,
            check,
            attribute("which-jobs", Tag.KEYWORD, "completed" if completed else "not-completed"),
            attribute("my-jobs", Tag.BOOLEAN, True),
            _keywords(_JOB_WANTED),
        )
        found = ((group, group.number("job-id")) for group in answer.all_groups(GroupTag.JOB))
        # Not every printer knows `my-jobs`; nobody else's job is ours to take back.
        return tuple(job_report(group, number) for group, number in found if number is not None and _ours(group))

    def cancel(self, number: int, check: Check, *, purge: bool) -> None:
        """Cancel-Job; with `purge` CUPS forgets the job and its document as well, also when it is over."""
        extra = (attribute("purge-job", Tag.BOOLEAN, True),) if purge else ()
        self._ask(Operation.CANCEL_JOB, check, *extra, job=number)

    def _ask(self, operation: Operation, check: Check, *attributes: Attribute, job: int | None = None) -> Message:
        body = codec.encode(self._request(operation, attributes, job=job))
        return self._understood(self._post(CALL_S, check).perform(body, MEDIA_TYPE))

    def _post(self, seconds: float, check: Check) -> Post:
        return Post(self._address, self._trust, Guard(self._monotonic, seconds, check))

    def _request(
        self,
        operation: Operation,
        attributes: tuple[Attribute, ...],
        *,
        job: int | None = None,
        template: tuple[Attribute, ...] = (),
    ) -> Message:
        self._requests = self._requests % MOST_REQUESTS + 1
        asked = (
            attribute("attributes-charset", Tag.CHARSET, "utf-8"),
            attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
            attribute("printer-uri", Tag.URI, self._address.uri),
            *(() if job is None else (attribute("job-id", Tag.INTEGER, job),)),
            attribute("requesting-user-name", Tag.NAME, USER),
            *attributes,
        )
        groups = (Group(GroupTag.OPERATION, asked), *((Group(GroupTag.JOB, template),) if template else ()))
        return Message(operation, self._requests, groups)

    def _understood(self, answer: bytes) -> Message:
        try:
            message = codec.decode(answer)
        except CodecError as error:
            raise AnswerError(f"no IPP: {error}") from error
        if message.request_id != self._requests:
            raise AnswerError("the answer to another question")
        if message.code > LAST_OK:
            raise RefusedError(message.code)
        return message


def described(group: Group) -> Described:
    """Read the attributes of a printer; what it does not say it cannot do."""
    copies = [value.upper for value in group.contents("copies-supported") if isinstance(value, Range)]
    return Described(
        phase=_member(PrinterPhase, group.number("printer-state")),
        reasons=tuple(word for word in group.words("printer-state-reasons") if word != "none"),
        accepting=group.flag("printer-is-accepting-jobs") is True,
        takes_pdf=PDF in {word.lower() for word in group.words("document-format-supported")},
        most_copies=max(copies, default=0),
        a4=A4 in group.words("media-supported"),
        one_sided=ONE_SIDED in group.words("sides-supported"),
        collates=COLLATED in group.words("multiple-document-handling-supported"),
        cups=group.has("cups-version"),
    )


def job_report(group: Group, number: int) -> JobReport:
    """Read the attributes of the job `number`."""
    # One-sided, an impression is a sheet.
    counts = (group.number(name) for name in ("job-media-sheets-completed", "job-impressions-completed"))
    started = bool(group.contents("time-at-processing")) if group.has("time-at-processing") else None
    return JobReport(
        id=number,
        state=_member(JobState, group.number("job-state")),
        reasons=group.words("job-state-reasons"),
        sheets=next((count for count in counts if count is not None and count >= 0), None),
        started=started,
        name="".join(group.words("job-name")[:1]),
    )


def _template(copies: int, printer: Described) -> tuple[Attribute, ...]:
    """What is asked of the paper."""
    collated = (attribute("multiple-document-handling", Tag.KEYWORD, COLLATED),)
    return (
        attribute("copies", Tag.INTEGER, copies),
        *(collated if copies > 1 and printer.collates else ()),
        attribute("sides", Tag.KEYWORD, ONE_SIDED),
        attribute("media", Tag.KEYWORD, A4),
    )


def _member(kind: type[Member], number: int | None) -> Member | None:
    return next((member for member in kind if member == number), None)


def _ours(group: Group) -> bool:
    users = group.words("job-originating-user-name")
    return not users or users[0] == USER


def _keywords(words: tuple[str, ...]) -> Attribute:
    return Attribute("requested-attributes", tuple(Value(Tag.KEYWORD, word) for word in words))
