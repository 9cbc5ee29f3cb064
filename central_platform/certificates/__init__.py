"""Certificates: the page and the seal. Nothing issues one yet."""

from __future__ import annotations

from central_platform.certificates.page import Fact, Page, PageError, draw
from central_platform.certificates.seals import Seal, SealError, TestSeal

__all__ = ["Fact", "Page", "PageError", "Seal", "SealError", "TestSeal", "draw"]
