"""`python -m tests.acceptance.silenced [N]`: whoever only hears is lost when one sentence that counts is not said.

A journey by ear is played once; what was heard last before each selection up to the submission is what it hangs on.
Then N of these, drawn at random, are each silenced in a journey of their own: every one of them has to fail. A service
is named on the first page, in lists and in the search: where its name counts, all of these are silent.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

from kiosk_app.lab.journeys import Journey, journey
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Result, Runner
from kiosk_app.lab.script import Script
from kiosk_app.lab.world import PACKAGES, World
from tests.acceptance.__main__ import FIRST

OUT = Path("build/silenced.json")
END = "outcome"
"""Afterwards several ways lead out: a resident who misses one takes another."""


def hear(
    world: World, listener: Listener, visitor: Journey, silenced: tuple[str, ...] = ()
) -> tuple[Result, tuple[str, ...]]:
    """Play a journey by ear, with what begins with these words never said; returns how it went and what it hung on."""
    runner = Runner(world, listener)
    runner.people = visitor.people
    runner.silenced = lambda text: text.startswith(silenced)
    result = runner.run(up_to_the_outcome(visitor.script), "voice-only")
    return result, tuple(dict.fromkeys(runner.relied))


def up_to_the_outcome(script: Script) -> Script:
    """The same journey, over when the case is sent."""
    last = next(at for at, step in enumerate(script.steps) if step.value == END)
    return replace(script, steps=script.steps[: last + 1])


def beginnings(service: str, words: str) -> tuple[str, ...]:
    """Return how everything begins that says the same: these very words, or a name of the service."""
    about = json.loads((PACKAGES / service / "service.json").read_text("utf-8"))
    names = (about["names"]["zh"], about["short"]["zh"])
    return names if words.startswith(names) else (words,)


def main(count: int) -> int:
    """Silence `count` sentences, one journey each; 0 when every one of these journeys failed."""
    source = random.Random(4)
    rows = []
    with World(seed=4) as world, Listener() as listener:
        while len(rows) < count:
            service = source.choice(FIRST)
            visitor = journey(service, source, world)
            whole, relied = hear(world, listener, visitor)
            if not whole.passed:
                rows.append({"service": service, "silenced": "", "failed": False, "error": whole.error})
                continue
            for words in source.sample(relied, min(4, len(relied), count - len(rows))):
                result, _ = hear(world, listener, visitor, beginnings(service, words))
                rows.append({"service": service, "silenced": words, "failed": not result.passed, "error": result.error})
                sys.stdout.write(f"{'lost' if not result.passed else 'NOT LOST'} without: {words}\n")
                sys.stdout.flush()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    lost = sum(bool(row["failed"]) for row in rows)
    sys.stdout.write(f"{lost} of {len(rows)} journeys were lost without one sentence\n")
    return 0 if lost == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
