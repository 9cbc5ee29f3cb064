"""Leave to fetch a certificate elsewhere than where it was asked for: for a while, by one terminal, after its person
proved who they are there. Nothing is stored: the name of the document carries the leave and its proof.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from central_platform import codes

DOCUMENT, TIME, PROOF = 22, 8, 24
"""Characters of the document's own name, of the second until which the leave holds (hexadecimal), of the proof."""


def give(key: bytes, document: str, terminal: str, until: int) -> str:
    """Return a name under which `terminal` may fetch `document` until that second of the epoch."""
    said = f"{document}{until:08x}"
    return said + _proof(key, said, terminal)


def read(key: bytes, name: str, terminal: str, now: int) -> str | None:
    """Return the document that `terminal` may fetch under this name now; None when it may not."""
    said, proof = name[: DOCUMENT + TIME], name[DOCUMENT + TIME :]
    if len(name) != DOCUMENT + TIME + PROOF or not codes.same(proof, _proof(key, said, terminal)):
        return None
    return said[:DOCUMENT] if now < int(said[DOCUMENT:], 16) else None


def _proof(key: bytes, said: str, terminal: str) -> str:
    code = hmac.new(key, f"{terminal}:{said}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).decode()[:PROOF]
