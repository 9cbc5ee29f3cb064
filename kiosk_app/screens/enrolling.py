"""The pages on which a technician puts this machine into service."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kiosk_app.screens.chrome import Words, button, card, notice, picture, sentences
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.enrolling import LIMITS, SPENT, TAKES_PLACE, WRONG_SLIP, complete
from kiosk_app.visit.enrolment import Enrolling, Part, Refusal, Stage
from kiosk_app.visit.state import State
from kiosk_app.words import day, has
from ui.view import Action, Node, Panel, Privacy, Role, Tone

PANELS = {"address": Panel.WEB, "code": Panel.ONE_TIME, "digits": Panel.HEX}
NETWORK_ICONS = {"up": "wifi", "no_address": "offline", "no_cable": "plug"}
LACKING = frozenset({"silent", "missing"})
GROUP, ROW = 4, 4
"""Digits of a group, and groups of a row."""


def enrolling(state: State, desk: Desk, t: Words) -> Page:
    """The page of the stage."""
    place = state.place
    assert isinstance(place, Enrolling)
    return BUILDERS[place.stage](place, desk, t)


def grouped(digits: str) -> str:
    """A fingerprint in groups, as slips print it."""
    shown = digits.upper()
    return " ".join(shown[at : at + GROUP] for at in range(0, len(shown), GROUP))


def _leave(t: Words) -> Node:
    return button("actions.end", t("tech.enrol.leave"), icon="exit")


def _back(t: Words) -> Node:
    return button("actions.back", t("actions.back"), icon="back")


def _main(node_id: str, text: str, *, icon: str = "next", enabled: bool = True) -> Node:
    return button(node_id, text, icon=icon, style="primary", enabled=enabled)


def _fact(node_id: str, text: str, value: str, *, icon: str = "", style: str = "", spoken: str = "") -> Node:
    return Node(
        node_id,
        Role.FACT,
        text,
        value=value,
        icon=icon,
        style=style,
        spoken=spoken,
        group="enrol",
        privacy=Privacy.PUBLIC,
    )


def _choice(node_id: str, text: str, note: str, icon: str) -> Node:
    return card(node_id, text, note, icon=icon, style="wide")


def _page(
    t: Words,
    name: str,
    nodes: tuple[Node, ...],
    focus: str,
    *,
    tone: Tone = Tone.TOOL,
    screen: str = "list",
    lead: str = "",
) -> Page:
    title, told = t(f"tech.enrol.{name}"), lead or t(f"tech.enrol.{name}.lead")
    more = tuple(node.text for node in nodes if node.role is Role.NOTICE)
    return Page(screen, title, told, tone=tone, nodes=nodes, focus=focus, intro=(title, *sentences(told), *more))


def _look(place: Enrolling, desk: Desk, t: Words) -> Page:
    facts = place.facts
    clock = f"{day(t.lang, desk.now.date(), 'date_full')} {desk.now:%H:%M}"
    nodes: list[Node] = [_fact("enrol.clock", t("tech.enrol.clock"), clock, icon="clock")]
    if facts is None:
        nodes.append(_fact("enrol.network", t("tech.enrol.network"), t("tech.enrol.looking"), icon="wifi"))
    else:
        net = t(f"tech.enrol.network.{facts.network}")
        nodes.append(_fact("enrol.network", t("tech.enrol.network"), net, icon=NETWORK_ICONS[facts.network]))
        if facts.cause and facts.problem != "not-enrolled":
            nodes.append(notice("enrol.problem", facts.cause[t.lang] + _join(t) + _do(facts.problem, t), "warn"))
        if facts.waiting:
            note = " ".join(one for one in (facts.terminal, facts.host) if one)
            nodes.append(_choice("go_on", t("tech.enrol.go_on"), note, "refresh"))
    if not desk.dated:
        nodes.append(notice("enrol.undated", t("tech.enrol.undated"), "warn"))
    keys = (
        _leave(t),
        button("actions.look", t("tech.enrol.again"), icon="refresh"),
        _main("actions.slip", t("tech.enrol.to_slip")),
    )
    return _page(t, "look", (*nodes, *keys), "go_on" if facts is not None and facts.waiting else "actions.slip")


def _slip(place: Enrolling, desk: Desk, t: Words) -> Page:
    nodes = (
        _choice("way.scan", t("tech.enrol.scan"), t("tech.enrol.scan.note"), "qr"),
        _choice("way.type", t("tech.enrol.type"), t("tech.enrol.type.note"), "keypad"),
        notice("enrol.no_net", t("tech.enrol.no_net")),
        _back(t),
        _leave(t),
    )
    return _page(t, "slip", nodes, "way.scan")


def _scan(place: Enrolling, desk: Desk, t: Words) -> Page:
    told = place.notice or ("reading" if place.busy else "")
    nodes = (
        _fact("enrol.reader", t("tech.enrol.reader"), t(f"tech.enrol.reader.{place.reader}"), icon="scan"),
        *(
            (notice("enrol.notice", t(f"tech.enrol.scan.{told}"), "info" if told == "reading" else "warn"),)
            if told
            else ()
        ),
        picture("phone") if place.reader == "none" else Node("deck", Role.PICTURE, value="deck:scanner"),
        _choice("way.type", t("tech.enrol.type"), t("tech.enrol.type.note"), "keypad"),
        _back(t),
        _leave(t),
    )
    return _page(t, "scan", nodes, "way.type")


def _type(place: Enrolling, desk: Desk, t: Words) -> Page:
    asking = place.asking
    value = getattr(place, asking)
    title, lead = t(f"tech.enrol.{asking}"), t(f"tech.enrol.{asking}.lead")
    field = Node(
        f"slip.{asking}",
        Role.FIELD,
        title,
        value=value,
        hint=t("tech.enrol.short") if place.notice else "",
        invalid=bool(place.notice),
        privacy=Privacy.PRIVATE if asking == "code" else Privacy.PUBLIC,
        actions=(Action.PRESS, Action.EDIT),
        current=True,
        panel=PANELS[asking],
        limit=LIMITS[asking],
    )
    ready = complete(place) and not place.busy
    nodes = (field, _back(t), _leave(t), _main("actions.typed", t("tech.enrol.next"), enabled=ready))
    return Page("form", title, lead, tone=Tone.TOOL, nodes=nodes, focus=field.id, intro=(title, *sentences(lead)))


def _compare(place: Enrolling, desk: Desk, t: Words) -> Page:
    digits = place.slip.digits
    if not digits:
        nodes: tuple[Node, ...] = (notice("enrol.wait", t("tech.enrol.fetching"), icon="refresh"), _back(t), _leave(t))
        return _page(t, "compare", nodes, "actions.back")
    size = GROUP * ROW
    rows = tuple(
        _fact(
            f"enrol.digits{n}",
            t("tech.enrol.row", n=n),
            grouped(digits[at : at + size]),
            spoken=" ".join(digits[at : at + size].upper()),
        )
        for n, at in enumerate(range(0, len(digits), size), 1)
    )
    nodes = (
        *rows,
        card("digits", t("tech.enrol.type_digits"), icon="keypad", style="wide"),
        _back(t),
        button("actions.different", t("tech.enrol.different"), icon="x"),
        _main("actions.same", t("tech.enrol.same"), icon="check", enabled=not place.busy),
    )
    return _page(t, "compare", nodes, "enrol.digits1")


def _slip_facts(place: Enrolling, t: Words) -> Iterator[Node]:
    if place.slip.terminal:
        yield _fact("enrol.terminal", t("tech.enrol.terminal"), place.slip.terminal, icon="ticket")
    if place.slip.host:
        yield _fact("enrol.host", t("tech.enrol.host"), place.slip.host, icon="globe")


def _ready(place: Enrolling, desk: Desk, t: Words) -> Page:
    name = "replace" if place.replace else "ready"
    stick = () if place.replace else (_choice("stick", t("tech.enrol.stick"), t("tech.enrol.stick.note"), "upload"),)
    nodes = (
        *_slip_facts(place, t),
        *((notice("enrol.replaces", t("tech.enrol.replaces"), "warn"),) if place.replace else ()),
        *stick,
        _back(t),
        _leave(t),
        _main("actions.enrol", t("tech.enrol.replace_now" if place.replace else "tech.enrol.now")),
    )
    return _page(t, name, nodes, "actions.enrol")


def _run(place: Enrolling, desk: Desk, t: Words) -> Page:
    steps = ("proving", "asking", "checking")
    at = steps.index(place.busy) if place.busy in steps else 0
    nodes = (
        *_slip_facts(place, t),
        Node(
            "enrol.progress",
            Role.PROGRESS,
            t(f"tech.enrol.run.{steps[at]}"),
            value=f"{at + 1}/{len(steps)}",
            progress=round(100 * (at + 0.5) / len(steps)),
        ),
        picture("upload"),
    )
    return _page(t, "run", nodes, "enrol.progress", tone=Tone.WAIT)


def _word(place: Enrolling, t: Words) -> Node:
    spoken = " ".join(place.word)
    return Node(
        "enrol.word",
        Role.FACT,
        t("tech.enrol.word"),
        value=f"{place.word[:GROUP]} {place.word[GROUP:]}",
        spoken=spoken,
        style="big",
    )


def _wait(place: Enrolling, desk: Desk, t: Words) -> Page:
    unreachable = (notice("enrol.notice", t("tech.enrol.unreachable"), "warn"),) if place.notice else ()
    nodes = (
        _word(place, t),
        *_slip_facts(place, t),
        *unreachable,
        notice("enrol.asks", t("tech.enrol.asks"), icon="refresh"),
        _leave(t),
    )
    return _page(t, "wait", nodes, "enrol.word", tone=Tone.WAIT)


def _join(t: Words) -> str:
    return " " if t.lang == "en" else ""


def _do(code: str, t: Words, remedy: str = "") -> str:
    """What to do now, on this page; the remedies of commands speak of commands."""
    own = f"tech.enrol.do.{code}"
    return t(own) if has(own) or not remedy else remedy


def _refused(place: Enrolling, desk: Desk, t: Words) -> Page:
    refusal = place.refusal or Refusal("request-refused", {}, {})
    cause = refusal.cause.get(t.lang) or t("tech.enrol.cause.different")
    remedy = _do(refusal.code, t, refusal.remedy.get(t.lang, ""))
    spent = refusal.code in SPENT | WRONG_SLIP
    retry = not spent or refusal.code == "authority-mismatch"
    more: list[Node] = []
    if refusal.code in TAKES_PLACE:
        more.append(_choice("replace", t("tech.enrol.replace_card"), t("tech.enrol.replace_card.note"), "refresh"))
    if place.code and refusal.code == "platform-unreachable":
        more.append(card("digits", t("tech.enrol.type_digits"), icon="keypad", style="wide"))
    if refusal.detail:
        more.append(_fact("enrol.detail", t("tech.enrol.detail"), f"{refusal.code} {refusal.detail}"))
    slip = button("actions.slip", t("tech.enrol.another"), icon="qr", style="primary" if spent else "secondary")
    again = button("actions.enrol", t("tech.enrol.retry"), icon="refresh", style="secondary" if spent else "primary")
    held = bool(place.slip.host) and not place.code
    keys = (slip, again) if retry and held else (button(slip.id, slip.text, icon="qr", style="primary"),)
    nodes = (
        notice("enrol.cause", cause, "error"),
        notice("enrol.do", remedy, "info"),
        *more,
        _leave(t),
        *sorted(keys, key=lambda key: key.style == "primary"),
    )
    title = t("tech.enrol.refused")
    return Page(
        "list", title, "", tone=Tone.WAIT, mark="warn", nodes=nodes, focus="enrol.do", intro=(title, cause, remedy)
    )


def _stick(place: Enrolling, desk: Desk, t: Words) -> Page:
    sticks = place.sticks
    if place.busy or sticks is None:
        seen: tuple[Node, ...] = (notice("enrol.wait", t("tech.enrol.looking"), icon="refresh"),)
    elif sticks:
        seen = tuple(
            _choice(f"stick.{n}", name, t("tech.enrol.stick.write"), "upload") for n, name in enumerate(sticks)
        )
    else:
        seen = (notice("enrol.none", t("tech.enrol.no_stick"), "warn"),)
    nodes = (*seen, _back(t), _leave(t), button("actions.sticks", t("tech.enrol.again"), icon="refresh"))
    return _page(t, "stick_page", nodes, "stick.0" if sticks and not place.busy else "actions.sticks")


def _requested(place: Enrolling, desk: Desk, t: Words) -> Page:
    nodes = (
        _word(place, t),
        *_slip_facts(place, t),
        notice("enrol.bring", t("tech.enrol.bring")),
        _leave(t),
        button("actions.slip", t("tech.enrol.another"), icon="qr"),
        _main("actions.answer", t("tech.enrol.answer"), icon="refresh", enabled=not place.busy),
    )
    return _page(t, "requested", nodes, "enrol.word", tone=Tone.WAIT)


def _part(part: Part, t: Words) -> Node:
    kind = f"tech.enrol.kind.{part.kind}"
    name = t(kind) if has(kind) else part.kind
    if part.presence == "elsewhere":
        note = t("tech.enrol.part.refused") if part.problem else part.uri
        return _choice(f"part.{part.id}", t("tech.enrol.part.take", kind=name), note, "refresh")
    told = t(f"tech.enrol.part.{part.presence}")
    return _fact(f"part.{part.id}", f"{name} ({part.id})", told, style="warn" if part.presence in LACKING else "")


def _parts(place: Enrolling, desk: Desk, t: Words) -> Page:
    parts = place.parts
    if parts is None:
        rows: tuple[Node, ...] = (notice("enrol.wait", t("tech.enrol.parts.wait"), icon="refresh"),)
    else:
        rows = tuple(_part(one, t) for one in parts)
    nodes = (
        _fact("enrol.terminal", t("tech.enrol.terminal"), place.terminal, icon="ticket"),
        *rows,
        button("actions.parts", t("tech.enrol.again"), icon="refresh", enabled=parts is not None),
        _main("actions.open", t("tech.enrol.open"), enabled=parts is not None),
    )
    return _page(t, "parts", nodes, "actions.open", tone=Tone.OK)


def _done(place: Enrolling, desk: Desk, t: Words) -> Page:
    nodes = (
        _fact("enrol.terminal", t("tech.enrol.terminal"), place.terminal, icon="ticket"),
        notice("enrol.next", t("tech.enrol.self_test"), "info"),
    )
    return _page(t, "done", nodes, "enrol.next", tone=Tone.OK, screen="message")


BUILDERS: dict[Stage, Callable[[Enrolling, Desk, Words], Page]] = {
    Stage.LOOK: _look,
    Stage.SLIP: _slip,
    Stage.SCAN: _scan,
    Stage.TYPE: _type,
    Stage.COMPARE: _compare,
    Stage.READY: _ready,
    Stage.RUN: _run,
    Stage.WAIT: _wait,
    Stage.REFUSED: _refused,
    Stage.STICK: _stick,
    Stage.REQUESTED: _requested,
    Stage.PARTS: _parts,
    Stage.DONE: _done,
}
