"""By ear alone: a keypad, headphones, and nothing known but the words that were said.

These hands never look at a page. They walk from item to item, listen to what each one says of itself, and select the
one whose words they were told to look for: a resident knows the name of the service and the answer to a question, not
the id of a node.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kiosk_app.lab.by_keys import KeypadHands
from kiosk_app.lab.modes import MOST_QUESTIONS, PATIENCE_S, SERVICE, Node, theme_of
from kiosk_app.lab.panels import Keystroke, strokes
from kiosk_app.lab.processes import ROOT, WorldError, wait_until
from kiosk_app.lab.world import World
from kiosk_app.services import FieldSpec, Form, compile_form, options
from kiosk_app.voice.speakable import speakable
from kiosk_app.words import has, say

HEARD_S = 1.2
"""An item that says nothing for so long has nothing to say."""
LISTEN_S = 0.12
MOST_STEPS = 160
MOST_TURNS = 20
FORWARD = (
    "guide.start",
    "identify.send",
    "identify.check",
    "known.next",
    "face.start",
    "form.next",
    "form.review",
    "form.skip",
    "entry.done",
    "materials.scan",
    "materials.keep",
    "materials.next",
    "licence.use",
    "licence.agree",
    "licence.another",
    "review.submit",
    "review.pay",
    "pay.check",
    "pay.again",
    "outcome.rate",
    "outcome.finish",
    "rating.submit",
    "farewell.done",
    "chat.send",
    "remark.send",
    "remark.send_nameless",
    "help.close",
    "ways.close",
    "search.find",
    "mine.answer",
    "mine.result",
)
"""The words on the main key of a page, wherever it leads."""
LAST = ("farewell.done", "rating.skip", "outcome.rate", "outcome.finish", "actions.end")
"""The words that lead to the end of a visit, best first."""
WORDS = {
    "way.phone": "identify.phone",
    "way.witness": "identify.witness",
    "way.face": "identify.face",
    "way.voice": "identify.voice",
    "way.palm": "identify.palm",
    "way.iris": "identify.iris",
    "relation.parent": "relation.parent",
    "relation.grandparent": "relation.grandparent",
    "relation.other": "relation.other",
    "actions.english": "known.switch",
    "actions.not_me": "known.not_me",
    "actions.quiet": "face.quiet",
    "progress": "home.progress",
    "actions.mine": "answered.mine",
    "actions.back": "actions.back",
    "actions.end": "actions.end",
    "actions.listen": "outcome.listen",
    "actions.skip": "rating.skip",
    "actions.done": "farewell.done",
    "cover.continue": "idle.continue",
    "cover.chat": "help.chat",
    "cover.feedback": "help.feedback",
    "remark.print": "remark.print",
    "rating.write": "rating.write",
    "find": "home.find",
    "audiences": "home.audiences",
    "remark.tell": "chat.tell",
    "actions.write": "chat.write",
    "actions.licence": "licence.use",
    "actions.snap": "materials.snap",
    "actions.without": "materials.without",
    "actions.keep": "materials.keep",
    "actions.retake": "materials.retake",
    "actions.remove": "materials.remove",
    "actions.check": "pay.check",
    "actions.pay": "pay.again",
    "print.no": "receipt.no",
    "print.yes": "receipt.yes",
    "print.first": "outcome.print",
    "dock.help": "dock.help",
    "cover.ways": "help.ways",
    "cover.aloud": "aloud.yes",
}
ONE_OF = {
    "actions.paper": ("paper.offer_change", "paper.offer_clear", "paper.offer_close"),
    "cover.step": ("paper.next", "paper.last"),
    "cover.before": ("paper.before",),
    "cover.leave": ("paper.leave",),
    "cover.close": ("ways.close", "help.close", "aloud.no"),
    "actions.scan": ("materials.more", "licence.paper"),
    "actions.agree": ("face.agree", "body.agree", "guardian.agree", "licence.agree"),
    "actions.decline": ("face.decline", "body.decline", "guardian.decline", "licence.decline", "licence.drop"),
}
"""Keys whose words follow what is asked, or what the printer says."""
ASKED = {
    "identify.phone": "identify.phone_lead",
    "identify.code": "identify.code_label",
    "identify.pin": "identify.witness_title",
    "chat.text": "chat.write_title",
    "remark.words": "remark.words_title",
    "remark.phone": "remark.reach_title",
    "rating.words": "rating.words_title",
    "search.words": "search.title",
    "form.answerInWords": "answer.reply.ask",
}
PANELS = {"identify.phone": "phone", "identify.code": "digits", "identify.pin": "digits", "chat.text": "pinyin"} | {
    "remark.words": "pinyin",
    "rating.words": "pinyin",
    "search.words": "pinyin",
    "remark.phone": "phone",
    "form.answerInWords": "pinyin",
}
LISTED = {
    "happened": ("feedback", "happened"),
    "reason": ("ratingReasons",),
    "audience": ("groups",),
    "theme": ("themes",),
}
"""Where the reference data have the words of what is listed there."""
MODE_KEYS = {
    "key.mode_pinyin": "pinyin_mode_ear",
    "key.mode_name": "name_mode_ear",
    "key.mode_latin": "latin_mode_ear",
    "key.mode_digits": "digit_mode_ear",
}
"""What the keys that change the letters of the panel say aloud."""
CONSENT = "review.consent"
SAME_PLACE = 5
"""So many items in a row that were heard before: the walk came round."""
ROLES = ("按钮", "复选框", "选项", "button", "check box", "choice")
CLOSED = ("现在不能用", "not available")


@cache
def _package(packages: Path, service: str) -> dict[str, Any]:
    def part(name: str) -> Any:
        return json.loads((packages / service / name).read_text("utf-8"))

    return {
        "service": part("service.json"),
        "data": part("data.schema.json"),
        "ui": part("ui.schema.json"),
        "receipt": part("receipt.json"),
        "strings": {lang: part(f"strings/{lang}.json") for lang in ("zh", "en")},
    }


def form_of(packages: Path, service: str, today: date) -> Form:
    """What a service asks on a day."""
    reference = json.loads((packages / "reference.json").read_text("utf-8"))
    return compile_form(_package(packages, service), reference, today)


class EarHands(KeypadHands):
    """The keypad, and ears."""

    name = "voice-only"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._service = ""
        self._begun = False
        self._from = 0
        self._stepped = 0
        self._answers: dict[str, str] = {}

    # What was said

    def said(self) -> list[str]:
        """Everything that was said since the last thing was done, oldest first."""
        return [str(one["text"]) for one in self.world.stage.ask(said=self._from)["said"]]

    def _mark(self) -> None:
        self._from = int(self.world.stage.ask(said=0)["count"])

    def hear(self, words: Sequence[str], what: str) -> str:
        """Wait until one of these words is said; returns the utterance.

        Raises:
            WorldError: none is.
        """
        heard: list[str] = []

        def came() -> bool:
            heard[:] = [text for text in self.said() if any(_within(word, text, self.lang) for word in words)]
            return bool(heard)

        try:
            wait_until(came, PATIENCE_S, what)
        except WorldError:
            raise WorldError(f"{what}: not heard; the last words were {' | '.join(self.said()[-3:])}") from None
        return heard[-1]

    # Intents

    def start(self) -> None:
        """A plug in the jack wakes the voice."""
        self._mark()
        self.world.stage.ask(headphones="in")
        wait_until(lambda: bool(self.said()), PATIENCE_S, "the first page speaks")
        self._begun = True

    def choose(self, name: str) -> None:
        """Look for the words of a service or of a key."""
        if name == "start" or SERVICE.fullmatch(name):
            if not self._begun:
                self.start()
            if name == "start":
                return
            self._service = name
            self._open(name)
            return
        self.find(self.names_of(name))
        if name == "actions.english":
            self.lang = "en"

    def _open(self, service: str) -> None:
        """Look for a service on this page, else two steps away: all services, then its theme."""
        with contextlib.suppress(WorldError):
            self.find(self.names_of(f"service.{service}"))
            return
        self.find([say(self.lang, "home.all", count="#").partition("#")[0]])
        themes = json.loads((self.world.packages / "reference.json").read_text("utf-8"))["themes"]
        wanted = theme_of(self.world.packages, service)
        self.find([theme["name"][self.lang] for theme in themes if theme["id"] == wanted])
        self.find(self.names_of(f"service.{service}"))

    def go(self, where: str) -> None:
        """Walk to the key that leads there, by its words."""
        match where:
            case "next":
                self.find([say(self.lang, key) for key in FORWARD], whole=True)
            case "back":
                self._key("BACK")
            case "help":
                self._key("HELP")
            case "finish":
                self._finish()
            case _:
                raise WorldError(f"go: {where} is none of next, back, help, finish by ear")

    def _finish(self) -> None:
        """Go on to the end, until the terminal greets the next resident."""
        # Everything resets after a visit, the language too.
        greetings = [(say(lang, "attract.intro").split("|")[0], lang) for lang in ("zh", "en")]
        ways = [say(self.lang, key) for key in LAST]
        for _ in range(6):
            self.find(ways)
            wait_until(lambda: bool(self.said()), PATIENCE_S, "the terminal says what comes next")
            if any(_within(words, text, lang) for words, lang in greetings for text in self.said()):
                self._begun = False
                return
        raise WorldError("the visit does not end")

    def press(self, node_id: str) -> None:
        """Find something by its words and select it."""
        self.find(self.names_of(node_id))

    def fill_all(self, values: Mapping[str, str]) -> None:
        """Enter several values; between two of them the way on is looked for."""
        for at, (node_id, value) in enumerate(values.items()):
            if at:
                self.go("next")
            self.fill(node_id, value)

    def fill(self, node_id: str, value: str) -> None:
        """Wait for the question, then answer it with the panel that has the focus."""
        node = self._known(node_id, {**self._answers, node_id.removeprefix("form."): value})
        self.hear([node["ask"]], f"the question for {node_id}")
        for stroke in strokes(node, self.meant(node, value)):
            self.stroke(stroke)

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer each question as it is asked, until the review speaks."""
        form = self._form()
        specs = [one for spec in form.fields for one in (spec, *(spec.entries[0] if spec.entries else ()))]
        asks = {spec.scope: speakable(form.text(spec.ask, self.lang), self.lang) for spec in specs}
        done = say(self.lang, "review.title")
        begun: dict[str, int] = {}
        for _ in range(MOST_QUESTIONS):
            text = self.hear([*asks.values(), done], "a question or the review")
            if _within(done, text, self.lang):
                return
            spec = next(one for one in specs if _within(asks[one.scope], text, self.lang))
            scope = spec.scope if not spec.number else f"{spec.group}.{begun[spec.group]}.{spec.name}"
            if scope not in self.answered:
                self.answered.append(scope)
            if spec.entries and begun.get(scope, 0) < int(answers.get(scope) or 0):
                begun[scope] = begun.get(scope, 0) + 1
                self.find([say(self.lang, "entry.add", entry=form.text(spec.entry, self.lang))])
                continue
            if not spec.entries:
                node = self._known(f"form.{scope}", dict(answers))
                for stroke in strokes(node, self.meant(node, answers[scope])):
                    self.stroke(stroke)
                self._answers[scope] = answers[scope]
            self.go("next")
        raise WorldError("the form does not come to an end")

    # How

    def find(self, words: Sequence[str], *, whole: bool = False) -> None:
        """Walk on until an item says one of these words first, then select it.

        With `whole` the word must end there, as the words on the keys of a panel do: 长 is not 长辈版.

        Raises:
            WorldError: the walk came round without hearing them.
        """
        wanted = [speakable(word, self.lang) for word in words]
        heard: list[str] = []
        passed: set[tuple[str, ...]] = set()
        for text in self._items()[-1:]:
            if answers(text, wanted, whole=whole):
                self._select()
                return
        for _ in range(MOST_STEPS):
            fresh = self._step()
            if any(answers(text, wanted, whole=whole) for text in fresh) and self._stands_on(wanted, whole=whole):
                self._select()
                return
            if not fresh:
                continue
            heard += fresh
            here = tuple(heard[-SAME_PLACE:])
            if len(here) == SAME_PLACE and here in passed:
                break
            passed.add(here)
        raise WorldError(f"not heard on the whole page: {' / '.join(words[:3])}; heard {' | '.join(heard[-6:])}")

    def _stands_on(self, wanted: Sequence[str], *, whole: bool) -> bool:
        """Listen a moment longer: an item that took the focus by itself may have spoken just before the one walked to.

        What is selected is the item that spoke last.
        """
        threading.Event().wait(LISTEN_S)
        said = [str(one["text"]) for one in self.world.stage.ask(said=self._stepped)["said"]]
        items = [text for text in said if any(role in text for role in ROLES)]
        return bool(items) and answers(items[-1], wanted, whole=whole)

    def _items(self) -> list[str]:
        """What was said of things that can be selected, since something was done."""
        return [text for text in self.said() if any(role in text for role in ROLES)]

    def _step(self) -> list[str]:
        before = self._stepped = int(self.world.stage.ask(said=0)["count"])
        self.world.stage.ask(key=self.on_key)
        found: list[str] = []

        def spoke() -> bool:
            found[:] = [str(one["text"]) for one in self.world.stage.ask(said=before)["said"]]
            return bool(found)

        try:
            wait_until(spoke, HEARD_S, "step")
        except WorldError:
            return []
        return found

    def _select(self) -> None:
        self._mark()
        self.world.stage.ask(key=self.select_key)

    def _key(self, name: str) -> None:
        self._mark()
        self.world.stage.ask(key=name)

    def stroke(self, stroke: Keystroke) -> None:
        """Digits have keys of their own; other keys of a panel are found by what they say."""
        if stroke.digit:
            self.world.stage.ask(key=stroke.digit)
            return
        words = panel_words(self.lang)
        own = words.get(MODE_KEYS.get(stroke.node, f"mark_{stroke.word}"), stroke.word)
        if not own:
            # The part of a date that the digits go to: an empty panel begins with the year.
            return
        mark = self._from
        self._find_in_panel(replace(stroke, word=own))
        self._from = mark

    def _find_in_panel(self, stroke: Keystroke) -> None:
        """Look for a key; when it is not among those that speak, turn the panel's pages and look again."""
        names = panel_words(self.lang)
        ways = [names[word] for word, way in (("more", stroke.more), ("previous", stroke.back)) if way]
        for _ in range(MOST_TURNS if ways else 0):
            try:
                self.find([stroke.word], whole=True)
            except WorldError:
                self._turn_panel(ways)
            else:
                return
        self.find([stroke.word], whole=True)

    def _turn_panel(self, ways: list[str]) -> None:
        """Turn the panel's page on; where that way ends and there is another, go that way from then on."""
        try:
            self.find([ways[0]], whole=True)
        except WorldError:
            if len(ways) == 1:
                raise
            ways.pop(0)
            self.find([ways[0]], whole=True)
        # The first thing on the panel's next page takes the focus and says what it is: it may be the one.
        with contextlib.suppress(WorldError):
            wait_until(lambda: bool(self._items()), HEARD_S, "the panel's next page")

    # What the resident knows

    def names_of(self, node_id: str) -> list[str]:
        """All words that may stand on a thing.

        Raises:
            WorldError: it has none that a script may name.
        """
        if node_id in ONE_OF:
            return [say(self.lang, key) for key in ONE_OF[node_id]]
        if node_id.startswith("service."):
            # A tile says the short name, a list the whole one.
            whole = str(self._knows(node_id.removeprefix("service."))["service"]["names"][self.lang])
            return [self.words_of(node_id), whole.partition("（")[0].partition("(")[0].strip()]
        return [self.words_of(node_id)]

    def words_of(self, node_id: str) -> str:
        """The words by which somebody knows a thing.

        Raises:
            WorldError: it has none that a script may name.
        """
        head, _, tail = node_id.partition(".")
        if head == "service":
            return str(self._knows(tail)["service"]["short"][self.lang])
        if head in LISTED:
            return _listed(self.world.packages, LISTED[head], tail, self.lang)
        if head == "case":
            return str(self._knows(self._service)["service"]["names"][self.lang])
        spec = self._form().field(tail) if head == "review" else None
        if spec is not None:
            return speakable(f"{panel_words(self.lang)['edit']} {self._form().text(spec.short, self.lang)}", self.lang)
        if head == "grade":
            return say(self.lang, f"rating.{tail}")
        if head == "ways" and has(node_id):
            return say(self.lang, node_id)
        if node_id == "consent":
            department = self._knows(self._service)["service"]["department"][self.lang]
            return speakable(say(self.lang, CONSENT, department=department), self.lang).split("，")[0].split(",")[0]
        if node_id == "dock.lang":
            # The page still speaks the other language, and names this one.
            return say("zh" if self.lang == "en" else "en", "dock.lang")
        if node_id in WORDS:
            return say(self.lang, WORDS[node_id])
        raise WorldError(f"{node_id}: nobody knows it by ear")

    def _knows(self, service: str) -> Mapping[str, Any]:
        return _package(self.world.packages, service)

    def _form(self) -> Form:
        return form_of(self.world.packages, self._service, self.world.clock.now().date())

    def _known(self, node_id: str, answers: Mapping[str, str]) -> Node:
        """What the resident knows of a question: its words, and which answers there are beside `answers`."""
        if node_id in PANELS:
            return {"id": node_id, "panel": PANELS[node_id], "options": [], "ask": say(self.lang, ASKED[node_id])}
        form = self._form()
        spec: FieldSpec | None = form.field(node_id.removeprefix("form."))
        if spec is None:
            raise WorldError(f"{self._service} does not ask for {node_id}")
        choices = [asdict(option) for option in options(spec, answers, self.lang)]
        return {
            "id": node_id,
            "panel": spec.panel,
            "options": choices,
            "picks": max(1, spec.max_items),
            "ask": form.text(spec.ask, self.lang),
        }


