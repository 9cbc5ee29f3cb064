"""Everything that can happen to a terminal, typed. Nothing here knows where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from kiosk_app.identity import Person
from kiosk_app.visit.enrolment import Facts, Part, Refusal, Slip
from kiosk_app.visit.guided import Findings
from kiosk_app.visit.mine import Mine
from kiosk_app.visit.state import Lock, Notice, Payment
from kiosk_app.visit.supplied import Licences
from kiosk_app.visit.workbench import Line


@dataclass(frozen=True, slots=True)
class Pressed:
    """A node was acted on by finger, key or switch."""

    node: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A field now holds this text."""

    node: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """A hold-to-see node went down or up."""

    node: str
    down: bool


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A keypad key that means the same everywhere: help, back, repeat."""

    name: str


@dataclass(frozen=True, slots=True)
class Stirred:
    """Somebody is there: a touch, a key, a moved focus."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The reader read a card. `photo` is true when its photo could be decoded: a face can be compared with it.

    `layout` is resident, hmt, foreigner_2017, foreigner_2023 or social (the chip of a social-security card); `facts`
    are what only that layout has: latin_name, nationality, pass_number, issue_count, renewals.
    """

    person: Person = field(repr=False)
    layout: str = "resident"
    photo: bool = False
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class CardFailed:
    """A card was there and could not be used: moved, unreadable, not_identity, device_fault."""

    why: str


@dataclass(frozen=True, slots=True)
class CardGone:
    """The reader no longer feels a card."""


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A code was shown to the reader; opaque, never logged."""

    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeFailed:
    """Something was shown that is no code we can use."""

    why: str


@dataclass(frozen=True, slots=True)
class TokenAccepted:
    """The platform vouches for the person behind a code.

    `kind`: which of the codes it was, as the platform says: doorstep, medical, social_security, network_id, city_app.
    """

    person: Person = field(repr=False)
    kind: str = "doorstep"


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """The platform does not know the code, or it is too old: token-unknown, token-expired, token-used, offline."""

    why: str


@dataclass(frozen=True, slots=True)
class PhoneCodeSent:
    """A message is on its way to the phone."""

    challenge: str
    masked: str


@dataclass(frozen=True, slots=True)
class PhoneCodeRefused:
    """No message was sent: phone-not-registered, too-many, offline."""

    why: str


@dataclass(frozen=True, slots=True)
class PhoneCodeRight:
    """The code is the one that was sent."""


@dataclass(frozen=True, slots=True)
class PhoneCodeWrong:
    """The code is not the one: code-wrong, code-expired, code-locked, offline."""

    why: str
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class WitnessChecked:
    """The host's card and PIN were compared with the signed profile; `name` is empty when they do not fit.

    `locked_s`: so long nobody may try with this card any more, 0 when it may be tried.
    """

    name: str
    locked_s: int = 0


@dataclass(frozen=True, slots=True)
class CameraShown:
    """The preview lies in this shared-memory object ("" = the camera is off and the object is gone)."""

    name: str


@dataclass(frozen=True, slots=True)
class FaceProgress:
    """How a check of the face goes on: the words of drivers.vision.messages.Progress as text."""

    stage: str
    aim: str = "good"
    step: int = 0
    steps: int = 0
    doing: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class FaceEnded:
    """The check ended: decision accept, second_factor, reject or no_face; `reason` of drivers.vision.messages.Reason,
    or offline, timeout, cancelled when there was none. `live` is challenge or passive.
    """

    decision: str
    reason: str = ""
    live: str = "challenge"


@dataclass(frozen=True, slots=True)
class SheetLies:
    """How the paper lies under the document camera: a word of drivers.vision.messages.Lie."""

    lie: str


@dataclass(frozen=True, slots=True)
class PageTaken:
    """A page was photographed. `page` is the digest of its picture, `lie` what it was taken as."""

    page: str
    lie: str


@dataclass(frozen=True, slots=True)
class ScanEnded:
    """The document camera ended without a page: timeout, offline, or a fault."""

    why: str


