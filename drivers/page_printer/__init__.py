"""A4 printers reached over IPP: an IPP Everywhere printer, or a queue of CUPS."""

from drivers.page_printer.driver import KIND, IppPrinter, PrintDocument, Printed, printed_of
from drivers.receipt_printer import Journal, JournalError, Outcome

__all__ = [
    "KIND",
    "IppPrinter",
    "Journal",
    "JournalError",
    "Outcome",
    "PrintDocument",
    "Printed",
    "printed_of",
]
