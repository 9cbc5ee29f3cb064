"""contracts/openapi.yaml and the application must say the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml

from central_platform.app import create_app, document
from central_platform.platform import Platform
from central_platform.settings import Settings

HEADER = "# The contract between terminals and the platform. Compare: central-platform openapi. Only ever extended.\n"
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head"})


def application_document(lab: bool = True) -> dict[str, Any]:
    """Return the document of an application made for this purpose in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform.open(Settings(Path(folder), lab=lab, packages=Path(folder) / "none"))
        try:
            return document(create_app(platform))
        finally:
            platform.close()


def write_contract(path: Path) -> None:
    """Write the application's document to `path`."""
    text = yaml.safe_dump(application_document(), allow_unicode=True, sort_keys=False, width=120)
    path.write_text(HEADER + text, encoding="utf-8")


def differences(path: Path) -> list[str]:
    """Return, one line each, where contract and application disagree in paths, methods or schemas."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    return list(_compare("", shape(written), shape(application_document())))


def shape(document: dict[str, Any]) -> dict[str, Any]:
    """Return what counts: operations and schemas, without prose and without order."""
    operations = {
        f"{method} {path}": _bare(operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }
    return {"operations": operations, "components": _bare(document["components"])}


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _bare(item)
            for name, item in value.items()
            if name not in {"description", "summary", "title", "examples"} or not isinstance(item, str | list)
        }
    if isinstance(value, list):
        bare = [_bare(item) for item in value]
        return sorted(bare, key=repr)
    return value


def _compare(where: str, left: Any, right: Any) -> list[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        found = [f"{where}/{name}: only in the contract" for name in left.keys() - right.keys()]
        found += [f"{where}/{name}: only in the application" for name in right.keys() - left.keys()]
        for name in left.keys() & right.keys():
            found += _compare(f"{where}/{name}", left[name], right[name])
        return sorted(found)
    return [] if left == right else [f"{where}: differs"]
