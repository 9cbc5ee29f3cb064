"""One face check from the first frame to the verdict: aiming, the challenges, comparing with the card's photo.

Used from one thread. Nothing is stored: cuts of the face and embeddings live here until `wipe`.
"""

from __future__ import annotations

import statistics
from collections import Counter, deque

import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.aim import REASONS, judge, judge_empty
from drivers.vision.faces.embed import Embedding, distance
from drivers.vision.faces.engine import Engine, ModelError, card_picture, load_engine
from drivers.vision.faces.geometry import Box, overlap
from drivers.vision.faces.limits import Limits
from drivers.vision.faces.liveness import Look, Phase, Rest, Trial, rest_of
from drivers.vision.faces.looking import Looker, View
from drivers.vision.faces.match import best, decide
from drivers.vision.faces.quality import CameraWatch
from drivers.vision.faces.signals import flatness
from drivers.vision.faces.surroundings import Surroundings
from drivers.vision.messages import Aim, Challenge, Decision, FaceChecked, FaceSettings, Progress, Reason, Stage

__all__ = ["Engine", "FaceCheck", "ModelError", "load_engine"]

KEPT = 12
"""Looks at rest that are remembered while aiming."""
LATE_S = 3.0
"""When aiming runs out, the most frequent trouble of the last so many seconds is told."""
Picture = NDArray[np.uint8]


