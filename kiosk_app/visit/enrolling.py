"""A technician puts this machine into service: clock and network, the slip, the ceremony, the parts, service.

It can be begun only where nobody is served because the machine is not enrolled, and leads back there or into service.
The code of the slip is here while it is typed and no longer; whoever enrols keeps it until it has done its work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import (
    CancelTimer,
    Effect,
    Enrol,
    FindParts,
    FindSticks,
    ForgetSlip,
    Log,
    LookAround,
    OpenService,
    ReplacePart,
    ShowAuthority,
    StartTimer,
    TakeAnswer,
    TakeSlip,
    TakeTyped,
    WriteRequest,
)
from kiosk_app.visit.enrolment import OFFERED, Enrolling, Facts, Part, Refusal, Slip, Stage
from kiosk_app.visit.events import (
    AuthorityShown,
    CodeFailed,
    CodeRead,
    Edited,
    EnrolProgress,
    EnrolRefused,
    EnrolWaits,
    MachineEnrolled,
    MachineLooked,
    PartsFound,
    PartTaken,
    ReaderFound,
    RequestWritten,
    Restored,
    SlipTaken,
    SticksFound,
    TimerFired,
)
from kiosk_app.visit.state import Attract, OutOfService, Prefs, State, Timer, Visit
from kiosk_app.visit.table import Result, default, on, press

QUIET_S = 300.0
"""So long may a technician look for something before the page is left."""
ASK_AGAIN_S = 5.0
BY_STICK = "stick"
ADDRESS_LONGEST, CODE_LEAST, CODE_LONGEST, DIGITS = 120, 8, 16, 64
ALPHABETS = {
    "address": "abcdefghijklmnopqrstuvwxyz0123456789.-:/",
    "code": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    "digits": "0123456789ABCDEF",
}
LIMITS = {"address": ADDRESS_LONGEST, "code": CODE_LONGEST, "digits": DIGITS}
BUSY = frozenset({Stage.RUN, Stage.WAIT})
"""What nobody has to stand by for."""
SPENT = frozenset({"code-unknown", "code-used", "code-expired", "code-locked", "enrolment-rejected", "other-platform"})
"""After these another slip is needed, or this one once more from the start."""
WRONG_SLIP = frozenset({"ticket-malformed", "authority-mismatch"})
TAKES_PLACE = frozenset({"slot-occupied", "hardware-changed"})
MISMATCH = "authority-mismatch"


def taken(field: str, text: str) -> str:
    """What the panel of a field can have typed, cut to length."""
    shown = text.lower() if field == "address" else text.upper()
    return "".join(char for char in shown if char in ALPHABETS[field])[: LIMITS[field]]


def short_form(address: str) -> tuple[str, str]:
    """Part `host/code`, the short form of a slip; the code is "" where none stands behind the address."""
    bare = address.removeprefix("https://").strip("/")
    host, _, code = bare.rpartition("/")
    code = code.upper()
    good = bool(host) and "/" not in host and CODE_LEAST <= len(code) <= CODE_LONGEST
    if good and all(char in ALPHABETS["code"] for char in code):
        return host, code
    return bare, ""


def complete(place: Enrolling) -> bool:
    """True when the field that is typed now can be what a slip says."""
    match place.asking:
        case "address":
            host, _ = short_form(place.address)
            return len(host) >= 3 and "/" not in host and host[0].isalnum() and host[-1].isalnum()
        case "code":
            return CODE_LEAST <= len(place.code) <= CODE_LONGEST
        case _:
            return len(place.digits) == DIGITS


def here(state: State) -> Enrolling:
    """Return the place; handlers of this module run nowhere else."""
    place = state.place
    assert isinstance(place, Enrolling)
    return place


def _turn(state: State, stage: Stage, **changes: Any) -> State:
    """The next page: what was said of the last one is over."""
    cleared: dict[str, Any] = {"notice": "", "busy": "", "refusal": None, **changes}
    return state.at(replace(here(state), stage=stage, **cleared))


def _note(state: State, **changes: Any) -> State:
    return replace(state, place=replace(here(state), **changes))


# Way in and way out


@press(OutOfService, node="enrol")
def begin(state: State, argument: str, desk: Desk) -> Result:
    """A technician begins, where the page offers it."""
    place = state.place
    assert isinstance(place, OutOfService)
    if not place.enrol or place.why not in OFFERED:
        return state, ()
    return state.at(Enrolling(place.why)), (Log("enrolment_step", {"step": "begun"}), LookAround())


@on(OutOfService, event=MachineLooked)
def resume(state: State, event: MachineLooked, desk: Desk) -> Result:
    """The power went in the middle of it: it goes on where it stood, without anybody."""
    place, facts = state.place, event.facts
    assert isinstance(place, OutOfService)
    if not (event.at_start and place.enrol and place.why in OFFERED and facts.waiting):
        return state, ()
    again = state.at(Enrolling(place.why, facts=facts, word=facts.word, slip=Slip(facts.host, facts.terminal)))
    log = Log("enrolment_step", {"step": "resumed"})
    if facts.waiting == BY_STICK:
        return _turn(again, Stage.REQUESTED, by_stick=True), (log,)
    return _turn(again, Stage.RUN, busy="proving"), (log, Enrol())


@press(Enrolling, node="actions.end")
@press(Enrolling, node="actions.home")
@press(Enrolling, node="cover.end")
def leave(state: State, argument: str, desk: Desk) -> Result:
    """Back to the page that residents read. An attempt that the platform knows of is kept, and can go on."""
    place = here(state)
    if place.stage in {Stage.PARTS, Stage.DONE}:
        return open_service(state, argument, desk)
    shut = replace(state, prefs=Prefs(), visit=Visit(), cover=None).at(OutOfService(place.why, True))
    return shut, (CancelTimer(Timer.ENROL), CancelTimer(Timer.IDLE), ForgetSlip())


@on(Enrolling, event=TimerFired)
def timer(state: State, event: TimerFired, desk: Desk) -> Result:
    """Ask the platform again; leave a page that nobody looks at, without what was typed there."""
    place = here(state)
    if event.name == Timer.ENROL and place.stage is Stage.WAIT:
        return _note(state, busy="asking"), (Enrol(),)
    if event.name == Timer.IDLE and place.stage not in BUSY:
        return leave(state, "", desk)
    return state, ()


@on(Enrolling, event=Restored)
def serves(state: State, event: Restored, desk: Desk) -> Result:
    """It is open."""
    return replace(state, prefs=Prefs(), visit=Visit(), cover=None).at(Attract()), (CancelTimer(Timer.ENROL),)


@press(Enrolling, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """One page back; what was typed of the code is wiped with its page."""
    place = here(state)
    match place.stage:
        case Stage.RUN:
            return state, ()
        case Stage.LOOK | Stage.WAIT | Stage.REQUESTED | Stage.PARTS | Stage.DONE:
            return leave(state, argument, desk)
        case Stage.SLIP:
            return _turn(state, Stage.LOOK, facts=None), (LookAround(),)
        case Stage.TYPE if place.asking == "code":
            return _turn(state, Stage.TYPE, asking="address", code=""), ()
        case Stage.TYPE if place.asking == "digits":
            return _turn(state, Stage.TYPE, asking="code"), ()
        case Stage.STICK:
            return _turn(state, Stage.READY), ()
        case _:
            return _turn(state, Stage.SLIP, code="", digits="", replace=False), (ForgetSlip(),)


# Clock and network, then the slip


@on(Enrolling, event=MachineLooked)
def looked(state: State, event: MachineLooked, desk: Desk) -> Result:
    """What the machine is; read by the first page."""
    place = here(state)
    return (_note(state, facts=event.facts) if place.stage is Stage.LOOK else state), ()


@press(Enrolling, node="actions.look")
def look_again(state: State, argument: str, desk: Desk) -> Result:
    """The cable is in now, perhaps."""
    return _note(state, facts=None), (LookAround(),)


@press(Enrolling, node="actions.slip")
def to_slip(state: State, argument: str, desk: Desk) -> Result:
    """Ask how the slip comes in."""
    return _turn(state, Stage.SLIP, code="", digits="", replace=False, by_stick=False, slip=Slip()), (ForgetSlip(),)


@press(Enrolling, node="go_on")
def go_on(state: State, argument: str, desk: Desk) -> Result:
    """An attempt before this one has no answer yet: ask for it."""
    facts = here(state).facts or Facts()
    if not facts.waiting:
        return state, ()
    known = _note(state, word=facts.word, slip=Slip(facts.host, facts.terminal))
    if facts.waiting == BY_STICK:
        return _turn(known, Stage.REQUESTED, by_stick=True), ()
    return _turn(known, Stage.RUN, busy="proving"), (Enrol(),)


@press(Enrolling, node="way")
def choose_way(state: State, argument: str, desk: Desk) -> Result:
    """By its code, or typed."""
    if argument == "scan":
        return _turn(state, Stage.SCAN, reader="looking"), ()
    if argument == "type":
        return _turn(state, Stage.TYPE, asking="address"), ()
    return state, ()


@on(Enrolling, event=ReaderFound)
def reader_found(state: State, event: ReaderFound, desk: Desk) -> Result:
    """What there is to show the slip to."""
    return _note(state, reader=event.what), ()


@on(Enrolling, event=CodeRead)
def slip_seen(state: State, event: CodeRead, desk: Desk) -> Result:
    """A code was held up: whoever enrols reads it."""
    if here(state).stage is not Stage.SCAN:
        return state, ()
    return _note(state, busy="reading", notice=""), (TakeSlip(event.raw),)


@on(Enrolling, event=CodeFailed)
def slip_unclear(state: State, event: CodeFailed, desk: Desk) -> Result:
    """Held up and not readable."""
    return (_note(state, notice="unclear") if here(state).stage is Stage.SCAN else state), ()


@on(Enrolling, event=Edited)
def typed(state: State, event: Edited, desk: Desk) -> Result:
    """Address, code or fingerprint as it grows."""
    place, field = here(state), event.node.removeprefix("slip.")
    if place.stage is not Stage.TYPE or field != place.asking:
        return state, ()
    return _note(state, **{field: taken(field, event.text), "notice": ""}), ()


@press(Enrolling, node="slip")
def pick_field(state: State, argument: str, desk: Desk) -> Result:
    """The field has its panel already."""
    return state, ()


@press(Enrolling, node="actions.typed")
def next_field(state: State, argument: str, desk: Desk) -> Result:
    """The next field; when the code is there, the fingerprint that the server shows."""
    place = here(state)
    if place.stage is not Stage.TYPE:
        return state, ()
    if not complete(place):
        return _note(state, notice="short"), ()
    if place.asking == "digits":
        return _note(state, busy="reading"), (TakeTyped(short_form(place.address)[0], place.code, place.digits),)
    address, code = short_form(place.address)
    if place.asking == "address" and not code:
        return _turn(state, Stage.TYPE, asking="code", address=address), ()
    known = _note(state, address=address, code=code or place.code)
    return _turn(known, Stage.COMPARE, busy="fetching", slip=Slip(address)), (ShowAuthority(address),)


@on(Enrolling, event=AuthorityShown)
def authority_shown(state: State, event: AuthorityShown, desk: Desk) -> Result:
    """Sixteen groups to be compared with those on the slip."""
    place = here(state)
    if place.stage is not Stage.COMPARE:
        return state, ()
    return _turn(state, Stage.COMPARE, slip=replace(place.slip, digits=event.digits)), ()


@press(Enrolling, node="actions.same")
def same(state: State, argument: str, desk: Desk) -> Result:
    """It is the one on the slip."""
    place = here(state)
    if place.stage is not Stage.COMPARE or not place.slip.digits:
        return state, ()
    return _note(state, busy="reading"), (TakeTyped(place.address, place.code, place.slip.digits),)


@press(Enrolling, node="digits")
def type_digits(state: State, argument: str, desk: Desk) -> Result:
    """Type the fingerprint, where eyes do not compare it or the server cannot be reached."""
    return (_turn(state, Stage.TYPE, asking="digits") if here(state).code else state), ()


@on(Enrolling, event=SlipTaken)
def slip_taken(state: State, event: SlipTaken, desk: Desk) -> Result:
    """The slip is there, and its code is nobody's business any more."""
    return _turn(state, Stage.READY, slip=event.slip, code="", digits=""), (Log("enrolment_step", {"step": "slip"}),)


