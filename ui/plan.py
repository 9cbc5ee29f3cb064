"""Where each node of a view goes: which component draws it, how wide it is, which card it shares. Pure, no Qt.

The terminal sends nodes by role, slot and group; this is the one table that turns them into a page. Widths are in
twelfths of the body. A run of neighbours with one `box` shares a card. `stretch` is how far, in px, a row may grow
beyond its natural height when the page has room left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from ui.view import Action, Node, Role, ScreenView, Slot

FULL = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """What the layout depends on besides the view: the shape of the screen."""

    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """How one node is drawn. `n`, `of` count it among its equals (0, 0 when it stands alone)."""

    kind: str
    span: int = FULL
    box: str = ""
    stretch: int = 0
    number: int = 0
    n: int = 0
    of: int = 0
    control: bool = False


_ALONE = {
    Role.HEADING: Place("Heading"),
    Role.TEXT: Place("Words"),
    Role.NOTICE: Place("Notice", stretch=24),
    Role.STATUS: Place("Status", stretch=24),
    Role.PROGRESS: Place("Progress", stretch=60),
    Role.PICTURE: Place("Picture", stretch=0),
    Role.CODE: Place("Code", stretch=40),
    Role.TOGGLE: Place("Toggle", stretch=40),
    Role.CHOICE: Place("Choice", stretch=56),
    Role.FIELD: Place("Field", stretch=400),
    Role.BUTTON: Place("Button", stretch=24),
    Role.TILE: Place("Tile", stretch=120),
    Role.CARD: Place("Row", stretch=60),
    Role.FACT: Place("Line", stretch=26),
}
_HERO = {Role.FACT: "HeroFact", Role.PROGRESS: "HeroProgress", Role.STATUS: "HeroStatus", Role.NOTICE: "HeroNotice"}


def scale_of(view: ScreenView) -> float:
    """Return the factor of small type: 1.0, 1.25, 1.5; at least 1.4 in the elder edition."""
    return max(view.look.size, 1.4) if view.look.elder else view.look.size


def plan(view: ScreenView, frame: Frame) -> dict[str, Place]:
    """Return the place of every node of `view`, by id."""
    places: dict[str, Place] = {}
    for slot in Slot:
        nodes = [node for node in view.nodes if node.slot is slot]
        if slot is Slot.BODY:
            places.update(_body(view, nodes, frame))
        elif slot is Slot.HERO:
            places.update(_hero(nodes, frame))
        elif slot is Slot.ACTIONS:
            places.update({node.id: Place("Action", n=i, of=len(nodes)) for i, node in enumerate(nodes, 1)})
        elif slot is Slot.DOCK:
            places.update({node.id: Place("DockKey", n=i, of=len(nodes)) for i, node in enumerate(nodes, 1)})
        else:
            places.update(_cover(nodes, frame))
    by_id = {node.id: node for node in view.nodes}
    return {key: replace(place, control=_is_control(by_id[key])) for key, place in places.items()}


def _is_control(node: Node) -> bool:
    return bool(node.actions) or node.role in (Role.BUTTON, Role.TILE, Role.CARD, Role.TOGGLE, Role.CHOICE)


def _is_camera(node: Node) -> bool:
    """Whether a picture is the camera's live one."""
    return node.role is Role.PICTURE and node.value.startswith("camera:")


def _hero(nodes: Sequence[Node], frame: Frame) -> dict[str, Place]:
    facts = sum(node.role is Role.FACT for node in nodes)
    half = frame.landscape or facts == 2
    span = FULL if facts == 1 else 6 if half else FULL // max(facts, 1)
    return {
        node.id: Place(_HERO.get(node.role, "HeroText"), span=span if node.role is Role.FACT else FULL)
        for node in nodes
    }


def _cover(nodes: Sequence[Node], frame: Frame) -> dict[str, Place]:
    """Keys below each other; the last two beside the main one share a row, across all four share two rows. Of five the
    main one shares a row too.
    """
    kinds = {Role.HEADING: "CoverTitle", Role.TEXT: "CoverText", Role.PROGRESS: "CoverRing", Role.PICTURE: "Picture"}
    places = {}
    sides = [node for node in nodes if node.role is Role.BUTTON and node.style != "primary"]
    for node in nodes:
        kind = kinds.get(node.role)
        if kind is None and node.role is Role.BUTTON:
            primary = node.style == "primary"
            half = node in sides[-2:] and len(sides) in (2, 3)
            half = half or (frame.landscape and len(sides) == 3)
            span = 6 if half else FULL
            if len(sides) == 4:
                span = (6 if node in sides[:2] else 4) if frame.landscape else FULL if node is sides[0] else 6
            places[node.id] = Place("CoverKey", span=span, stretch=70 if primary else 16)
        else:
            places[node.id] = Place(kind, stretch=260 if kind == "Picture" else 0) if kind else _ALONE[node.role]
    return places


def _body(view: ScreenView, nodes: Sequence[Node], frame: Frame) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for run in _runs(nodes):
        places.update(_run(view, run, frame))
    _pair(view, nodes, places)
    return places


