"""Who speaks next: the utterance that is being said, those that wait, and which of them later news overtakes. Pure."""

from __future__ import annotations

from enum import Enum, auto

from kiosk_app.voice.utterance import Priority, Utterance

MOST_WAITING = 4


class Turn(Enum):
    """What a new utterance does to the one that is being said."""

    WAIT = auto()
    START = auto()
    CUT = auto()


class Queue:
    """One utterance is said at a time. `now` is it with its id, None in silence."""

    def __init__(self) -> None:
        self.now: tuple[str, Utterance] | None = None
        self._waiting: list[Utterance] = []
        self._n = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def saying(self, utterance_id: str) -> bool:
        """True for the one that is being said."""
        return self.now is not None and self.now[0] == utterance_id

    def put(self, new: Utterance, *, prompt: bool = False) -> Turn:
        """Let it wait; returns whether its turn is now. A `prompt` says what to do now: what its node said before is
        not worth hearing any more.
        """
        # What waits and is overtaken is dropped: a focus by any later words, an introduction by the next one.
        keep = tuple(Priority)[3:] if new.priority is Priority.INTRODUCTION else tuple(Priority)[2:]
        if new.priority is not Priority.PROGRESS:
            self._waiting = [u for u in self._waiting if u.priority in keep]
        else:
            self._drop(Priority.PROGRESS)
        if prompt:
            self._waiting = [u for u in self._waiting if u.node != new.node]
        if new.priority is Priority.ALARM:
            self._drop(Priority.ALARM)
        self._waiting.append(new)
        self._waiting.sort(key=lambda u: -u.priority)
        if len(self._waiting) > MOST_WAITING:
            # Of the least urgent the oldest goes: newer news of the same kind is truer.
            least = self._waiting[-1].priority
            self._waiting.remove(next(u for u in self._waiting if u.priority is least))
        if self.now is None:
            return Turn.START
        said = self.now[1]
        return Turn.CUT if (prompt and said.node == new.node) or _cuts(new.priority, said.priority) else Turn.WAIT

    def take(self) -> Utterance:
        """Return the next one and let it wait no more; `say` tells what becomes of it."""
        return self._waiting.pop(0)

    def say(self, utterance: Utterance) -> str:
        """It is being said from now on; returns the id it is said under."""
        self._n += 1
        self.now = (f"say-{self._n}", utterance)
        return self.now[0]

    def end(self) -> None:
        """Nothing is being said."""
        self.now = None

    def clear(self) -> None:
        """Nothing is being said and nothing waits."""
        self.now = None
        self._waiting.clear()

    def drop_alarms(self) -> bool:
        """A countdown is over: none waits, and none is being said; returns whether one was."""
        self._drop(Priority.ALARM)
        if self.now is None or self.now[1].priority is not Priority.ALARM:
            return False
        self.now = None
        return True

    def _drop(self, priority: Priority) -> None:
        self._waiting = [u for u in self._waiting if u.priority is not priority]


def _cuts(new: Priority, now: Priority) -> bool:
    if new is Priority.ALARM:
        return True
    if new is Priority.PROGRESS or now >= Priority.RESULT:
        return False
    return new >= now
