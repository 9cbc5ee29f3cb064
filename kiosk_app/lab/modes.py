"""How an intent is carried out: by finger, by keypad, by two switches, or by ear alone.

Every mode is a `Hands`: it presses things and fills fields. All but the ear may look at the page.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from contracts.handwriting import Way
from kiosk_app.lab.panels import WRITTEN, Keystroke, strokes
from kiosk_app.lab.processes import WorldError, wait_until
from kiosk_app.lab.world import World

PATIENCE_S = 15.0
SEEK_S = 8.0
HUMAN_S = 0.5
MOST_PAGES = 40
MOST_QUESTIONS = 80
SERVICE = re.compile(r"[A-Z]{2}[0-9]{2}")
NOT_YET = ("not to be seen", "covered", "switched off")
ENDS = ("Attract", "OutOfService")
View = Mapping[str, Any]
Node = Mapping[str, Any]


def node_of(view: View, node_id: str) -> Node | None:
    """The node of a page."""
    return next((n for n in view["nodes"] if n["id"] == node_id), None)


def primary_of(view: View) -> Node | None:
    """The main button of a page; of a cover when one is up."""
    slot = "cover" if view["cover"] else "actions"
    return next((n for n in view["nodes"] if n["slot"] == slot and n["style"] == "primary"), None)


def _asked(view: View) -> Node | None:
    """The field that has the panel."""
    return next((n for n in view["nodes"] if n["role"] == "field" and n["current"]), None)


def _group(view: View) -> tuple[str, int]:
    """The repeated group whose list this page is, and how many entries it shows."""
    scope = next(str(n["id"]) for n in view["nodes"] if n["role"] == "status" and str(n["id"]).startswith("form."))
    return scope.removeprefix("form."), sum(str(n["id"]).startswith(f"{scope}.") for n in view["nodes"])


def theme_of(packages: Path, service: str) -> str:
    """The theme that a service stands under first."""
    found: str = json.loads((packages / service / "service.json").read_text("utf-8"))["theme"]
    return found


class Hands:
    """A finger on the screen. Everything a resident sees is in `view`."""

    name = "touch"
    lang = "zh"
    starts = "start.touch"
    draws = True

    def __init__(self, world: World) -> None:
        self.world = world
        self.answered: list[str] = []

    def view(self) -> View:
        """The page as it is now."""
        found: View = self.world.stage.ask(view=True)["view"]
        return found

    def wait(self, condition: Callable[[View], bool], what: str) -> View:
        """Wait until the page is so.

        Raises:
            WorldError: it does not become so.
        """
        last: list[View] = []

        def holds() -> bool:
            last[:] = [self.view()]
            return condition(last[0])

        try:
            wait_until(holds, PATIENCE_S, what)
        except WorldError:
            page = last[0] if last else {}
            raise WorldError(f"{what}: the page is {page.get('place')} “{page.get('title')}”") from None
        return last[0]

    def close(self) -> None:
        """The script is over; hands that hold a process let it go."""

    # Intents

    def choose(self, name: str) -> None:
        """Choose a service or anything else on the page by its id; `start` begins a visit."""
        view = self.view()
        if name == "start" or (view["place"] == "Attract" and SERVICE.fullmatch(name)):
            self.start()
            if name == "start":
                return
        if SERVICE.fullmatch(name):
            self._open(name)
        else:
            self.press(name)

    def _open(self, service: str) -> None:
        """Press a service where it stands: on this page, or two steps from the first one, under its theme."""
        tile = f"service.{service}"
        view = self.view()
        if view["place"] == "Home" and node_of(view, tile) is None:
            self.press("all")
            self.press(f"theme.{theme_of(self.world.packages, service)}")
        self.press(tile)

    def start(self) -> None:
        """Begin a visit the way of this mode."""
        self.press(self.starts)
        self.wait(lambda v: v["place"] != "Attract", "the visit begins")

    def go(self, where: str) -> None:
        """next, back, help, home or finish.

        Raises:
            WorldError: there is no such way from here.
        """
        match where:
            case "next":
                view = self.wait(lambda v: bool((primary_of(v) or {}).get("enabled")), "there is a way on")
                self.press(str((primary_of(view) or {})["id"]))
            case "back":
                self.press("actions.back")
            case "help":
                self.press("dock.help")
            case "home":
                self._home()
            case "finish":
                self._finish()
            case _:
                raise WorldError(f"go: {where} is none of next, back, help, home, finish")

    def _home(self) -> None:
        for _ in range(8):
            view = self.view()
            if view["place"] == "Home":
                return
            again = node_of(view, "actions.again")
            self.press("actions.again" if again is not None and view["place"] == "Outcome" else "actions.back")
        raise WorldError("no way leads home")

    def _finish(self) -> None:
        for _ in range(8):
            view = self.view()
            if view["place"] in ENDS:
                return
            match view["place"]:
                case "Outcome" | "Receipt":
                    self.press("actions.rate")
                case "Rating":
                    self.press("actions.skip")
                case "Farewell":
                    self.press("actions.done")
                case "Submitting":
                    self.wait(lambda v: v["place"] != "Submitting", "the platform answers or not")
                case _:
                    self.press("actions.end")
        raise WorldError("the visit does not end")

    def fill_all(self, values: Mapping[str, str]) -> None:
        """Enter several values, going on from one question to the next."""
        for node_id, value in values.items():
            self.fill(node_id, value)

    def fill(self, node_id: str, value: str) -> None:
        """Bring a field up and enter a value with its panel.

        Raises:
            WorldError: the page does not ask for it, or it does not take the value.
        """

        def open_field(view: View) -> bool:
            node = node_of(view, node_id)
            if node is not None and node["role"] == "field" and node["current"]:
                return True
            way_on = primary_of(view)
            if node is not None and "press" in node["actions"]:
                self.press(node_id)
            elif view["screen"] == "form" and node_id.startswith("form.") and way_on and way_on["enabled"]:
                self.press(str(way_on["id"]))
            return False

        view = self.wait(open_field, f"the page asks for {node_id}")
        node = node_of(view, node_id)
        assert node is not None
        value = self.meant(node, value)
        if node["value"] and node["value"] != value:
            self.clear(node)
        if node["value"] != value:
            self.enter(node, value)
        filled = self.wait(lambda v: (node_of(v, node_id) or {}).get("value") not in ("", None), f"{node_id} is filled")
        self.check_value(node_of(filled, node_id) or {}, value)

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer whatever the form still asks, until it asks no more; an empty answer leaves a question out.

        Raises:
            WorldError: it asks for something that there is no answer to.
        """
        self.wait(lambda v: v["place"] == "Form", "the form comes")
        for _ in range(MOST_QUESTIONS):
            view = self.wait(
                lambda v: v["place"] != "Form" or v["screen"] == "entries" or _asked(v) is not None,
                "the form asks something",
            )
            if view["screen"] == "entries":
                self._go_on_with(*_group(view), answers)
                continue
            node = _asked(view)
            if view["place"] != "Form" or node is None:
                return
            scope = str(node["id"]).removeprefix("form.")
            if scope not in answers:
                raise WorldError(f"the form asks for {scope}, and there is no answer to that")
            self.answered.append(scope)
            if answers[scope]:
                self.fill(str(node["id"]), answers[scope])
            self.go("next")
        raise WorldError("the form does not come to an end")

    def _go_on_with(self, group: str, shown: int, answers: Mapping[str, str]) -> None:
        """One entry more while there are to be more than are shown, then on."""
        if group not in self.answered:
            self.answered.append(group)
        if shown < int(answers.get(group) or 0):
            self.press("entry.add")
        else:
            self.go("next")

    def check_value(self, node: Node, value: str) -> None:
        """The field must hold what was to be entered; addresses are composed by their panel."""
        held = str(node.get("value"))
        if node.get("panel") == "signature":
            held = str(node.get("style"))
        if node.get("style") == "secret":
            # How far it is filled is all that a page shows.
            held, value = str(len(held)), str(len(value))
        if node.get("panel") not in ("address", "pinyin") and held != value:
            raise WorldError(f"{node.get('id')} holds another value than was entered")

    # How

    def press(self, node_id: str) -> None:
        """Press something as soon as it can be pressed.

        Raises:
            WorldError: it cannot.
        """

        def ready(view: View) -> bool:
            node = node_of(view, node_id)
            return node is not None and bool(node["enabled"])

        self.wait(ready, f"{node_id} can be pressed")
        self.act(node_id)

    def act(self, name: str) -> None:
        """Press an item of the screen, a node or a key of a panel, by its pixels."""
        wait_until(lambda: self._touched(name), PATIENCE_S, f"{name} is on the screen")

    def _touched(self, name: str) -> bool:
        if self.world.pace == "real":
            # Two strikes within 0.4 s are taken for a tremor; people do not strike that fast.
            threading.Event().wait(HUMAN_S)
        try:
            self.world.stage.ask(touch=name)
        except WorldError as error:
            if any(word in str(error) for word in NOT_YET):
                return False
            raise
        return True

    def meant(self, node: Node, value: str) -> str:
        """What these hands enter: an address by its places' names in their language; a signature that they cannot draw
        is confirmed.
        """
        if node["panel"] == "address":
            return _place_names(self.world.packages, value, self.lang)
        return value if self.draws or node["panel"] != "signature" else str(Way.CONFIRMED)

    def enter(self, node: Node, value: str) -> None:
        """Enter a value with the open panel; a signature is written on its sheet."""
        if node["panel"] == "signature" and value == Way.DRAWN:
            self.world.stage.ask(draw={"on": "panel.sheet", "strokes": WRITTEN})
            return
        for stroke in strokes(node, value):
            self.stroke(stroke)

    def clear(self, node: Node) -> None:
        """Empty the field; a choice is simply replaced, ticks are taken off."""
        if node["panel"] in ("address", "region"):
            for _ in range(5):
                if "key.level" in self.stops():
                    self.act("key.level")
        elif node["panel"] != "select":
            self.act("key.clear")
        elif node.get("picks", 1) > 1:
            for stroke in strokes(node, str(node["value"])):
                self.stroke(stroke)

    def stroke(self, stroke: Keystroke) -> None:
        """Press one key of a panel, turning its pages on the way."""
        if stroke.more:
            self.seek(stroke)
        self.act(stroke.node)

    def seek(self, stroke: Keystroke) -> None:
        """Turn the pages of a panel until the key shows.

        Raises:
            WorldError: it is on none of them.
        """
        ways = [stroke.more, *([stroke.back] if stroke.back else [])]
        turned: list[list[str]] = []

        def shows() -> bool:
            stops = self.stops()
            if stroke.node in stops:
                return True
            if turned and turned[-1] == stops and len(ways) > 1:
                # The last page on this way: what is sought lies on the other.
                ways.pop(0)
            if ways[0] in stops and len(turned) < MOST_PAGES:
                with contextlib.suppress(WorldError):
                    self.turn(ways[0])
                turned.append(stops)
            return False

        wait_until(shows, SEEK_S, f"{stroke.node} shows on a page of the panel")

    def turn(self, name: str) -> None:
        """Press an arrow once."""
        self.world.stage.ask(touch=name)

    def stops(self) -> list[str]:
        """What can be focused or pressed on the screen now."""
        return list(self.world.stage.ask(stops=True)["stops"])


