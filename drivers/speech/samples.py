"""The form of all speech samples: mono, signed 16 bit little-endian, as espeak-ng gives them."""

from __future__ import annotations

SAMPLE_RATE = 22050
BYTES_PER_SAMPLE = 2
