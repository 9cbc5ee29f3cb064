"""The visits of the long run: who comes, what they do on the screen, how they go."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiosk_app.lab.cable import Plug
from kiosk_app.lab.journeys import ages_for, answers
from kiosk_app.lab.modes import Hands, View, hands_for, node_of
from kiosk_app.lab.people import Resident
from kiosk_app.lab.processes import wait_until
from kiosk_app.lab.world import HOST_PIN
from tests.soak.place import Place

WAIT_S = 20.0
MOST_TICKS = 200
REFUSED = "没有受理"
HOST_READ = "已读到工作人员的证件"
CODE = re.compile(r"\b([0-9]{6})\b")
WORDS = "楼道里的灯坏了"


class Walk:
    """One resident before the terminal."""

    def __init__(self, place: Place, source: random.Random, mode: str = "touch") -> None:
        self.place = place
        self.source = source
        self.hands: Hands = hands_for(mode, place)

    def see(self, *places: str) -> View:
        """Wait for a page."""
        return self.hands.wait(lambda v: v["place"] in places, f"{' or '.join(places)} comes")

    def press(self, *nodes: str) -> None:
        """Press these, one after the other."""
        for node in nodes:
            self.hands.press(node)

    def start(self, service: str = "") -> None:
        """Begin, and go on to the guide of a service."""
        self.hands.start()
        self.see("Home")
        if service:
            self.hands.choose(service)
            self.see("Guide")

    def card(self, resident: Resident, *, until: Callable[[View], bool]) -> None:
        """Lay a card down, lift it when the page has moved."""
        self.place.present(resident)
        self.hands.wait(until, "the card is read")
        self.place.lift()

    def code(self, resident: Resident) -> None:
        """Hold a phone before the code reader until it was looked at."""
        seen = int(str(self.place.code.ask(status=True)["codes"]))
        self.place.show_code(self.place.token(resident))
        wait_until(lambda: int(str(self.place.code.ask(status=True)["codes"])) > seen, WAIT_S, "the code reader looks")
        self.place.show_code(None)

    def phone(self, resident: Resident) -> None:
        """Type the number and the code that comes."""
        self.press("way.phone")
        self.hands.fill("identify.phone", resident.phone)
        self.hands.go("next")
        wait_until(lambda: bool(self.place.messages(resident.phone)), WAIT_S, "a message comes")
        found = CODE.search(self.place.messages(resident.phone)[-1])
        self.hands.fill("identify.code", found[1] if found else "")
        self.hands.go("next")

    def witness(self) -> None:
        """Somebody of the staff vouches."""
        self.press("way.witness")
        self.place.present(self.place.host)
        self.hands.wait(lambda v: HOST_READ in str(v), "the card of the staff is read")
        self.place.lift()
        self.hands.fill("identify.pin", HOST_PIN)
        self.hands.go("next")

    def form(self, service: str, resident: Resident, given: Mapping[str, str] | None = None) -> None:
        """Answer, check, send, wait for the paper."""
        self.see("Form")
        drawn = answers(service, self.source, resident, self.place)
        self.hands.answer(drawn | dict(given or {}))
        self.see("Review")
        self.press("consent")
        self.hands.go("next")
        self.see("Outcome")
        self.hands.wait(lambda v: _printed(v) or _refused(v), "the receipt is printed")

    def rate(self) -> None:
        """Say how it was, and go."""
        self.press("actions.rate")
        self.see("Rating")
        self.press(f"grade.{self.source.choice('345')}")
        self.hands.go("next")
        self.see("Farewell")
        self.leave()

    def leave(self) -> None:
        """Go, from wherever one is."""
        self.hands.go("finish")
        self.see("Attract")

    def hurry(self, timer: str, most: int = 1) -> None:
        """Let a timer of the visit fire now, again as often as it is started anew."""
        for _ in range(most):
            if not self.place.stage.ask(hurry=timer)["hurried"]:
                return

    def network(self, plug: Plug) -> None:
        """Pull the cable or plug it in; returns when the terminal knows."""
        self.place.cable.plug(plug)

        def known() -> bool:
            self.place.stage.ask(poke=True)
            return bool(self.hands.view()["online"]) is (plug is Plug.UP)

        wait_until(known, WAIT_S, f"the network is {plug.value}")


def _printed(view: View) -> bool:
    node = node_of(view, "outcome.print")
    return node is not None and node["role"] == "status"


def _refused(view: View) -> bool:
    """All appointments of that time are taken, as they are after some hundred visits."""
    return bool(view["title"] == REFUSED)


def _offers(node: str) -> Callable[[View], bool]:
    return lambda view: node_of(view, node) is not None


def _asks_more(view: View) -> bool:
    """The page knows who is here and asks for a second proof."""
    return bool(view["place"] == "Identify") and node_of(view, "way.phone") is not None


def _at_form(view: View) -> bool:
    return bool(view["place"] == "Form")


def _applied(service: str, *, by: str = "card") -> Callable[[Walk], None]:
    """A case from the first page to the receipt."""

    def go(walk: Walk) -> None:
        resident = walk.place.resident(age=ages_for(service))
        walk.start(service)
        walk.press("actions.start")
        if service != "XF01":
            walk.see("Identify")
            reached = _at_form if service == "YY01" else _asks_more
            if by == "card":
                walk.card(resident, until=reached)
            else:
                walk.code(resident)
                walk.hands.wait(reached, "the code is taken")
        if service not in ("XF01", "YY01"):
            walk.phone(resident)
        walk.form(service, resident, {"content": WORDS, "landlord": "王芳"})
        rates = walk.source.random() < 0.5 and not _refused(walk.hands.view())
        walk.rate() if rates else walk.leave()

    return go


def offline_feedback(walk: Walk) -> None:
    """Saved without a network, sent when it is back."""
    walk.network(Plug.DOWN)
    walk.start("XF01")
    walk.press("actions.start")
    walk.form("XF01", walk.place.resident(), {"content": WORDS})
    walk.leave()
    walk.network(Plug.UP)


def offline_witnessed(walk: Walk) -> None:
    """Identified by staff without a network; the cable comes back while the receipt is on the page."""
    resident = walk.place.resident()
    walk.network(Plug.DOWN)
    walk.start("YL01")
    walk.press("actions.start")
    walk.see("Identify")
    walk.card(resident, until=_asks_more)
    walk.witness()
    walk.form("YL01", resident, {"addr": "西城区西长安街街道府右街12号"})
    walk.network(Plug.UP)
    walk.leave()


def looked_in(walk: Walk) -> None:
    """A card starts the visit; one look, and away."""
    walk.card(walk.place.resident(), until=lambda v: v["place"] == "Home")
    walk.hands.choose("GA02")
    walk.see("Guide")
    walk.leave()


def progress(walk: Walk) -> None:
    """Where do my cases stand?"""
    walk.card(walk.place.resident(), until=lambda v: v["place"] == "Home")
    walk.press("progress")
    walk.hands.wait(lambda v: v["place"] == "Progress" and node_of(v, "progress.waiting") is None, "cases come")
    walk.leave()


def abandoned(walk: Walk) -> None:
    """Words are typed, then the resident ends."""
    walk.start("XF01")
    walk.press("actions.start")
    walk.see("Form")
    walk.hands.fill("form.content", WORDS)
    walk.leave()


def walked_away(walk: Walk) -> None:
    """Nobody stirs: warned, covered, counted down, cleared."""
    walk.card(walk.place.resident(), until=lambda v: v["place"] == "Home")
    walk.press("service.YY01", "actions.start")
    walk.see("Form")
    walk.hurry("idle")
    walk.hands.wait(lambda v: v["cover"] == "idle", "the warning comes")
    walk.hurry("tick", MOST_TICKS)
    walk.see("Farewell")
    walk.hurry("farewell", MOST_TICKS)
    walk.see("Attract")


def warned(walk: Walk) -> None:
    """Warned, and still there."""
    walk.start("YL01")
    walk.hurry("idle")
    walk.hands.wait(lambda v: v["cover"] == "idle", "the warning comes")
    walk.hurry("tick", 3)
    walk.press("cover.continue")
    walk.hands.wait(lambda v: not v["cover"], "the warning goes")
    walk.leave()


def languages(walk: Walk) -> None:
    """English and back, on four pages."""
    walk.press("dock.lang")
    walk.start("SB01")
    walk.press("dock.lang", "dock.lang", "actions.start")
    walk.see("Identify")
    walk.press("dock.lang", "dock.lang", "dock.help")
    walk.hands.wait(lambda v: v["cover"] == "help", "help comes")
    walk.press("dock.lang", "cover.close")
    walk.leave()


def looks(walk: Walk) -> None:
    """High contrast, three sizes, the low screen, 长辈版, on pages of every shape."""
    walk.start()
    walk.press("dock.contrast", "dock.size", "service.YL01", "dock.size", "dock.low", "dock.elder", "dock.elder")
    walk.press("dock.size", "dock.contrast", "actions.start")
    walk.see("Identify")
    walk.press("dock.elder", "dock.low")
    walk.leave()


def ways(walk: Walk) -> None:
    """使用方式, switched on and off; somebody is called."""
    walk.start()
    walk.press("dock.help", "cover.call", "cover.ways")
    for name in ("voice", "lowglare", "steady", "lowglare", "steady", "text_only", "text_only"):
        walk.press(f"ways.{name}")
    walk.press("cover.close")
    walk.leave()


def by_ear(walk: Walk) -> None:
    """By keys, guided by the voice."""
    walk.hands.choose("XF01")
    for key in ("REPEAT", "WHERE", "LOUDER", "SOFTER", "FASTER", "SLOWER", "PAUSE", "PAUSE"):
        walk.place.stage.ask(key=key)
    walk.leave()


def listened(walk: Walk) -> None:
    """The voice on, a card, a page of one's own read aloud after a question."""
    walk.press("start.ear")
    walk.see("Home")
    resident = walk.place.resident(age=ages_for("YY01"))
    walk.press("service.YY01", "actions.listen", "actions.start")
    walk.see("Identify")
    walk.card(resident, until=lambda v: v["place"] == "Form")
    walk.form("YY01", resident)
    if not _refused(walk.hands.view()):
        walk.press("actions.listen")
        walk.hands.wait(lambda v: v["cover"] == "aloud", "it asks first")
        walk.press("cover.aloud")
    walk.leave()


