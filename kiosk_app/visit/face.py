"""A face beside the photo on the card's chip: asked first, aimed by voice, never more than two tries in a row.

The camera is on only while the page says so. `settle` (called by every step) stops a check whose page was left or
covered, whatever the reason.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk_app.identity import TRIES_BEFORE_ANOTHER, FaceEvidence
from kiosk_app.identity import Way as Offer
from kiosk_app.visit import consents
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, Effect, Log, StartFace, StartTimer, StopFace
from kiosk_app.visit.events import CameraShown, DeviceChanged, FaceEnded, FaceProgress, TimerFired
from kiosk_app.visit.everywhere import device_changed, timer
from kiosk_app.visit.flow import idle_seconds
from kiosk_app.visit.proof import failed, fresh, identified, offered, person_here, photo_here, told, whose
from kiosk_app.visit.state import FaceStage, Identify, Look, State, Timer, Way
from kiosk_app.visit.table import Result, on

CONSENT = "consent.face"
AIM_SECONDS = 2.0
"""Aiming words do not follow each other faster than this: they are heard, understood and acted on."""
ON = frozenset({FaceStage.STARTING, FaceStage.RUNNING})
OF_THE_PERSON = frozenset({"not_alike", "not_live", "wrong_action", "swapped", "no_answer"})
OF_THE_PICTURE = frozenset({"no_face", "two_faces", "covered", "dark", "backlight", "blurred"})
BLIND = frozenset({"camera_black", "camera_frozen"})


def running(state: State) -> bool:
    """True while the camera is wanted on for a face."""
    place = state.place
    return isinstance(place, Identify) and place.way is Way.FACE and place.look.stage in ON


def settle(before: State, after: State) -> Result:
    """Put the camera out when the check's page was left or covered; a covered check waits, ready to begin again."""
    if not running(after):
        return after, ((CancelTimer(Timer.AIM), StopFace()) if running(before) else ())
    if after.cover is None:
        return after, ()
    place = after.place
    assert isinstance(place, Identify)
    waiting = replace(after, place=replace(place, look=Look(FaceStage.READY, place.look.quiet)))
    return waiting, (CancelTimer(Timer.AIM), StopFace())


def choose(state: State, place: Identify, desk: Desk) -> Result:
    """The resident picked the face: asked once, then ready at once."""
    if Offer.FACE not in offered(state, desk):
        return told(state, "face_camera"), ()
    if consents.answered(state.visit, CONSENT, whose(state)):
        return start(state, fresh(place), desk, quiet=False)
    return state.at(fresh(place, way=Way.FACE)), ()


def agree(state: State, place: Identify, desk: Desk, *, quiet: bool) -> Result:
    """Yes: the answer is kept with its text, then the camera goes on. Pressed while it runs, nothing begins anew."""
    if place.look.stage in ON and place.look.quiet == quiet:
        return state, ()
    logs: tuple[Effect, ...] = ()
    if place.look.stage is FaceStage.CONSENT:
        state, logs = consents.record(state, CONSENT, whose(state), given=True)
    after, effects = start(state, place, desk, quiet=quiet)
    return after, (*logs, *effects)


def decline(state: State, place: Identify) -> Result:
    """No: never asked again in this visit; the other ways stand there at once."""
    known, logs = consents.record(state, CONSENT, whose(state), given=False)
    known = known.with_visit(closed=known.visit.closed | {Offer.FACE.value})
    return told(replace(known, place=place), "face_declined"), logs


def start(state: State, place: Identify, desk: Desk, *, quiet: bool) -> Result:
    """Camera on. Without consent, a photo on the chip or a camera nothing starts."""
    person = person_here(state)
    agreed = consents.answered(state.visit, CONSENT, whose(state))
    if person is None or not agreed or Offer.FACE not in offered(state, desk):
        return told(state, "face_camera"), ()
    look = Look(FaceStage.STARTING, quiet, "opening", since=desk.now)
    return state.at(replace(place, way=Way.FACE, look=look, notice="")), (StartFace(person.id_number, quiet),)


