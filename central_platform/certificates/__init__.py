"""Certificates: what a package says on one, the page, and the seal."""

from __future__ import annotations

from central_platform.certificates.page import Fact, Page
from central_platform.certificates.seals import Seal, SealError, TestSeal, sealed
from central_platform.certificates.template import FillError, Template, TemplateError, read_template
from central_platform.certificates.typesetting import PageError

__all__ = [
    "Fact",
    "FillError",
    "Page",
    "PageError",
    "Seal",
    "SealError",
    "Template",
    "TemplateError",
    "TestSeal",
    "read_template",
    "sealed",
]