# The ceremony


@press(Enrolling, node="actions.enrol")
def run(state: State, argument: str, desk: Desk) -> Result:
    """Ask the platform; also once more, and without typing."""
    place = here(state)
    if place.stage not in {Stage.READY, Stage.REFUSED, Stage.WAIT}:
        return state, ()
    if place.by_stick:
        return _turn(state, Stage.REQUESTED if place.word else Stage.STICK, sticks=None), (FindSticks(),)
    return _turn(state, Stage.RUN, busy="proving"), (Enrol(place.replace),)


@press(Enrolling, node="replace")
def take_place(state: State, argument: str, desk: Desk) -> Result:
    """This machine is to take another one's place: asked once more before it does."""
    return _turn(state, Stage.READY, replace=True), ()


@on(Enrolling, event=EnrolProgress)
def progress(state: State, event: EnrolProgress, desk: Desk) -> Result:
    """Where it stands."""
    return (_note(state, busy=event.step) if here(state).stage is Stage.RUN else state), ()


@on(Enrolling, event=EnrolWaits)
def waits(state: State, event: EnrolWaits, desk: Desk) -> Result:
    """An operator is asked; the terminal asks again by itself."""
    place, again = here(state), StartTimer(Timer.ENROL, ASK_AGAIN_S)
    if place.stage is Stage.WAIT:
        return _note(state, busy="", word=event.word), (again,)
    if place.stage is not Stage.RUN:
        return state, ()
    return _turn(state, Stage.WAIT, word=event.word), (Log("enrolment_step", {"step": "waits"}), again)


