"""By keys alone: the keypad walks the focus and selects; two switches do the same without digits."""

from __future__ import annotations

from kiosk_app.lab.modes import Hands, primary_of
from kiosk_app.lab.panels import Keystroke
from kiosk_app.lab.processes import WorldError


class KeypadHands(Hands):
    """The keypad: on, back, select, digits. Walks the focus; never touches the screen."""

    name = "keypad-only"
    on_key, select_key, next_key = "DOWN", "SELECT", "NEXT"
    digits = True
    draws = False

    def go(self, where: str) -> None:
        """A keypad has a key for the way on; everything else is walked to."""
        if where != "next" or not self.next_key:
            super().go(where)
            return
        self.wait(lambda v: bool((primary_of(v) or {}).get("enabled")), "there is a way on")
        self.world.stage.ask(key=self.next_key)

    def act(self, name: str) -> None:
        """Walk to an item and select it."""
        self.walk(name)
        self.world.stage.ask(key=self.select_key)

    def turn(self, name: str) -> None:
        """Press an arrow once."""
        self.act(name)

    def walk(self, name: str) -> None:
        """Bring the focus to an item.

        Raises:
            WorldError: the focus went round and never came there.
        """
        seen: list[str] = [str(self.world.stage.ask(focused=True)["focused"])]
        for _ in range(240):
            if seen[-1] == name:
                return
            seen.append(str(self.world.stage.ask(key=self.on_key)["focused"]))
            if len(seen) > 4 and seen[-1] == seen[0] and seen.count(seen[0]) > 2:
                break
        raise WorldError(f"{name}: no key leads there (went over {', '.join(list(dict.fromkeys(seen))[:12])})")

    def stroke(self, stroke: Keystroke) -> None:
        """A digit has its own key; everything else is walked to."""
        if self.digits and stroke.digit:
            self.world.stage.ask(key=stroke.digit)
        else:
            super().stroke(stroke)


class SwitchHands(KeypadHands):
    """Two switches: next and select."""

    name = "two-switch"
    next_key = ""
    digits = False
