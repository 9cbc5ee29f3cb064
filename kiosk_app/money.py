"""Amounts of money as residents see and hear them. Inside they are whole fen."""

from __future__ import annotations

from decimal import Decimal


def shown(fen: int, lang: str) -> str:
    """Return 86.40 元, or 86.40 yuan."""
    return f"{Decimal(fen) / 100:,.2f} {'yuan' if lang == 'en' else '元'}"


def spoken(fen: int, lang: str) -> str:
    """Return 八十六元四角, or eighty-six yuan and forty fen."""
    # The voice is loaded behind the first frame; an amount is spoken long after it.
    from kiosk_app.voice.slots import money

    return money(Decimal(fen) / 100, lang)
