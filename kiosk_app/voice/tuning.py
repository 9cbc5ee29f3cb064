"""How fast and how loud: five speeds, ten steps of loudness, each sound channel with its own. Resets after a visit."""

from __future__ import annotations

from contracts.site import LOUDEST, UNBOUND, Volume

RATES = (0.6, 0.75, 1.0, 1.25, 1.5)
"""Five speeds; 1.0 is about 240 characters a minute, 0.75 about 180, the one for elders (requirements C.5)."""

STANDARD_SPEED, ELDER_SPEED = 2, 1
LOUDNESS_STEPS = LOUDEST
SAFE_LOUDNESS = 4
"""Where headphones begin, however loud the loudspeaker was: a shout straight into the ear hurts."""


class Tuning:
    """What one resident made of the voice. `site` bounds the loudspeaker; what goes into an ear is the ear's own."""

    def __init__(self, site: Volume = UNBOUND) -> None:
        self._speed: int | None = None
        self._most = {False: site.cap, True: LOUDNESS_STEPS}
        self._loudness = {False: site.usual, True: SAFE_LOUDNESS}

    def rate(self, *, elder: bool) -> float:
        """The speed: chosen, or the one of the edition."""
        return RATES[self._speed if self._speed is not None else ELDER_SPEED if elder else STANDARD_SPEED]

    def volume(self, *, headphones: bool) -> float:
        """Loudness of a channel, 0.1 to 1.0."""
        return self._loudness[headphones] / LOUDNESS_STEPS

    def pace(self, by: int, *, elder: bool) -> bool:
        """So many speeds up or down; False at the end of the scale."""
        now = RATES.index(self.rate(elder=elder))
        self._speed = max(0, min(len(RATES) - 1, now + by))
        return self._speed != now

    def turn(self, by: int, *, headphones: bool) -> bool:
        """So many steps up or down, never to silence: who cannot see would think it broken. False at the end."""
        now = self._loudness[headphones]
        self._loudness[headphones] = max(1, min(self._most[headphones], now + by))
        return self._loudness[headphones] != now
