"""What a receipt says: the model, its lines on paper and its sentences for the ear. No fonts and no printer here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk_app.documents.page import Caption, Code, Fact, Item, Line, Mark, Notice, Number, Page, Rule, Small, Title
from kiosk_app.documents.words import day, day_and_time, words

HOTLINES = ("66007070", "12345")
"""The district's service line and the city's; every receipt carries both."""


class ReceiptKind(StrEnum):
    """Closed set of what a receipt is."""

    ACCEPTED = "accepted"
    DONE = "done"
    PENDING = "pending"
    APPOINTMENT = "appointment"
    INFO = "info"
    REFUSED = "refused"


class NotMaskedError(ValueError):
    """A name or number that would be printed in full. The text does not say which characters."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and where; `ticket` is what to say or show there."""

    when: str
    hall: str
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """The rule that decided and why; after a refusal where to go, with what, until when and whom to call.

    `by` is None when there is no hurry.
    """

    rule: str
    words: str
    where: str = ""
    bring: str = ""
    by: date | None = None
    call: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptModel:
    """Everything a receipt can say, in the language it is printed in. Empty = not printed.

    `number` is the platform's, or the provisional one of a PENDING receipt. `at` is when it was accepted, done, saved
    or booked, by kind. `due`, `working_days` and `check_code` are never printed on a PENDING receipt: nothing is
    promised before acceptance. `title` replaces the headline, except on a PENDING receipt. `lines` say what else must
    be known, such as where to collect the sealed sheet. `guardian` is the masked name of whoever acted for a child.
    `reprint` counts from 1; 0 is the first print. `paid` is the amount that arrived, `asked` one of which nobody knows
    that yet; `payment` is the payment's number, and `simulated` says on paper that no money moved.

    Raises:
        NotMaskedError: `applicant`, `id_masked` or `guardian` has no star in it.
    """

    kind: ReceiptKind
    centre: str
    service: str
    number: str
    at: datetime
    lang: str = "zh"
    title: str = ""
    applicant: str = field(default="", repr=False)
    id_masked: str = field(default="", repr=False)
    department: str = ""
    due: date | None = None
    working_days: int | None = None
    pickup: str = ""
    fee: str = ""
    materials: tuple[str, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)
    next: tuple[str, ...] = ()
    appointment: Appointment | None = field(default=None, repr=False)
    track_url: str = field(default="", repr=False)
    check_code: str = field(default="", repr=False)
    hotlines: tuple[str, ...] = HOTLINES
    terminal: str = ""
    serial: str = ""
    reprint: int = 0
    large: bool = False
    guardian: str = field(default="", repr=False)
    reason: Reason | None = None
    paid: str = ""
    asked: str = ""
    payee: str = ""
    payment: str = ""
    simulated: bool = False

    def __post_init__(self) -> None:
        if any(text and "*" not in text for text in (self.applicant, self.id_masked, self.guardian)):
            raise NotMaskedError("a receipt carries masked names and numbers only")

    @property
    def provisional(self) -> bool:
        """True while nobody has accepted it."""
        return self.kind is ReceiptKind.PENDING

    @property
    def headline(self) -> str:
        """The biggest words on the paper."""
        own = "" if self.provisional else self.title
        return own or words(self.lang)[f"title.{self.kind}"]

    @property
    def all_hotlines(self) -> tuple[str, ...]:
        """The hotlines, those that must be there first."""
        return tuple(dict.fromkeys((*HOTLINES, *self.hotlines)))


def page_of(model: ReceiptModel) -> Page:
    """Lay the receipt out as typed lines."""
    return Page(tuple(_lines(model)), model.large)


def text_of(model: ReceiptModel) -> tuple[str, ...]:
    """Return the printed lines as text, top to bottom; what the QR code holds is not among them."""
    return tuple(text for line in _lines(model) for text in line.texts())


def _lines(model: ReceiptModel) -> Iterator[Line]:
    t = words(model.lang)
    yield Caption(model.centre, size=30)
    yield Title(model.headline)
    yield Caption(t["machine"], size=24)
    if model.reprint:
        yield Mark(t["reprint"].format(n=model.reprint))
    if model.provisional:
        yield Notice(t["notice.title"], t["notice.body"])
    if model.simulated:
        yield Notice(t["simulated.title"], t["simulated.body"])
    yield Rule()
    yield Number(t[f"number.{model.kind}"], model.number)
    for label, value, strong in _facts(model):
        yield Fact(label, value, strong)
    for heading, items in _lists(model):
        yield Rule()
        yield Caption(heading, size=26, strong=True, centred=False)
        for n, text in enumerate(items, 1):
            yield Item(n, text)
    if model.lines:
        yield Rule()
        for text in model.lines:
            yield Caption(text, size=26, strong=True, centred=False)
    yield Rule()
    if model.track_url:
        yield Code(model.track_url)
        yield Caption(t["scan.pending" if model.provisional else "scan"], size=26, strong=True)
    if model.check_code and not model.provisional:
        yield Caption(f"{t['check_code']} {model.check_code}", size=26)
    if model.track_url or (model.check_code and not model.provisional):
        yield Rule()
    yield Caption(t["hotline"], size=26)
    yield Caption(" · ".join(model.all_hotlines), size=34, strong=True)
    yield Caption(t["help"], size=24)
    for key, value in (("terminal", model.terminal), ("serial", model.serial)):
        if value:
            yield Small(f"{t[key]} {value}")
    for text in _foot(model):
        yield Small(text)


