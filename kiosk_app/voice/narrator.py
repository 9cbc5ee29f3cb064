"""What is being said now, what waits, and what is dropped: a small state machine that gives its effects as data.

Every method is an event and returns what has to be done about it. It knows no device and no clock. A touch hushes
before anything else; the next words follow in the same turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from kiosk_app.voice import phrases
from kiosk_app.voice.privacy import Hearers
from kiosk_app.voice.utterance import Priority, Utterance
from ui.view import Heard, Privacy, ScreenView

RATES = (0.6, 0.75, 1.0, 1.25, 1.5)
"""Five speeds; 1.0 is about 240 characters a minute, 0.75 about 180, the one for elders (requirements C.5)."""

STANDARD_SPEED, ELDER_SPEED = 2, 1
LOUDNESS_STEPS = 10
STANDARD_LOUDNESS = 8
MOST_WAITING = 4


class Manner(Enum):
    """How much is said: all of it, introductions and results only, or nothing (captions are the words then)."""

    EVERYTHING = 2
    INTRODUCTIONS = 1
    NOTHING = 0


@dataclass(frozen=True, slots=True)
class SpeakNow:
    """Hand this to the speech device."""

    id: str
    utterance: Utterance = field(repr=False)
    rate: float
    volume: float
    headphones: bool

    @property
    def private(self) -> bool:
        """True when any of the words are the resident's own."""
        return self.utterance.privacy is Privacy.PRIVATE


@dataclass(frozen=True, slots=True)
class HushNow:
    """Silence, in this very turn."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Draw again: the caption or the node that is spoken of has changed."""

    text: str = field(repr=False)
    node: str


Effect = SpeakNow | HushNow | Caption
Effects = tuple[Effect, ...]


