"""What lies in the certificate tray, or came to a phone: the words of the page, and whether its seal is genuine."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from kiosk_app.documents.seals import GENUINE, CheckError, judge
from kiosk_app.lab.central import Platform
from kiosk_app.lab.processes import WorldError

FILE = "/file"
"""What an address for a phone ends with when it stands for the page itself."""
SECONDS = 20.0


def words_of(page: bytes) -> str:
    """Return the text of a page as any reader of PDF finds it.

    Raises:
        WorldError: poppler is not installed, or cannot read it.
    """
    try:
        done = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=page, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorldError(f"pdftotext: {type(error).__name__}") from None
    if done.returncode:
        raise WorldError(f"pdftotext: exit {done.returncode}")
    return done.stdout.decode("utf-8", "replace")


def faults_of(page: bytes, words: list[str], authority: Path, at: datetime) -> list[str]:
    """Return what is wrong with a page: its seal, or words that are not on it."""
    try:
        found = judge(page, authority, at)
    except CheckError as error:
        found = f"not checked ({error})"
    wrong = [] if found == GENUINE else [f"the seal is {found}"]
    said = "".join(words_of(page).split())
    return wrong + [f"not on it: {word}" for word in words if "".join(word.split()) not in said]


def draw(page: Path, picture: Path) -> None:
    """Draw the first sheet of a page as PNG, as it lies in the tray.

    Raises:
        WorldError: poppler is not installed, or cannot draw it.
    """
    command = ["pdftoppm", "-png", "-singlefile", "-r", "100", str(page), str(picture.with_suffix(""))]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorldError(f"pdftoppm: {type(error).__name__}") from None
    if done.returncode:
        raise WorldError(f"pdftoppm: exit {done.returncode}")


def on_phone(platform: Platform, address: str) -> bytes:
    """Return the page that a phone gets at an address: the page that explains it first, then the file it offers.

    Raises:
        WorldError: there is no such page, or it does not offer the file.
    """
    explained = platform.download(address).decode("utf-8", "replace")
    if urlsplit(address).path + FILE not in explained:
        raise WorldError("the page for phones does not offer the file")
    return platform.download(address + FILE)
