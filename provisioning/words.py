"""A sentence in both languages of the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One meaning, said in plain Chinese and in plain English."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the sentence in `lang` ("zh" or "en"); anything else is answered in Chinese."""
        return self.en if lang == "en" else self.zh
