"""打字问人工: what was said, newest first, and the page on which one writes."""

from __future__ import annotations

from contracts.plain import MOST_CHAT
from kiosk_app.screens.chrome import PRESS, Words, button, card, notice, picture, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.chat import beside_writing
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import (
    CardShown,
    Form,
    Identify,
    MyCase,
    Outcome,
    Place,
    Progress,
    Rating,
    Receipt,
    Review,
    State,
    Submitting,
    Supplement,
    SupplementReview,
    WithGuardian,
)
from kiosk_app.visit.talk import AT_ONCE, CAN_WRITE, MOST_LINES, Line, Link, Post, Talk
from ui.view import Action, Node, Panel, Privacy, Role

STEPS: dict[type[Place], int] = {
    Identify: 2,
    WithGuardian: 2,
    CardShown: 2,
    Form: 3,
    Review: 4,
    Submitting: 4,
    Outcome: 5,
    Receipt: 5,
    Rating: 5,
    Progress: 5,
    MyCase: 5,
    Supplement: 3,
    SupplementReview: 4,
}
"""Which of the five steps a page belongs to; what is not here is the first."""


PIECE, LARGE_PIECE = 120.0, 56.0
"""So many Chinese characters of a message fit on a page with little room, at the usual size and at the larger ones."""
MAY_BEGIN = CAN_WRITE | {Link.NONE, Link.ASKING}
"""Where a first message may follow."""
ENDS = "。！？；，、,.!?; "
"""Behind these a long message may be cut."""


def chat(state: State, desk: Desk, t: Words) -> Page:
    """The page that is open: what was said, or writing."""
    return _writing(state, desk, t) if state.visit.talk.writing else _said(state, desk, t)


def _said(state: State, desk: Desk, t: Words) -> Page:
    talk = state.visit.talk
    can_write = talk.link in CAN_WRITE and len(talk.lines) < MOST_LINES
    shown = talk.lines[-(AT_ONCE + talk.older) :]
    hidden = len(talk.lines) - len(shown)
    older = t("chat.older_one" if hidden == 1 else "chat.older", count=hidden)
    large = state.prefs.elder or state.prefs.size > 1.0
    again = talk.unsent is not None and talk.link in CAN_WRITE
    return Page(
        screen="list",
        title=t("chat.title"),
        lead=t("chat.lead"),
        nodes=(
            *_state_of(talk, t),
            *((card("chat.again", t("chat.again"), t("chat.again_note"), icon="refresh"),) if again else ()),
            *(goes_along(state, desk, t, "chat", tell=talk.tell) if not talk.begun and talk.link in MAY_BEGIN else ()),
            *(() if shown else (picture("sms"),)),
            *(node for line in reversed(shown) for node in _line(line, t, large=large)),
            *((card("chat.older", older, icon="clock"),) if hidden else ()),
            *((Node("actions.listen", Role.BUTTON, t("review.listen"), icon="voice", actions=PRESS),) if shown else ()),
            button("actions.back", t("actions.back"), icon="back"),
            button("actions.write", t("chat.write"), icon="edit", style="primary", enabled=can_write),
        ),
        focus="actions.write" if can_write else "actions.back",
        intro=(t("chat.title"), t("chat.lead"), *(n.text for n in _state_of(talk, t))),
    )


def _writing(state: State, desk: Desk, t: Words) -> Page:
    talk = state.visit.talk
    last = beside_writing(state)
    answered = last is None and bool(talk.lines) and not talk.lines[-1].mine
    ready = bool(talk.draft.strip()) and talk.link in CAN_WRITE
    return Page(
        screen="form",
        title=t("chat.write_title"),
        lead=t("chat.write_lead"),
        nodes=(
            *(_line(last, t, large=False) if last is not None else ()),
            Node(
                "chat.text",
                Role.FIELD,
                t("chat.text"),
                value=talk.draft,
                hint=t("chat.text_hint"),
                privacy=Privacy.PRIVATE,
                actions=(Action.PRESS, Action.EDIT),
                current=True,
                required=True,
                panel=Panel.PINYIN,
                limit=MOST_CHAT,
            ),
            button("actions.back", t("chat.see" if answered else "actions.back"), icon="back"),
            button("actions.send", t("chat.send"), icon="next", style="primary", enabled=ready),
        ),
        focus="chat.text",
        intro=(t("chat.write_title"), t("chat.text_hint")),
    )


