"""`python -m voice_baking WORK [--owner terminal|SERVICE] [--score]`; `make voice` prepares everything and calls it.

WORK holds `wanted.json` (`kiosk_app.voice.script`) and what `packaging/voice.sh` fetched.
"""

from __future__ import annotations

import argparse
import json
import logging
from functools import cache
from pathlib import Path

from voice_baking.bake import Wanted, bake, open_manifest, save_scores
from voice_baking.kokoro import Kokoro
from voice_baking.weights import VOICES, Weights, prepare

ROOT = Path(__file__).parents[1]
TERMINAL = "terminal"


def folder_of(owner: str, lang: str) -> Path:
    """Where the clips of the terminal or of a service package live."""
    if owner == TERMINAL:
        return ROOT / "kiosk_app" / "voice" / "clips" / lang
    return ROOT / "central_platform" / "packages" / owner / "voice" / lang


def main() -> None:
    """Bake, and listen when asked to."""
    parser = argparse.ArgumentParser(prog="voice_baking", description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--owner", action="append", default=[])
    parser.add_argument("--lang", action="append", default=[], choices=list(VOICES))
    parser.add_argument("--score", action="store_true", help="let the recogniser listen to what it has not heard yet")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    wanted = json.loads((chosen.work / "wanted.json").read_text("utf-8"))
    owners = chosen.owner or list(wanted)

    @cache
    def weights() -> Weights:
        return prepare(chosen.work / "models")

    @cache
    def voice() -> Kokoro:
        return Kokoro(weights(), chosen.threads)

    for owner in owners:
        lines = [Wanted(**line) for line in wanted[owner]]
        for lang in chosen.lang or VOICES:
            made = bake(folder_of(owner, lang), lang, lines, voice)
            logging.info("%s %s: %d new clips", owner, lang, made)
    if chosen.score:
        from voice_baking.listen import Listener

        listener = Listener(weights().whisper, chosen.threads)
        for owner in owners:
            for lang in chosen.lang or VOICES:
                folder = folder_of(owner, lang)
                manifest = open_manifest(folder, lang)
                for scores in listener.judge(folder, manifest):
                    manifest = save_scores(folder, manifest, scores)


if __name__ == "__main__":
    main()
