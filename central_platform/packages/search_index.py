"""Write the pinyin keys of every service; run it after editing names or aliases.

`python -m central_platform.packages.search_index` is a build-time tool: pypinyin is a development dependency, the
terminal only compares the keys shipped here. `pinyin[i]` and `initials[i]` belong to the i-th of: full name, short
name, aliases.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def keys(text: str) -> tuple[str, str]:
    """Return (full pinyin without tones, initials) of the Chinese characters and Latin letters of `text`."""
    from pypinyin import lazy_pinyin

    plain = "".join(re.findall(r"[\u4e00-\u9fffA-Za-z0-9]+", text))
    syllables = lazy_pinyin(plain)
    full = "".join(syllables).lower().replace("ü", "v")
    initials = "".join(s if not CHINESE.search(plain) else s[:1] for s in syllables).lower()
    return full, initials


def with_keys(service: dict[str, Any]) -> dict[str, Any]:
    """Return the service with fresh `search.pinyin` and `search.initials`."""
    search = service["search"]
    pairs = [keys(text) for text in (service["names"]["zh"], service["short"]["zh"], *search["zh"])]
    return {**service, "search": {**search, "pinyin": [p for p, _ in pairs], "initials": [i for _, i in pairs]}}


def write(path: Path, value: object) -> None:
    """Write JSON the way every package file is kept: two spaces, no escapes, a final newline."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Refresh every service.json and the listed guides of reference.json beside this file."""
    for path in sorted(HERE.glob("*/service.json")):
        write(path, with_keys(json.loads(path.read_text(encoding="utf-8"))))
    path = HERE / "reference.json"
    reference = json.loads(path.read_text(encoding="utf-8"))
    reference["listed"] = [with_keys(service) for service in reference["listed"]]
    write(path, reference)


if __name__ == "__main__":
    main()
