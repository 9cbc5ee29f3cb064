"""From a page, a focus or a change to an utterance. Pure: the same page always says the same."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.voice.privacy import UNLABELLED, Hearers, holds_value, may_hear, privacy_of
from kiosk_app.voice.slots import cardinal, count, percent
from kiosk_app.voice.utterance import Clip, Priority, Utterance, clips
from kiosk_app.voice.words import for_keypad, join, phrase, role
from ui.view import Heard, Node, Privacy, Role, ScreenView, Slot, Tone

LIVE_ROLES = frozenset({Role.STATUS, Role.NOTICE, Role.PROGRESS})
PROGRESS_STEP = 25
PROMPT = "prompt"
"""A live line that says what to do now: its value is a word for scripts; only its newest words are worth hearing."""
MASK = "*"
"""Stands for every character of a number that nobody is shown."""
TALK = "chat"
"""Group of the messages of a talk with staff."""
OTHERS = Hearers()
"""People who stand by: the hearers we assume until we know better."""


def introduce(view: ScreenView, hearers: Hearers = OTHERS) -> Utterance:
    """What a new page says first: its sentences, else title and lead.

    Screens keep these public; a sentence that repeats the value of a private node is kept quiet all the same. A page
    that tells an outcome (accepted, saved, out of paper) is a result, which the next page does not cut.
    """
    lang = view.look.lang
    secrets = [w for n in view.nodes if n.privacy is Privacy.PRIVATE for w in (n.value, n.spoken) if len(w) > 1]
    spoken: list[Clip] = []
    private = False
    for words in view.intro or tuple(s for s in (view.title, view.lead) if s):
        secret = any(s in words for s in secrets)
        hidden = phrase("hidden", lang) if secret else ""
        spoken += clips(words if not secret or hearers.alone else hidden, lang, hidden)
        private = private or (secret and hearers.alone)
    result = view.tone in (Tone.OK, Tone.WAIT)
    privacy = Privacy.PRIVATE if private else Privacy.PUBLIC
    return Utterance(tuple(spoken), lang, privacy, Priority.RESULT if result else Priority.INTRODUCTION)


def describe(view: ScreenView, heard: Heard, hearers: Hearers = OTHERS) -> Utterance:
    """What the focused thing is: name, value, role, state, position. Its own words stay between it and its owner."""
    lang = view.look.lang
    node = view.node(heard.node)
    privacy = privacy_of(view, heard.node, heard.name)
    private = privacy is Privacy.PRIVATE
    quiet = not may_hear(hearers, node, privacy)
    name = heard.name or (node.text if node is not None else "")
    has_value = holds_value(node, heard.value)
    if quiet and (node is None or _is_value(node)):
        # Not a node of the page, or one without a label: even its name is a value (a candidate of an input method, a
        # person).
        body: tuple[str, ...] = (_mask(node, lang),)
    else:
        value = _mask(node, lang) if quiet and has_value else _value(node, heard, name)
        body = (name, value, *_extra(node, quiet=quiet))
    states = (*_states(node, heard, lang), *_emptiness(node, lang, has_value=has_value))
    what = role(heard.role or (node.role.value if node else ""), lang)
    parts = (*body, what, *states, _shown_hint(node), _position(heard, lang))
    shown = join(parts, lang)
    # The caption stands on the screen, where the value is masked: it never shows what only the ear was given.
    label = "" if node is not None and _is_value(node) else name
    caption = join((label, _mask(node, lang)), lang) if private and has_value and not quiet else ""
    privacy = Privacy.PRIVATE if private and has_value and not quiet else Privacy.PUBLIC
    return Utterance(clips(shown, lang, caption), lang, privacy, Priority.FOCUS, heard.node)


def changed(view: ScreenView, before: Heard, heard: Heard, hearers: Hearers = OTHERS) -> Utterance:
    """What has changed of the thing that has the focus still: its state, its value; its name was said already."""
    lang = view.look.lang
    node = view.node(heard.node)
    whole = describe(view, heard, hearers)
    states = _states(node, heard, lang) if before.state != heard.state else ()
    value = ""
    if before.value != heard.value or before.name != heard.name:
        if not may_hear(hearers, node, privacy_of(view, heard.node, heard.name)):
            return whole
        value = _value(node, heard, "") if before.value != heard.value else heard.name
    words = join((value, *states), lang)
    if not words:
        return Utterance((), lang, Privacy.PUBLIC, Priority.FOCUS, heard.node)
    caption = whole.clips[0].caption if value and whole.privacy is Privacy.PRIVATE and whole.clips else ""
    privacy = whole.privacy if value else Privacy.PUBLIC
    return Utterance(clips(words, lang, caption), lang, privacy, Priority.FOCUS, heard.node)


def orientation(lang: str) -> tuple[Clip, ...]:
    """Where everything is that a hand must find, and how to stop the voice: once, when it begins to guide somebody."""
    return clips(phrase("orientation", lang), lang)


def where(view: ScreenView, heard: Heard | None, hearers: Hearers = OTHERS, keypad: str = "") -> Utterance:
    """Where am I: the page, the step, what has the focus, its place among its equals, its help, and how to go on by
    the keys of this keypad (a key map of `ui.keymap`; "" = a keypad with a key for everything).
    """
    lang = view.look.lang
    covering = view.node("cover.title") if view.cover else None
    title = covering.text if covering is not None else view.title
    step = ""
    if view.step and view.steps:
        of = len(view.steps)
        counted = phrase("step", lang, n=cardinal(view.step, lang), of=count(of, "", lang).strip())
        step = join((counted, view.steps[min(view.step, of) - 1]), lang)
    parts = [*clips(phrase("here", lang), lang), *clips(title, lang), *clips(step, lang)]
    privacy, node = Privacy.PUBLIC, ""
    if heard is not None and heard.node != "page.heading":
        focus = describe(view, heard, hearers)
        privacy, node = focus.privacy, heard.node
        parts += [*clips(phrase("stands_at", lang), lang), *focus.clips]
        known = view.node(heard.node)
        if known is not None and (known.hint or heard.hint) and not _shown_hint(known):
            parts += hint(view, heard.node, heard).clips
    parts += [*clips(for_keypad("go_on", keypad, lang), lang), *clips(phrase("corner", lang), lang)]
    return Utterance(tuple(parts), lang, privacy, Priority.RESULT, node, asked=True)


def read(view: ScreenView, hearers: Hearers = OTHERS) -> Utterance:
    """The whole page, on request: what introduces it, then everything that stands on it, in reading order.

    To people who stand by, of a private value only its label is said, and at the end how to hear the rest.
    """
    lang = view.look.lang
    first = introduce(view, hearers)
    out, privacy, kept = list(first.clips), first.privacy, False
    known = " ".join(view.intro or (view.title, view.lead))
    for node in view.nodes:
        if node.slot not in (Slot.HERO, Slot.BODY) or (node.text in known and not node.value):
            continue
        private = node.privacy is Privacy.PRIVATE and holds_value(node, "")
        quiet = private and not may_hear(hearers, node, node.privacy)
        kept = kept or quiet
        label = "" if _is_value(node) else node.text
        told = phrase("filled", lang) if quiet else node.spoken or ("" if node.style == PROMPT else node.value)
        told = "" if node.role in (Role.CODE, Role.PICTURE) else told
        words = join((label, told) if quiet else (node.text, told, node.note, node.source), lang)
        states = _states(node, Heard(node.id, "", node.text, node.value, ""), lang) if node.checked is not None else ()
        out += clips(
            join((words, *states), lang), lang, join((label, _mask(node, lang)), lang) if private else "", node.id
        )
        privacy = Privacy.PRIVATE if private and not quiet else privacy
    if kept:
        out += clips(phrase("hidden_rest", lang), lang)
    return Utterance(tuple(out), lang, privacy, Priority.RESULT, asked=True)


def field_of(view: ScreenView) -> Heard | None:
    """The field that is being filled in, as the tree would tell of it."""
    node = next((n for n in view.nodes if n.role is Role.FIELD and n.current), None)
    return None if node is None else Heard(node.id, Role.FIELD.value, node.text, node.value, "")


def hint(view: ScreenView, node_id: str, heard: Heard | None = None) -> Utterance:
    """Help for one node, on request. A hint is an instruction and holds no value (checked with the screens)."""
    lang = view.look.lang
    node = view.node(node_id)
    words = (node.hint or node.note if node.privacy is Privacy.PUBLIC else node.hint) if node is not None else ""
    words = words or (heard.hint if heard is not None and node is not None else "") or phrase("no_hint", lang)
    return Utterance(clips(words, lang), lang, Privacy.PUBLIC, Priority.RESULT, node_id)


def announce(before: ScreenView | None, after: ScreenView, hearers: Hearers = OTHERS) -> tuple[Utterance, ...]:
    """What changed by itself on the same page: status lines, notices, progress at every quarter."""
    if before is None or before.page != after.page or before.cover != after.cover:
        return ()
    if before.look.lang != after.look.lang:
        return ()
    out = []
    for node in after.nodes:
        if node.role not in LIVE_ROLES:
            continue
        old = before.node(node.id)
        said = _progress(old, node, after.look.lang) if node.role is Role.PROGRESS else _live(old, node, after, hearers)
        if said is not None:
            out.append(said)
    return tuple(out)


def sentence(
    words: str, lang: str, *, privacy: Privacy = Privacy.PRIVATE, node: str = "", asked: bool = False
) -> Utterance:
    """A result in words that are already made; private unless the caller knows better."""
    caption = phrase("hidden_words", lang) if privacy is Privacy.PRIVATE else ""
    return Utterance(clips(words, lang, caption), lang, privacy, Priority.RESULT, node, asked=asked)


def own(key: str, lang: str) -> Utterance:
    """One of the narrator's own phrases, about the voice itself: it is not what somebody wants repeated."""
    return Utterance(clips(phrase(key, lang), lang), lang, Privacy.PUBLIC, Priority.RESULT, again=False)


