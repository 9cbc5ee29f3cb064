"""What happens to the voice: every method is an event and returns, as data, what has to be done about it.

It knows no device and no clock. A touch hushes before anything else; the next words follow in the same turn. What is
said is made in `phrases`, `echo` and `introducing`; who speaks first is for `queue`, how much for `manner`.
"""

from __future__ import annotations

from dataclasses import replace

from contracts.site import UNBOUND, Volume
from kiosk_app.voice import phrases
from kiosk_app.voice.echo import echo
from kiosk_app.voice.introducing import Tour, is_new
from kiosk_app.voice.jack import JackNews
from kiosk_app.voice.manner import Manner, manner_of, written
from kiosk_app.voice.orders import Caption, Effects, HushNow, PauseNow, ResumeNow, SpeakNow
from kiosk_app.voice.privacy import Hearers
from kiosk_app.voice.queue import Queue, Turn
from kiosk_app.voice.tuning import Tuning
from kiosk_app.voice.utterance import Priority, Utterance
from kiosk_app.voice.words import for_keypad
from ui.view import Heard, Privacy, Role, ScreenView


class Narrator:
    """The voice of one terminal. `caption` and `speaking` go into the next view; `keypad` is the key map whose keys its
    hints name ("" = a keypad with a key for everything).
    """

    def __init__(self, *, usually: Manner = Manner.EVERYTHING) -> None:
        """`usually` is the manner while the resident did not ask to be read to (`Look.voice`, screen off)."""
        self._usually = usually
        self._view: ScreenView | None = None
        self._queue = Queue()
        self._last: Utterance | None = None
        self._heard: Heard | None = None
        self._site = UNBOUND
        self._tuning = Tuning()
        self._paused = False
        self._tour = Tour()
        self._jack = JackNews()
        self._held = ("", "")
        self.keypad = ""
        self.hearers = Hearers()
        self.caption = ""
        self.speaking = ""

    @property
    def rate(self) -> float:
        """The speed now: chosen, or the one of the look."""
        return self._tuning.rate(elder=self._elder)

    @property
    def volume(self) -> float:
        """Loudness now, 0.1 to 1.0: headphones and loudspeaker each have their own."""
        return self._tuning.volume(headphones=self.hearers.headphones)

    @property
    def manner(self) -> Manner:
        """How much is said on this page."""
        return manner_of(self._view.look if self._view is not None else None, self._usually)

    @property
    def _elder(self) -> bool:
        return self._view is not None and self._view.look.elder

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self._view.look.lang if self._view is not None else "zh"

    def bound(self, site: Volume) -> None:
        """Keep within what the site allows from now on. It changes between visits, so nobody's choice is lost."""
        if site != self._site:
            self._site, self._tuning = site, Tuning(site)

    # What happens

    def page(self, before: ScreenView | None, after: ScreenView) -> Effects:
        """A page is shown: introduced when it is new to the resident (or its language is), else what changed."""
        self._view = after
        out: Effects = ()
        if before is not None and before.cover != after.cover:
            out += self._calm()
        if self.manner is Manner.NOTHING and self._queue.now is not None:
            out += self.hush()
        if before is None or is_new(before, after):
            self._heard = None
            return out + self._add(self._tour.introduce(after, self.hearers))
        for utterance in phrases.announce(before, after, self.hearers):
            out += self._add(utterance)
        answer = echo(before, after, self.hearers) if self.manner is Manner.EVERYTHING else None
        return out + self._add(answer) if answer is not None else out

    def heard(self, heard: Heard) -> Effects:
        """The focus came to something, or it changed under the focus.

        The page's heading was introduced already; what is typed into a field or thrown as a switch was answered when
        the page changed.
        """
        before, self._heard = self._heard, heard
        if self._view is None or self.manner is not Manner.EVERYTHING or self._introduced(heard):
            return ()
        if before is None or before.node != heard.node or before == heard:
            return self._add(phrases.describe(self._view, heard, self.hearers))
        node = self._view.node(heard.node)
        if node is not None and (node.role is Role.FIELD or node.checked is not None):
            return ()
        return self._add(phrases.changed(self._view, before, heard, self.hearers))

    @property
    def reading(self) -> bool:
        """True while something is read that the resident asked for: whoever listens is there, though no hand stirs."""
        return self._queue.now is not None and self._queue.now[1].asked and not self._paused

    def say(self, words: str, *, private: bool = True, asked: bool = False) -> Effects:
        """Say words on top of what the page says. Unknown means private; `asked`: read on request."""
        privacy = Privacy.PRIVATE if private else Privacy.PUBLIC
        return self._add(phrases.sentence(words, self.lang, privacy=privacy, asked=asked))

    def countdown(self, seconds: int) -> Effects:
        """So many seconds are left: said at once, over anything else, or it would be wrong."""
        return self._add(phrases.countdown(seconds, self.lang))

    def hush(self) -> Effects:
        """A finger or key went down: silence now, and nothing waits. What stood still is forgotten."""
        self._queue.clear()
        self._paused = False
        return (HushNow(), *self._show("", ""))

    def pause(self) -> Effects:
        """Stand still in the middle of a word, or go on from there. Where nothing is being said, that is said."""
        if self._queue.now is None:
            return self._add(phrases.own("nothing_now", self.lang))
        self._paused = not self._paused
        if self._paused:
            self._held = (self.caption, self.speaking)
            return (PauseNow(), *self._show(for_keypad("paused", self.keypad, self.lang), self.speaking))
        return (ResumeNow(), *self._show(*self._held))

    def repeat(self) -> Effects:
        """Say the last thing again, with today's hearers in mind; a countdown with the seconds that are left now."""
        left = self._view.node("cover.count") if self._view is not None and self._view.cover == "idle" else None
        if left is not None and left.value.isdigit():
            return self.hush() + self.countdown(int(left.value))
        again = self._last or phrases.own("nothing", self.lang)
        return self.hush() + self._add(again)

    def reread(self) -> Effects:
        """Read the page again, all of it."""
        if self._view is None:
            return ()
        return self.hush() + self._add(phrases.read(self._view, self.hearers))

    def where(self) -> Effects:
        """Where am I: page, step, focus and its place, how to go on."""
        if self._view is None:
            return ()
        return self.hush() + self._add(phrases.where(self._view, self._heard, self.hearers, self.keypad))

    def readback(self) -> Effects:
        """Read what the field holds, whole."""
        held = phrases.field_of(self._view) if self._view is not None else None
        if self._view is None or held is None:
            return self.help()
        again = replace(phrases.describe(self._view, held, self.hearers), priority=Priority.RESULT)
        return self.hush() + self._add(again)

    def helped(self) -> Effects:
        """Private words were asked for while somebody helps: why they are not read."""
        return self.hush() + self._add(phrases.own("helped", self.lang))

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

    def headphones(self, plugged: bool, *, settled: bool = True) -> Effects:
        """The jack: private words go into it and nowhere else. Whatever is being said stops first, and can be repeated.

        While the contacts chatter (`settled` is false) every change counts and none is announced; told again with the
        settled state, that is announced once.
        """
        out: Effects = ()
        if plugged != self.hearers.headphones:
            self.hearers = Hearers(plugged, self.hearers.chosen)
            self._jack.changed()
            out = self.hush()
        if not self._jack.due(plugged=plugged, settled=settled):
            return out
        return out + self._add(phrases.jack(plugged, self.lang, self.keypad))

    def allow_private(self, chosen: bool) -> Effects:
        """The resident chose to hear private words on the loudspeaker, or that page is over: they stop at once."""
        if chosen == self.hearers.chosen:
            return ()
        self.hearers = Hearers(self.hearers.headphones, chosen)
        private = self._queue.now is not None and self._queue.now[1].privacy is Privacy.PRIVATE
        return self.hush() if private and not self.hearers.alone else ()

    def started(self, utterance_id: str, clip: int) -> Effects:
        """The first sample of a clip went out."""
        if self._queue.now is None or not self._queue.saying(utterance_id):
            return ()
        utterance = self._queue.now[1]
        if clip >= len(utterance.clips):
            return ()
        return self._show(utterance.clips[clip].caption, utterance.clips[clip].node or utterance.node)

    def ended(self, utterance_id: str, *, ok: bool = True) -> Effects:
        """An utterance ended. After a failure its caption stays until the next words: it is all there is to read."""
        if not self._queue.saying(utterance_id):
            return ()
        self._queue.end()
        # Ended while it stood still: the device gave up on it. It must not stand still for what comes next.
        going: Effects = (ResumeNow(),) if self._paused else ()
        self._paused = False
        if self._queue:
            return going + self._next()
        return going + (self._show("", "") if ok else ())

    def wipe(self) -> Effects:
        """The visit is over: nothing that was said or chosen is remembered. The jack is where it is."""
        out = self.hush()
        self._view = self._last = self._heard = None
        self._tuning = Tuning(self._site)
        self._tour = Tour()
        self.hearers = Hearers(self.hearers.headphones)
        return out

    # How it is done

    def _calm(self) -> Effects:
        """A cover came or went: a countdown that belonged to it is over."""
        if not self._queue.drop_alarms():
            return ()
        self._paused = False
        return (HushNow(), *self._show("", ""))

    def _introduced(self, heard: Heard) -> bool:
        now = self._queue.now
        return heard.node == "page.heading" and now is not None and now[1].priority > Priority.FOCUS

    def _add(self, utterance: Utterance) -> Effects:
        if not utterance.clips:
            return ()
        if self.manner is Manner.NOTHING:
            return self._written(utterance)
        match self._queue.put(utterance, prompt=self._prompts(utterance)):
            case Turn.START:
                return self._next()
            case Turn.CUT:
                self._paused = False
                return (HushNow(), *self._next())
            case Turn.WAIT:
                return ()

    def _written(self, utterance: Utterance) -> Effects:
        """Text only: the caption is all of it, as people who stand by may read it. The focus is seen anyway."""
        if utterance.priority < Priority.INTRODUCTION:
            return ()
        if utterance.again:
            self._last = utterance
        return self._show(written(utterance, self.lang), utterance.node)

    def _prompts(self, utterance: Utterance) -> bool:
        """True for a line that says what to do now: what it said before is not worth hearing any more."""
        node = self._view.node(utterance.node) if self._view is not None and utterance.node else None
        return node is not None and node.style == phrases.PROMPT and utterance.priority is Priority.RESULT

    def _next(self) -> Effects:
        utterance = self._queue.take()
        if utterance.again:
            # As it was meant: repeated into headphones it is whole again.
            self._last = utterance
        if not self.hearers.alone:
            utterance = phrases.masked(utterance, self.lang)
        speak = SpeakNow(self._queue.say(utterance), utterance, self.rate, self.volume, self.hearers.headphones)
        # The caption comes with the words, not after them: without a sound device it is the words.
        return (speak, *self._show(utterance.clips[0].caption, utterance.node))

    def _show(self, caption: str, node: str) -> Effects:
        if (caption, node) == (self.caption, self.speaking):
            return ()
        self.caption, self.speaking = caption, node
        return (Caption(caption, node),)

    def _set_speed(self, by: int, word: str, end: str) -> Effects:
        moved = self._tuning.pace(by, elder=self._elder)
        return self.hush() + self._add(phrases.own(word if moved else end, self.lang))

    def _set_loudness(self, by: int, word: str, end: str) -> Effects:
        moved = self._tuning.turn(by, headphones=self.hearers.headphones)
        return self.hush() + self._add(phrases.own(word if moved else end, self.lang))


__all__ = ["Manner", "Narrator", "SpeakNow"]