@dataclass(frozen=True, slots=True)
class BiometricEnded:
    """A module for voice, palm or iris answered: decision accept, reject, not_enrolled, poor_sample or offline."""

    kind: str
    decision: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the platform already holds for this person, with where each value comes from."""

    fields: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, Mapping[str, str]] = field(repr=False)
    licences: Licences | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PrefillMissing:
    """The platform could not be asked."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The case is committed to the encrypted store."""

    submission: str
    provisional: str


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """The store refused the case; nothing was promised."""

    why: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took the case and gave its receipt."""

    submission: str
    receipt: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform refused the case for good: a problem code. `free` are places (day, time) to book instead."""

    submission: str
    code: str
    free: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The case was sent or queued and no answer came in time."""

    submission: str


@dataclass(frozen=True, slots=True)
class PaymentTold:
    """How the payment of this visit stands, as the platform says. `attempt` is that of its opening."""

    payment: Payment
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class PaymentRefused:
    """The platform begins no such payment, or knows none: a problem code, and which answer is to blame, if one is."""

    why: str
    scope: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class PaymentMissing:
    """The platform gave no answer about a payment: offline, busy, or store (it could not be written down here)."""

    why: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class PendingDeleted:
    """A saved, not yet accepted case was taken back."""

    submission: str


@dataclass(frozen=True, slots=True)
class PrintStarted:
    """The first bytes left for the printer."""

    job: str


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """The job ended: printed, not_printed or unknown; `cause` is one of drivers.ErrorKind or empty."""

    job: str
    outcome: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class CertificateChecked:
    """The document is here and genuine; it goes to the printer."""

    job: str


@dataclass(frozen=True, slots=True)
class CertificateEnded:
    """The job ended: printed, not_printed, unknown, or invalid (it failed its check and was not printed).

    `cause` is one of drivers.ErrorKind, network (the platform could not be asked), or empty.
    """

    job: str
    outcome: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class CertificateLinked:
    """An address for the resident's phone, good for so many minutes."""

    document: str = field(repr=False)
    url: str = field(repr=False)
    minutes: int


@dataclass(frozen=True, slots=True)
class CertificateLinkRefused:
    """There is no address now."""

    document: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A device says what it is now."""

    kind: str
    state: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OnlineChanged:
    """The verdict about the network changed."""

    online: bool


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """New service packages were activated; they show between visits."""


@dataclass(frozen=True, slots=True)
class HeadphonesChanged:
    """A plug went into or out of the jack."""

    plugged: bool


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Somebody came near, or can no longer be seen; `greets` when the site wants them greeted."""

    near: bool
    greets: bool = True


@dataclass(frozen=True, slots=True)
class PowerChanged:
    """Where the current comes from: mains, battery or low."""

    power: str


@dataclass(frozen=True, slots=True)
class CasesFound:
    """The platform's answer to a progress look-up for the person with the number `owner`."""

    owner: str = field(repr=False)
    cases: tuple[Mine, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CasesMissing:
    """The platform could not be asked."""


@dataclass(frozen=True, slots=True)
class ChatDuty:
    """Whether staff answer what is typed, now, and when they usually do (HH:MM of working days)."""

    on_duty: bool
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class ChatSent:
    """Line `n` of the talk arrived."""

    n: int


@dataclass(frozen=True, slots=True)
class ChatUnsent:
    """Line `n` did not arrive, as far as anyone knows: offline, busy, or the code of a refusal."""

    n: int
    why: str


@dataclass(frozen=True, slots=True)
class ChatNews:
    """What staff wrote, oldest first. `last` is the platform's last message that was looked at; `more`: not all yet."""

    texts: tuple[str, ...] = field(repr=False)
    last: int
    closed: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True)
class ChatMissing:
    """The platform could not be asked about duty or news: offline, busy, or the code of a refusal."""

    why: str


@dataclass(frozen=True, slots=True)
class FeedbackSaved:
    """What a resident said is committed to the encrypted store, under a number that they may keep."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class FeedbackFailed:
    """The store refused what a resident said: full or store; nothing was promised."""

    why: str


@dataclass(frozen=True, slots=True)
class FeedbackArrived:
    """The platform has what a resident said."""

    id: str


@dataclass(frozen=True, slots=True)
class TrialDrawn:
    """The numbers of a test that a person takes part in."""

    test: str
    draws: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SelfTested:
    """A self-test that was asked for has ended."""

    found: Findings


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer set by an effect ran out."""

    name: str


