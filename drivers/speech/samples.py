"""The form of all speech samples: mono, signed 16 bit little-endian, at the rate of the baked clips."""

from __future__ import annotations

SAMPLE_RATE = 24_000
BYTES_PER_SAMPLE = 2
