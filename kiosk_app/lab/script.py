"""Visit scripts: YAML in, steps with their line numbers out. Unknown words are an error that names file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

INTENTS = frozenset({"choose", "fill", "go"})
RAW = frozenset({"touch", "key", "type"})
WORLD = frozenset(
    {
        "present",
        "technician",
        "remove",
        "show-qr",
        "face",
        "paper",
        "phone",
        "headphones",
        "network",
        "printer",
        "power",
        "wait",
        "platform",
        "card-fault",
        "code-fault",
        "store",
        "package",
        "social-card",
        "biometric",
        "staff",
        "signs",
        "sheets",
        "pay",
        "presence",
        "mains",
        "relays",
    }
)
CHECKS = frozenset(
    {
        "wait-screen",
        "expect-screen",
        "expect-not-screen",
        "expect-said",
        "expect-not-said",
        "expect-receipt",
        "expect-no-receipt",
        "expect-platform",
        "expect-log",
        "expect-state",
        "expect-doctor",
        "expect-staff",
        "expect-feedback",
        "expect-certificate",
        "expect-no-certificate",
        "expect-on-phone",
        "expect-payment",
    }
)
WORDS = INTENTS | RAW | WORLD | CHECKS
MODES = ("touch", "keypad-only", "voice-only", "two-switch", "elder", "seated", "silent")
HEAD = frozenset({"name", "fresh", "mode", "lang", "resident", "parts", "patience", "steps"})
PARTS = (
    "camera",
    "document-camera",
    "social-card",
    "voice",
    "palm",
    "iris",
    "jack",
    "pay",
    "presence",
    "relays",
    "ups",
)
"""What there is only when a script asks for it; `pay` is a payment provider for the platform."""


class ScriptError(Exception):
    """What is wrong, and where: `file:line: what`."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        self.path, self.line, self.what = path, line, what
        super().__init__(f"{path}:{line}: {what}")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script."""

    word: str
    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Script:
    """A visit. `resident` says who comes: `age` as two numbers, `known` to the platform or not, which `licences` it
    holds of them (kinds of contracts/licence_kinds.py).
    """

    path: Path
    steps: tuple[Step, ...]
    fresh: bool = False
    mode: str = ""
    lang: str = ""
    resident: Mapping[str, Any] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    patience: float = 1.0

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem


def read_script(path: Path) -> Script:
    """Read a script.

    Raises:
        ScriptError: it cannot be read, or a word is not known.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ScriptError(path, 0, f"cannot be read: {error.strerror}") from error
    return parse_script(text, path)


def parse_script(text: str, path: Path) -> Script:
    """Parse a script.

    Raises:
        ScriptError: it is not one.
    """
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise ScriptError(path, 1, "a script is a mapping with `steps`")
        head: dict[str, Any] = {}
        steps: tuple[Step, ...] = ()
        for key, value in root.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name not in HEAD:
                raise ScriptError(path, line, f"unknown word: {name} (a script has {', '.join(sorted(HEAD))})")
            if name == "steps":
                steps = tuple(_steps(loader, value, path))
            else:
                head[name] = loader.construct_object(value, deep=True)
            if name == "mode" and head["mode"] not in MODES:
                raise ScriptError(path, line, f"unknown mode: {head['mode']} (one of {', '.join(MODES)})")
            if name == "parts" and (unknown := set(head["parts"]) - set(PARTS)):
                raise ScriptError(path, line, f"unknown part: {min(unknown)} (one of {', '.join(PARTS)})")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ScriptError(
            path, mark.line + 1 if mark else 1, f"not YAML: {getattr(error, 'problem', error)}"
        ) from error
    finally:
        loader.dispose()
    if not steps:
        raise ScriptError(path, 1, "a script has steps")
    return Script(
        path,
        steps,
        bool(head.get("fresh", False)),
        str(head.get("mode", "")),
        str(head.get("lang", "")),
        dict(head.get("resident") or {}),
        frozenset(head.get("parts") or ()),
        float(head.get("patience", 1.0)),
    )


def _steps(loader: yaml.SafeLoader, node: yaml.Node, path: Path) -> list[Step]:
    if not isinstance(node, yaml.SequenceNode):
        raise ScriptError(path, node.start_mark.line + 1, "steps is a list")
    found = []
    for item in node.value:
        line = item.start_mark.line + 1
        if not isinstance(item, yaml.MappingNode) or len(item.value) != 1:
            raise ScriptError(path, line, "a step is one word and its value, such as `- go: next`")
        key, value = item.value[0]
        if key.value not in WORDS:
            raise ScriptError(path, line, f"unknown word: {key.value}")
        found.append(Step(key.value, loader.construct_object(value, deep=True), line))
    return found
