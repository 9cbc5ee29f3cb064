"""What the keys of a keypad, a keyboard or a switch mean: tables, no Qt.

A key is called as Qt calls it, without `Key_` (`F17`, `Down`, `Plus`, `5`). It means a way to move (`on`, `before`),
to act (`select`, `scan`), or something asked of the terminal, which goes up as `ui.view.Key`. A map is chosen by name
at any time and is in force at the next press, whatever device was plugged in meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ON, BEFORE, SELECT, SCAN = "on", "before", "select", "scan"
TYPE = "type."
"""Meaning of a key that presses a key of the open panel: `type.5`, `type.point`, `type.erase`."""
PAUSE = "pause"
ASKS = frozenset(
    {
        "help",
        "where",
        "back",
        "next",
        "repeat",
        PAUSE,
        "louder",
        "softer",
        "slower",
        "faster",
        "jack_in",
        "jack_out",
    }
)
"""What goes up as `ui.view.Key`. A keypad that has the jack reports the plug as keys; no two makers agree on which."""
MOVES = frozenset({ON, BEFORE, SELECT, SCAN})
CAREFUL = frozenset({SELECT, SCAN, "back", "next"})
"""With hold to press these wait as a finger does, and so does whatever types: a slip would change something."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys -> meanings. `types` are tried first, and count only while a panel shows that key; `held` says what a
    meaning becomes when its key is kept down for `ui.presses.LONG_S`; `scan_s` is how long one switch rests on an item.
    """

    name: str
    keys: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    types: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    held: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    scan_s: float = 0.0


DIGITS = {**{str(n): str(n) for n in range(10)}, "X": "X", "Asterisk": "point", "Period": "point", "Backspace": "erase"}

# Storm EZ-Access, eight keys: HID usages 6C to 73, that is F17 to F24, volume as HID consumer keys. It has no key to
# repeat or to pause, and both must be at hand without sight (Section 508, 402.2.4): `<<` and `>>` held down are those.
EZ_ACCESS = Keymap(
    "ez-access",
    keys={
        "F17": "help",
        "F18": BEFORE,
        "F19": ON,
        "F20": SELECT,
        "F21": "back",
        "F22": "next",
        "F23": "slower",
        "F24": "faster",
        "VolumeUp": "louder",
        "VolumeDown": "softer",
    },
    types=DIGITS,
    held={"help": "where", "slower": "repeat", "faster": "pause"},
)
KEYBOARD = Keymap(
    "keyboard",
    keys={
        "Down": ON,
        "Right": ON,
        "Tab": ON,
        "Up": BEFORE,
        "Left": BEFORE,
        "Backtab": BEFORE,
        "Return": SELECT,
        "Enter": SELECT,
        "Space": SELECT,
        "Select": SELECT,
        "Escape": "back",
        "PageUp": "back",
        "PageDown": "next",
        "F1": "help",
        "H": "help",
        "W": "where",
        "R": "repeat",
        "P": "pause",
        "Pause": "pause",
        "MediaTogglePlayPause": "pause",
        "Plus": "louder",
        "Equal": "louder",
        "VolumeUp": "louder",
        "Minus": "softer",
        "VolumeDown": "softer",
        "Less": "slower",
        "Comma": "slower",
        "Greater": "faster",
    },
    types=DIGITS,
    held={"help": "where"},
)
# What switch interfaces send, one of these pairs: space and enter, 1 and 2, F13 and F14.
TWO_SWITCH = Keymap(
    "two-switch",
    keys={"Space": ON, "Tab": ON, "1": ON, "F13": ON, "Return": SELECT, "Enter": SELECT, "2": SELECT, "F14": SELECT},
)
ONE_SWITCH = Keymap(
    "one-switch",
    keys=dict.fromkeys(("Space", "Tab", "1", "F13", "Return", "Enter", "2", "F14"), SCAN),
    scan_s=2.5,
)
KEYMAPS: Mapping[str, Keymap] = {m.name: m for m in (EZ_ACCESS, KEYBOARD, TWO_SWITCH, ONE_SWITCH)}
USUAL = ("ez-access", "keyboard")
"""What a terminal understands when its site profile says nothing of its keypad."""


def keymap(names: Iterable[str], extra: Mapping[str, str] = _NOTHING) -> Keymap:
    """Return the maps of these names as one; where two know a key, the first one named decides.

    `extra` are keys of this site alone, before all others: `{"F13": "jack_in", "F14": "jack_out"}`.

    Raises:
        ValueError: there is no such map, none was named, or an extra key means nothing that there is.
    """
    strange = sorted(set(extra.values()) - MOVES - ASKS)
    if strange:
        raise ValueError(f"no key can mean {', '.join(strange)}")
    wanted = list(names)
    unknown = [name for name in wanted if name not in KEYMAPS]
    if unknown or not wanted:
        raise ValueError(f"no key map {', '.join(unknown) or 'named'}; there are {', '.join(KEYMAPS)}")
    keys: dict[str, str] = dict(extra)
    types: dict[str, str] = {}
    held: dict[str, str] = {}
    for one in (KEYMAPS[name] for name in wanted):
        # A switch that sends 1 is no digit, also when a keypad hangs beside it.
        fresh = {key: code for key, code in one.types.items() if key not in keys}
        keys = {**one.keys, **keys}
        types = {**fresh, **types}
        held = {**one.held, **held}
    scan_s = next((KEYMAPS[name].scan_s for name in wanted if KEYMAPS[name].scan_s), 0.0)
    return Keymap("+".join(wanted), keys, types, held, scan_s)
