"""What an operator decides about one platform."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

PACKAGES = Path(__file__).parent / "packages"
ADDRESS = "public-url"
"""The file of the data folder that says where receipts point to, as the server last knew it."""


def default_data() -> Path:
    """Return the data folder when none is named: DOORSTEP_PLATFORM_DATA, else the user's data home."""
    named = os.environ.get("DOORSTEP_PLATFORM_DATA")
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Path(named) if named else home / "doorstep-platform"


@dataclass(frozen=True, slots=True)
class Settings:
    """Figures and places of one platform. Times of codes follow the wire protocol; the rest is policy.

    `database` is an SQLAlchemy URL; empty means SQLite in the data folder. `public_url` is what receipts point to;
    empty means the address the server listens on.
    """

    data: Path
    database: str = ""
    packages: Path = PACKAGES
    public_url: str = ""
    lab: bool = False
    unjudged: bool = False
    """Packages are published whatever they hold, so that the lab's terminals have something to refuse."""
    heartbeat_s: int = 30
    flush_s: float = 2.0
    enrol_hours: int = 72
    certificate_days: int = 14
    renew_grace_days: int = 90
    token_s: int = 60
    identity_s: int = 900
    proof_s: int = 3600
    """How long a token or a phone code stays good as proof for an identity: a slow visit, not another day's."""
    phone_code_s: int = 300
    phone_per_minute: int = 1
    phone_per_hour: int = 5
    person_per_hour: int = 10
    terminal_per_hour: int = 120
    lock_tries: int = 5
    lock_s: int = 900
    """So many wrong codes within so many seconds lock a phone, and the person it was asked for, for as long again."""
    profile_days: int = 30
    blob_keep_days: int = 7
    """So long an attachment is kept that no accepted item has claimed; its terminal would send it again."""
    blob_unclaimed_bytes: int = 512 * 2**20
    """What one terminal may have here that no accepted item has claimed, before something new may begin."""
    chat_from: str = "09:00"
    chat_to: str = "17:00"
    """When somebody answers what residents type, on working days: told to whoever comes at another time."""
    chat_silent_s: int = 600
    """A talk whose terminal was not heard of for so long is closed."""
    chat_keep_days: int = 7
    """So long after its end a talk is kept, then it is deleted."""
    document_hours: int = 24
    """So long after its acceptance a certificate can be fetched by the terminal that asked for it."""
    document_link_s: int = 1800
    """So long an address for a phone is good."""
    document_keep_days: int = 30
    """So long what a certificate says is kept, and its sealed pages; what proves them genuine stays."""
    feedback_keep_days: int = 90
    """So long after the answer the words and the phone of what a resident could not get done are kept."""
    payment_code_s: int = 300
    """So long a payment code can be scanned."""
    payment_deliver_s: int = 600
    """So long a paid order waits for its application; then the money goes back."""
    payment_tick_s: float = 5.0

    @property
    def url(self) -> str:
        """The database address in force."""
        return self.database or f"sqlite:///{self.data / 'platform.db'}"

    @property
    def not_before_slack(self) -> timedelta:
        """How far a fresh certificate reaches back, so that a terminal whose clock is late can use it at once."""
        return timedelta(hours=1)
