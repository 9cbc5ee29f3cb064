"""The double-strike filter: the second of two quick strikes on one place is a tremor, not a wish. Pure, time handed in.

EN 301 549 5.8 wants it adjustable up to 0.5 s; how long is `ui.view.Look.strike_s`.
"""

from __future__ import annotations


class Strikes:
    """Remembers which places were struck within the last moment, and on which page."""

    def __init__(self) -> None:
        self._struck: dict[str, float] = {}
        self._page: str | None = ""
        self._at = float("-inf")

    def accepts(self, place: str, now: float, within: float, page: str = "") -> bool:
        """Tell whether a strike of `place` at `now` (seconds) may act, and remember it when it may.

        A strike that follows another within `within` seconds may not when it hits the same place, nor when the page
        has changed between the two: the finger was meant for what stood there before. A strike that is refused does
        not prolong the wait, or somebody who strikes fast would wait for ever. With `within` 0 every strike may act.
        """
        # A clock that was set back makes nothing recent: nobody may wait for it to catch up.
        self._struck = {key: at for key, at in self._struck.items() if 0 <= now - at < within}
        soon = place in self._struck or (0 <= now - self._at < within and page != self._page)
        if soon and within > 0:
            return False
        self._struck[place] = now
        self._page, self._at = page, now
        return True

    def forget(self) -> None:
        """Forget what was struck, for names of panel keys say what was typed. When is kept: the visit ended with a
        strike, and whatever follows at once, on any place, is its second half.
        """
        self._struck.clear()
        self._page = None
