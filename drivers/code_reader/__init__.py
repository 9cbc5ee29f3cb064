"""Readers of QR codes and barcodes: serial modules, scanners that type, and pictures from a file or a camera."""

from drivers.code_reader.address import reader
from drivers.code_reader.dialects import DIALECTS, Dialect
from drivers.code_reader.driver import CodeRead, ReadCode, SerialCodeReader
from drivers.code_reader.hid import HidCodeReader
from drivers.code_reader.pictures import Code, PictureError, decode_pictures, scan_image
from drivers.code_reader.watch import CodeWatch

__all__ = [
    "DIALECTS",
    "Code",
    "CodeRead",
    "CodeWatch",
    "Dialect",
    "HidCodeReader",
    "PictureError",
    "ReadCode",
    "SerialCodeReader",
    "decode_pictures",
    "reader",
    "scan_image",
]
