"""Readers of QR codes and barcodes: serial ones, and pictures from a file or a camera."""

from drivers.code_reader.driver import CodeRead, ReadCode, SerialCodeReader
from drivers.code_reader.pictures import Code, PictureError, decode_pictures, scan_image

__all__ = [
    "Code",
    "CodeRead",
    "PictureError",
    "ReadCode",
    "SerialCodeReader",
    "decode_pictures",
    "scan_image",
]