def _facts(model: ReceiptModel) -> Iterator[tuple[str, str, bool]]:
    """Label, value and whether it is printed bold, in the order of the receipt."""
    t = words(model.lang)
    booked = model.appointment
    yield t["service"], model.service, True
    if booked is not None:
        yield t["booked.when"], booked.when, True
        yield t["booked.hall"], booked.hall, True
        if booked.ticket:
            yield t["booked.ticket"], booked.ticket, False
    if model.applicant:
        yield t["applicant"], model.applicant, False
    if model.id_masked:
        yield t["id"], model.id_masked, False
    if model.guardian:
        yield t["guardian"], model.guardian, False
    if model.department:
        yield t["department"], model.department, False
    yield t[f"at.{model.kind}"], day_and_time(model.at, model.lang), False
    if model.due is not None and model.kind is ReceiptKind.ACCEPTED:
        key = "due.date" if model.working_days is None else "due.days"
        yield t["due"], t[key].format(date=day(model.due, model.lang), days=model.working_days), True
    yield from _reason(model)
    if model.pickup:
        yield t["pickup"], model.pickup, False
    if model.fee:
        yield t["fee"], model.fee, False
    for key in ("paid", "asked"):
        if amount := getattr(model, key):
            yield t[key], amount, True
    if model.payee:
        yield t["payee"], model.payee, False
    if model.payment and model.payment != model.number:
        yield t["payment"], model.payment, False


def _reason(model: ReceiptModel) -> Iterator[tuple[str, str, bool]]:
    t, reason = words(model.lang), model.reason
    if reason is None:
        return
    refused = model.kind is ReceiptKind.REFUSED
    yield t["reason" if refused else "reason.granted"], reason.words, refused
    if refused:
        by = t["by.any"] if reason.by is None else t["by.day"].format(date=day(reason.by, model.lang))
        yield t["where"], reason.where, True
        yield t["bring"], reason.bring, False
        yield t["by"], by, False
        yield t["ask"], reason.call, False
    yield t["rule"], reason.rule, False


def _lists(model: ReceiptModel) -> Iterator[tuple[str, tuple[str, ...]]]:
    t = words(model.lang)
    if model.materials:
        yield t["materials"], model.materials
    if model.next:
        yield t["next"], model.next


def _foot(model: ReceiptModel) -> Iterator[str]:
    """What this paper proves, and how to keep it."""
    t = words(model.lang)
    proves = t.get(f"proves.{model.kind}")
    if proves:
        yield proves
    yield t["paper"]


def read_aloud(model: ReceiptModel) -> tuple[str, ...]:
    """Return the same facts as sentences, in the order of the paper."""
    return tuple(_sentences(model))


def _sentences(model: ReceiptModel) -> Iterator[str]:
    t = words(model.lang)
    yield t["aloud.title"].format(centre=model.centre, title=model.headline)
    if model.reprint:
        yield t["aloud.reprint"].format(n=model.reprint)
    if model.provisional:
        yield t["aloud.pending"].format(title=t["notice.title"], body=t["notice.body"])
    if model.simulated:
        yield t["aloud.pending"].format(title=t["simulated.title"], body=t["simulated.body"])
    fact = t["aloud.fact"]
    yield fact.format(label=t[f"number.{model.kind}"], value=model.number)
    for label, value, _ in _facts(model):
        yield fact.format(label=label, value=_bare(value))
    for heading, items in _lists(model):
        for n, text in enumerate(items, 1):
            yield t["aloud.list"].format(label=heading, n=n, value=_bare(text))
    yield from model.lines
    if model.track_url:
        yield t["aloud.scan.pending" if model.provisional else "aloud.scan"]
    if model.check_code and not model.provisional:
        yield fact.format(label=t["check_code"], value=model.check_code)
    yield t["aloud.hotline"].format(hotlines=t["aloud.or"].join(model.all_hotlines))
    if model.terminal:
        yield fact.format(label=t["terminal"], value=model.terminal)
    if model.serial:
        yield fact.format(label=t["serial"], value=model.serial)
    yield from _foot(model)


def _bare(text: str) -> str:
    """Without the full stop that the sentence adds."""
    return text.rstrip("。. ")
