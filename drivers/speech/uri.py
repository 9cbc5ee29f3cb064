"""`speech:default`, `speech:null`, `speech:file:/path.wav`, with `?pace=real|fast` and the names of two outputs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, unquote


class Sound(StrEnum):
    """Where samples go."""

    DEFAULT = "default"
    NULL = "null"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SpeechUri:
    """A parsed speech URI.

    `fast` unpaces the silent and the file sink. `loudspeaker` and `headphones` are parts of sound device names; an
    empty `headphones` means that the machine has no second output, so what is meant for headphones is refused;
    `headphones=default` says that the jack switches the one output by itself.
    """

    sound: Sound
    path: str = ""
    fast: bool = False
    loudspeaker: str = ""
    headphones: str = ""


def parse(uri: str) -> SpeechUri:
    """Parse a speech URI.

    Raises:
        ValueError: it is not one; the message says what is wrong.
    """
    scheme, _, rest = uri.partition(":")
    body, _, query = rest.partition("?")
    kind, _, path = body.partition(":")
    if scheme != "speech" or kind not in set(Sound):
        raise ValueError("a speech URI is speech:default, speech:null or speech:file:/path.wav")
    asked = {k: v[-1] for k, v in parse_qs(query, keep_blank_values=True).items()}
    unknown = set(asked) - {"pace", "loudspeaker", "headphones"}
    if unknown or asked.get("pace", "real") not in ("real", "fast"):
        raise ValueError("a speech URI takes pace=real|fast, loudspeaker=NAME and headphones=NAME")
    sound = Sound(kind)
    if (sound is Sound.FILE) != bool(path) or (path and not path.startswith("/")):
        raise ValueError("speech:file: needs one absolute path")
    return SpeechUri(
        sound, unquote(path), asked.get("pace") == "fast", asked.get("loudspeaker", ""), asked.get("headphones", "")
    )