class Narrator:
    """The voice of one terminal. `caption` and `speaking` go into the next view."""

    def __init__(self, *, usually: Manner = Manner.EVERYTHING) -> None:
        """`usually` is the manner while the resident did not ask to be read to (`Look.voice`, screen off)."""
        self._usually = usually
        self._n = 0
        self._view: ScreenView | None = None
        self._now: tuple[str, Utterance] | None = None
        self._waiting: list[Utterance] = []
        self._last: Utterance | None = None
        self._heard: Heard | None = None
        self._speed: int | None = None
        self._loudness = STANDARD_LOUDNESS
        self.hearers = Hearers()
        self.caption = ""
        self.speaking = ""

    @property
    def rate(self) -> float:
        """The speed now: chosen, or the one of the look."""
        elder = self._view is not None and self._view.look.elder
        return RATES[self._speed if self._speed is not None else ELDER_SPEED if elder else STANDARD_SPEED]

    @property
    def volume(self) -> float:
        """Loudness now, 0.1 to 1.0."""
        return self._loudness / LOUDNESS_STEPS

    @property
    def manner(self) -> Manner:
        """How much is said on this page."""
        look = self._view.look if self._view is not None else None
        return Manner.EVERYTHING if look is not None and (look.voice or look.screen_off) else self._usually

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self._view.look.lang if self._view is not None else "zh"

    # What happens

    def page(self, before: ScreenView | None, after: ScreenView) -> Effects:
        """A page is shown: introduced when it is new to the resident (or its language is), else what changed."""
        self._view = after
        if self._new(before, after):
            self._heard = None
            return self._add(phrases.introduce(after, self.hearers))
        out: Effects = ()
        for utterance in phrases.announce(before, after, self.hearers):
            out += self._add(utterance)
        return out

    def heard(self, heard: Heard) -> Effects:
        """The focus came to something, or it changed under the focus. The page's heading was introduced already."""
        self._heard = heard
        if self._view is None or self.manner is not Manner.EVERYTHING or self._introduced(heard):
            return ()
        return self._add(phrases.describe(self._view, heard, self.hearers))

    def say(self, words: str, *, private: bool = True) -> Effects:
        """Say words on top of what the page says (calls, countdowns). Unknown means private."""
        privacy = Privacy.PRIVATE if private else Privacy.PUBLIC
        return self._add(phrases.sentence(words, self.lang, privacy=privacy))

    def hush(self) -> Effects:
        """A finger or key went down: silence now, and nothing waits."""
        self._waiting.clear()
        self._now = None
        return (HushNow(), *self._show("", ""))

    def repeat(self) -> Effects:
        """Say the last thing again, with today's hearers in mind."""
        again = self._last or phrases.own("nothing", self.lang)
        return self.hush() + self._add(again)

    def reread(self) -> Effects:
        """Introduce the page again."""
        if self._view is None:
            return ()
        return self.hush() + self._add(phrases.introduce(self._view, self.hearers))

    def help(self) -> Effects:
        """Help for what has the focus."""
        if self._view is None or self._heard is None:
            return self.hush() + self._add(phrases.own("no_hint", self.lang))
        return self.hush() + self._add(phrases.hint(self._view, self._heard.node, self._heard))

    def slower(self) -> Effects:
        """One of five speeds down."""
        return self._set_speed(-1, "slower", "slowest")

    def faster(self) -> Effects:
        """One of five speeds up."""
        return self._set_speed(1, "faster", "fastest")

    def louder(self) -> Effects:
        """One of ten steps up."""
        return self._set_loudness(1, "louder", "loudest")

    def softer(self) -> Effects:
        """One of ten steps down, never to silence: a resident who cannot see would think it broken."""
        return self._set_loudness(-1, "softer", "softest")

    def headphones(self, plugged: bool) -> Effects:
        """The jack: private words go into it and nowhere else. Whatever is being said stops first."""
        if plugged == self.hearers.headphones:
            return ()
        self.hearers = Hearers(plugged, self.hearers.chosen)
        return self.hush() + self._add(phrases.own("headphones_in" if plugged else "headphones_out", self.lang))

    def allow_private(self, chosen: bool) -> Effects:
        """The resident chose to hear private words on the loudspeaker, or took that back."""
        self.hearers = Hearers(self.hearers.headphones, chosen)
        return () if chosen else self.hush()

    def started(self, utterance_id: str, clip: int) -> Effects:
        """The first sample of a clip went out."""
        if self._now is None or self._now[0] != utterance_id or clip >= len(self._now[1].clips):
            return ()
        return self._show(self._now[1].clips[clip].caption, self._now[1].node)

    def ended(self, utterance_id: str, *, ok: bool = True) -> Effects:
        """An utterance ended. After a failure its caption stays until the next words: it is all there is to read."""
        if self._now is None or self._now[0] != utterance_id:
            return ()
        self._now = None
        if self._waiting:
            return self._next()
        return self._show("", "") if ok else ()

    def wipe(self) -> Effects:
        """The visit is over: nothing that was said or chosen is remembered. The jack is where it is."""
        out = self.hush()
        self._view = self._last = self._heard = self._speed = None
        self._loudness = STANDARD_LOUDNESS
        self.hearers = Hearers(self.hearers.headphones)
        return out

    # How it is done

    def _new(self, before: ScreenView | None, after: ScreenView) -> bool:
        if before is None:
            return True
        if (before.page, before.screen, before.look.lang) != (after.page, after.screen, after.look.lang):
            return True
        # A cover that goes away uncovers a page that was introduced already; the focus that comes back is enough.
        return before.cover != after.cover and bool(after.cover)

    def _introduced(self, heard: Heard) -> bool:
        return heard.node == "page.heading" and self._now is not None and self._now[1].priority > Priority.FOCUS

    def _add(self, utterance: Utterance) -> Effects:
        if self.manner is Manner.NOTHING or not utterance.clips:
            return ()
        if not self.hearers.alone:
            utterance = phrases.masked(utterance, self.lang)
        # What waits and is overtaken is dropped: a focus by any later words, an introduction by the next one.
        keep = (Priority.RESULT,) if utterance.priority is Priority.INTRODUCTION else tuple(Priority)[2:]
        if utterance.priority is not Priority.PROGRESS:
            self._waiting = [u for u in self._waiting if u.priority in keep]
        else:
            self._waiting = [u for u in self._waiting if u.priority is not Priority.PROGRESS]
        stale = self._prompts(utterance)
        if stale:
            self._waiting = [u for u in self._waiting if u.node != utterance.node]
        self._waiting.append(utterance)
        self._waiting.sort(key=lambda u: -u.priority)
        del self._waiting[MOST_WAITING:]
        if self._now is None:
            return self._next()
        if (stale and self._now[1].node == utterance.node) or self._cuts(utterance.priority, self._now[1].priority):
            return (HushNow(), *self._next())
        return ()

    def _prompts(self, utterance: Utterance) -> bool:
        """True for a line that says what to do now: what it said before is not worth hearing any more."""
        node = self._view.node(utterance.node) if self._view is not None and utterance.node else None
        return node is not None and node.style == phrases.PROMPT and utterance.priority is Priority.RESULT

    @staticmethod
    def _cuts(new: Priority, now: Priority) -> bool:
        if new is Priority.PROGRESS or now is Priority.RESULT:
            return False
        return new >= now

    def _next(self) -> Effects:
        utterance = self._waiting.pop(0)
        self._n += 1
        self._now = (f"say-{self._n}", utterance)
        self._last = utterance
        speak = SpeakNow(self._now[0], utterance, self.rate, self.volume, self.hearers.headphones)
        # The caption comes with the words, not after them: without a sound device it is the words.
        return (speak, *self._show(utterance.clips[0].caption, utterance.node))

    def _show(self, caption: str, node: str) -> Effects:
        if (caption, node) == (self.caption, self.speaking):
            return ()
        self.caption, self.speaking = caption, node
        return (Caption(caption, node),)

    def _set_speed(self, by: int, word: str, end: str) -> Effects:
        now = RATES.index(self.rate)
        self._speed = max(0, min(len(RATES) - 1, now + by))
        return self.hush() + self._add(phrases.own(word if self._speed != now else end, self.lang))

    def _set_loudness(self, by: int, word: str, end: str) -> Effects:
        now = self._loudness
        self._loudness = max(1, min(LOUDNESS_STEPS, now + by))
        return self.hush() + self._add(phrases.own(word if self._loudness != now else end, self.lang))
