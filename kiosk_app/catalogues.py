"""From signed documents to the catalogue in use: what is taken, what is tried first, what is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import SignatureError
from kiosk_app.services import Catalogue
from kiosk_app.services.validation import validate_package
from offline_cache import Store, active_package


def load_catalogue(store: Store, trust: Mapping[str, bytes]) -> Catalogue:
    """Build the catalogue from what is cached; every signature is checked again."""
    try:
        index = store.catalogue.proved("index", trust)
    except SignatureError:
        return Catalogue()
    if index is None:
        return Catalogue()
    packages = {}
    for entry in index.get("packages") or ():
        content = active_package(store, str(entry["id"]), trust)
        if content is not None:
            packages[str(entry["id"])] = content
    return Catalogue.build(index, packages)


def try_catalogue(index: Mapping[str, Any], packages: Mapping[str, Any]) -> None:
    """Build a catalogue and ask it everything that pages ask, before it is switched to.

    Raises:
        ValueError: it would not work; the text is for technicians.
    """
    try:
        catalogue = Catalogue.build(index, packages)
        catalogue.themes()
        catalogue.bundles()
        catalogue.most_used()
        catalogue.search("a")
        for service in packages:
            catalogue.form(service)
    except Exception as error:
        # Whatever a signed index can hold, a page must not be the first to find out.
        raise ValueError(type(error).__name__) from error


def check_package(name: str, content: Any) -> None:
    """Refuse a package that this terminal cannot run.

    Raises:
        ValueError: with what is wrong, for technicians.
    """
    faults = validate_package(content, name=name)
    if faults:
        raise ValueError("; ".join(faults[:3]))