@dataclass(frozen=True, slots=True)
class Suspend:
    """Somebody of the place needs the machine for a moment: paper, jam, technician."""

    why: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The machine is given back to the resident."""


@dataclass(frozen=True, slots=True)
class MachineLooked:
    """What this machine is before it is enrolled; `at_start`: nobody asked, the program has just begun."""

    facts: Facts
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class ReaderFound:
    """What looks for a slip now: looking, reader, camera, both, none."""

    what: str


@dataclass(frozen=True, slots=True)
class SlipTaken:
    """A slip was read, or typed."""

    slip: Slip


@dataclass(frozen=True, slots=True)
class AuthorityShown:
    """The fingerprint that the server shows, 64 hexadecimal digits."""

    digits: str


@dataclass(frozen=True, slots=True)
class EnrolProgress:
    """Where the ceremony stands: proving, asking, checking."""

    step: str


@dataclass(frozen=True, slots=True)
class EnrolWaits:
    """An operator has to accept this machine; `word` is the word of its key."""

    word: str


@dataclass(frozen=True, slots=True)
class EnrolRefused:
    """It stopped, and why."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class MachineEnrolled:
    """The identity is in force."""

    terminal: str


@dataclass(frozen=True, slots=True)
class SticksFound:
    """The names of the sticks that are plugged in."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestWritten:
    """The request is on the stick; `word` is the word of its key."""

    word: str


@dataclass(frozen=True, slots=True)
class PartsFound:
    """How each device of the profile stands."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PartTaken:
    """Another part is written down for a device, or `problem` says why not."""

    device: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Halted:
    """The terminal cannot keep what it would promise (store unusable); nobody is served.

    `enrol`: a technician can put it into service from its page.
    """

    why: str
    enrol: bool = False


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """The signed profile came into force: the desk holds the new site."""


@dataclass(frozen=True, slots=True)
class ClockTicked:
    """A little time has passed, whatever anybody does."""


@dataclass(frozen=True, slots=True)
class LockChanged:
    """The platform locks the terminal, or unlocks it."""

    lock: Lock


@dataclass(frozen=True, slots=True)
class NoticeChanged:
    """The platform has something to tell whoever comes, or nothing any more."""

    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Restored:
    """What halted the terminal is mended."""


@dataclass(frozen=True, slots=True)
class TechnicianChecked:
    """A technician's one-time code was compared. `why` is empty when it is right, else a word: wrong, used, clock,
    locked, stale, revoked, store; `locked_s`: so long no code is taken.
    """

    technician: str
    name: str = field(default="", repr=False)
    why: str = ""
    locked_s: int = 0


@dataclass(frozen=True, slots=True)
class ToolTold:
    """What a tool of technician mode found or did; `told` is a word of the table, empty after a look."""

    tool: str
    lines: tuple[Line, ...]
    told: str = ""


@dataclass(frozen=True, slots=True)
class ServiceWithheld:
    """A technician takes the terminal out of service, or (`why` empty) gives it back."""

    why: str


Event = (
    Pressed
    | Edited
    | Held
    | KeyPressed
    | Stirred
    | CardRead
    | CardFailed
    | CardGone
    | CodeRead
    | CodeFailed
    | TokenAccepted
    | TokenRefused
    | PhoneCodeSent
    | PhoneCodeRefused
    | PhoneCodeRight
    | PhoneCodeWrong
    | WitnessChecked
    | CameraShown
    | FaceProgress
    | FaceEnded
    | SheetLies
    | PageTaken
    | ScanEnded
    | BiometricEnded
    | Prefilled
    | PrefillMissing
    | Saved
    | SaveFailed
    | Accepted
    | Rejected
    | Unanswered
    | PaymentTold
    | PaymentRefused
    | PaymentMissing
    | PendingDeleted
    | PrintStarted
    | PrintEnded
    | CertificateChecked
    | CertificateEnded
    | CertificateLinked
    | CertificateLinkRefused
    | DeviceChanged
    | PresenceChanged
    | PowerChanged
    | OnlineChanged
    | CatalogueChanged
    | HeadphonesChanged
    | CasesFound
    | CasesMissing
    | ChatDuty
    | ChatSent
    | ChatUnsent
    | ChatNews
    | ChatMissing
    | FeedbackSaved
    | FeedbackFailed
    | FeedbackArrived
    | TrialDrawn
    | SelfTested
    | TimerFired
    | Suspend
    | Resume
    | MachineLooked
    | ReaderFound
    | SlipTaken
    | AuthorityShown
    | EnrolProgress
    | EnrolWaits
    | EnrolRefused
    | MachineEnrolled
    | SticksFound
    | RequestWritten
    | PartsFound
    | PartTaken
    | Halted
    | Restored
    | SiteChanged
    | ClockTicked
    | LockChanged
    | NoticeChanged
    | TechnicianChecked
    | ToolTold
    | ServiceWithheld
)

EVENTS: tuple[type[Event], ...] = get_args(Event)
