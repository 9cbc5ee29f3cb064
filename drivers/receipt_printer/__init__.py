"""Receipt printers that speak ESC/POS."""

from drivers.receipt_printer.bitmap import Bitmap
from drivers.receipt_printer.driver import EscposPrinter, Print, Printed, printed_of
from drivers.receipt_printer.journal import FileJournal, Journal, JournalError
from drivers.receipt_printer.protocol import Outcome

__all__ = [
    "Bitmap",
    "EscposPrinter",
    "FileJournal",
    "Journal",
    "JournalError",
    "Outcome",
    "Print",
    "Printed",
    "printed_of",
]
