"""`python -m voice_baking WORK [--owner terminal|SERVICE|py] [--score]`; `make voice` prepares everything and calls it.

WORK holds `wanted.json` (`kiosk_app.voice.script`) and what `packaging/voice.sh` fetched.
"""

from __future__ import annotations

import argparse
import json
import logging
from functools import cache
from pathlib import Path

from contracts.clips import SYLLABLES, normal
from voice_baking.bake import TERMINAL, Wanted, bake, folder_of, open_manifest, save_scores
from voice_baking.kokoro import Kokoro
from voice_baking.readings import syllables, write_tables
from voice_baking.syllables import bake_syllables
from voice_baking.weights import VOICES, Weights, prepare


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
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    wanted = json.loads((chosen.work / "wanted.json").read_text("utf-8"))
    owners = [owner for owner in chosen.owner or wanted if owner != SYLLABLES]
    with_syllables = not chosen.owner or SYLLABLES in chosen.owner

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
    if with_syllables:
        write_tables(folder_of(TERMINAL, SYLLABLES))
        logging.info("%d new syllables", bake_syllables(folder_of(TERMINAL, SYLLABLES), syllables(), voice))
    if chosen.score:
        from voice_baking.in_words import judge_syllables
        from voice_baking.listen import Listener
        from voice_baking.mend import WORTH_MENDING, mend

        for lang in chosen.lang or VOICES:
            listener = Listener(weights().whisper, chosen.work / f"heard-{lang}.json", chosen.threads)
            for owner in owners:
                folder = folder_of(owner, lang)
                manifest = open_manifest(folder, lang)
                lines = {normal(line["text"]): Wanted(**line) for line in wanted[owner] if line["lang"] == lang}
                for scores in listener.judge(folder, manifest):
                    manifest = save_scores(folder, manifest, scores)
                    misheard = {words: lines[words] for words, (of, n) in scores.items() if n > of * WORTH_MENDING}
                    manifest = mend(folder, manifest, misheard, voice, listener)
        if with_syllables:
            listener = Listener(weights().whisper, chosen.work / "heard-py.json", chosen.threads)
            judge_syllables(folder_of(TERMINAL, SYLLABLES), voice, listener)


if __name__ == "__main__":
    main()
