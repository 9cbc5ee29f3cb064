"""`kiosk run` draws its first page with Qt, `ui` and the visit alone: everything else is loaded behind that page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROBE = """
import json, os, sys
from kiosk_app.run import serve

def watch(shell, terminal):
    def first(at):
        sys.stdout.write(json.dumps(sorted(sys.modules)))
        sys.stdout.flush()
        os._exit(0)
    shell.on_first_frame = first

serve(["--state", sys.argv[1], "--window"], watch)
"""

ALLOWED = {
    "kiosk_app": {
        "clock",
        "conductor",
        "folders",
        "front",
        "identity",
        "loop",
        "money",
        "run",
        "screens",
        "services",
        "shelf",
        "terminal",
        "visit",
        "wiping",
        "words",
    },
    "contracts": {
        "canonical",
        "conditions",
        "handwriting",
        "hours",
        "id_number",
        "masks",
        "offsets",
        "plain",
        "site",
        "suites",
        "times",
        "uscc",
    },
}
QT = {"PySide6", "shiboken6", "shibokensupport", "signature_bootstrap", "__feature__"}
STARTING = {"__main__", "sitecustomize", "_distutils_hack"}
HEAVY = (
    "cryptography",
    "requests",
    "jsonschema",
    "sqlcipher3",
    "numpy",
    "PIL",
    "serial",
    "typer",
    "pyttsx3",
    "hashlib",
    "ssl",
    "kiosk_app.engine_room",
    "kiosk_app.equipment",
    "offline_cache",
    "provisioning",
    "drivers",
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path_factory.mktemp("state"))],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    names: list[str] = json.loads(done.stdout)
    return names


@pytest.mark.parametrize("name", HEAVY)
def test_it_is_not_loaded_before_the_first_frame(loaded: list[str], name: str) -> None:
    assert [m for m in loaded if m == name or m.startswith(name + ".")] == []


def test_nothing_but_qt_ui_and_the_visit_is_loaded_before_the_first_frame(loaded: list[str]) -> None:
    def allowed(module: str) -> bool:
        head, _, rest = module.partition(".")
        if head in sys.stdlib_module_names or head in QT | STARTING | {"ui"} or head.startswith("__editable__"):
            return True
        return head in ALLOWED and (not rest or rest.partition(".")[0] in ALLOWED[head])

    assert [m for m in loaded if not allowed(m)] == []
