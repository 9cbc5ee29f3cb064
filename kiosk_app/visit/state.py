"""The state of a terminal: where the visit stands, what the resident chose, what the world is. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk_app.identity import Evidence, Guardian, Level, Person, level
from kiosk_app.visit.enrolment import Enrolling
from kiosk_app.visit.guided import Findings, Guided
from kiosk_app.visit.mine import MyCases
from kiosk_app.visit.remark import NO_REMARK, Remark, Remarking
from kiosk_app.visit.ruling import Ruling, ruling_of
from kiosk_app.visit.sealed import Certificate
from kiosk_app.visit.supplied import Licences, Paper, ScanStage
from kiosk_app.visit.talk import NO_TALK, Chatting, Talk
from kiosk_app.visit.workbench import Line


class Timer(StrEnum):
    """Names of timers; each has one meaning."""

    IDLE = "idle"
    TICK = "tick"
    ANSWER = "answer"
    FAREWELL = "farewell"
    RECALL = "recall"
    AIM = "aim"
    JACK = "jack"
    CHAT = "chat"
    SLOW = "slow"
    PAY = "pay"
    ENROL = "enrol"
    LOCK = "lock"
    TRIAL = "trial"
    CALLED = "called"


class Way(StrEnum):
    """How somebody is proving who they are right now. CODE is a code held before the camera, which only looks for one
    after the resident chose so; VOICE, PALM and IRIS are modules of the site.
    """

    OPEN = "open"
    PHONE = "phone"
    WITNESS = "witness"
    FACE = "face"
    CODE = "code"
    VOICE = "voice"
    PALM = "palm"
    IRIS = "iris"


class FaceStage(StrEnum):
    """Where a comparison of the face stands: asked for consent, ready (agreed, camera off), running."""

    CONSENT = "consent"
    READY = "ready"
    STARTING = "starting"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Prefs:
    """What the resident chose; everything resets after the visit. The others are explained at `ui.view.Look`."""

    lang: str = "zh"
    theme: str = "standard"
    size: float = 1.0
    elder: bool = False
    seated: bool = False
    voice: bool = False
    screen_off: bool = False
    text_only: bool = False
    explore: bool = False
    hold_s: float = 0.0
    strike_s: float = 0.4
    sign: str = "play"
    """The clip in sign language, where a page has one: play, still, away."""


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """What a device last said it is."""

    state: str = "starting"
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Jack:
    """What the jack itself says, chatter and all: `at` is its last change, `settled` that it has been quiet since."""

    plugged: bool = False
    at: datetime | None = None
    settled: bool = True


class Lock(StrEnum):
    """Whether the platform wants nobody served here: not at all, from the next free moment on, or soon."""

    NONE = "none"
    WANTED = "wanted"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the platform tells whoever comes, until a moment. Plain text."""

    zh: str
    en: str
    until: datetime