def _runs(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Split into runs of one role; a boxed group (its heading included) is one run."""

    def key(node: Node) -> tuple[str, str]:
        if node.group in ("steps", "next", "chat", "sign"):
            return ("group", node.group)
        return (node.role, node.group)

    for _, run in groupby(nodes, key):
        yield list(run)


def _run(view: ScreenView, run: list[Node], frame: Frame) -> dict[str, Place]:
    first = run[0]
    if first.group in ("steps", "next"):
        return _numbered(view, run)
    if first.group == "sign":
        return _signs(view, run)
    if first.group == "chat":
        return {node.id: Place("Message") for node in run}
    match first.role:
        case Role.TILE:
            return _tiles(run, _columns(view, len(run), frame))
        case Role.CARD:
            return _cards(view, run, frame)
        case Role.FACT:
            return _facts(view, run, frame)
        case Role.CHOICE:
            return _count(run, replace(_ALONE[Role.CHOICE], span=6 if _halves(view, first, frame) else FULL))
        case Role.PICTURE if not first.value.startswith("deck"):
            return {node.id: Place("Camera" if _is_camera(node) else "Picture", stretch=260) for node in run}
        case Role.TOGGLE if first.group:
            wide = len(run) == 1 or (scale_of(view) > 1.3 and not frame.landscape)
            return _count(run, replace(_ALONE[Role.TOGGLE], span=FULL if wide else 6))
        case Role.BUTTON:
            wide = len(run) == 1 or scale_of(view) > 1.3
            return _count(run, replace(_ALONE[Role.BUTTON], span=FULL if wide else 6))
        case Role.STATUS if first.style == "note":
            return {node.id: Place("Words") for node in run}
        case Role.TEXT if first.group:
            return {node.id: Place("Words", box=f"text.{node.group}") for node in run}
        case _:
            return {node.id: _ALONE[node.role] for node in run}


def _halves(view: ScreenView, first: Node, frame: Frame) -> bool:
    """Whether choices stand two in a row: asked for, or there is little height."""
    return first.style == "half" or ((frame.landscape or view.look.seated) and scale_of(view) < 1.3)


def _signs(view: ScreenView, run: Sequence[Node]) -> dict[str, Place]:
    """A clip in sign language and the key beside it that puts it away."""
    side = len(run) > 1 and scale_of(view) < 1.2
    clip, key = Place("Sign", span=8 if side else FULL), Place("Button", span=4 if side else FULL)
    return {node.id: clip if node.role is Role.CARD else key for node in run}


def _count(run: Sequence[Node], place: Place) -> dict[str, Place]:
    of = len(run) if len(run) > 1 else 0
    return {node.id: replace(place, n=i if of else 0, of=of) for i, node in enumerate(run, 1)}


def _tiles(run: list[Node], span: int) -> dict[str, Place]:
    """Tiles in columns; a last one that would stand alone takes the whole row."""
    places = _count(run, replace(_ALONE[Role.TILE], span=span))
    if len(run) * span % FULL == span and len(run) > 1:
        places[run[-1].id] = replace(places[run[-1].id], span=FULL)
    return places


def _columns(view: ScreenView, count: int, frame: Frame) -> int:
    if frame.landscape and scale_of(view) < 1.25 and count > 4:
        return 4
    if view.look.lang != "zh" and scale_of(view) >= 1.5:
        return FULL
    return 6


def _numbered(view: ScreenView, run: list[Node]) -> dict[str, Place]:
    """A list of steps: cells side by side when they are short and small, else numbered lines."""
    box = f"list.{run[0].group}"
    texts = [node for node in run if node.role is not Role.HEADING]
    side = run[0].group == "steps" and len(texts) == 4 and scale_of(view) < 1.2 and view.look.lang == "zh"
    places = {node.id: Place("BoxHeading", box=box) for node in run if node.role is Role.HEADING}
    for i, node in enumerate(texts, 1):
        place = Place("StepCell", span=3, stretch=30) if side else Place("NextStep", stretch=36)
        places[node.id] = replace(place, box=box, number=i, n=i, of=len(texts))
    return places


def _cards(view: ScreenView, run: list[Node], frame: Frame) -> dict[str, Place]:
    upright = view.screen in ("attract", "identify", "outcome", "farewell") and len(run) in (2, 3)
    upright = upright and all(node.style in ("", "primary") for node in run) and scale_of(view) < 1.2
    if not upright:
        return _count(run, Place("Row", stretch=60))
    tall = view.screen in ("attract", "identify") and not frame.landscape and not view.look.seated
    return _count(run, Place("Option" if tall else "SmallOption", span=FULL // len(run), stretch=60))


def _facts(view: ScreenView, run: list[Node], frame: Frame) -> dict[str, Place]:
    scale = scale_of(view)
    if all(node.style == "big" for node in run):
        return {node.id: Place("Figure", stretch=50) for node in run}
    if view.screen == "guide" and all(node.icon and node.style != "wide" for node in run):
        return _count(run, Place("IconFact", span=6 if scale < 1.3 else FULL, stretch=30))
    if view.screen == "form" and not any(Action.PRESS in node.actions for node in run):
        half = scale < 1.2 and not (frame.landscape and any(len(node.value) > 30 for node in run))
        return _count(run, Place("Known", span=6 if half else FULL))
    box = f"facts.{run[0].group or run[0].id}"
    return _count(run, Place("Line", box=box, stretch=26))


def _pair(view: ScreenView, nodes: Sequence[Node], places: dict[str, Place]) -> None:
    """Neighbours that share a row: a figure and a code, a button and its aside, a button and a small code."""
    scale = scale_of(view)
    for left, right in pairwise(nodes):
        kinds = (places[left.id].kind, places[right.id].kind)
        if kinds == ("Figure", "Code") and right.style != "small" and scale < 1.4:
            places[left.id] = replace(places[left.id], span=8)
            places[right.id] = replace(places[right.id], span=4)
        elif kinds[0] == "Button" and right.style in ("aside", "small") and scale < 1.3 and places[left.id].of != 2:
            places[left.id] = replace(places[left.id], span=6)
            places[right.id] = replace(places[right.id], span=6)
