"""What the terminal hands to its screen: the keypad of the site, and the end of a visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.site import Screen
from kiosk_app.folders import folders
from kiosk_app.loop import PlainLoop
from kiosk_app.shelf import Site
from kiosk_app.terminal import Options, Terminal
from kiosk_app.visit.effects import Wipe
from ui.keymap import USUAL, keymap
from ui.view import Input, ScreenView


class PlainScreen(PlainLoop):
    """A screen that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.on_input: Callable[[Input], None] = lambda _: None
        self.maps: list[tuple[tuple[str, ...], dict[str, str]]] = []
        self.wiped = 0
        self.size = (0, 0)

    def present(self, view: ScreenView) -> None:
        """Take a page."""

    def wipe(self) -> None:
        """Count."""
        self.wiped += 1

    def use_keys(self, names: Iterable[str], extra: Mapping[str, str]) -> None:
        """Remember, and refuse what the product refuses."""
        wanted = tuple(names)
        keymap(wanted, extra)
        self.maps.append((wanted, dict(extra)))

    def use_screen(self, width_mm: int, height_mm: int) -> None:
        """Remember."""
        self.size = (width_mm, height_mm)


@pytest.fixture
def screen() -> PlainScreen:
    return PlainScreen()


@pytest.fixture
def terminal(screen: PlainScreen, tmp_path: Path) -> Terminal:
    place = folders(tmp_path)
    place.front.parent.mkdir(parents=True, exist_ok=True)
    return Terminal(screen, Options(place))


def site() -> Site:
    return Site("XC-0042", {"zh": "一号机", "en": "One"}, {"zh": "社区", "en": "Community"})


def test_the_screen_is_told_how_large_it_is(terminal: Terminal, screen: PlainScreen) -> None:
    terminal.enter(replace(site(), screen=Screen(268, 476, 860)))
    assert screen.size == (268, 476)


def test_the_keypad_of_the_profile_is_in_force_at_once(terminal: Terminal, screen: PlainScreen) -> None:
    terminal.enter(site(), {"keys": ["two-switch", "keyboard"], "extra": {"F15": "jack_in"}})
    assert screen.maps == [(("two-switch", "keyboard"), {"F15": "jack_in"})]
    assert terminal.shelf.site.keypad == "two-switch"


@pytest.mark.parametrize(
    "said", [None, {}, {"keys": ["piano"]}, {"keys": 7}, {"extra": {"F1": "explode"}}, {"extra": 3}]
)
def test_without_a_keypad_that_we_know_the_usual_keys_work(
    terminal: Terminal, screen: PlainScreen, said: Mapping[str, object] | None
) -> None:
    terminal.enter(site(), said)
    assert screen.maps == [(USUAL, {})]
    assert terminal.shelf.site.keypad == USUAL[0]


def test_the_end_of_a_visit_wipes_the_screen(terminal: Terminal, screen: PlainScreen) -> None:
    terminal.conductor._wipe(Wipe("finished"))
    assert screen.wiped == 1
