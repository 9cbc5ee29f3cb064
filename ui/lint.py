"""`python -m ui.lint`: qmllint with the types of our Python modules, and qmlformat, over every QML file. 0 = clean.

`--fix` lets qmlformat write. The types are dumped from the sources into build/qmltypes, so `Bridge.titel` is an error.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QML = ROOT / "ui" / "qml"
TYPES = ROOT / "build" / "qmltypes"
MODULES = (
    "bridge",
    "node_item",
    "node_model",
    "flow",
    "zone_flow",
    "camera",
)


def tool(name: str) -> list[str]:
    """Return the command of one of PySide6's tools, from the same environment as this interpreter."""
    return [str(Path(sys.executable).parent / f"pyside6-{name}")]


def dump_types(out: Path = TYPES) -> None:
    """Write `Doorstep/qmldir` and `Doorstep/doorstep.qmltypes` under `out`.

    Raises:
        subprocess.CalledProcessError: a module could not be read.
    """
    folder = out / "Doorstep"
    folder.mkdir(parents=True, exist_ok=True)
    dumped: list[object] = []
    for module in MODULES:
        source = ROOT / "ui" / f"{module}.py"
        text = subprocess.run([*tool("metaobjectdump"), str(source)], capture_output=True, text=True, check=True).stdout
        dumped += json.loads(text.replace('"QQuickPaintedItem"', '"QQuickItem"'))
    meta = folder / "meta.json"
    meta.write_text(json.dumps(dumped), "utf-8")
    registrar = [*tool("qmltyperegistrar"), "--generate-qmltypes", str(folder / "doorstep.qmltypes"), "-o", "/dev/null"]
    subprocess.run(
        [*registrar, str(meta), "--import-name", "Doorstep", "--major-version", "1"], check=True, capture_output=True
    )
    (folder / "qmldir").write_text(
        "module Doorstep\ntypeinfo doorstep.qmltypes\ndepends QtQuick\ndepends QtQml\n", "utf-8"
    )


def files() -> list[Path]:
    """Return every QML file of the room."""
    return sorted(QML.rglob("*.qml"))


def lint(out: Path = TYPES) -> str:
    """Return what qmllint says; empty when clean."""
    dump_types(out)
    command = [*tool("qmllint"), "-I", str(out), "-W", "0", *map(str, files())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def unformatted(*, fix: bool = False) -> list[Path]:
    """Return the files that qmlformat would change; with `fix`, change them."""
    wrong = []
    for path in files():
        done = subprocess.run([*tool("qmlformat"), str(path)], capture_output=True, text=True, check=False)
        if done.stdout != path.read_text("utf-8"):
            wrong.append(path)
            if fix and done.returncode == 0:
                path.write_text(done.stdout, "utf-8")
    return wrong


def main(argv: Sequence[str] | None = None) -> int:
    """Run both; complaints go to standard error."""
    fix = "--fix" in (argv if argv is not None else sys.argv[1:])
    wrong = unformatted(fix=fix)
    said = lint()
    for path in wrong:
        sys.stderr.write(
            f"{path.relative_to(ROOT)}: {'formatted' if fix else 'not as qmlformat writes it (ui.lint --fix)'}\n"
        )
    if said:
        sys.stderr.write(said + "\n")
    return 1 if said or (wrong and not fix) else 0


if __name__ == "__main__":
    sys.exit(main())