@dataclass(frozen=True, slots=True)
class World:
    """Facts that outlive a visit. `headphones`: somebody surely listens in private; out counts at once, in only when
    the jack is quiet.
    """

    online: bool = False
    looked: bool = True
    """False from the start of the program until it is known whether the network is there."""
    headphones: bool = False
    jack: Jack = Jack()
    devices: Mapping[str, DeviceFact] = field(default_factory=dict)
    preview: str = ""
    """The shared-memory object with the camera's picture; empty while the camera is off."""
    near: bool = False
    """Somebody surely stands before the terminal; false also where nothing can tell."""
    greeted: datetime | None = None
    power: str = "mains"
    """mains, battery or low; `told`: whoever is here has been told that it is low."""
    told: bool = False
    usual: Prefs = Prefs()
    """How the site says that every visit begins."""
    prints: frozenset[str] = frozenset({"receipt_printer", "page_printer"})
    """The printers that this site has at all, whether they work now or not."""
    card_left: bool = False
    """A card lies on the reader whose holder has gone."""
    lock: Lock = Lock.NONE
    warned: bool = False
    """Whoever is here has been told that the terminal closes soon."""
    notice: Notice | None = None
    halted: str = ""
    """Why the terminal cannot keep a promise; empty while it can."""
    withheld: str = ""
    """Why a technician has taken the terminal out of service; empty while it serves."""

    @property
    def waiting(self) -> Prefs:
        """How the waiting terminal looks: as visits begin, but nothing is read out before somebody is here."""
        return replace(self.usual, voice=False)

    @property
    def cut_off(self) -> bool:
        """True when the network is surely away."""
        return self.looked and not self.online

    def device(self, kind: str) -> DeviceFact:
        """What the device of this kind is; `no_device` when the site has none."""
        return self.devices.get(kind, DeviceFact("no_device"))

    def works(self, kind: str) -> bool:
        """True when a device of this kind answers now."""
        return self.device(kind).state in {"online", "busy"}

    @property
    def can_print(self) -> bool:
        """True when a receipt would come out now."""
        printer = self.device("receipt_printer")
        return printer.state in {"online", "busy"} and printer.detail.get("paper") in {"full", "low"}

    @property
    def can_print_sheets(self) -> bool:
        """True when a certificate would come out now. Many A4 printers do not say how much paper they have."""
        printer = self.device("page_printer")
        return printer.state in {"online", "busy"} and printer.detail.get("paper") in {"full", "low", "unknown"}


class PrintState(StrEnum):
    """Where the receipt of this visit is."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What became of the case, as far as anyone may say."""

    ACCEPTED = "accepted"
    SAVED = "saved"
    CONFIRMING = "confirming"
    REFUSED = "refused"
    DELETED = "deleted"
    UNSURE = "unsure"
    """Nobody knows yet whether its payment arrived; nothing was handed in."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What a case costs, as the platform last said. Amounts are in fen; `code` is what a phone scans, until `until`.

    `state` is created, pending, unknown, paid, delivered, closed, refunding or refunded; `declined`: how often a bank
    refused; `holder`: whose bill it is, masked; `simulated`: no money moves.
    """

    submission: str
    number: str
    state: str
    fen: int
    payee: Mapping[str, str] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    holder: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    until: datetime | None = None
    declined: int = 0
    simulated: bool = False
    track_url: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The case of this visit, from the moment it is committed. One whose payment is unsure has the payment's number for
    both of its own.
    """

    submission: str
    provisional: str
    verdict: Verdict
    receipt: Mapping[str, Any] | None = field(default=None, repr=False)
    problem: str = ""
    free: tuple[tuple[str, str], ...] = ()
    saved_at: str = ""
    print: PrintState = PrintState.NONE
    print_cause: str = ""
    copies: int = 0
    rated: bool = False
    certificate: Certificate | None = None
    payment: Payment | None = None
    amends: str = ""
    """The number of the case that this answer to a supplement request belongs to; empty for a case of its own."""

    @property
    def about_money(self) -> bool:
        """True when its paper is not of the matter but of the payment: not sure, or on its way back."""
        return self.payment is not None and self.verdict in {Verdict.UNSURE, Verdict.REFUSED}

    @property
    def number(self) -> str:
        """The number the resident keeps."""
        return str(self.receipt["number"]) if self.receipt else self.provisional

    @property
    def ruling(self) -> Ruling | None:
        """What rules decided; None where none did, or not yet."""
        return ruling_of(self.receipt)


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody was asked and said. `version` is a digest of the very sentence that was shown and read out."""

    text: str
    version: str
    lang: str
    given: bool
    who: str = "applicant"


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident's visit. Lives in memory only."""

    service: str = ""
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    person: Person | None = field(default=None, repr=False)
    phone: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefilled: frozenset[str] = frozenset()
    consent: bool = False
    papers: Mapping[str, Paper] = field(default_factory=dict)
    """By the code of the material."""
    licences: Licences | None = None
    """None before the platform has told, and where it was not asked."""
    case: Case | None = None
    failures: Mapping[str, int] = field(default_factory=dict)
    card_on_pad: bool = False
    phone_used: bool = False
    started: bool = False
    reveal: bool = False
    guardian: Guardian | None = field(default=None, repr=False)
    consents: tuple[Consent, ...] = ()
    closed: frozenset[str] = frozenset()
    """Ways that are not offered again in this visit: refused, not enrolled, no photo on the chip."""
    unclear: int = 0
    """Looks at the face that came to nothing without being a failure of the person: too dark, not sure."""
    helped: bool = False
    """Somebody else works the machine: private values are covered until it is handed back."""
    talk: Talk = NO_TALK
    remark: Remark = NO_REMARK
    payment: Payment | None = None
    """The order that was opened last; None before the platform has answered."""
    mine: MyCases | None = None
    sheets_out: frozenset[str] = frozenset()
    """Numbers of cases whose certificate this visit printed, or may have printed: none of them comes out twice."""
    answering: str = ""
    """The number of the case whose supplement request is being answered."""
    attempt: int = 0
    """Which opening of a payment is waited for; answers to another one are too late."""
    told_closing: bool = False
    """Whoever is here has been told until when staff are."""
    own_card: bool = False
    """A technician uses the terminal for a matter of their own: their card is a resident's."""

    def level(self, online: bool) -> Level:
        """The level that the evidence reaches now."""
        return level(self.evidence, online)

    def failed(self, way: str) -> Visit:
        """Count one failure of a way."""
        return replace(self, failures={**self.failures, way: self.failures.get(way, 0) + 1})


