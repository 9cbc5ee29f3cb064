"""Electronic licences: the register that holds them, invented ones behind it, and the copy that goes with a case."""

from __future__ import annotations

from central_platform.licences.copy import Copy, check, draw
from central_platform.licences.register import KINDS, Licence, LicenceError, Licences, read_licence
from central_platform.licences.sample import SampleLicences

__all__ = [
    "KINDS",
    "Copy",
    "Licence",
    "LicenceError",
    "Licences",
    "SampleLicences",
    "check",
    "draw",
    "read_licence",
]
