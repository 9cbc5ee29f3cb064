"""Receipts: what they say, how they look on paper, how they sound."""

from kiosk_app.documents.fonts import UncoveredCharacterError
from kiosk_app.documents.page import Page
from kiosk_app.documents.plain import slip_of
from kiosk_app.documents.receipt import (
    Appointment,
    NotMaskedError,
    Reason,
    ReceiptKind,
    ReceiptModel,
    page_of,
    read_aloud,
    text_of,
)
from kiosk_app.documents.render import render

__all__ = [
    "Appointment",
    "NotMaskedError",
    "Page",
    "Reason",
    "ReceiptKind",
    "ReceiptModel",
    "UncoveredCharacterError",
    "page_of",
    "read_aloud",
    "render",
    "slip_of",
    "text_of",
]
