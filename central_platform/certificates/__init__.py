"""Sealed certificates: the page, the seal, and what is remembered of them."""

from __future__ import annotations

from central_platform.certificates.page import Fact, Page, PageError, draw
from central_platform.certificates.seals import Seal, SealError, TestSeal

__all__ = ["Fact", "Page", "PageError", "Seal", "SealError", "TestSeal", "draw"]