def _state_of(talk: Talk, t: Words) -> tuple[Node, ...]:
    """How it stands, in one line; what went wrong says what to do."""
    closed = {
        Link.NOBODY: "chat.nobody",
        Link.OFFLINE: "chat.offline",
        Link.BUSY: "chat.busy",
        Link.FULL: "chat.full",
        Link.ENDED: "chat.ended",
    }.get(talk.link)
    if closed:
        style = "info" if talk.link is Link.ENDED else "warn"
        said = notice("chat.state", t(closed, opens=talk.opens, closes=talk.closes), style)
        retry = talk.link in {Link.NOBODY, Link.OFFLINE, Link.BUSY}
        return said, *((card("chat.retry", t("chat.retry"), icon="refresh"),) if retry else ())
    if talk.unsent is not None:
        return (notice("chat.state", t("chat.unsent"), "warn"),)
    if talk.lost:
        return (notice("chat.state", t("chat.lost"), "warn"),)
    if talk.link in {Link.NONE, Link.ASKING}:
        return (Node("chat.state", Role.STATUS, t("chat.asking"), icon="clock"),)
    if not talk.lines:
        return (Node("chat.state", Role.STATUS, t("chat.ready"), icon="lamp"),)
    last = talk.lines[-1]
    if not last.mine:
        return ()
    return (Node("chat.state", Role.STATUS, t("chat.sending" if last.post is Post.SENDING else "chat.sent")),)


def goes_along(state: State, desk: Desk, t: Words, name: str, *, tell: bool) -> tuple[Node, ...]:
    """What staff learn with the first words, and whether they may; `name` heads the nodes."""
    service = desk.service(state.visit.service)
    if service is None:
        return (notice(f"{name}.goes", t("chat.goes_nothing"), icon="lock"),)
    step = steps(t)[STEPS.get(type(state.place), 1) - 1]
    words = t("chat.goes", service=service.short_name(t.lang), step=step) if tell else t("chat.goes_nothing")
    return (
        notice(f"{name}.goes", words, icon="lock"),
        Node(f"{name}.tell", Role.TOGGLE, t("chat.tell"), note=t("chat.tell_note"), actions=PRESS, checked=tell),
    )


def _line(line: Line, t: Words, *, large: bool) -> tuple[Node, ...]:
    """One message, a long one in pieces that fit on a page. What staff write is told when it comes, all of it at once;
    what the resident wrote they know.
    """
    who = t("chat.me" if line.mine else "chat.staff", at=f"{line.at:%H:%M}")
    state = {Post.SENDING: "chat.line_sending", Post.FAILED: "chat.line_failed"}.get(line.post)
    cut = pieces(line.text, LARGE_PIECE if large else PIECE)
    return tuple(
        Node(
            f"chat.line.{line.n}" + (f".{k}" if k else ""),
            Role.NOTICE if k == 0 and not line.mine else Role.FACT,
            t("chat.part", who=who, n=k + 1) if len(cut) > 1 else who,
            value=piece,
            spoken=line.text if k == 0 and len(cut) > 1 and not line.mine else "",
            source=t(state) if state and k == 0 else "",
            style="mine" if line.mine else "staff",
            privacy=Privacy.PRIVATE,
            group="chat",
        )
        for k, piece in enumerate(cut)
    )


def pieces(text: str, most: float) -> list[str]:
    """Cut a text into pieces of `most` Chinese characters (letters are narrower), where a sentence or a word ends."""
    out: list[str] = []
    rest = text
    while rest:
        used, end = 0.0, 0
        while end < len(rest) and used <= most:
            used += 1.0 if rest[end] > "\u2e7f" else 0.6
            end += 1
        if end < len(rest) or used > most:
            stops = [at + 1 for at in range(end // 2, end) if rest[at] in ENDS]
            end = stops[-1] if stops else max(1, end - 1)
        out.append(rest[:end].strip())
        rest = rest[end:].strip()
    return out
