"""May this package be activated? Every reason against it, in words for technicians and service owners."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.faults import Fault
from contracts.package_faults import package_faults, service_faults
from contracts.package_fields import ANY_DAY
from contracts.package_files import Located, Read, read_files
from contracts.package_shape import shape_faults
from contracts.rule_reader import rule_faults
from kiosk_app.services.forms import FormError, compile_form


def validate_package(
    package: Mapping[str, Any], reference: Mapping[str, Any] | None = None, name: str | None = None
) -> list[str]:
    """Return why a package must not be activated; empty when it may. `name` is what it is published as, if known."""
    return [str(fault) for fault in _faults(package, reference, name)]


def validate_files(read: Read, name: str) -> list[Located]:
    """Return everything that is wrong with the files of the package `name`, each with its place."""
    files = read_files(read)
    if files.broken:
        return list(files.broken)
    return files.locate(_faults(files.content, None, name) or rule_faults(files.own, files.content))


def validate_service(service: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one service.json or listed guide; empty when nothing is."""
    shape = shape_faults(_errors({"$ref": "#/$defs/service", "$defs": schema()["$defs"]}, service))
    return [str(fault) for fault in (*shape, *service_faults(service))]


@cache
def schema() -> dict[str, Any]:
    """Return contracts/service.schema.json. The loader is imported here because a starting terminal never needs it."""
    from importlib.resources import files

    loaded: dict[str, Any] = json.loads(files("contracts").joinpath("service.schema.json").read_text("utf-8"))
    return loaded


def _errors(against: Mapping[str, Any], value: object) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(against).iter_errors(value)


def _faults(package: Mapping[str, Any], reference: Mapping[str, Any] | None, name: str | None) -> list[Fault]:
    """What is wrong: the shape first, and if that is right, what it says."""
    found = shape_faults(_errors(schema(), package))
    if found:
        return found
    found = package_faults(package, name or str(package["service"]["id"]))
    if found:
        return found
    try:
        compile_form(package, reference, ANY_DAY)
    except FormError as error:
        return [Fault(("ui",), "form", str(error), "a form that can be shown", "compare it with a package that ships")]
    return []
