"""The audit of a page as it is drawn: words, icons, edges, targets, names, order, and the walk with keys.

`audit` looks at the live scene and at the pixels it makes; it needs no list of what is on the page and leaves nothing
out. Kinds of findings and figures, each with its clause, are in `ui.audit.figures`.
"""

from __future__ import annotations

from ui.audit.figures import KINDS, Kind
from ui.audit.page import audit
from ui.audit.report import Finding, Report, Shown
from ui.audit.scene import keep
from ui.audit.tree import tree

__all__ = ["KINDS", "Finding", "Kind", "Report", "Shown", "audit", "keep", "tree"]
