"""What a step wants done, as data. `terminal.py` performs it and feeds the completion back as an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class VerifyToken:
    """Ask the platform whose code this is."""

    raw: str = field(repr=False)
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class SendPhoneCode:
    """Have the platform send a code; `id_number` binds it to the holder of the card."""

    phone: str = field(repr=False)
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckPhoneCode:
    """Compare what was typed with what was sent."""

    challenge: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckWitness:
    """Compare the host's card and PIN with the signed profile."""

    id_number: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StartFace:
    """Compare the person before the camera with the photo of the card that has this number; consent was given.

    The number decides whose photo: a host's or guardian's card may have been read since. `quiet`: the way without
    challenge.
    """

    id_number: str = field(repr=False)
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class StopFace:
    """End the check and put the camera out; harmless when nothing runs."""


@dataclass(frozen=True, slots=True)
class TakePage:
    """Put the document camera on: it takes a page by itself once one lies well."""


@dataclass(frozen=True, slots=True)
class SnapPage:
    """Have the page taken as it lies now."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show a page that was taken."""

    page: str


@dataclass(frozen=True, slots=True)
class RestCamera:
    """Nothing is to be seen of the document camera any more; harmless when it rests."""


@dataclass(frozen=True, slots=True)
class DropPage:
    """Forget a page that was taken."""

    page: str


@dataclass(frozen=True, slots=True)
class CheckBiometric:
    """Have the module for `kind` (voice, palm, iris) compare the person with the template of this number."""

    kind: str
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchPrefill:
    """Ask what the platform holds for this person and service, with `licences` also in the place of papers. It answers
    whoever proves who they are: `evidence` as in the body of a submission.
    """

    id_number: str = field(repr=False)
    service: str = ""
    evidence: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    name: str = field(default="", repr=False)
    licences: bool = False


@dataclass(frozen=True, slots=True)
class FindCases:
    """Ask where this person's cases stand; `evidence` as in the body of a submission."""

    id_number: str = field(repr=False)
    evidence: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AskDuty:
    """Ask whether staff answer what is typed, now."""


@dataclass(frozen=True, slots=True)
class OpenChat:
    """Begin a talk with staff at the next message; `service` and `step` are all that goes along."""

    lang: str
    service: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class SendChat:
    """Send line `n` of the talk; sent again it has no second effect."""

    n: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PollChat:
    """Ask for what staff wrote after the platform's message `after`."""

    after: int


@dataclass(frozen=True, slots=True)
class CloseChat:
    """The visit is over: so is its talk."""


@dataclass(frozen=True, slots=True)
class KeepFeedback:
    """Save what a resident could not get done, to be sent; `body` is all of it but its number."""

    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Submit:
    """Save the case and its pages durably, then send them while the resident waits."""

    body: Mapping[str, Any] = field(repr=False)
    hurry: bool = True
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Save the answer to a supplement request durably, then send it while the resident waits; `body` as in the
    contract.
    """

    body: Mapping[str, Any] = field(repr=False)
    hurry: bool = True


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """Have the platform say what this application costs, and begin its payment; `body` as that of `Submit`. Whatever is
    answered about it carries `attempt`.
    """

    body: Mapping[str, Any] = field(repr=False)
    attempt: int


@dataclass(frozen=True, slots=True)
class AskPayment:
    """Ask how the payment of this visit stands."""


@dataclass(frozen=True, slots=True)
class ClosePayment:
    """End the payment of this visit, unless it was made meanwhile."""


@dataclass(frozen=True, slots=True)
class LeavePayment:
    """The resident goes on without the payment: it is brought to its end behind the screen."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """The payment was made: save the application that it is for, then send it while the resident waits."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Queue one rating of one case."""

    submission: str
    grade: int
    reasons: tuple[str, ...] = ()
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeletePending:
    """Take back a case that was not accepted yet."""

    submission: str


@dataclass(frozen=True, slots=True)
class Print:
    """Print the receipt of the current outcome; `copy` above 0 is a reprint."""

    job: str
    model: Any = field(repr=False)
    copy: int = 0


@dataclass(frozen=True, slots=True)
class PrintTrial:
    """Print a slip with a number that somebody is asked for."""

    job: str
    number: str


@dataclass(frozen=True, slots=True)
class DrawTrial:
    """Draw the numbers of a test that a person takes part in."""

    test: str


