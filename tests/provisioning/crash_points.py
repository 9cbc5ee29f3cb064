"""The plug is pulled at every step of putting a terminal into service.

One run of each step is recorded: every fsync, rename, unlink, symbolic link and new folder, and every POST, before and
after. Then each point gets a fresh folder and a process that is killed exactly there (SIGKILL, real files, the real
platform). Afterwards what was there before has to work, and the same step has to succeed when it is repeated.

    python -m tests.provisioning.crash_points --data FOLDER --url URL [--sample N --seed N] [--tpm TCTI] [--control]

One JSON object for each point on stdout; exit 1 when one failed.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from central_platform import enrolment, reference
from central_platform.enrolment_stick import answer, read_request
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import canonical
from contracts.enrolment import ANSWER, REQUEST
from provisioning import (
    Tpm,
    apply_profile,
    check_home,
    enrol,
    load_identity,
    load_profile,
    renew,
    settle,
    take_bundle,
    write_request,
)
from provisioning.files import sync_folder
from provisioning.inventory import hardware
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import FixedClock

WATCHED = ("fsync", "replace", "rename", "unlink", "remove", "symlink", "mkdir", "rmdir")
TPM_FROM = 5000
"""Numbers of terminals whose keys are in a TPM, where one platform sees both campaigns."""
Step = Callable[["Site"], None]


@dataclass
class Shim:
    """Counts what goes by, and pulls the plug at number `stop`."""

    stop: int | None
    seen: list[str] = field(default_factory=list)

    def point(self, what: str) -> None:
        self.seen.append(what)
        if len(self.seen) == self.stop:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str, called: str) -> None:
        real = getattr(owner, name)

        def watched(*words: Any, **named: Any) -> Any:
            self.point(f"before {called}")
            given = real(*words, **named)
            self.point(f"after {called}")
            return given

        setattr(owner, name, watched)


@dataclass
class Site:
    """A fresh terminal, its slot, and the platform."""

    folder: Path
    platform: Platform
    url: str
    terminal: str
    tpm: Tpm | None
    code: str = ""

    @property
    def state(self) -> Path:
        return self.folder / "provision"

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    @property
    def pin(self) -> str:
        return self.platform.authority.fingerprint

    def slot(self) -> None:
        self.code = enrolment.create(self.platform, self.terminal, {"name": "断电终端"})

    def works(self) -> None:
        """The identity loads where it was made, its profile too, and the platform accepts it."""
        identity = load_identity(self.state)
        check_home(identity, hardware())
        load_profile(self.state)
        beat = {"terminal": self.terminal, "at": datetime.now(UTC).isoformat()}
        reply = PlatformHttp(FixedClock()).post(
            f"{self.url}/v1/heartbeat", beat, authority=identity.ca_path, identity=identity, timeout=20.0
        )
        assert reply.status == 200, reply


def do_enrol(site: Site) -> None:
    clock = FixedClock()
    enrol(PlatformHttp(clock), site.url, site.code, site.pin, site.state, clock, os.urandom, tpm=site.tpm)


def do_enrol_carelessly(site: Site) -> None:
    """The control: file by file over the identity in force. The plug must hurt it."""

    def in_place(link: Path, files: Mapping[str, tuple[bytes, int]], _random: object) -> None:
        for name, (data, _) in files.items():
            (link / name).write_bytes(data)
            sync_folder(link)

    whole = settle.write_generation
    settle.write_generation = in_place  # type: ignore[assignment]
    try:
        do_enrol(site)
    finally:
        settle.write_generation = whole


def do_apply(site: Site) -> None:
    apply_profile(site.state, site.stick / "profile.json", FixedClock(), os.urandom)


def do_renew(site: Site) -> None:
    clock = FixedClock()
    renew(PlatformHttp(clock), site.state, clock, os.urandom)


def do_request(site: Site) -> None:
    write_request(site.stick, site.url, site.pin, site.state, FixedClock(), os.urandom, tpm=site.tpm)


def do_take(site: Site) -> None:
    take_bundle(site.stick, site.state, FixedClock(), os.urandom, site.folder / "arrived.bundle")


def before_enrol(site: Site) -> None:
    """In service, with a new code for the same slot."""
    do_enrol(site)
    site.works()
    site.slot()


def before_apply(site: Site) -> None:
    do_enrol(site)
    value = site.platform.signed_profile(site.terminal)[1]["signed"]
    envelope = site.platform.authority.sign({**value, "rev": value["rev"] + 1})
    (site.stick / "profile.json").write_bytes(canonical(envelope))


def before_take(site: Site) -> None:
    before_enrol(site)
    do_request(site)
    request = read_request((site.stick / REQUEST).read_bytes(), site.pin)
    content = reference.bundle(site.platform, clips=False)
    (site.stick / "reference.bundle").write_bytes(content)
    found = answer(site.platform, site.terminal, request, hashlib.sha256(content).hexdigest())
    (site.stick / ANSWER).write_bytes(canonical(found))


@dataclass(frozen=True)
class Scene:
    """A step, what comes before it, and whether a terminal was in service then and is afterwards."""

    name: str
    before: Step
    step: Step
    was: bool = True
    is_: bool = True


CONTROL = Scene("careless", before_enrol, do_enrol_carelessly)
SCENES = (
    Scene("first enrol", lambda site: None, do_enrol, was=False),
    Scene("enrol again", before_enrol, do_enrol),
    Scene("apply", before_apply, do_apply),
    Scene("renew", do_enrol, do_renew),
    Scene("request", lambda site: None, do_request, was=False, is_=False),
    Scene("take bundle", before_take, do_take),
)


class Campaign:
    """Plays scenes on one platform."""

    def __init__(self, platform: Platform, url: str, tpm: Tpm | None) -> None:
        self._platform = platform
        self._url = url
        self._tpm = tpm
        self._numbers = itertools.count(1)

    def points(self, scene: Scene) -> list[str]:
        """Record one whole run."""
        with self._site(scene) as site:
            status, seen = _forked(site, scene.step, None)
            assert status == 0, (scene.name, status)
            return seen

    def play(self, scene: Scene, number: int) -> str:
        """Kill at one point; returns what is wrong afterwards, or nothing."""
        with self._site(scene) as site:
            status, _ = _forked(site, scene.step, number)
            if status != -signal.SIGKILL:
                return f"the process ended with {status}"
            self._let_go()
            try:
                if scene.was:
                    site.works()
                scene.step(site)
                if scene.is_:
                    site.works()
                    left = sorted(path.name for path in site.state.iterdir())
                    assert len(left) == 2, left
            except Exception as error:  # noqa: BLE001 - whatever it is, this point failed
                return f"{type(error).__name__}: {error}"
        return ""

    def _site(self, scene: Scene) -> _Fresh:
        number = next(self._numbers) + (0 if self._tpm is None else TPM_FROM)
        return _Fresh(Site(Path(), self._platform, self._url, f"KP-{number:04d}", self._tpm), scene)

    def _let_go(self) -> None:
        """What the kernel's resource manager does when a process dies: its sessions end."""
        if self._tpm is not None and self._tpm.tcti is not None:
            environment = {**os.environ, "TPM2TOOLS_TCTI": self._tpm.tcti}
            for kind in ("-t", "-l", "-s"):
                subprocess.run(["tpm2_flushcontext", kind], env=environment, capture_output=True)


