"""The rule that decided, on the outcome page: why, and for whoever was refused what to do now."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk_app.screens.chrome import Words, notice
from kiosk_app.visit.ruling import Ruling
from kiosk_app.words import day
from ui.view import Node, Role


def reason(ruling: Ruling, t: Words) -> Node:
    """Why, in a sentence."""
    return notice("outcome.reason", ruling.words.of(t.lang), "warn" if ruling.refused else "info")


def rule(ruling: Ruling, t: Words) -> Node:
    """Which rule it was, for whoever asks."""
    return Node("outcome.rule", Role.FACT, t("outcome.rule"), value=ruling.rule, spoken=" ".join(ruling.rule))


def advice(ruling: Ruling, t: Words) -> Iterator[Node]:
    """Where to go, with what, until when, and whom to ask."""
    for name, value in (
        ("where", ruling.where.of(t.lang)),
        ("bring", ruling.bring.of(t.lang)),
        ("by", t("outcome.by_any") if ruling.by is None else t("outcome.by_day", day=day(t.lang, ruling.by))),
        ("call", t("outcome.call_number", call=ruling.call)),
    ):
        if value:
            yield Node(f"outcome.{name}", Role.FACT, t(f"outcome.{name}"), value=value)
