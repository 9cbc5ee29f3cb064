"""Attachments on the wire: their names, sizes and the fields of an upload that is resumed.

After draft-ietf-httpbis-resumable-upload-09; docs/attachments.md says where this differs.
"""

from __future__ import annotations

import re

PART_BYTES = 256 * 1024
"""The largest part of one call."""
MOST_BYTES = 64 * 2**20
"""The largest attachment."""
MOST_OF_ITEM = 16
"""How many attachments one item may name."""
OFFSET = "Upload-Offset"
COMPLETE = "Upload-Complete"
LIMIT = "Upload-Limit"
YES, NO = "?1", "?0"
"""Booleans of structured fields, RFC 9651 section 3.3.6."""
NAME = re.compile(r"sha256:[0-9a-f]{64}")
MEDIA = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
UNKNOWN_MEDIA = "application/octet-stream"


def name_of(sha256: str) -> str:
    """Return how the platform calls the content with this hash (64 hex digits)."""
    return f"sha256:{sha256}"