@on(Enrolling, event=EnrolRefused)
def refused(state: State, event: EnrolRefused, desk: Desk) -> Result:
    """It stopped. Where only something else lies before the reader, the page stays; an operator is waited for."""
    place, code = here(state), event.refusal.code
    if place.stage is Stage.SCAN:
        return _note(state, busy="", notice="other_platform" if code == "other-platform" else "no_slip"), ()
    if place.stage is Stage.WAIT and code == "platform-unreachable":
        return _note(state, busy="", notice="unreachable"), (StartTimer(Timer.ENROL, ASK_AGAIN_S),)
    if place.stage is Stage.PARTS:
        return _note(state, parts=place.parts or ()), ()
    if place.stage in {Stage.LOOK, Stage.SLIP, Stage.DONE}:
        return state, ()
    told = _turn(state, Stage.REFUSED, refusal=event.refusal)
    return told, (CancelTimer(Timer.ENROL), Log("enrolment_refused", {"why": code}))


@press(Enrolling, node="actions.different")
def different(state: State, argument: str, desk: Desk) -> Result:
    """It is not the one on the slip: nothing was sent, and nothing will be."""
    place = here(state)
    if place.stage is not Stage.COMPARE:
        return state, ()
    return refused(state, EnrolRefused(Refusal(MISMATCH, {}, {})), desk)


