"""Every word of the lab's window, by key, in Chinese and English."""

from __future__ import annotations

import json
from pathlib import Path

LANGUAGES = ("zh", "en")


def words(lang: str) -> dict[str, str]:
    """Return the words of one language.

    Raises:
        ValueError: there are none in that language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"the lab speaks {', '.join(LANGUAGES)}")
    text = (Path(__file__).parent / f"{lang}.json").read_text("utf-8")
    return {str(key): str(value) for key, value in json.loads(text).items()}
