"""What the guides name is there: commands with their options, pages, keys of the screens, files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from central_platform.cli import app as platform
from kiosk_app.commands import app as kiosk
from kiosk_app.lab.guide_pictures import named, texts
from kiosk_app.lab.samples import pages
from kiosk_app.words import table

GUIDES = texts()
PROGRAMS = {"kiosk": kiosk, "central-platform": platform}


def commands(text: str) -> list[str]:
    """Return every command that a guide tells people to run."""
    return [one for one in re.findall(r"`([^`]+)`", text) if one.split()[0] in PROGRAMS]


def unknown(line: str) -> str:
    """Return the first word of a command that does not exist, "" when all do."""
    program, *words = line.split()
    command: Any = typer.main.get_command(PROGRAMS[program])
    for word in words:
        if word.startswith("--"):
            if not any(word in parameter.opts for parameter in command.params):
                return word
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return word
            command = command.commands[word]
    return program if hasattr(command, "commands") else ""


def test_there_is_a_guide_in_each_language() -> None:
    assert sorted(f"{file.parent.name}/{file.name}" for file in GUIDES) == [
        "guide-for-hosts/en.md",
        "guide-for-hosts/zh.md",
        "guides-for-technicians/en.md",
        "guides-for-technicians/zh.md",
    ]


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_command_exists(file: Path) -> None:
    assert [line for line in commands(GUIDES[file]) if unknown(line)] == []


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_picture_is_of_a_page_in_the_language_of_the_guide(file: Path) -> None:
    pictures = named(GUIDES[file])
    assert len(pictures) == GUIDES[file].count("![")
    assert {lang for lang, _ in pictures} == {file.stem}
    assert {page for _, page in pictures} <= set(pages())


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_key_of_a_screen_is_called_so(file: Path) -> None:
    known = set(table(file.stem).values())
    assert [word for word in re.findall(r"\*\*([^*]+)\*\*", GUIDES[file]) if word not in known] == []


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_file_is_there(file: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", GUIDES[file]) if not link.endswith(".png")]
    assert links
    assert [link for link in links if not (file.parent / link).is_file()] == []


@pytest.mark.parametrize("folder", sorted({file.parent for file in GUIDES}), ids=lambda folder: str(folder.name))
def test_both_languages_tell_the_same(folder: Path) -> None:
    zh, en = GUIDES[folder / "zh.md"], GUIDES[folder / "en.md"]
    assert commands(zh) == commands(en)
    assert [page for _, page in named(zh)] == [page for _, page in named(en)]
    assert zh.count("\n## ") == en.count("\n## ")


@pytest.mark.parametrize(
    "line", ["kiosk enrol", "kiosk provision", "kiosk outbox export --warm", "central-platform fly"]
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    assert unknown(line)
