"""The one mask of the product (requirements D.2): surname; ID number first 2 and last 2; phone first 3 and last 3."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """张建华 -> 张*华, 张三 -> 张*; a Latin name keeps its first word's initial."""
    name = name.strip()
    if not name:
        return ""
    if name.isascii():
        return " ".join(word[0] + "*" * max(1, len(word) - 1) for word in name.split())
    if len(name) <= 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """First 2 and last 2 characters stay, the length stays."""
    return _keep(number.strip(), 2, 2)


def mask_phone(number: str) -> str:
    """First 3 and last 3 digits stay, the length stays."""
    return _keep(number.strip(), 3, 3)


def mask_account(number: str) -> str:
    """Only the last 4 digits stay."""
    return _keep(number.strip(), 0, 4)


def mask_address(address: str) -> str:
    """Digits and what follows the first digit become stars; the street stays."""
    for at, char in enumerate(address):
        if char.isdigit():
            return address[:at] + "**"
    return address[: max(1, len(address) - 4)] + "**"


def _keep(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]