class FaceCheck:
    """One check. `feed` frames until `result` is set, then `wipe`."""

    def __init__(
        self,
        engine: Engine,
        photo: bytes,
        challenges: tuple[Challenge, ...],
        settings: FaceSettings,
        limits: Limits | None = None,
    ) -> None:
        """`photo`: as in `messages.CheckFace`.

        Raises:
            ValueError: the photo does not have the size of one.
        """
        self._engine = engine
        self._challenges = challenges
        self._settings = settings
        self._limits = limits or Limits()
        self._looker = Looker(engine, self._limits)
        self._watch = CameraWatch(self._limits)
        self._surroundings = Surroundings(self._limits)
        self._stage = Stage.AIMING
        self._began: float | None = None
        self._stage_at = 0.0
        self._told: Progress | None = None
        self._aims: deque[tuple[float, Aim]] = deque(maxlen=300)
        self._good: deque[tuple[Look, float, Picture, View]] = deque(maxlen=KEPT)
        self._trial: Trial | None = None
        self._rest: Rest | None = None
        self._rest_points: NDArray[np.float64] | None = None
        self._box: Box | None = None
        self._seen_at = 0.0
        self._crowded = 0
        self._asked_step = -1
        self._peak: tuple[float, Picture] | None = None
        self._cuts: list[tuple[float, Picture]] = []  # sharpness and cut, waiting to be compared
        self._first: Embedding | None = None  # of the rest: who stands there
        self._distances: list[float] = []
        self._scores: list[float] = []
        self._result: FaceChecked | None = None
        self._card = engine.embed_photo(card_picture(photo))
        if self._card is None:
            self._result = FaceChecked(Decision.NO_FACE, Reason.PHOTO_UNUSABLE)

    @property
    def result(self) -> FaceChecked | None:
        """The verdict; set once."""
        return self._result

    def feed(self, frame: Picture, at: float) -> tuple[Progress, ...]:
        """Take a frame (h, w, 3) BGR, not mirrored, captured at `at` monotonic seconds; returns what changed."""
        if self._result is not None:
            return ()
        if self._began is None:
            self._began = self._stage_at = at
        trouble = self._watch.look(frame, at)
        if trouble is not Reason.NONE:
            self._end(Decision.NO_FACE, trouble)
            return ()
        view = self._looker.look(frame, at)
        match self._stage:
            case Stage.AIMING:
                return self._aiming(view)
            case Stage.CHALLENGE:
                return self._challenging(view)
            case Stage.COMPARING:
                return self._comparing(view)

    def wipe(self) -> None:
        """Zero what was kept of the face."""
        for _, cut in self._cuts:
            cut.fill(0)
        for _, _, cut, view in self._good:
            cut.fill(0)
            _zero(view.points)
        for kept in (self._card, self._first, self._rest_points, self._peak[1] if self._peak else None):
            _zero(kept)
        self._surroundings.wipe()
        self._cuts.clear()
        self._good.clear()
        self._distances.clear()
        self._scores.clear()
        self._card = self._first = self._rest_points = self._rest = self._trial = self._peak = self._box = None
        if self._result is None:
            self._result = FaceChecked(Decision.NO_FACE, Reason.NO_ANSWER)

    # Aiming

    def _aiming(self, view: View) -> tuple[Progress, ...]:
        seen = view.seen()
        if view.hidden:
            aim = Aim.UNCOVER
        elif seen is None:
            height, width = view.grey.shape
            middle = view.grey[height // 5 : height * 3 // 4, width * 2 // 5 : width * 3 // 5]
            aim = judge_empty(float(view.grey.mean()), float(middle.mean()), self._limits)
        else:
            aim = judge(seen, self._limits)
        self._aims.append((view.at, aim))
        self._score(view)
        if aim is Aim.GOOD:
            self._rested(view)
        else:
            self._good.clear()
        if self._stage is Stage.AIMING and view.at - self._stage_at > self._settings.aim_s:
            self._gave_up(view.at)
        return self._tell(Progress(Stage.AIMING, aim)) if self._stage is Stage.AIMING else self._announce()

    def _rested(self, view: View) -> None:
        if view.shape is None or view.face is None or view.points is None:
            return
        if self._good and overlap(self._good[-1][3].face or view.face, view.face) < self._limits.same_track:
            self._good.clear()
        cut = self._engine.embedder.chip(view.frame, view.face, view.points)
        self._good.append((self._look(view), view.sharp, cut, view))
        looks = [look for look, _, _, _ in self._good]
        rest = rest_of(looks, self._limits)
        if rest is None:
            return
        # The look nearest to the rest stands for it; the sharpest tells who it is.
        still = min(self._good, key=lambda kept: abs(kept[0].yaw - rest.yaw) + abs(kept[0].mar - rest.mar))[3]
        sharpest = max(self._good, key=lambda kept: kept[1])
        self._rest, self._rest_points = rest, still.points
        self._first = self._engine.embedder.embed(sharpest[2])
        if still.face is not None:
            self._surroundings.begin(still.grey, still.face, still.eyes)
        self._box, self._seen_at = view.face, view.at
        if self._card is not None:
            self._distances.append(distance(self._card, self._first))
        self._good.clear()
        self._begin(Stage.CHALLENGE if self._challenges else Stage.COMPARING, view.at)
        if self._challenges:
            self._trial = Trial(self._challenges, rest, self._settings.challenge_s, view.at)

    def _gave_up(self, at: float) -> None:
        late = Counter(aim for when, aim in self._aims if at - when <= LATE_S and aim is not Aim.GOOD)
        common = late.most_common(1)[0][0] if late else Aim.NOBODY
        self._end(Decision.NO_FACE, REASONS.get(common, Reason.NO_FACE))

    # Challenges

    def _challenging(self, view: View) -> tuple[Progress, ...]:
        trial = self._trial
        if trial is None or not self._same_track(view):
            return ()
        if view.face is None or view.shape is None:
            if view.at - trial.since > self._settings.challenge_s + self._limits.lost_s:
                self._end(Decision.REJECT, Reason.NO_ANSWER)
            return ()
        self._score(view)
        look = self._look(view)
        now = trial.after(look, self._limits)
        self._keep_peak(now, look, view)
        if not now.acting and abs(look.yaw - now.rest.yaw) < self._limits.near_turn:
            self._surroundings.look(view.grey, view.eyes)
        self._trial = now
        if now.phase is Phase.FAILED:
            if now.reason is Reason.WRONG_ACTION and now.step > 0 and not self._same_person(view):
                return ()
            self._end(Decision.REJECT, now.reason)
            return ()
        if self._surroundings.carried:
            self._end(Decision.REJECT, Reason.NOT_LIVE)
            return ()
        if now.stuck(view.at, self._limits) and self._asked_step != now.step:
            self._asked_step = now.step
            if not self._same_person(view):
                return ()
        if trial.phase is Phase.PERFORM and now.phase is Phase.REST:
            return self._performed(trial)
        if now.phase is Phase.DONE:
            self._begin(Stage.COMPARING, view.at)
        return self._announce() if now.step != trial.step else ()

    def _keep_peak(self, trial: Trial, look: Look, view: View) -> None:
        """Remember the strongest moment of an action, to see afterwards who did it."""
        if view.face is None or view.points is None:
            return
        strength = abs(look.yaw - trial.rest.yaw) + max(0.0, look.mar - trial.rest.mar)
        if trial.acting and (self._peak is None or strength > self._peak[0]):
            self._peak = (strength, self._engine.embedder.chip(view.frame, view.face, view.points))

    def _same_person(self, view: View) -> bool:
        """Whether the one who stands there now began this check; ends it when not. Dear: one embedding."""
        if view.face is None or view.points is None or self._first is None:
            return True
        cut = self._engine.embedder.chip(view.frame, view.face, view.points)
        apart = distance(self._first, self._engine.embedder.embed(cut))
        cut.fill(0)
        if apart > self._limits.same_acting:
            self._end(Decision.REJECT, Reason.SWAPPED)
            return False
        return True

    def _performed(self, trial: Trial) -> tuple[Progress, ...]:
        if self._peak is not None and self._first is not None:
            apart = distance(self._first, self._engine.embedder.embed(self._peak[1]))
            self._peak[1].fill(0)
            self._peak = None
            if apart > self._limits.same_acting:
                self._end(Decision.REJECT, Reason.SWAPPED)
                return ()
        return self._tell(
            Progress(Stage.CHALLENGE, step=trial.step + 1, steps=len(self._challenges), doing=trial.asked, done=True)
        )

    def _same_track(self, view: View) -> bool:
        """One face, without a jump; ends the check when that broke."""
        limits = self._limits
        if view.face is None:
            if view.at - self._seen_at > limits.lost_s:
                self._end(Decision.REJECT, Reason.SWAPPED)
                return False
            return True
        crowded = any(other.width >= limits.second_face * view.face.width for other in view.others)
        self._crowded = self._crowded + 1 if crowded else 0
        if self._crowded >= 2 * limits.hold_frames:
            self._end(Decision.REJECT, Reason.TWO_FACES)
            return False
        gap = view.at - self._seen_at
        if self._box is not None and gap < 0.35 and overlap(self._box, view.face) < limits.same_track:
            self._end(Decision.REJECT, Reason.SWAPPED)
            return False
        self._box, self._seen_at = view.face, view.at
        return True

    # Comparing

    def _comparing(self, view: View) -> tuple[Progress, ...]:
        if not self._same_track(view):
            return ()
        limits = self._limits
        late = view.at - self._stage_at > limits.compare_s
        self._score(view)
        if view.face is not None and view.points is not None and self._rest is not None:
            look = self._look(view)
            near = abs(look.yaw - self._rest.yaw) < limits.near_turn and look.mar - self._rest.mar < limits.near_mouth
            if near and look.ear > limits.shut * self._rest.ear:
                self._cuts.append((view.sharp, self._engine.embedder.chip(view.frame, view.face, view.points)))
        if len(self._cuts) < limits.compare_frames and not late:
            return ()
        if not self._cuts:
            self._end(Decision.REJECT, Reason.SWAPPED if self._challenges else Reason.NO_FACE)
            return ()
        self._compare_sharpest()
        return ()

    def _compare_sharpest(self) -> None:
        """Embed one cut, the sharpest, and end when that is enough. One a frame: an embedding is dear."""
        self._cuts.sort(key=lambda cut: cut[0])
        _, cut = self._cuts.pop()
        now = self._engine.embedder.embed(cut)
        cut.fill(0)
        if self._first is None or self._card is None:
            return
        if distance(self._first, now) > self._limits.same_rest:
            self._end(Decision.REJECT, Reason.SWAPPED)
            return
        self._distances.append(distance(self._card, now))
        nearest = best(self._distances)
        decision = decide(nearest, self._settings)
        if decision is Decision.ACCEPT or len(self._distances) >= self._settings.frames:
            self._verdict(decision)

    def _verdict(self, decision: Decision) -> None:
        alive = self._passive_says()
        if decision is Decision.REJECT:
            self._end(decision, Reason.NOT_ALIKE)
        elif alive is False:
            self._end(Decision.SECOND_FACTOR, Reason.NOT_LIVE)
        elif decision is Decision.ACCEPT and (self._challenges or alive):
            self._end(decision, Reason.NONE)
        else:
            self._end(Decision.SECOND_FACTOR, Reason.NOT_SURE)

    def _score(self, view: View) -> None:
        """Ask the passive model, when a site has one."""
        if self._engine.passive is not None and view.face is not None:
            self._scores.append(self._engine.passive.score(view.frame, view.face))

    def _passive_says(self) -> bool | None:
        """The median over enough looks; None without a model."""
        if self._engine.passive is None or len(self._scores) < self._limits.passive_looks:
            return None
        return statistics.median(self._scores) >= self._settings.passive_threshold

    # All stages

    def _look(self, view: View) -> Look:
        shape = view.shape
        if shape is None:
            raise ValueError("nobody in this view")
        flat = 0.0
        if self._rest_points is not None and view.points is not None:
            flat = flatness(self._rest_points, view.points)
        return Look(view.at, shape.ear, shape.mar, shape.yaw, flat)

    def _begin(self, stage: Stage, at: float) -> None:
        self._stage, self._stage_at = stage, at

    def _announce(self) -> tuple[Progress, ...]:
        if self._stage is Stage.COMPARING or self._trial is None:
            return self._tell(Progress(self._stage))
        trial = self._trial
        return self._tell(
            Progress(Stage.CHALLENGE, step=trial.step + 1, steps=len(self._challenges), doing=trial.asked)
        )

    def _tell(self, progress: Progress) -> tuple[Progress, ...]:
        if progress == self._told or self._result is not None:
            return ()
        self._told = progress
        return (progress,)

    def _end(self, decision: Decision, reason: Reason) -> None:
        if self._result is None:
            self._result = FaceChecked(decision, reason)


def _zero(kept: NDArray[np.float64] | NDArray[np.uint8] | None) -> None:
    if kept is not None:
        kept.fill(0)
