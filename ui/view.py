"""What a screen says, as data. No Qt here: the terminal builds a `ScreenView`, the shell draws the difference.

Ids are stable for the life of a meaning (`form.phone`, `dock.elder`, `actions.next`): an equal node changes no item,
moves no focus and speaks nothing. Words arrive translated; QML holds no sentence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a node is, for eyes, ears and an outside screen reader alike."""

    HEADING = "heading"
    TEXT = "text"
    NOTICE = "notice"
    FACT = "fact"
    BUTTON = "button"
    TILE = "tile"
    CARD = "card"
    TOGGLE = "toggle"
    CHOICE = "choice"
    FIELD = "field"
    STATUS = "status"
    PROGRESS = "progress"
    PICTURE = "picture"
    CODE = "code"


class Privacy(StrEnum):
    """Who may hear it. Private words reach the loudspeaker only when the resident chose so."""

    PUBLIC = "public"
    PRIVATE = "private"


class Action(StrEnum):
    """What a resident can do to a node."""

    PRESS = "press"
    EDIT = "edit"
    HOLD = "hold"
    RELEASE = "release"


class Slot(StrEnum):
    """Where on the page a node lives. Reading order is slot order, then node order."""

    HERO = "hero"
    BODY = "body"
    ACTIONS = "actions"
    DOCK = "dock"
    COVER = "cover"


class Panel(StrEnum):
    """Which input panel serves a field."""

    NONE = ""
    DIGITS = "digits"
    NUMBER = "number"
    MONEY = "money"
    ID_NUMBER = "id"
    PHONE = "phone"
    DATE = "date"
    MONTH = "month"
    SELECT = "select"
    ADDRESS = "address"
    PINYIN = "pinyin"
    NAME = "name"
    REGION = "region"
    USCC = "uscc"
    PLATE = "plate"
    WEB = "web"
    ONE_TIME = "one_time"
    HEX = "hex"
    SIGNATURE = "signature"


class Tone(StrEnum):
    """Colour of the information zone; always joined by an icon and a word."""

    NORMAL = "normal"
    OK = "ok"
    WAIT = "wait"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, address, region or plate panel. `parent` names the option it depends on (a street's
    district). A plate panel shows the value and says the text: the character and its province.
    """

    value: str
    text: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing on the page.

    `text` is the label, `value` what it holds now, `note` a second line, `source` where a value comes from,
    `hint` is spoken on request and shown as help, `spoken` replaces text and value for the ear when set
    (digits of a number, an address read slowly). `style` picks a variant of the component: primary, secondary,
    quiet, ok, warn, error, big; of a signature how it was given: drawn, confirmed. `tint` is a token of the theme.
    `limit` is the most characters a panel takes, 0 = no limit; `least` and `most` bound a number, or an amount of money
    such as 5000.00, "" = no bound. Of a select `picks` choices may be ticked; with more than one the value is theirs
    joined by commas, in the order in which they were ticked. `ink` is what was drawn by hand: points `x,y` of strokes,
    `;` between strokes, on a sheet of 1000 x 400.
    """

    id: str
    role: Role
    text: str = ""
    value: str = ""
    note: str = ""
    source: str = ""
    hint: str = ""
    spoken: str = ""
    icon: str = ""
    style: str = ""
    tint: str = ""
    slot: Slot = Slot.BODY
    privacy: Privacy = Privacy.PUBLIC
    actions: tuple[Action, ...] = ()
    enabled: bool = True
    checked: bool | None = None
    current: bool = False
    invalid: bool = False
    required: bool = False
    panel: Panel = Panel.NONE
    options: tuple[Option, ...] = ()
    limit: int = 0
    least: str = ""
    most: str = ""
    picks: int = 1
    progress: int = -1
    group: str = ""
    ink: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Look:
    """How the page is drawn, spoken and touched. Everything resets after a visit.

    `text_only`: nothing is spoken, captions are the words. `explore`: a finger that glides speaks, two quick taps act.
    `hold_s`: a press counts only after so many seconds of rest, 0 = at once. `strike_s`: a second strike of the same
    place or key within it is a tremor, not a wish. `helped`: somebody beside the resident works the machine, and sees
    nothing that the resident has left half typed.
    """

    lang: str = "zh"
    theme: str = "standard"
    size: float = 1.0
    elder: bool = False
    seated: bool = False
    voice: bool = False
    screen_off: bool = False
    text_only: bool = False
    explore: bool = False
    hold_s: float = 0.0
    strike_s: float = 0.4
    helped: bool = False


@dataclass(frozen=True, slots=True)
class Chrome:
    """What stands on every page: the name of the machine, where it stands, the time, who helps."""

    brand: str
    place: str
    clock: str
    day: str
    hotline: str
    terminal: str
    online: bool
    online_text: str


@dataclass(frozen=True, slots=True)
class ScreenView:
    """One page, whole. `screen` picks the layout; `page` changes when it is a new page to the resident (the
    introduction is spoken and the focus moves); `intro` is what is said then, sentence by sentence.
    """

    screen: str
    page: str
    title: str
    lead: str = ""
    tone: Tone = Tone.NORMAL
    mark: str = ""
    step: int = 0
    steps: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    focus: str = ""
    intro: tuple[str, ...] = ()
    look: Look = Look()
    chrome: Chrome | None = None
    cover: str = ""
    caption: str = ""
    speaking: str = ""

    def node(self, node_id: str) -> Node | None:
        """Return the node with this id, or None."""
        return next((n for n in self.nodes if n.id == node_id), None)


@dataclass(frozen=True, slots=True)
class Act:
    """A node was acted on by touch, key or switch."""

    node: str
    action: Action = Action.PRESS


@dataclass(frozen=True, slots=True)
class Edit:
    """The text of a field, whole, as it stands after a panel key."""

    node: str
    text: str


@dataclass(frozen=True, slots=True)
class Focus:
    """The focus moved to a node ("" = nowhere)."""

    node: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the accessible tree says of what was focused or changed; `position` is (n, of) or (0, 0)."""

    node: str
    role: str
    name: str
    value: str
    state: str
    position: tuple[int, int] = (0, 0)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A finger or key went down: speech hushes in the same turn. `at` is monotonic seconds."""

    at: float


@dataclass(frozen=True, slots=True)
class Key:
    """A keypad key that is not focus or select: help, where, back, next, repeat, pause, louder, softer, slower, faster;
    or something else that has no node: `readback` of a panel, `screen` (the dark screen was touched), `corner` (the
    lower left corner was held for three seconds), `jack_in` and `jack_out` of a keypad that has the jack.
    """

    name: str


Input = Act | Edit | Focus | Heard | Touched | Key
