"""Packages that a test makes up: named properties become questions with words in both languages."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk_app.lab import samples
from kiosk_app.services import Catalogue
from kiosk_app.visit import Desk
from tests.kiosk_app.services.data import index, package

SERVICE = "ZZ02"
PARTS = ("label", "short", "hint", "why", "ask")
Words = tuple[str, str]
Schema = dict[str, Any]


def control(name: str, path: str = "", **more: Any) -> Schema:
    """A control of the UI schema; `path` is the property's place in the strings where that is not its name."""
    return {
        "scope": f"#/properties/{name}",
        **{part: f"field.{path or name}.{part}" for part in PARTS},
        **more,
    }


def page(name: str, *controls: Schema, **more: Any) -> Schema:
    """A page with one group."""
    return {"id": name, "title": "page.all.title", "groups": [{"id": name, "controls": list(controls)}], **more}


def when(scope: str, *values: str, effect: str = "SHOW") -> Schema:
    """A rule by the answer of an earlier question; without values by whether there is one."""
    schema: Schema = {"enum": list(values)} if values else {"minLength": 1}
    return {"effect": effect, "condition": {"scope": f"#/properties/{scope}", "schema": schema}}


def words(path: str, zh: str, en: str) -> tuple[dict[str, str], dict[str, str]]:
    """The strings of one question in Chinese and in English, all made from what it is called."""
    found = []
    for at, name in enumerate((zh, en)):
        found.append(
            {
                f"field.{path}.label": (name, name.capitalize())[at],
                f"field.{path}.short": name,
                f"field.{path}.ask": (f"您的{name}是什么？", f"What is your {name}?")[at],
                f"field.{path}.hint": ("照实填就行", "As it is")[at],
                f"field.{path}.why": ("用来办这件事", "To handle this matter")[at],
                f"field.{path}.error.required": (f"还没填{name}，请填一下。", f"Please enter the {name}.")[at],
                f"field.{path}.error.invalid": (f"{name}不对，请再看一遍。", f"Please check the {name}.")[at],
            }
        )
    return found[0], found[1]


def made(
    properties: Mapping[str, Schema],
    pages: Sequence[Schema],
    names: Mapping[str, Words],
    required: Sequence[str] = (),
    options: Mapping[str, Words] | None = None,
) -> dict[str, Any]:
    """Return a package. `names` are what its questions are called, by their place in the strings; `options` the words
    of what can be chosen, by the end of their key.
    """
    found = package("XF01")
    found["service"] = {**found["service"], "id": SERVICE, "prefill": {}}
    found["receipt"] = {**found["receipt"], "fields": []}
    found["data"]["properties"] = copy.deepcopy(dict(properties))
    found["data"]["required"] = list(required)
    found["ui"] = {"person": [], "pages": list(pages)}
    found["strings"] = {"zh": {"page.all.title": "几个问题"}, "en": {"page.all.title": "A few questions"}}
    for path, (zh, en) in names.items():
        for lang, strings in zip(("zh", "en"), words(path, zh, en), strict=True):
            found["strings"][lang] |= strings
    for key, (zh, en) in (options or {}).items():
        found["strings"]["zh"][f"option.{key}"] = zh
        found["strings"]["en"][f"option.{key}"] = en
    return found


def desk(content: Mapping[str, Any]) -> Desk:
    """The desk of an invented site where this service is live, and no other."""
    here, name = samples.desk(), str(content["service"]["id"])
    entry = {"id": name, "version": 1, "digest": "", "active": True}
    shelf = Catalogue.build({**index(), "packages": [entry]}, {name: content})
    today = here.now.date()
    return replace(here, catalogue=shelf, form=lambda wanted: shelf.form(wanted, today))
