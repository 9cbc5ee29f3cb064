"""What a resident says of something that could not be done, as this visit knows it. Lives in memory, ends with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from contracts.plain import MOST_CHAT, plain

PHONE_DIGITS = 11


class Step(StrEnum):
    """The pages: what happened, in one's own words, how to be reached, being saved, saved."""

    WHAT = "what"
    WORDS = "words"
    REACH = "reach"
    SAVING = "saving"
    KEPT = "kept"


class Slip(StrEnum):
    """Where the paper with the number is."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is said. Without `phone` nobody learns who said it.

    `shown`: its page lies over the page of the visit. `tell`: service and page go along. `notice` is a word of the
    table; `id` and `number` are there once it is saved, `arrived` once the platform has it, `refused` says why not.
    `paper`: a number was printed in this visit.
    """

    shown: bool = False
    step: Step = Step.WHAT
    what: str = ""
    words: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    tell: bool = True
    notice: str = ""
    id: str = ""
    number: str = ""
    arrived: bool = False
    refused: str = ""
    slip: Slip = Slip.NONE
    copies: int = 0
    paper: bool = False

    @property
    def says(self) -> bool:
        """True when there is something to hand in."""
        return bool(self.what or self.words.strip())

    @property
    def personal(self) -> bool:
        """True when it may hold something of a person."""
        return bool(self.words or self.phone)

    def typed(self, node: str, text: str) -> Remark:
        """The same with what a field holds now: nothing hidden in it, and not too long."""
        if node == "remark.words":
            return replace(self, words=plain(text)[:MOST_CHAT])
        if node == "remark.phone":
            digits = "".join(c for c in text if c.isascii() and c.isdigit())
            return replace(self, phone=digits[:PHONE_DIGITS], notice="")
        return self


NO_REMARK = Remark()
"""Nothing was said."""


@dataclass(frozen=True, slots=True)
class Remarking:
    """The page on which it is said lies over the page of the visit, which waits."""
