"""`kiosk demo`: the terminal in its world. Two windows with a display; without one a whole visit, and proof of it.

The proof compares five witnesses of one visit: the pages (and the QR code in a picture of the window), the transcript,
the paper, the platform's record, and the public look-up of the number that the paper's QR code leads to.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.masks import mask_id, mask_name
from kiosk_app.lab import paper, tray
from kiosk_app.lab.by_ear import form_of
from kiosk_app.lab.checks import words_on
from kiosk_app.lab.journeys import draw_service, journey
from kiosk_app.lab.playing import Visit
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Result, Runner
from kiosk_app.lab.script import Script, Step
from kiosk_app.lab.world import PACKAGES, World
from kiosk_app.services import normalise
from kiosk_app.voice.speakable import speakable

DONE, FAILED, UNREACHABLE = 0, 1, 3


def has_display() -> bool:
    """True when there is somewhere to show a window."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run_demo(*, headless: bool, seed: int, out: Path) -> int:
    """Run the demo and return the exit code."""
    try:
        if has_display() and not headless:
            from kiosk_app.lab.windows import show_windows

            return show_windows(seed)
        return Demo(seed, out).run()
    except WorldError as error:
        sys.stderr.write(f"the world around the terminal did not start: {error}\n")
        return UNREACHABLE


