"""What a page says first, and when it is a new page to somebody who listens."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.voice import phrases
from kiosk_app.voice.privacy import Hearers
from kiosk_app.voice.utterance import Utterance
from ui.view import ScreenView

FIRST_SCREEN = "home"
"""Where a guided visit begins: there the tour of the machine comes before anything else."""
PARTING = frozenset({"farewell"})
"""Who leaves need not be shown around: the wiped voice knows them no more, and must not begin anew with them."""


def is_new(before: ScreenView, after: ScreenView) -> bool:
    """True for another page, another language, or a cover that came up.

    A cover that goes away uncovers a page that was introduced already; the focus that comes back is enough.
    """
    if (before.page, before.screen, before.look.lang) != (after.page, after.screen, after.look.lang):
        return True
    return before.cover != after.cover and bool(after.cover)


class Tour:
    """Where everything is, told once to whoever is guided by the voice: before the first page, or after a page on which
    guidance was switched on.
    """

    def __init__(self) -> None:
        self._given = False

    def introduce(self, view: ScreenView, hearers: Hearers) -> Utterance:
        """Return what a page says first, with the tour when it is due."""
        said = phrases.introduce(view, hearers)
        if not view.look.voice or self._given or view.screen in PARTING:
            return said
        self._given = True
        tour = phrases.orientation(view.look.lang)
        order = (*tour, *said.clips) if view.screen == FIRST_SCREEN else (*said.clips, *tour)
        return replace(said, clips=order)