@on(Identify, event=FaceProgress)
def progressed(state: State, event: FaceProgress, desk: Desk) -> Result:
    """What to do now. Aiming words keep their distance in time; what is asked of the person comes at once."""
    place = state.place
    assert isinstance(place, Identify)
    if not running(state):
        return state, ()
    awake = () if event.aim == "nobody" else (StartTimer(Timer.IDLE, idle_seconds(state.prefs)),)
    look = replace(place.look, stage=FaceStage.RUNNING, step=event.step, steps=event.steps, praised=event.step > 1)
    aiming = event.stage == "aiming"
    if event.done:
        # The praise for one action comes with the next one: said alone it would read as asking for the same again.
        prompt = "comparing" if event.step >= event.steps else look.prompt
    else:
        prompt = {"challenge": event.doing, "comparing": "comparing"}.get(event.stage, event.aim)
    if prompt == look.prompt or not prompt:
        return replace(state, place=replace(place, look=replace(look, queued=""))), awake
    left = _left(look, desk.now)
    if aiming and look.prompt != "opening" and left > 0:
        waiting = replace(state, place=replace(place, look=replace(look, queued=prompt)))
        return waiting, (*awake, StartTimer(Timer.AIM, left))
    return replace(state, place=replace(place, look=replace(look, prompt=prompt, since=desk.now, queued=""))), awake


def _left(look: Look, now: datetime) -> float:
    return AIM_SECONDS - (now - look.since).total_seconds() if look.since is not None else 0.0


@on(Identify, event=TimerFired)
def next_aim(state: State, event: TimerFired, desk: Desk) -> Result:
    """The newest aiming word that had to wait."""
    place = state.place
    assert isinstance(place, Identify)
    if event.name != Timer.AIM:
        return timer(state, event, desk)
    look = place.look
    if not running(state) or not look.queued:
        return state, ()
    return replace(state, place=replace(place, look=replace(look, prompt=look.queued, since=desk.now, queued=""))), ()


@on(Identify, event=FaceEnded)
def ended(state: State, event: FaceEnded, desk: Desk) -> Result:
    """The check is over: it was them, it is not sure, it was not, or the camera saw nothing of use."""
    if not running(state):
        return state, ()
    if event.decision == "accept" and photo_here(state):
        return identified(state, None, FaceEvidence(event.live or "challenge"), "face", desk)
    if event.decision == "second_factor":
        return _unclear(state, "face_second", TRIES_BEFORE_ANOTHER)
    if event.reason in OF_THE_PERSON or event.decision == "reject":
        return _not_them(state, event.reason if event.reason in OF_THE_PERSON else "not_alike")
    if event.reason in OF_THE_PICTURE:
        return _unclear(state, f"face_{event.reason}", 1)
    closed = frozenset({Offer.FACE.value} if event.reason in BLIND or event.reason == "photo_unusable" else ())
    known = state.with_visit(closed=state.visit.closed | closed)
    notice = "face_photo" if event.reason == "photo_unusable" else "face_camera"
    return told(known, notice), (_log(event.reason or "none"),)


def _not_them(state: State, reason: str) -> Result:
    place = state.place
    assert isinstance(place, Identify)
    tries = state.visit.failures.get(Offer.FACE, 0) + 1
    notice = "face_enough" if tries >= TRIES_BEFORE_ANOTHER else f"face_{reason}"
    return failed(replace(state, place=fresh(place)), Offer.FACE.value, notice)


def _unclear(state: State, notice: str, weight: int) -> Result:
    """Nobody's failing. Twice, and the other ways stand first."""
    return told(state.with_visit(unclear=state.visit.unclear + weight), notice), (_log(notice),)


def _log(cause: str) -> Log:
    return Log("identification_failed", {"way": "face", "cause": cause})


@on(event=CameraShown)
def camera_shown(state: State, event: CameraShown, desk: Desk) -> Result:
    """The camera's picture is there, or gone."""
    return replace(state, world=replace(state.world, preview=event.name)), ()


@on(Identify, event=DeviceChanged)
def camera_changed(state: State, event: DeviceChanged, desk: Desk) -> Result:
    """A device that is being used here went away: said kindly, the other ways stand there."""
    known, logs = device_changed(state, event, desk)
    place = known.place
    assert isinstance(place, Identify)
    uses_camera = event.kind == "camera" and place.way in {Way.FACE, Way.CODE}
    uses_module = event.kind == f"biometric_{place.way}"
    if (uses_camera or uses_module) and not known.world.works(event.kind):
        return told(known, "face_camera" if uses_camera else "body_offline"), logs
    return known, logs