def jack(plugged: bool, lang: str, keypad: str) -> Utterance:
    """Headphones came or went; then also by which key of this keypad what was stopped goes on."""
    said = own("headphones_in" if plugged else "headphones_out", lang)
    return said if plugged else replace(said, clips=(*said.clips, *clips(for_keypad("again", keypad, lang), lang)))


def countdown(seconds: int, lang: str) -> Utterance:
    """How long until an unattended page clears, and how to stay; said over everything else."""
    words = clips(phrase("idle", lang, n=cardinal(seconds, lang)), lang)
    return Utterance(words, lang, Privacy.PUBLIC, Priority.ALARM)


def masked(utterance: Utterance, lang: str) -> Utterance:
    """The same news without its words, for people who stand by: what its captions show, each once.

    Captions stand on the screen and never hold what only the ear was given.
    """
    if utterance.privacy is Privacy.PUBLIC:
        return utterance
    words: list[Clip] = []
    for clip in utterance.clips:
        if not words or words[-1].caption != clip.caption:
            words += clips(clip.caption or phrase("hidden", lang), lang, node=clip.node)
    return replace(utterance, clips=tuple(words), privacy=Privacy.PUBLIC)


def _live(old: Node | None, node: Node, view: ScreenView, hearers: Hearers) -> Utterance | None:
    if old is not None and (old.text, old.value) == (node.text, node.value):
        return None
    lang = view.look.lang
    told = node.value and node.style != PROMPT
    words = join((node.text, node.spoken or node.value), lang) if told else node.spoken or node.text
    if not words:
        return None
    private = node.privacy is Privacy.PRIVATE
    if private and not hearers.alone:
        words = phrase("hidden_change", lang)
    caption = phrase("hidden_change", lang) if private and hearers.alone else ""
    privacy = Privacy.PRIVATE if private and hearers.alone else Privacy.PUBLIC
    return Utterance(clips(words, lang, caption), lang, privacy, Priority.RESULT, node.id)