def browsed(walk: Walk) -> None:
    """Lists of three themes, and away."""
    walk.start()
    walk.press("all")
    themes = [n["id"] for n in walk.see("Listing")["nodes"] if n["id"].startswith("theme.")]
    for theme in walk.source.sample(themes, min(3, len(themes))):
        walk.press(theme)
        walk.hands.wait(lambda v: any(_service(n) for n in v["nodes"]), "a list comes")
        walk.press("actions.back")
        walk.hands.wait(lambda v, theme=theme: any(n["id"] == theme for n in v["nodes"]), "the themes come back")
    walk.leave()


def _service(node: Mapping[str, object]) -> bool:
    return str(node["id"]).startswith("service.")


def refused(walk: Walk) -> None:
    """A card that has run out."""
    walk.start("SB01")
    walk.press("actions.start")
    walk.see("Identify")
    walk.card(walk.place.resident(expired=True), until=_offers("identify.notice"))
    walk.leave()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of visit, and whose hands."""

    name: str
    go: Callable[[Walk], None]
    mode: str = "touch"


MIX: Sequence[Kind] = (
    Kind("SB01, card and phone", _applied("SB01")),
    Kind("YL01, code and phone", _applied("YL01", by="code")),
    Kind("GA02, card and phone", _applied("GA02")),
    Kind("XF01, seated", _applied("XF01"), "seated"),
    Kind("YY01, card", _applied("YY01")),
    Kind("YY01, 长辈版, code", _applied("YY01", by="code"), "elder"),
    Kind("XF01 without a network", offline_feedback),
    Kind("YL01 without a network", offline_witnessed),
    Kind("looked in", looked_in),
    Kind("progress", progress),
    Kind("abandoned", abandoned),
    Kind("walked away", walked_away),
    Kind("warned", warned),
    Kind("languages", languages),
    Kind("looks", looks),
    Kind("ways", ways),
    Kind("by ear and keys", by_ear, "keypad-only"),
    Kind("listened", listened),
    Kind("browsed", browsed),
    Kind("refused", refused),
)


def play(place: Place, kind: Kind, source: random.Random) -> None:
    """Play one visit; the terminal is at its first page again when it returns.

    Raises:
        WorldError: a page did not come.
    """
    walk = Walk(place, source, kind.mode)
    try:
        kind.go(walk)
    finally:
        walk.hands.close()


def recover(place: Place) -> None:
    """Whatever went wrong: cards off, cable in, the first page.

    Raises:
        WorldError: the terminal does not come back.
    """
    place.rest()
    walk = Walk(place, random.Random(0))
    view = walk.hands.view()
    if view["cover"]:
        place.stage.ask(hurry="idle")
    if view["place"] != "Attract":
        walk.leave()
    place.settle()