def tell(text: str) -> None:
    """One line of progress."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Demo:
    """One scripted visit off screen, and what it leaves in `out`."""

    def __init__(self, seed: int, out: Path) -> None:
        self.seed = seed
        self.out = out
        self._pages: list[str] = []
        self._shown: list[str] = []

    def run(self) -> int:
        """Play the visit, write what it left, compare."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        source = random.Random(self.seed)
        service = draw_service(source)
        tell(f"seed {self.seed}: starting simulators, platform and terminal")
        with World("fast", self.seed) as world, Listener() as listener:
            visitor = journey(service, source, world)
            script = with_ear(visitor.script)
            drawn = next(dict(step.value) for step in script.steps if step.word == "answer")
            tell(f"resident {visitor.resident.name}, service {service}")
            runner = Runner(world, listener)
            runner.people = visitor.people
            kept: list[Visit] = []
            runner.watch = lambda visit, step: self._watch(world, visit, step, kept)
            result = runner.run(script)
            visit = kept[-1] if kept else None
            self._transcript(world)
            if not result.passed or visit is None:
                sys.stderr.write(result.error + "\n")
                return FAILED
            faults = self._compare(world, visit, result, service, drawn)
        for fault in faults:
            sys.stderr.write(f"does not agree: {fault}\n")
        if not faults:
            tell(f"pages, transcript, receipt, platform and public look-up agree: {result.case}; all in {self.out}/")
        return FAILED if faults else DONE

    def _watch(self, world: World, visit: Visit, step: Step, kept: list[Visit]) -> None:
        kept[:] = [visit]
        view = visit.hands.view()
        self._shown.append(words_on(view))
        name = f"{view['page']}-{view['cover']}"
        if step.word == "wait-screen" and step.value == "outcome":
            visit.hands.wait(lambda v: "outcome.print" in [n["id"] for n in v["nodes"]], "the receipt is on its way")
        if name not in self._pages or step.word in ("expect-receipt", "answer"):
            self._pages.append(name)
            count = len(list(self.out.glob("page-*.png"))) + 1
            world.stage.ask(grab=str(self.out.resolve() / f"page-{count:02d}-{view['screen']}.png"))
            tell(f"  {view['title']}")

    def _transcript(self, world: World) -> None:
        said = world.stage.ask(said=0)["said"] if world.powered else []
        lines = [
            f"{one['at'][11:23]}  {'headphones' if one['headphones'] else 'speaker   '}  {one['text']}" for one in said
        ]
        (self.out / "transcript.txt").write_text("\n".join(lines) + "\n", "utf-8")

    def _compare(self, world: World, visit: Visit, result: Result, service: str, drawn: Mapping[str, str]) -> list[str]:
        number = result.case
        resident = visit.resident
        receipts = [Path(path) for path in world.paper_status()["receipts"]]
        shutil.copy(receipts[-1], self.out / "receipt.png")
        for page in visit.sheets()[-1:]:
            shutil.copy(page, self.out / "certificate.pdf")
            tray.draw(page, self.out / "certificate.png")
        key = visit.case_key
        records = world.platform.get("/lab/submissions", case_key=key)
        (self.out / "platform.json").write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")
        codes = paper.codes_of(self.out / "receipt.png")
        public = world.platform.get(codes[0]) if codes else {}
        log = world.platform.get("/lab/log")
        lines = [f"{line['at']} {line['method']} {line['path']} {line['status']} {line['ms']} ms" for line in log]
        (self.out / "requests.log").write_text("\n".join(lines) + "\n", "utf-8")
        names = json.loads((PACKAGES / service / "service.json").read_text("utf-8"))["names"]["zh"]
        record = next(item for item in records if item["kind"] == "application")
        body = record["body"]
        model = visit.receipt_models()[-1]
        printed = "\n".join(paper.words_of(model))
        shown = "\n".join(self._shown)
        spoken = (self.out / "transcript.txt").read_text("utf-8")
        anonymous = body["person"] is None
        # Below a certificate the code is on the page's second screen.
        window = self._window_codes()
        told = {
            "the platform has another number": record["receipt"]["number"] == number,
            "the platform has another service": body["service"] == service,
            "the platform has another person": anonymous or body["person"]["id_no"] == resident.id_no,
            "the platform has another name": anonymous or body["person"]["name"] == resident.name,
            "the paper does not show what the receipt says": paper.is_on(self.out / "receipt.png", model),
            "the paper has another number": number in printed,
            "the paper has another service": names in printed,
            "the paper has another name": anonymous or mask_name(resident.name) in printed,
            "the paper has another ID number": anonymous or mask_id(resident.id_no) in printed,
            "the paper's QR code leads elsewhere": public.get("number") == number,
            "the public page has another service": (public.get("service_name") or {}).get("zh") == names,
            "the pages have another number": number in shown,
            "the pages have another service": names in shown,
            "the pages have another name": anonymous or mask_name(resident.name) in shown,
            "the window's QR code leads elsewhere": codes[0] in window or bool(visit.sheets() and not window),
            "the voice said another service": speakable(names) in spoken,
            "the voice said another number": speakable(number) in spoken,
            "the voice said another name": anonymous or speakable(mask_name(resident.name)) in spoken,
        }
        wrong = [what for what, holds in told.items() if not holds]
        sent = normalise(form_of(world.packages, service, world.clock.now().date()), drawn)
        return wrong + _answers_that_differ(body["answers"], sent, self._asked(visit))

    def _asked(self, visit: Visit) -> frozenset[str]:
        """The scopes that the form really asked; the others were known already."""
        return frozenset(visit.hands.answered)

    def _window_codes(self) -> list[str]:
        found: list[str] = []
        for picture in sorted(self.out.glob("page-*-outcome.png")):
            found += paper.codes_of(picture)
        return found


def _answers_that_differ(got: Mapping[str, Any], sent: Mapping[str, Any], asked: frozenset[str]) -> list[str]:
    return [f"the platform has another answer to {name}" for name in asked if got.get(name) != sent.get(name)]


def with_ear(script: Script) -> Script:
    """Let the resident put headphones in at the end and listen to the receipt: then the voice says everything."""
    steps: list[Step] = []
    for step in script.steps:
        steps.append(step)
        if step.word == "expect-receipt":
            steps += [Step("headphones", "in", step.line), Step("choose", "actions.listen", step.line)]
            steps.append(Step("expect-said", "{number_aloud}", step.line))
        if step.word == "expect-platform":
            steps.append(Step("headphones", "out", step.line))
    return replace(script, steps=tuple(steps))
