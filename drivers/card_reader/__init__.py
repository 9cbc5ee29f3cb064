"""Identity card readers that speak the SAM_V serial protocol."""

from drivers.card_reader.card import Card, Timing
from drivers.card_reader.connection import connection
from drivers.card_reader.driver import ReadCard, SamCardReader
from drivers.card_reader.names import Sex, nation_name, sex_name
from drivers.card_reader.text import Layout, TextError, UnknownLayoutError, parse_text

__all__ = [
    "Card",
    "Layout",
    "ReadCard",
    "SamCardReader",
    "Sex",
    "TextError",
    "Timing",
    "UnknownLayoutError",
    "connection",
    "nation_name",
    "parse_text",
    "sex_name",
]
