from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.lab.script import ScriptError, parse_script, read_script

PATH = Path("visit.yaml")


def test_steps_keep_their_lines() -> None:
    script = parse_script("fresh: true\nsteps:\n  - choose: YL01\n\n  - go: next\n", PATH)
    assert [(step.word, step.value, step.line) for step in script.steps] == [("choose", "YL01", 3), ("go", "next", 5)]
    assert script.fresh


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("steps:\n  - choose: YL01\n  - chose: YL01\n", 3, "unknown word: chose"),
        ("speed: 3\nsteps:\n  - go: next\n", 1, "unknown word: speed"),
        ("mode: telepathy\nsteps:\n  - go: next\n", 1, "unknown mode: telepathy"),
        ("steps:\n  - go: next\n    fill: {a: b}\n", 2, "a step is one word"),
        ("steps: go\n", 1, "steps is a list"),
        ("- go: next\n", 1, "a script is a mapping"),
        ("steps: []\n", 1, "a script has steps"),
        ("steps:\n  - go: [\n", 3, "not YAML"),
    ],
)
def test_mistake_names_file_and_line(text: str, line: int, what: str) -> None:
    with pytest.raises(ScriptError, match=what) as caught:
        parse_script(text, PATH)
    assert str(caught.value).startswith(f"visit.yaml:{line}: ")


def test_missing_file_is_a_script_error(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot be read"):
        read_script(tmp_path / "none.yaml")