@on(OutOfService, event=MachineEnrolled)
def enrolled_meanwhile(state: State, event: MachineEnrolled, desk: Desk) -> Result:
    """The technician had left the page that waited for it."""
    place = state.place
    assert isinstance(place, OutOfService)
    return enrolled(state.at(Enrolling(place.why)), event, desk) if place.enrol else (state, ())


@on(Enrolling, event=MachineEnrolled)
def enrolled(state: State, event: MachineEnrolled, desk: Desk) -> Result:
    """The identity is in force, whatever the page was: see what hangs here."""
    after = _turn(state, Stage.PARTS, terminal=event.terminal, parts=None, word="", code="", digits="")
    log = Log("enrolment_done", {"terminal": event.terminal})
    return replace(after, cover=None), (CancelTimer(Timer.ENROL), log, ForgetSlip(), FindParts())


# Without a network


@press(Enrolling, node="stick")
def by_stick(state: State, argument: str, desk: Desk) -> Result:
    """List the sticks; or write the request on the one that was chosen."""
    place = here(state)
    if place.stage is Stage.READY:
        return _turn(state, Stage.STICK, by_stick=True, sticks=None, word=""), (FindSticks(),)
    if place.stage is not Stage.STICK or not argument.isdecimal() or int(argument) >= len(place.sticks or ()):
        return state, ()
    name = (place.sticks or ())[int(argument)]
    return _note(state, busy="writing", stick=name), (WriteRequest(name),)