def _progress(old: Node | None, node: Node, lang: str) -> Utterance | None:
    if old is not None and node.progress < old.progress:
        # A ring that empties is a countdown, which speaks for itself.
        return None
    quarter = node.progress // PROGRESS_STEP
    if node.progress < PROGRESS_STEP or (old is not None and old.progress // PROGRESS_STEP == quarter):
        return None
    words = phrase("progress", lang, n=percent(min(100, quarter * PROGRESS_STEP), lang))
    return Utterance(clips(words, lang), lang, Privacy.PUBLIC, Priority.PROGRESS, node.id)


def _is_value(node: Node) -> bool:
    """True for a private node that has no label: its words are its value."""
    return node.privacy is Privacy.PRIVATE and node.role in UNLABELLED and not node.value


def _mask(node: Node | None, lang: str) -> str:
    if node is not None and node.role is Role.FIELD:
        return join((phrase("filled", lang), phrase("hidden_field", lang)), lang)
    if node is not None and node.group == TALK:
        # A message stands there whole: nothing has to be held down to see it.
        return phrase("hidden_words", lang)
    return phrase("hidden", lang)


def _value(node: Node | None, heard: Heard, name: str) -> str:
    if node is not None and node.spoken:
        return node.spoken
    if node is not None and (node.style == PROMPT or node.role is Role.CODE):
        # An address in a QR code is for cameras: its label says what it is for, and a short number stands beside it.
        return ""
    value = heard.value or (node.value if node is not None else "")
    return "" if value == name or (value and value in name) else value


def _extra(node: Node | None, *, quiet: bool) -> tuple[str, ...]:
    """The second line of a thing that is chosen by it, what a field asks for, and where a value comes from."""
    if node is None:
        return ()
    noted = (Role.TILE, Role.CARD, Role.CHOICE, Role.NOTICE, Role.TOGGLE)
    note = node.note if node.role in noted and not quiet else ""
    if node.role is Role.FIELD and node.current and MASK not in node.note:
        # What it asks for is no value: people who stand by may hear it, but for a number, masked as it is.
        note = node.note
    return note, node.source


def _shown_hint(node: Node | None) -> str:
    """The help that stands in a field: while it is open, and when what it holds cannot be taken."""
    shown = node is not None and node.role is Role.FIELD and (node.current or node.invalid)
    return node.hint if node is not None and shown else ""


def _states(node: Node | None, heard: Heard, lang: str) -> tuple[str, ...]:
    words = heard.state.replace(",", " ").split()
    if node is not None and not words:
        words = [w for w, on in (("disabled", not node.enabled), ("invalid", node.invalid)) if on]
        words += ["checked" if node.checked else "unchecked"] if node.checked is not None else []
    switch = {"checked": "on", "unchecked": "off"} if node is not None and node.role is Role.TOGGLE else {}
    known = ("checked", "unchecked", "disabled", "invalid", "required", "current")
    # `current` is how a chosen choice is drawn; a field that has the panel is simply the one being spoken of.
    skip = {"current"} if node is not None and node.role is Role.FIELD else set()
    return tuple(phrase(switch.get(w, w), lang) for w in words if w in known and w not in skip)


def _emptiness(node: Node | None, lang: str, *, has_value: bool) -> tuple[str, ...]:
    return (phrase("empty", lang),) if node is not None and node.role is Role.FIELD and not has_value else ()


def _position(heard: Heard, lang: str) -> str:
    n, of = heard.position
    if of < 2 or n < 1:
        return ""
    return phrase("position", lang, n=cardinal(n, lang), of=count(of, "", lang).strip())


__all__ = [
    "Clip",
    "announce",
    "changed",
    "countdown",
    "describe",
    "field_of",
    "hint",
    "introduce",
    "masked",
    "orientation",
    "own",
    "read",
    "sentence",
    "where",
]