@dataclass(frozen=True, slots=True)
class Technician:
    """Who proved to be a technician, by card and one-time code. `id` is what the audit names; no visit is open then."""

    id: str
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is here."""


@dataclass(frozen=True, slots=True)
class Home:
    """What would you like to do?"""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of services: of a theme of life, of who somebody is (`audience`), or of all themes.

    `asking`: the list of who somebody may be. A long list is shown in parts.
    """

    theme: str = ""
    audience: str = ""
    asking: bool = False
    part: int = 0


@dataclass(frozen=True, slots=True)
class Search:
    """What people call it; `shown` once it was looked for."""

    words: str = field(default="", repr=False)
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """One service, explained before anything is asked. `came`: the list in which it was found, to go back to."""

    came: Listing | Search | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The comparison of a face as the page shows it: what is asked now, and since when.

    `prompt` is a word of Aim or Challenge, or opening, comparing, well_done; `queued` waits its turn, so that aiming
    words do not come faster than anybody can follow.
    """

    stage: FaceStage = FaceStage.CONSENT
    quiet: bool = False
    prompt: str = ""
    step: int = 0
    steps: int = 0
    praised: bool = False
    since: datetime | None = None
    queued: str = ""


@dataclass(frozen=True, slots=True)
class Identify:
    """Who are you? `need` is the level wanted, `goal` where it leads: form, progress, supplement or home.

    `guardian`: the adult beside a child is proving who they are, not the child. `minutes` fills the notice.
    """

    need: Level
    goal: str = "form"
    way: Way = Way.OPEN
    busy: str = ""
    notice: str = ""
    phone: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    challenge: str = ""
    masked: str = ""
    asking: str = "phone"
    host_id: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    guardian: bool = False
    minutes: int = 0
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class WithGuardian:
    """A child's case: the guardian's card, what they are to the child, whether they agree. What is missing is asked."""

    need: Level
    goal: str = "form"
    notice: str = ""


@dataclass(frozen=True, slots=True)
class CardShown:
    """The card of a permit or a foreigner was read: is that you? Nothing is taken before the answer.

    `need` and `goal` are those of the page it was laid down at; goal home is the first page.
    """

    person: Person = field(repr=False)
    layout: str
    photo: bool = False
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    need: Level = Level.L1
    goal: str = "home"
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The questions that nobody could answer for the resident; `current` is the scope being asked: of a repeated group
    its list, `members.2` one entry of it, `members.2.name` a question of that. `removing`: shall that entry go?

    `told`: what it holds now was entered by somebody who helps, who was told it and may see it while they choose.
    """

    current: str = ""
    problem: str = ""
    waiting: bool = False
    told: bool = False
    removing: bool = False


