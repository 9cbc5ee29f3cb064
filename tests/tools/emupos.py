"""An independent ESC/POS emulator for the printer tests.

`python tests/tools/emupos.py` installs emupos 0.4.0 (Apache-2.0) into build/emupos. It is written for CPython 3.13; the
syntax of type parameters is all that keeps it from 3.11, so that is rewritten. Its libraries are those of
requirements/terminal.txt and platform.txt.
"""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

VERSION = "0.4.0"
FOLDER = Path(__file__).resolve().parents[2] / "build" / "emupos"
_DONE = FOLDER / f"patched-{VERSION}"

_ALIAS = re.compile(r"^(\s*)type (\w+) = ", re.MULTILINE)
_GENERIC = re.compile(r"^(\s*(?:async )?(?:def|class) \w+)\[([^\]]+)\]", re.MULTILINE)
_FIRST_DEFINITION = re.compile(r"^(?=@|class |def |async def )", re.MULTILINE)


def for_311(source: str) -> str:
    """Return the source without PEP 695 syntax: aliases become assignments, type parameters become TypeVars."""
    names: set[str] = set()

    def without(match: re.Match[str]) -> str:
        names.update(part.split(":")[0].strip().lstrip("*") for part in match[2].split(","))
        return match[1]

    source = _GENERIC.sub(without, _ALIAS.sub(r"\1\2 = ", source))
    if not names:
        return source
    declared = "".join(f'{name} = __import__("typing").TypeVar("{name}")\n' for name in sorted(names))
    first = _FIRST_DEFINITION.search(source)
    at = first.start() if first else len(source)
    return source[:at] + declared + source[at:]


def install() -> None:
    """Fetch and rewrite, unless that was done."""
    if _DONE.exists():
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    wanted = ["--ignore-requires-python", "--no-deps", "--target", str(FOLDER), f"emupos=={VERSION}"]
    subprocess.run([*pip, *wanted], check=True)
    for path in (FOLDER / "emupos").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        rewritten = for_311(source)
        if rewritten != source:
            path.write_text(rewritten, encoding="utf-8")
    _DONE.touch()


def load(module: str) -> ModuleType | None:
    """Import a module of the installed emulator; None when it is not installed."""
    if not _DONE.exists():
        return None
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return importlib.import_module(module)


if __name__ == "__main__":
    install()
