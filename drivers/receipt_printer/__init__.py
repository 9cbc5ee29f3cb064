"""Receipt printers that speak ESC/POS."""

from drivers.receipt_printer.bitmap import Bitmap
from drivers.receipt_printer.driver import EscposPrinter, Print, Printed, printed_of
from drivers.receipt_printer.journal import FileJournal, Journal, JournalError
from drivers.receipt_printer.mode import Mode, OptionError, choose, features_of, line_speed
from drivers.receipt_printer.protocol import Outcome
from drivers.receipt_printer.slip import COLUMNS, Qr, Slip, Space, Text, columns, in_rom

__all__ = [
    "COLUMNS",
    "Bitmap",
    "EscposPrinter",
    "FileJournal",
    "Journal",
    "JournalError",
    "Mode",
    "OptionError",
    "Outcome",
    "Print",
    "Printed",
    "Qr",
    "Slip",
    "Space",
    "Text",
    "choose",
    "columns",
    "features_of",
    "in_rom",
    "line_speed",
    "printed_of",
]
