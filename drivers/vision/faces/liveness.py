"""Was the asked action done, by something that is no flat picture? A pure state machine over measured numbers.

Everything is measured against the person's own rest. The asked action must happen within its time; another strong
action meanwhile is wrong; a turn that a flat picture explains is not alive; an action that was under way before the
prompt does not count. Between two prompts the face comes to rest again.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from drivers.vision.faces.limits import Limits
from drivers.vision.messages import Challenge, Reason


@dataclass(frozen=True, slots=True)
class Look:
    """One frame's numbers: as in `signals.Shape`, and `flat` as in `signals.flatness` against the rest."""

    at: float
    ear: float
    mar: float
    yaw: float
    flat: float = 0.0


@dataclass(frozen=True, slots=True)
class Rest:
    """How this person's face is when it does nothing."""

    ear: float
    mar: float
    yaw: float


def rest_of(looks: Sequence[Look], limits: Limits) -> Rest | None:
    """The rest, when these looks are of a face that did nothing for long enough; else None."""
    if len(looks) < limits.rest_frames or looks[-1].at - looks[0].at < limits.rest_s:
        return None
    yaws, mars = [look.yaw for look in looks], [look.mar for look in looks]
    if max(yaws) - min(yaws) > limits.rest_yaw or max(mars) - min(mars) > limits.rest_mar:
        return None
    # Blinks of their own pull the mean of the eyes down, hardly the median.
    return Rest(statistics.median(look.ear for look in looks), statistics.median(mars), statistics.median(yaws))


