"""From the bytes in a code to its text, pure. QR codes seldom say their charset, and readers guess badly.

UTF-8 is tested first, because other charsets almost never look like it; then what the reader guessed, unless that is
what Chinese in GB18030 turns into when it is taken for Shift-JIS (half-width Katakana) or for Latin-1 (accents).
"""

from __future__ import annotations

# zbar guesses a charset for short UTF-8 texts and gets it wrong (pyzbar 95, zbar 212): what it took them for.
_MISTAKEN_FOR = ("shift_jis", "cp932", "big5", "latin-1")
_HALF_KATAKANA = range(0xFF61, 0xFFA0)
_THREE_BYTES = 0x800
"""Characters from here on take three bytes in UTF-8."""


def exact_text(raw: bytes, guess: str) -> str:
    """Return the text of `raw`; `guess` is what the reader makes of it, by a declared charset (ECI) or by its looks."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    # Two characters of GB18030 can look like UTF-8, but then like Greek or Arabic, never like Chinese.
    if text and (text == guess or all(ord(char) < 0x80 or ord(char) >= _THREE_BYTES for char in text)):
        return text
    for looks_so, charset in ((_as_shift_jis, "gb18030"), (_as_latin, "gb2312")):
        if looks_so(guess):
            try:
                return raw.decode(charset)
            except UnicodeDecodeError:
                continue
    return guess


def _as_shift_jis(guess: str) -> bool:
    return any(ord(char) in _HALF_KATAKANA for char in guess)


def _as_latin(guess: str) -> bool:
    """True for texts beyond ASCII with nothing beyond Latin-1. Of GB18030 only the pairs of high bytes are believed."""
    return not guess.isascii() and all(ord(char) <= 0xFF for char in guess)


def repair_chinese(text: str) -> str:
    """Undo the charset that zbar mistook UTF-8 for: 螳ｶ髣ｨ蜿｣ is 家门口 again. Text that is right stays as it is."""
    if text.isascii():
        return text
    for charset in _MISTAKEN_FOR:
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return text