@dataclass(frozen=True, slots=True)
class RunSelfTest:
    """Test the whole machine, sign what was found and send it, with what a person saw."""

    by: str
    guided: Any


@dataclass(frozen=True, slots=True)
class PrintCertificate:
    """Fetch the platform's document, check its seal, print it on A4; nothing is printed that fails the check."""

    job: str
    document: str = field(repr=False)
    copies: int = 1


@dataclass(frozen=True, slots=True)
class LinkCertificate:
    """Ask the platform for an address from which the resident's phone may fetch the document."""

    document: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookAround:
    """Tell what this machine is before it is enrolled: why its identity does not count, the network, an old attempt."""


@dataclass(frozen=True, slots=True)
class TakeSlip:
    """Read the text of a slip's code; the secret of it stays with whoever enrols."""

    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakeTyped:
    """The same, typed."""

    address: str
    code: str = field(repr=False)
    digits: str


@dataclass(frozen=True, slots=True)
class ShowAuthority:
    """Fetch the fingerprint that the server at this address shows, to be compared with the slip by eye."""

    address: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """Enrol with the slip that was taken, or as was asked before; `replace` takes another machine's place."""

    replace: bool = False


@dataclass(frozen=True, slots=True)
class FindSticks:
    """List the sticks that are plugged in."""


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """Write this machine's request on a stick."""

    stick: str


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """Take the platform's answer from whichever stick has one."""


@dataclass(frozen=True, slots=True)
class FindParts:
    """Look for the devices of the profile that has just come."""


@dataclass(frozen=True, slots=True)
class ReplacePart:
    """Let another part take the place of a device of the profile."""

    device: str
    uri: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForgetSlip:
    """The technician has gone: nothing of the slip stays in memory."""


@dataclass(frozen=True, slots=True)
class OpenService:
    """Enrolled: open the terminal for residents."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Send `TimerFired(name)` after this many seconds; starting again begins anew."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget a timer."""

    name: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say words of the table on top of what the page says by itself (calls, countdowns)."""

    key: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Countdown:
    """Say how many seconds are left until the screen clears, over everything else."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Replay:
    """Read once more: `last` (the last words), `page` (all of it), `receipt`, or `helped` (why it is not read)."""

    what: str


@dataclass(frozen=True, slots=True)
class Tune:
    """Change the voice itself: slower, faster, louder, softer."""

    how: str


@dataclass(frozen=True, slots=True)
class CallHost:
    """Ask the people of the place to come; the reason is a word of the table."""

    why: str


@dataclass(frozen=True, slots=True)
class HandBack:
    """Give the machine back to the host's own programme."""


@dataclass(frozen=True, slots=True)
class Wipe:
    """End of a visit: run every registered wiper."""

    how: str


@dataclass(frozen=True, slots=True)
class CheckTechnician:
    """Compare a technician's one-time code."""

    technician: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UseTool:
    """Do something with a tool of technician mode, or look (`act` is empty); answered by `ToolTold`."""

    tool: str
    act: str = ""
    technician: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """One declared event of kiosk_app.audit; fields are ids, enums and counts."""

    event: str
    fields: Mapping[str, str | int | bool] = field(default_factory=dict)


Effect = (
    VerifyToken
    | SendPhoneCode
    | CheckPhoneCode
    | CheckWitness
    | StartFace
    | StopFace
    | TakePage
    | SnapPage
    | ShowPage
    | RestCamera
    | DropPage
    | CheckBiometric
    | FetchPrefill
    | FindCases
    | AskDuty
    | OpenChat
    | SendChat
    | PollChat
    | CloseChat
    | KeepFeedback
    | Submit
    | Answer
    | OpenPayment
    | AskPayment
    | ClosePayment
    | LeavePayment
    | Deliver
    | Rate
    | DeletePending
    | Print
    | PrintTrial
    | DrawTrial
    | RunSelfTest
    | PrintCertificate
    | LinkCertificate
    | LookAround
    | TakeSlip
    | TakeTyped
    | ShowAuthority
    | Enrol
    | FindSticks
    | WriteRequest
    | TakeAnswer
    | FindParts
    | ReplacePart
    | ForgetSlip
    | OpenService
    | StartTimer
    | CancelTimer
    | Say
    | Countdown
    | Replay
    | Tune
    | CallHost
    | HandBack
    | Wipe
    | CheckTechnician
    | UseTool
    | Log
)
