"""A page as typed lines: what they are, not where they stand. Sizes are in dots of the standard print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Title:
    """The headline."""

    text: str

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that must not be overlooked, such as the reprint's."""

    text: str

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Caption:
    """A paragraph of its own size."""

    text: str
    size: int
    strong: bool = False
    centred: bool = True

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Notice:
    """A box with a title and a paragraph."""

    title: str
    body: str

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (self.title, self.body)


@dataclass(frozen=True, slots=True)
class Rule:
    """A dashed line."""

    def texts(self) -> tuple[str, ...]:
        """Nothing to read."""
        return ()


@dataclass(frozen=True, slots=True)
class Number:
    """The number the resident keeps: label above, value big."""

    label: str
    value: str

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (self.label, self.value)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, side by side; in large print one above the other."""

    label: str
    value: str
    strong: bool = False

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (f"{self.label} {self.value}",)


@dataclass(frozen=True, slots=True)
class Item:
    """One of a numbered list."""

    number: int
    text: str

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (f"{self.number}. {self.text}",)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code."""

    url: str

    def texts(self) -> tuple[str, ...]:
        """Nothing that eyes read."""
        return ()


@dataclass(frozen=True, slots=True)
class Small:
    """Small print at the foot."""

    text: str

    def texts(self) -> tuple[str, ...]:
        """What is printed."""
        return (self.text,)


Line = Title | Mark | Caption | Notice | Rule | Number | Fact | Item | Code | Small


@dataclass(frozen=True, slots=True)
class Page:
    """Lines from top to bottom. `large` is the large print."""

    lines: tuple[Line, ...]
    large: bool = False
