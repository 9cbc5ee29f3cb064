"""A talk by text with staff of the hotline, as this visit knows it. Lives in memory and ends with the visit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.plain import MOST_CHAT, plain

MOST_LINES = 200
"""Messages of one talk, of both sides; the platform keeps no more either."""
AT_ONCE = 20
"""So many of them stand on the page; older ones are asked for."""


class Link(StrEnum):
    """How it stands between the page and the staff.

    READY: somebody is on duty, nothing was written yet. ENDED: staff closed the talk; writing begins another one.
    """

    NONE = "none"
    ASKING = "asking"
    READY = "ready"
    OPEN = "open"
    ENDED = "ended"
    NOBODY = "nobody"
    OFFLINE = "offline"
    BUSY = "busy"
    FULL = "full"


CAN_WRITE = frozenset({Link.READY, Link.OPEN, Link.ENDED})
ASKED_AGAIN = frozenset({Link.NOBODY, Link.OFFLINE, Link.BUSY})
"""Where it may be different in a moment: asked again by itself while the page shows."""


class Post(StrEnum):
    """What became of a line of the resident's."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `n` counts on this terminal; `at` is this terminal's time when it was written or came."""

    n: int
    mine: bool
    text: str = field(repr=False)
    at: datetime
    post: Post = Post.SENT


@dataclass(frozen=True, slots=True)
class Talk:
    """The talk of a visit.

    `shown`: its page lies over the page of the visit. `tell`: service and step go along with the first message. `seen`:
    the last message that the platform gave. `lost`: the last look for news came to nothing.
    """

    shown: bool = False
    writing: bool = False
    link: Link = Link.NONE
    draft: str = field(default="", repr=False)
    lines: tuple[Line, ...] = field(default=(), repr=False)
    tell: bool = True
    seen: int = 0
    older: int = 0
    opens: str = ""
    closes: str = ""
    lost: bool = False

    @property
    def begun(self) -> bool:
        """True when the platform may hold something of it."""
        return any(line.mine for line in self.lines)

    @property
    def sent(self) -> int:
        """How many lines of the resident's arrived."""
        return sum(line.mine and line.post is Post.SENT for line in self.lines)

    @property
    def received(self) -> int:
        """How many lines came from staff."""
        return sum(not line.mine for line in self.lines)

    @property
    def unsent(self) -> Line | None:
        """The first line that did not arrive."""
        return next((line for line in self.lines if line.post is Post.FAILED), None)

    def typed(self, text: str) -> Talk:
        """The same talk with what the field holds now: nothing hidden in it, and not too long."""
        return replace(self, draft=plain(text)[:MOST_CHAT])

    def added(self, text: str, at: datetime, *, mine: bool) -> Talk:
        """The same talk with one more line."""
        line = Line(len(self.lines), mine, text, at, Post.SENDING if mine else Post.SENT)
        return replace(self, lines=(*self.lines, line))

    def marked(self, n: int, post: Post) -> Talk:
        """The same talk, with another word about one line of the resident's."""
        lines = tuple(replace(one, post=post) if one.n == n and one.mine else one for one in self.lines)
        return replace(self, lines=lines)


NO_TALK = Talk()
"""Nothing was asked and nothing was written."""


@dataclass(frozen=True, slots=True)
class Chatting:
    """The page of the talk lies over the page of the visit, which waits."""