@dataclass(frozen=True, slots=True)
class Materials:
    """A paper that the service asks for, by its code. `prompt` is what is said now and since when: `opening`, or a word
    of drivers.vision.messages.Lie; `queued` waits its turn. `shown` is the page that is looked at, `lie` what it was
    taken as; `new`: it was taken just now and belongs to the material once it is kept.
    """

    code: str
    stage: ScanStage = ScanStage.ASK
    prompt: str = ""
    since: datetime | None = None
    queued: str = ""
    shown: str = ""
    lie: str = ""
    new: bool = False
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """Everything once more, and the consent."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Submitting:
    """Saving, then sending; nothing is promised yet. `slow`: the answer is late, and need not be waited for."""

    saved: bool = False
    slow: bool = False


class PayStage(StrEnum):
    """Where paying stands: the code is being made, it is shown, it is being closed, or nothing was paid."""

    OPENING = "opening"
    WAITING = "waiting"
    CLOSING = "closing"
    NOT_PAID = "not_paid"


@dataclass(frozen=True, slots=True)
class Paying:
    """The money for a case that is complete. `slow`: there is a way on without the answer; `lost`: the last look came
    to nothing; `checking`: the resident says that it is paid. `why`: expired, closed or returned; `since`: when the
    closing began.
    """

    stage: PayStage = PayStage.OPENING
    slow: bool = False
    lost: bool = False
    checking: bool = False
    why: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The paper needs somebody: no paper, jammed, or nobody knows whether it came out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where my cases stand."""

    waiting: bool = True
    missing: bool = False


@dataclass(frozen=True, slots=True)
class MyCase:
    """One of my cases: what happened, what is asked of me, what can be taken."""

    number: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """What staff asked for, one question at a time; `current` is the scope being asked, "" the first one. `problem` and
    `told` as in a form.
    """

    current: str = ""
    problem: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class SupplementReview:
    """The answer once more, before it is handed in."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """Five grades, none chosen. `writing`: the page of one's own words about a low one."""

    grade: int = 0
    reasons: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    writing: bool = False

    @property
    def low(self) -> bool:
        """True for 不满意 and 非常不满意, which may give reasons."""
        return self.grade in {1, 2}


@dataclass(frozen=True, slots=True)
class Farewell:
    """Take your things. `reminders` are words of the table; `calls` counts how often they were called out."""

    how: str
    reminders: tuple[str, ...] = ()
    calls: int = 0


@dataclass(frozen=True, slots=True)
class OutOfService:
    """The terminal cannot serve anybody; says why and who helps. `enrol`: a technician can mend it from here."""

    why: str
    enrol: bool = False


