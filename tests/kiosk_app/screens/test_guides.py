"""Every guide says its twelve elements in plain words, whether or not the service can be started here and now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk_app.lab.samples import OFFLINE, ONLINE, desk
from kiosk_app.screens import view
from kiosk_app.services import Service
from kiosk_app.visit.state import Guide, Prefs, State, Visit
from kiosk_app.words import say

DESK = desk()
SERVICES = DESK.catalogue.all()
MOST_OF_SUMMARY = 120
Said = Callable[[Service, str], tuple[str, ...]]
ELEMENTS: dict[str, Said] = {
    "name": lambda s, lang: (s.names.of(lang),),
    "department": lambda s, lang: (s.department.of(lang),),
    "who": lambda s, lang: (s.audience.of(lang),),
    "proof of identity": lambda s, lang: (say(lang, f"guide.proof_{s.level.name}"),),
    "materials": lambda s, lang: tuple(m.text.of(lang) for m in s.materials),
    "steps": lambda s, lang: tuple(step.title.of(lang) for step in s.steps),
    "limit": lambda s, lang: (s.limit.text.of(lang),),
    "fee": lambda s, lang: (s.fee.text.of(lang),),
    "result": lambda s, lang: (say(lang, f"guide.result_{s.output}"),),
    "basis": lambda s, lang: tuple(text.of(lang) for text in s.basis),
    "window": lambda s, lang: (s.window.of(lang),),
    "phone": lambda s, _lang: (s.phone,),
}
"""The elements of a guide (requirement A11), and what of the service each must bring onto the page."""


def shown(service: Service, lang: str, world: State = ONLINE) -> str:
    """All that the page says, but not a word that covers or introduces it."""
    state = replace(world, place=Guide(), visit=Visit(service=service.id), prefs=Prefs(lang=lang))
    page = view(state, DESK)
    body = [n for n in page.nodes if n.id.startswith("guide.") and n.id != "guide.closed"]
    return "\n".join(f"{n.text}\n{n.value}\n{n.note}" for n in body)


def test_there_are_twelve_elements_and_fifty_nine_guides() -> None:
    assert (len(ELEMENTS), len(SERVICES)) == (12, 59)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("service", SERVICES, ids=[s.id for s in SERVICES])
def test_none_of_the_twelve_is_missing(service: Service, lang: str) -> None:
    for world in (ONLINE, OFFLINE):
        said = shown(service, lang, world)
        for element, words in ELEMENTS.items():
            wanted = words(service, lang)
            assert wanted, element
            assert all(wanted), element
            assert [word for word in wanted if word not in said] == [], element


@pytest.mark.parametrize("service", SERVICES, ids=[s.id for s in SERVICES])
def test_a_summary_in_plain_words_leads_each(service: Service) -> None:
    state = replace(ONLINE, place=Guide(), visit=Visit(service=service.id))
    page = view(state, DESK)
    assert page.lead == service.summary.zh
    assert 0 < len(service.summary.zh) <= MOST_OF_SUMMARY
    assert service.summary.en