class ElderHands(Hands):
    """A finger on the elder edition, chosen on the first page."""

    name = "elder"
    starts = "elder"


class SeatedHands(Hands):
    """A finger on the low screen: everything within reach of somebody seated."""

    name = "seated"

    def start(self) -> None:
        """Bring the screen down first."""
        super().start()
        self.press("dock.low")


class SilentHands(Hands):
    """A finger, and nobody listens: captions carry the words."""

    name = "silent"


def hands_for(mode: str, world: World) -> Hands:
    """Return the hands of a mode.

    Raises:
        WorldError: there are none.
    """
    from kiosk_app.lab.by_keys import KeypadHands, SwitchHands
    from kiosk_app.lab.ear_process import RemoteEars

    kinds: tuple[type[Hands], ...] = (
        Hands,
        ElderHands,
        SeatedHands,
        SilentHands,
        KeypadHands,
        SwitchHands,
        RemoteEars,
    )
    found = next((kind for kind in kinds if kind.name == mode), None)
    if found is None:
        raise WorldError(f"there is no mode {mode}")
    return found(world)


def _place_names(packages: Path, address: str, lang: str) -> str:
    """An address with the names of its places, which scripts give in Chinese, in a language."""
    reference = json.loads((packages / "reference.json").read_text("utf-8"))
    streets = reference["streets"]
    named, rest = "", address
    for places in (reference["districts"], streets, [road for street in streets for road in street["roads"]]):
        found = next((one["name"] for one in places if rest.startswith(one["name"]["zh"])), None)
        if found is not None:
            named, rest = named + found[lang], rest[len(found["zh"]) :]
    return named + rest