class _Fresh:
    def __init__(self, site: Site, scene: Scene) -> None:
        self._temporary = TemporaryDirectory(prefix="crash-")
        self._site = replace(site, folder=Path(self._temporary.name))
        self._scene = scene

    def __enter__(self) -> Site:
        self._site.stick.mkdir()
        self._site.slot()
        self._scene.before(self._site)
        return self._site

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()


def _forked(site: Site, step: Step, stop: int | None) -> tuple[int, list[str]]:
    """Do a step in a process of its own, under the shim; returns how it ended, and what went by."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            shim = Shim(stop)
            for name in WATCHED:
                shim.watch(os, name, name)
            shim.watch(PlatformHttp, "post", "POST")
            step(site)
            os.write(writing, json.dumps(shim.seen).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        said = file.read()
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended), json.loads(said) if said else []


def campaign(
    platform: Platform, url: str, sample: int, seed: int, tpm: Tpm | None, scenes: tuple[Scene, ...] = SCENES
) -> Iterator[dict[str, Any]]:
    """Play all points, or some of each scene."""
    player, drawn = Campaign(platform, url, tpm), random.Random(seed)
    for scene in scenes:
        seen = player.points(scene)
        numbers = range(1, len(seen) + 1)
        chosen = numbers if sample == 0 else sorted(drawn.sample(numbers, min(sample, len(seen))))
        for number in chosen:
            wrong = player.play(scene, number)
            yield {"scene": scene.name, "of": len(seen), "point": number, "at": seen[number - 1], "wrong": wrong}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--sample", type=int, default=0, help="so many points of each step; 0 is all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tpm", help="keep the device keys in the TPM at this TCTI")
    parser.add_argument("--control", action="store_true", help="a careless ceremony instead: it must be hurt")
    given = parser.parse_args()
    scenes = (CONTROL,) if given.control else SCENES
    failed, tpm = 0, None if given.tpm is None else Tpm(given.tpm)
    with closing(Platform.open(Settings(given.data))) as platform:
        for line in campaign(platform, given.url, given.sample, given.seed, tpm, scenes):
            failed += bool(line["wrong"])
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
