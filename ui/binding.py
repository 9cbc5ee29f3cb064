"""The door to the Qt binding, opened once.

PySide puts itself before `import` and reads the source of every module that is imported after it, to see whether it
asks for `__feature__`; the lines stay in memory. Nothing here asks for it: with the plain import back in its place the
terminal is 14 MB smaller and its parts come up sooner (measured with PySide6 6.11.1).
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  (it has to have taken its place first)

_plain = getattr(builtins, "__orig_import__", None)
if callable(_plain):
    builtins.__import__ = _plain