def answers(text: str, wanted: Sequence[str], *, whole: bool = False) -> bool:
    """True for an item that can be selected (it says what it is) and begins with one of these words.

    With `whole` the word ends there: 长 is not 长辈版, and Send is not Send again.
    """
    can = any(role in text for role in ROLES) and not any(word in text.lower() for word in CLOSED)
    begins = [word for word in wanted if text.startswith(word)]
    return can and any(not whole or not text[len(word) :].lstrip()[:1].isalnum() for word in begins)


def _within(word: str, text: str, lang: str) -> bool:
    """True when words were said, whatever stood between the sentences."""
    said = "".join(speakable(text, lang).split())
    return all("".join(part.split()).rstrip("。.") in said for part in _parts(speakable(word, lang)))


def _parts(words: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。.?？!！])", words) if part.strip()]


@cache
def _listed(packages: Path, path: tuple[str, ...], name: str, lang: str) -> str:
    """The words of an entry of a list that the district publishes."""
    found = json.loads((packages / "reference.json").read_text("utf-8"))
    for part in path:
        found = found[part]
    return next(str(one["name"][lang]) for one in found if one["id"] == name)


@cache
def panel_words(lang: str) -> dict[str, str]:
    """The words of panels and arrows."""
    found: dict[str, str] = json.loads((ROOT / "ui" / "words" / f"{lang}.json").read_text("utf-8"))
    return found