class Phase(StrEnum):
    """Where a trial stands."""

    PERFORM = "perform"
    REST = "rest"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Trial:
    """The challenges one after the other. Frozen: `after` returns the next state."""

    challenges: tuple[Challenge, ...]
    rest: Rest
    seconds: float  # for each challenge
    since: float  # when the current phase began
    step: int = 0
    phase: Phase = Phase.PERFORM
    reason: Reason = Reason.NONE
    hits: int = 0
    hit_at: float = 0.0
    early: bool = False  # the action was under way before it was asked for
    wrong_at: float | None = None
    flat_at: float | None = None
    open_at: float = 0.0
    shut_at: float | None = None
    blinks: tuple[float, ...] = ()
    quiet: int = 0

    @property
    def asked(self) -> Challenge:
        """The current challenge (the last one when all are done)."""
        return self.challenges[min(self.step, len(self.challenges) - 1)]

    @property
    def acting(self) -> bool:
        """True while the asked action is being seen."""
        return self.phase is Phase.PERFORM and (self.hits > 0 or self.shut_at is not None)

    def after(self, look: Look, limits: Limits) -> Trial:
        """The state after one more look."""
        match self.phase:
            case Phase.PERFORM:
                return self._performing(look, limits)
            case Phase.REST:
                return self._resting(look, limits)
            case _:
                return self

    def stuck(self, at: float, limits: Limits) -> bool:
        """True when the action was done a while ago and the face is still not as it was."""
        return self.phase is Phase.REST and at - self.since >= limits.stuck_s

    def failed(self, reason: Reason) -> Trial:
        """The trial ended for a reason that was seen elsewhere."""
        return replace(self, phase=Phase.FAILED, reason=reason)

    def _performing(self, look: Look, limits: Limits) -> Trial:
        trial = self._wrong(look, limits)
        if trial.phase is Phase.FAILED:
            return trial
        done, trial = (
            trial._blinking(look, limits) if trial.asked is Challenge.BLINK_TWICE else trial._holding(look, limits)
        )
        if trial.phase is Phase.FAILED:
            return trial
        if done:
            return replace(_fresh(trial, look.at), phase=Phase.REST)
        if look.at - trial.since > trial.seconds:
            return trial.failed(Reason.NO_ANSWER)
        return trial

    def _resting(self, look: Look, limits: Limits) -> Trial:
        quiet = self.quiet + 1 if _at_rest(look, self.rest, limits) else 0
        if quiet >= limits.hold_frames + 1:
            last = self.step + 1 >= len(self.challenges)
            phase = Phase.DONE if last else Phase.PERFORM
            return replace(_fresh(self, look.at), step=self.step + 1, phase=phase)
        if look.at - self.since > limits.rest_again_s:
            return self.failed(Reason.NO_ANSWER)
        return replace(self, quiet=quiet)

    def _holding(self, look: Look, limits: Limits) -> tuple[bool, Trial]:
        """Turns and the open mouth: held for some frames."""
        shown, flat = _shows(self.asked, look, self.rest, limits)
        if flat:
            flat_at = look.at if self.flat_at is None else self.flat_at
            if look.at - flat_at >= limits.wrong_s * 2:
                return False, self.failed(Reason.NOT_LIVE)
            return False, replace(self, flat_at=flat_at, hits=0)
        if not shown:
            return False, replace(
                self, hits=0, flat_at=None, early=self.early and not _at_rest(look, self.rest, limits)
            )
        if self.early or (self.hits == 0 and look.at - self.since < limits.reaction_s):
            return False, replace(self, early=True)
        hit_at = look.at if self.hits == 0 else self.hit_at
        hits = self.hits + 1
        done = hits >= limits.hold_frames and look.at - hit_at >= limits.hold_s
        return done, replace(self, hits=hits, hit_at=hit_at, flat_at=None)

    def _blinking(self, look: Look, limits: Limits) -> tuple[bool, Trial]:
        """Lids fall fast, stay shut for a moment, open again; twice."""
        share = look.ear / max(1e-6, self.rest.ear)
        facing = abs(look.yaw - self.rest.yaw) < limits.near_turn and look.mar - self.rest.mar < limits.near_mouth
        if not facing:
            return False, replace(self, shut_at=None, open_at=0.0)
        if self.shut_at is None:
            if share >= limits.opened:
                return False, replace(self, open_at=look.at)
            fell = self.open_at > 0 and look.at - self.open_at <= limits.blink_fall_s
            if share <= limits.shut and fell and look.at - self.since >= limits.reaction_s:
                return False, replace(self, shut_at=look.at)
            return False, self
        held = look.at - self.shut_at
        if share >= limits.opened:
            whole = limits.blink_least_s <= held <= limits.blink_most_s
            recent = tuple(at for at in self.blinks if look.at - at <= limits.blinks_within_s)
            blinks = (*recent, look.at) if whole else recent
            return len(blinks) >= 2, replace(self, shut_at=None, open_at=look.at, blinks=blinks)
        return False, self if held <= limits.blink_most_s else replace(self, shut_at=None, open_at=0.0)

    def _wrong(self, look: Look, limits: Limits) -> Trial:
        """Something else than was asked, clearly and for a moment."""
        others = [c for c in (Challenge.TURN_LEFT, Challenge.TURN_RIGHT, Challenge.OPEN_MOUTH) if c is not self.asked]
        if not any(_clearly(other, look, self.rest, limits) for other in others):
            return replace(self, wrong_at=None)
        wrong_at = look.at if self.wrong_at is None else self.wrong_at
        if look.at - wrong_at >= limits.wrong_s:
            return self.failed(Reason.WRONG_ACTION)
        return replace(self, wrong_at=wrong_at)


def _fresh(trial: Trial, at: float) -> Trial:
    return Trial(trial.challenges, trial.rest, trial.seconds, at, trial.step)


def _turned(look: Look, rest: Rest) -> float:
    return look.yaw - rest.yaw


def _at_rest(look: Look, rest: Rest, limits: Limits) -> bool:
    return abs(_turned(look, rest)) < limits.near_turn and abs(look.mar - rest.mar) < limits.near_mouth


def _shows(asked: Challenge, look: Look, rest: Rest, limits: Limits) -> tuple[bool, bool]:
    """Whether the look shows the asked action, and whether it only does so as a flat picture would."""
    if asked is Challenge.OPEN_MOUTH:
        return look.mar - rest.mar >= limits.mouth, False
    turned = _turned(look, rest) * (1 if asked is Challenge.TURN_LEFT else -1)
    if turned < limits.turn:
        return False, False
    return look.flat >= limits.turn_flat, look.flat < limits.turn_flat


def _clearly(other: Challenge, look: Look, rest: Rest, limits: Limits) -> bool:
    if other is Challenge.OPEN_MOUTH:
        return look.mar - rest.mar >= limits.wrong_mouth
    turned = _turned(look, rest) * (1 if other is Challenge.TURN_LEFT else -1)
    return turned >= limits.wrong_turn and look.flat >= limits.turn_flat
