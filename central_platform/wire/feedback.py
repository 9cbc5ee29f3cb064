"""What a resident could not get done, in a body that has no room for who they are but a phone that they chose."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from central_platform.wire.common import Wire, Word
from contracts.feedback import NUMBER
from contracts.plain import MOST_CHAT, is_plain


class FeedbackBody(Wire):
    """`body` of kind `feedback`. `what` is an id of `feedback.happened` in the reference data; one of `what` and
    `words` is there. Without `phone` it is anonymous. `service` and `screen` only if the resident lets us.
    """

    number: str = Field(pattern=f"^{NUMBER.pattern}$", examples=["XT-7K3M9-QXW2T"])
    lang: str = Field(pattern=r"^(zh|en)$")
    what: Word | None = None
    words: str | None = Field(default=None, min_length=1, max_length=MOST_CHAT, repr=False)
    phone: str | None = Field(default=None, pattern=r"^1[0-9]{10}$", repr=False)
    service: str | None = Field(default=None, pattern=r"^[A-Z]{2}[0-9]{2}$")
    screen: str | None = Field(default=None, pattern=r"^[a-z_]{1,24}$")

    @field_validator("words")
    @classmethod
    def _plain(cls, words: str | None) -> str | None:
        if words is not None and not (is_plain(words) and words.strip()):
            raise ValueError("empty, or with characters that nobody sees")
        return words

    @model_validator(mode="after")
    def _says_something(self) -> FeedbackBody:
        if self.what is None and self.words is None:
            raise ValueError("it says nothing")
        return self