@dataclass(frozen=True, slots=True)
class TechnicianCode:
    """A technician's card lay on the reader: the one-time code is asked for. `notice` is a word of the table."""

    technician: str
    code: str = field(default="", repr=False)
    notice: str = ""
    minutes: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Technical:
    """Technician mode: the menu, or the page of a `tool` that is made of lines.

    `lines` is None until they are known; `told` says what the last action came to, as a word of the table; `sure` is
    the action that is asked about once more.
    """

    tool: str = ""
    lines: tuple[Line, ...] | None = None
    told: str = ""
    sure: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A technician tests the machine. `testing`: all of it is being tested; `told`: what came of it."""

    guided: Guided = field(default_factory=Guided)
    testing: bool = False
    told: Findings | None = None


Place = (
    Attract
    | Home
    | Listing
    | Search
    | Guide
    | Identify
    | WithGuardian
    | CardShown
    | Form
    | Materials
    | Review
    | Paying
    | Submitting
    | Outcome
    | Receipt
    | Progress
    | MyCase
    | Supplement
    | SupplementReview
    | Rating
    | Farewell
    | OutOfService
    | Enrolling
    | SelfTest
    | TechnicianCode
    | Technical
)

PLACES: tuple[type[Place], ...] = (
    Attract,
    Home,
    Listing,
    Search,
    Guide,
    Identify,
    WithGuardian,
    CardShown,
    Form,
    Materials,
    Review,
    Paying,
    Submitting,
    Outcome,
    Receipt,
    Progress,
    MyCase,
    Supplement,
    SupplementReview,
    Rating,
    Farewell,
    OutOfService,
    Enrolling,
    SelfTest,
    TechnicianCode,
    Technical,
)


@dataclass(frozen=True, slots=True)
class IdleWarning:
    """Are you still there? Counts down in seconds."""

    remaining: int


@dataclass(frozen=True, slots=True)
class Suspended:
    """A device or a person of the place needs the machine for a moment; nothing typed is lost."""

    why: str


@dataclass(frozen=True, slots=True)
class Help:
    """Help for this page, and the people who help. `away`: they were called, and nobody is here at this hour."""

    called: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class PaperTask:
    """Somebody puts paper in or takes a jam out, picture by picture; the page beneath waits and is not seen.

    `trouble`: what the printer said at the start (low, no_paper, jammed, cover_open). `step` counts its pictures from
    0. `opened`: the printer has told that its cover was open. `note`: what it still misses, in one word. `waited`
    counts quiet minutes.
    """

    trouble: str
    step: int = 0
    opened: bool = False
    note: str = ""
    waited: int = 0


@dataclass(frozen=True, slots=True)
class Ways:
    """How would you like to use it? Every way of seeing, hearing and touching in one place."""


@dataclass(frozen=True, slots=True)
class Aloud:
    """Others may hear: shall your private words be read aloud? `what` is read after a yes: page or receipt."""

    what: str = "page"


@dataclass(frozen=True, slots=True)
class PowerLow:
    """The mains are gone and the battery holds minutes: told once, and the page goes on."""


@dataclass(frozen=True, slots=True)
class ClosingSoon:
    """Staff leave at `at`: told once, and the page goes on for as long as it takes."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LockComing:
    """The terminal is locked from afar, and soon: told once, and the visit has two minutes."""


@dataclass(frozen=True, slots=True)
class TechnicianCalled:
    """A technician waits: the visit ends in so many seconds. `longer`: the resident has asked for more time once."""

    technician: str
    remaining: int
    longer: bool = False


Cover = (
    IdleWarning
    | TechnicianCalled
    | Suspended
    | Help
    | PaperTask
    | Ways
    | Aloud
    | PowerLow
    | ClosingSoon
    | LockComing
    | Chatting
    | Remarking
)


@dataclass(frozen=True, slots=True)
class State:
    """Everything the terminal is. `page` grows with each change of place, so that a page is introduced once.

    `aloud`: the resident chose to have the private words of this very page read on the loudspeaker.
    """

    place: Place = Attract()
    visit: Visit = Visit()
    prefs: Prefs = Prefs()
    world: World = World()
    cover: Cover | None = None
    page: int = 0
    aloud: bool = False
    held: int = -1
    """The page on which the idle clock was held once, because somebody still stood here."""
    technician: Technician | None = None
    """Who has opened technician mode; None outside of it."""
    awaited: str = ""
    """The technician whose code is asked for as soon as the visit has ended."""

    def at(self, place: Place, **changes: Any) -> State:
        """The same terminal at another place; what was chosen for one page only ends with it."""
        return replace(self, place=place, page=self.page + 1, **{"aloud": False, **changes})

    def with_visit(self, **changes: Any) -> State:
        """The same terminal with a changed visit."""
        return replace(self, visit=replace(self.visit, **changes))
