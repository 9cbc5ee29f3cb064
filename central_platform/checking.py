"""`packages check`: every package as a whole, against contracts/service.schema.json and against itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from central_platform.catalogue import Package, PackageError, read_package
from contracts.ids import SERVICE_ID
from contracts.signs import MOST_CLIP, MOST_FOLDER, SIGNS, SignsError, check_clip, read_signs

SCHEMA = Path(__file__).parent.parent / "contracts" / "service.schema.json"


def check_folder(folder: Path, schema: Path = SCHEMA) -> tuple[list[str], int]:
    """Return (findings, number of packages). `folder` holds packages, or is one."""
    single = (folder / "service.json").exists()
    folders = [folder] if single else _entries(folder)
    findings: list[str] = []
    for entry in folders:
        try:
            findings += check_package(read_package(entry), schema)
            check_signs(entry / "signs")
        except (PackageError, SignsError) as error:
            findings.append(str(error))
    return findings, len(folders)


def check_package(package: Package, schema: Path = SCHEMA) -> list[str]:
    """Return everything wrong with one package."""
    found = list(_against(package.content, schema, package.id))
    try:
        Draft202012Validator.check_schema(package.content["data"])
    except SchemaError as error:
        found.append(f"{package.id}/data.schema.json: {error.json_path}: {error.message}")
    if package.level not in {"L0", "L1", "L2"}:
        found.append(f"{package.id}/service.json: level {package.level} cannot be reached on a terminal")
    for words in ("names", "department"):
        if not all(package.words(words).values()):
            found.append(f"{package.id}/service.json: {words} needs Chinese and English")
    zh, en = package.content["strings"]["zh"], package.content["strings"]["en"]
    found += [f"{package.id}/strings: {key} is in one language only" for key in sorted(_keys(zh) ^ _keys(en))]
    return found


def check_signs(folder: Path) -> None:
    """Check the clips in sign language of a package; a package without them is whole.

    Raises:
        SignsError: anything about them is not as docs/signs.md says.
    """
    if not folder.exists():
        return
    try:
        signs = read_signs((folder / SIGNS).read_text(encoding="utf-8"))
        files = {clip.file: (folder / clip.file).read_bytes() for clip in signs.clips.values()}
        for clip in signs.clips.values():
            check_clip(clip, files[clip.file])
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        raise SignsError(f"{folder}: {what}") from error
    if sum(map(len, files.values())) > MOST_FOLDER or any(len(data) > MOST_CLIP for data in files.values()):
        raise SignsError(f"{folder}: the clips weigh too much")


def _against(value: Any, schema: Path, where: str) -> Iterator[str]:
    if not schema.exists():
        return
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    for error in validator.iter_errors(value):
        yield f"{where}: {error.json_path}: {error.message}"


def _keys(value: Any, prefix: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {prefix}
    return {key for name, item in value.items() for key in _keys(item, f"{prefix}/{name}")}


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and SERVICE_ID.fullmatch(entry.name))