@press(Enrolling, node="actions.sticks")
def sticks_again(state: State, argument: str, desk: Desk) -> Result:
    """A stick is in now, perhaps."""
    return _note(state, sticks=None), (FindSticks(),)


@on(Enrolling, event=SticksFound)
def sticks_found(state: State, event: SticksFound, desk: Desk) -> Result:
    """What is plugged in."""
    return (_note(state, sticks=event.names) if here(state).stage is Stage.STICK else state), ()


@on(Enrolling, event=RequestWritten)
def written(state: State, event: RequestWritten, desk: Desk) -> Result:
    """Bring the stick to the platform."""
    if here(state).stage is not Stage.STICK:
        return state, ()
    log = Log("enrolment_step", {"step": "requested"})
    return _turn(state, Stage.REQUESTED, word=event.word, by_stick=True), (log,)


@press(Enrolling, node="actions.answer")
def take_answer(state: State, argument: str, desk: Desk) -> Result:
    """The stick is back."""
    if here(state).stage is not Stage.REQUESTED:
        return state, ()
    return _note(state, busy="taking"), (TakeAnswer(),)


# What hangs here, and service


@on(Enrolling, event=PartsFound)
def parts_found(state: State, event: PartsFound, desk: Desk) -> Result:
    """Beside what the profile says."""
    return (_note(state, parts=event.parts) if here(state).stage is Stage.PARTS else state), ()


@press(Enrolling, node="actions.parts")
def parts_again(state: State, argument: str, desk: Desk) -> Result:
    """A plug is in now, perhaps."""
    return _note(state, parts=None), (FindParts(),)


@press(Enrolling, node="part")
def take_part(state: State, argument: str, desk: Desk) -> Result:
    """The part that was found takes the place of the device."""
    part = next((one for one in here(state).parts or () if one.id == argument), None)
    if part is None or part.presence != "elsewhere":
        return state, ()
    return state, (ReplacePart(part.id, part.uri, part.options),)


@on(Enrolling, event=PartTaken)
def part_taken(state: State, event: PartTaken, desk: Desk) -> Result:
    """It is written down, or may not be."""
    parts = here(state).parts
    if parts is None:
        return state, ()
    return _note(state, parts=tuple(_taken(one, event) if one.id == event.device else one for one in parts)), ()


def _taken(part: Part, event: PartTaken) -> Part:
    return replace(part, problem=event.problem) if event.problem else replace(part, presence="replaced")


@press(Enrolling, node="actions.open")
def open_service(state: State, argument: str, desk: Desk) -> Result:
    """Into service; asked for once."""
    if here(state).stage is not Stage.PARTS:
        return state, ()
    effects: tuple[Effect, ...] = (Log("enrolment_step", {"step": "open"}), OpenService())
    return replace(_turn(state, Stage.DONE), cover=None), effects


default(
    "news of an enrolment that the technician has left changes nothing",
    MachineLooked,
    ReaderFound,
    SlipTaken,
    AuthorityShown,
    EnrolProgress,
    EnrolWaits,
    EnrolRefused,
    MachineEnrolled,
    SticksFound,
    RequestWritten,
    PartsFound,
    PartTaken,
)
