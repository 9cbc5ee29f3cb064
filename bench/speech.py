"""From the call or the key to the first sample, and to silence, on the monitor of a virtual sound card."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from bench.display import virtual_screen
from bench.guest import Guest
from bench.programs import BUILD, end, environment, python, start
from bench.rows import Goal, Row, percentile, row
from bench.sound import Ear, NoSoundError, sound_card
from bench.x11 import Screen
from drivers.device import Completion, Report, Status
from drivers.device import DeviceState as State
from drivers.speech import Clip, Speak, Speech
from kiosk_app.lab.world import World
from kiosk_app.voice.baked import CLIPS
from ui.view import Heard

GROUP = "speech"
PEER = "pyttsx3 say()"
SENTENCE = "Touch the screen or place your ID card to begin."
REST_S = 0.25
DOWN = 0xFF54
UNKNOWN = 0x0078
"""x: no field is there that would take it."""


class Player:
    """The terminal's own player on the virtual card."""

    def __init__(self, places: Mapping[str, str]) -> None:
        os.environ.update(places)
        self._ready = threading.Event()
        self._n = 0
        self.speech = Speech("voice", "speech:default", clips=(CLIPS,))
        self.speech.start(self._hear)
        if not self._ready.wait(20):
            raise NoSoundError("the player does not find the virtual card")

    def say(self, text: str, lang: str) -> float:
        """Say it; returns when it was asked."""
        self._n += 1
        began = time.monotonic()
        self.speech.submit(Speak(f"say-{self._n}", 30.0, (Clip(text, lang),), private=False))
        return began

    def _hear(self, report: Report) -> None:
        if isinstance(report, Status) and report.state is State.ONLINE and report.detail.get("audio") == "device":
            self._ready.set()
        if isinstance(report, Completion) and report.error is not None and report.error.kind == "hardware_error":
            self._ready.set()


def player(places: Mapping[str, str], ear: Ear, rounds: int) -> tuple[list[float], list[float]]:
    """Return ms to the first sample and ms to silence, of so many calls."""
    onsets, silences = [], []
    mouth = Player(places)
    try:
        for _ in range(rounds):
            began = mouth.say(SENTENCE, "en")
            onsets.append((ear.first(began) - began) * 1000)
            time.sleep(0.5)
            asked = time.monotonic()
            mouth.speech.hush()
            silences.append(max(0.0, ear.last() - asked) * 1000)
            time.sleep(REST_S)
    finally:
        mouth.speech.stop()
    return onsets[1:], silences[1:]


def of_peer(places: Mapping[str, str], ear: Ear, rounds: int) -> list[float]:
    """Return ms from `say` to the first sample."""
    out: list[float] = []
    process = start(python("bench.say"), environment(**places), BUILD / "say.log")
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        for _ in range(rounds):
            since = time.monotonic()
            process.stdin.write(SENTENCE.encode() + b"\n")
            process.stdin.flush()
            heard = ear.first(since)
            began = float(process.stdout.readline().split()[0])
            # Its first runAndWait of a process returns at once and plays later.
            out.append((heard - began) * 1000)
            ear.last()
            time.sleep(REST_S)
    finally:
        end(process)
    return out[1:]


def keys(places: Mapping[str, str], ear: Ear, rounds: int) -> tuple[list[float], list[float]]:
    """Return ms from a key to the first sample and from a key to silence, in a whole terminal."""
    onsets, silences = [], []
    with virtual_screen() as (display, screen), World("real", show=True) as world:
        world.install()
        os.environ.update(places)
        with Guest(world.state.root, world.folder / "terminal.log", display) as guest:
            guest.wait("online", lambda page: page["online"])
            guest.ask(press="start.touch")
            guest.ask(press="dock.voice")
            guest.wait("the voice", lambda page: page["caption"])
            for _ in range(rounds + 1):
                ear.last()
                time.sleep(REST_S)
                onsets.append(_key_to_sound(screen, ear))
                time.sleep(0.2)
                silences.append(_key_to_silence(screen, ear))
    return onsets[1:], silences[1:]


def _key_to_sound(screen: Screen, ear: Ear) -> float:
    began = time.monotonic()
    screen.key(DOWN)
    return (ear.first(began) - began) * 1000


def _key_to_silence(screen: Screen, ear: Ear) -> float:
    """An unknown key says nothing and hushes all the same."""
    began = time.monotonic()
    screen.key(UNKNOWN)
    return max(0.0, ear.last() - began) * 1000


def narrator_share(rounds: int) -> float:
    """Return the CPU ms that the narrator needs for one utterance: every node of the home page, again and again."""
    from kiosk_app.lab.samples import desk, pages
    from kiosk_app.screens import view
    from kiosk_app.voice import Narrator

    page = view(pages()["home"], desk())
    narrator = Narrator()
    narrator.page(None, page)
    heard = [
        Heard(n.id, n.role.value, n.text, n.value, "", (at, len(page.nodes))) for at, n in enumerate(page.nodes, 1)
    ]
    began = time.process_time()
    for _ in range(rounds):
        for one in heard:
            narrator.hush()
            narrator.heard(one)
    return (time.process_time() - began) * 1000 / rounds / len(heard)


def measure(rounds: int, folder: Path = BUILD) -> list[Row]:
    """Measure the player beside the peer, then the whole terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    with sound_card() as (places, ear):
        before = dict(os.environ)
        try:
            onsets, silences = player(places, ear, rounds)
            theirs = of_peer(places, ear, rounds)
            key_onsets, key_silences = keys(places, ear, rounds)
        except subprocess.SubprocessError as error:
            raise NoSoundError(str(error)) from None
        finally:
            os.environ.clear()
            os.environ.update(before)
    note = f"{len(onsets)} calls, a sentence of ten words; slowest {max(onsets):.0f} ms"
    middle, late = statistics.median(theirs), percentile(theirs, 0.95)
    first = "player: call to first sample"
    return [
        row(GROUP, f"{first}, median", "ms", statistics.median(onsets), PEER, middle, Goal(most=50), note),
        row(GROUP, f"{first}, p95", "ms", percentile(onsets, 0.95), PEER, late),
        row(GROUP, "player: hush to silence, p95", "ms", percentile(silences, 0.95), goal=Goal(most=20)),
        row(GROUP, "key press to first sample, p95", "ms", percentile(key_onsets, 0.95), goal=Goal(most=100)),
        row(GROUP, "key press to first sample, median", "ms", statistics.median(key_onsets)),
        row(GROUP, "key press to silence, p95", "ms", percentile(key_silences, 0.95), goal=Goal(most=20)),
        row(
            *(GROUP, "narrator, one utterance a second", "% core", narrator_share(rounds) / 10),
            goal=Goal(most=2),
            detail="CPU of deciding what is said, every node of the home page",
        ),
    ]
