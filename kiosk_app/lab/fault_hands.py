"""Hands that play the deeds of `fault_table` on a world: simulators, lines, files, disks, cables, the platform."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kiosk_app.clock import SystemClock
from kiosk_app.control import ControlError, ask
from kiosk_app.engine_room import RENEWAL_RETRY_S
from kiosk_app.lab.cable import Plug
from kiosk_app.lab.fault_shape import Deed, Scene
from kiosk_app.lab.faults_machine import SWAPS
from kiosk_app.lab.impostor import Impostor
from kiosk_app.lab.processes import ROOT, WorldError, wait_until
from kiosk_app.lab.world import PACKAGES, World
from offline_cache import Keyring, Limits, NewItem, open_store

ROOTS = frozenset({"disk", "take-out"})
"""What only root can do."""
DOCTOR_S = 10.0
HELD_S = 20.0
FINGER_S = 5.0
LATENCY_S = 1.6
"""Each way: a heartbeat is slow then, and the platform does not yet take the connection for idle."""
EMPTY_FONTS = "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig/>"
FONT = "Sample.otf"
MIB = 1 << 20
ONE = "YL01"
"""The only service of a fresh terminal: its clips are fetched in a moment."""
SILENCE: Mapping[str, str] = {
    "ALSA_CONFIG_PATH": os.devnull,
    "PULSE_SERVER": "unix:/nonexistent",
    "PIPEWIRE_REMOTE": "nonexistent",
    "JACK_NO_START_SERVER": "1",
}
"""A machine without a sound card, to the sound library."""


class FaultHands:
    """One world's. `close` lets everything go that was taken; the world itself belongs to its owner."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._kept: dict[Path, tuple[bytes, int]] = {}
        self._held: list[int] = []
        self._impostor: Impostor | None = None
        self._disk: Path | None = None
        self._decoder = world.folder / "photo-helper"
        world.machine = world.folder / "machine"
        self._draw_machine(world.machine)

    def close(self) -> None:
        """Let go; a disk of its own is taken out of a terminal that is off."""
        self._release({})
        self._end_impostor()
        self.world.before = ()
        if self._disk is not None:
            self.world.power_off()
            subprocess.run(["umount", "--lazy", str(self._disk)], check=False, capture_output=True)
            self._disk = None

    def do(self, deed: Deed) -> None:
        """Do it.

        Raises:
            WorldError: it cannot be done.
        """
        hand = self._hands().get(deed.hand)
        if hand is not None:
            hand(deed.what)
            return
        controls = {"card": self.world.card, "code": self.world.code}
        controls |= {"printer": self.world.printer, "sheets": self.world.sheets}
        (controls.get(deed.hand) or self.world.parts.control(deed.hand)).ask(**deed.what)

    def _hands(self) -> Mapping[str, Callable[[Mapping[str, Any]], None]]:
        return {
            "hold": self._hold,
            "hold-store": self._hold_store,
            "release": self._release,
            "camera-plug": lambda how: self.world.parts.plug() if how["in"] else self.world.parts.unplug(),
            "table-plug": lambda how: self.world.parts.hang_camera() if how["in"] else self.world.parts.lift_camera(),
            "decoder": self._meddle_decoder,
            "cable": self._cable,
            "impostor": self._let_answer,
            "platform": lambda how: self.world.fault(how["mode"], 0 if how["mode"] == "ok" else 10_000),
            "operators": self._operate,
            "clock": self._clock,
            "days": self._days,
            "machine": lambda how: self._write_machine(how["file"], how["content"]),
            "fonts": self._fonts,
            "disk": self._resize,
            "file": self._file,
            "dead-letter": self._dead_letter,
            "take-out": self._take_out,
            "clips": self._clips,
            "nothing": lambda _: None,
        }

    # Where a scene takes place

    def install(self, scene: Scene, entries: Mapping[str, Mapping[str, Any]]) -> None:
        """Put a terminal there as the scene wants it, and start it. `entries`: id -> what is wrong in its entry."""
        world = self.world
        world.environment.clear()

        def amend(profile: dict[str, Any]) -> dict[str, Any]:
            devices = [{**one, **entries.get(one["id"], {})} for one in profile["devices"]]
            if scene is Scene.FRESH:
                world.environment.update(SILENCE)
                silent = {"voice-1": "speech:default"}
                devices = [{**one, "uri": silent.get(one["id"], one["uri"])} for one in devices]
                profile = {**profile, "services": [ONE]}
            return {**profile, "devices": devices}

        world.amend = amend
        try:
            world.install()
        finally:
            world.amend = lambda profile: profile
        if scene is Scene.SMALL_DISK:
            self._mount()
        if scene is Scene.FRESH:
            world.cable.plug(Plug.DOWN)
        world.power_on()

    def _draw_machine(self, folder: Path) -> None:
        (folder / "block").mkdir(parents=True, exist_ok=True)
        (folder / "fonts").mkdir(exist_ok=True)
        self._write_machine("swaps", SWAPS)
        self._write_machine("fonts.conf", EMPTY_FONTS)
        self._write_machine(f"fonts/{FONT}", "")

    def _write_machine(self, name: str, content: str) -> None:
        assert self.world.machine is not None
        (self.world.machine / name).write_text(content, "utf-8")

    def _fonts(self, how: Mapping[str, Any]) -> None:
        assert self.world.machine is not None
        if how["there"]:
            self._write_machine(f"fonts/{FONT}", "")
        else:
            (self.world.machine / "fonts" / FONT).unlink()

    def _mount(self) -> None:
        """Move the terminal's folder to a disk of its own."""
        root = self.world.state.root
        aside = root.with_name(root.name + ".moved")
        root.rename(aside)
        root.mkdir(mode=0o700)
        command = ["mount", "-t", "tmpfs", "-o", "size=8g,mode=700", "doorstep", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise WorldError(f"no disk of its own: {done.stderr.strip()}")
        self._disk = root
        shutil.copytree(aside, root, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(aside)

    def _resize(self, how: Mapping[str, Any]) -> None:
        """So many MiB in all; 0 leaves room for nothing."""
        assert self._disk is not None
        used = os.statvfs(self._disk)
        taken = (used.f_blocks - used.f_bfree) * used.f_frsize
        size = how["mib"] * MIB or taken
        command = ["mount", "-o", f"remount,size={size}", str(self._disk)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise WorldError(f"the disk keeps its size: {done.stderr.strip()}")

    # Locks

    def _hold(self, how: Mapping[str, Any]) -> None:
        """Take the lock of a serial line, as a modem manager does: between two tries of the terminal."""
        link, control = self.world.folder / how["link"], Deed(how["part"], {"fault": "unplug"})
        end = time.monotonic() + HELD_S
        while time.monotonic() < end:
            self.do(control)
            self.do(Deed(how["part"], {"fault": "none"}))
            descriptor = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                continue
            self._held.append(descriptor)
            return
        raise WorldError(f"{how['link']}: the terminal was always faster")

    def _hold_store(self, _how: Mapping[str, Any]) -> None:
        store = self.world.state.store
        descriptor = os.open(store.with_name(store.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._held.append(descriptor)

    def _release(self, _how: Mapping[str, Any]) -> None:
        while self._held:
            os.close(self._held.pop())

    # Files of the terminal

    def _file(self, how: Mapping[str, Any]) -> None:
        path = self.world.state.root / how["path"]
        if how["do"] == "restore":
            content, mode = self._kept.pop(path)
            path.unlink(missing_ok=True)
            if mode:
                path.write_bytes(content)
                path.chmod(mode)
            return
        there = path.exists()
        self._kept[path] = (path.read_bytes(), path.stat().st_mode & 0o777) if there else (b"", 0)
        content = self._kept[path][0]
        match how["do"]:
            case "cut":
                path.write_bytes(content[: len(content) // 2])
            case "expose":
                path.chmod(0o644)
            case "edit":
                path.write_bytes(content.replace(b"community", b"something"))
            case "replace":
                path.write_bytes(os.urandom(len(content)))
            case "remove":
                path.unlink()
            case "forge":
                path.write_text('{"rows": []}', "utf-8")
            case "flip":
                at = self.world.damage_at()
                path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            case "plain":
                path.unlink()
                with contextlib.closing(sqlite3.connect(path)) as connection:
                    connection.execute("CREATE TABLE plain (words TEXT)")
                    connection.commit()
            case word:
                raise WorldError(f"file: {word} is nothing that can be done")

    def _dead_letter(self, how: Mapping[str, Any]) -> None:
        """A case that the platform never takes, written by this terminal's own store while it is off."""
        folders = self.world.state
        kept = folders.root / "store.kept"
        if not how["there"]:
            shutil.rmtree(folders.store.parent)
            kept.rename(folders.store.parent)
            return
        shutil.copytree(folders.store.parent, kept)
        store = open_store(
            folders.store, Keyring(folders.key), SystemClock(), uuid.uuid4().hex, Limits(reserve_bytes=0)
        )
        try:
            body = {"service": "ZZ99", "answers": {}}
            store.submit(NewItem(_uuid7(), "case-of-no-service", "application", "ZZ99/1", body))
        finally:
            store.close()

    def _meddle_decoder(self, how: Mapping[str, Any]) -> None:
        path = self._decoder
        if how["do"] == "restore":
            content, mode = self._kept.pop(path)
            path.write_bytes(content)
            path.chmod(mode)
            return
        self._kept[path] = path.read_bytes(), path.stat().st_mode & 0o777
        if how["do"] == "remove":
            path.unlink()
        else:
            path.write_bytes(self._kept[path][0] + b"\n# another version\n")

    def _take_out(self, how: Mapping[str, Any]) -> None:
        """A package is not there any more, for the terminal alone: an empty folder is mounted over it."""
        self.world.before = ()
        if not how:
            return
        found = find_spec(how["package"])
        if found is None or not found.submodule_search_locations:
            raise WorldError(f"{how['package']} is not there in any case")
        folder = next(iter(found.submodule_search_locations))
        self.world.before = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs doorstep "$0" && exec "$@"', folder)

    # The way to the platform, and the platform

    def _cable(self, how: Mapping[str, Any]) -> None:
        cable = self.world.cable
        match how["do"]:
            case "up":
                cable.latency(0.0)
                cable.plug(Plug.UP)
            case "down":
                cable.plug(Plug.DOWN)
            case "blackhole":
                cable.plug(Plug.BLACKHOLE)
            case "slow":
                cable.latency(LATENCY_S)
            case "shut":
                cable.shut()
                self._break_lines()
            case "reopen":
                cable.reopen()

    def _break_lines(self) -> None:
        """What is connected is connected to whoever was there before."""
        self.world.cable.plug(Plug.DOWN)
        self.world.cable.plug(Plug.UP)

    def _let_answer(self, how: Mapping[str, Any]) -> None:
        self._end_impostor()
        if how:
            self._impostor = Impostor(self.world.folder, tls=how["tls"])
            self.world.cable.retarget(self._impostor.address)
        else:
            self.world.cable.retarget(self.world.platform.address)
        self._break_lines()

    def _end_impostor(self) -> None:
        if self._impostor is not None:
            self._impostor.close()
            self._impostor = None

    def _operate(self, how: Mapping[str, Any]) -> None:
        """The platform's operators give a command."""
        words = list(how["run"])
        if words == ["revoke"]:
            words = ["terminal", "revoke", "--id", str(self.doctor()["terminal"])]
        command = [sys.executable, "-m", "central_platform.cli", *words, "--data", str(self.world.platform.folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise WorldError(f"central-platform {' '.join(words)}: {done.stderr.strip()[-200:]}")

    def _clips(self, how: Mapping[str, Any]) -> None:
        """The platform publishes a service with its clips, or as the laboratory does: without."""
        if not how["there"]:
            return
        voice = self.world.packages / ONE / "voice"
        self.world.restart_platform(lambda: shutil.copytree(PACKAGES / ONE / "voice", voice))

    # Time

    def _clock(self, how: Mapping[str, Any]) -> None:
        """Only one clock goes on, the other stands."""
        if seconds := how.get("terminal"):
            self.world.skipped = float(self.world.stage.ask(advance=seconds)["skipped"])
        if seconds := how.get("platform"):
            self.world.platform.post("/lab/clock", {"advance_s": seconds})

    def _days(self, how: Mapping[str, Any]) -> None:
        """The terminal is off for days, and starts without a network; without days the network is back."""
        if not how:
            self.world.cable.plug(Plug.UP)
            self.world.advance(RENEWAL_RETRY_S + 1)
            return
        seconds = how["days"] * 86_400.0
        self.world.power_off()
        self.world.skipped += seconds
        self.world.platform.post("/lab/clock", {"advance_s": seconds})
        self.world.cable.plug(Plug.DOWN)
        self.world.power_on()

    # What is said

    def doctor(self) -> dict[str, Any]:
        """The report of the running terminal, as `kiosk doctor --json` asks for it.

        Raises:
            WorldError: it does not answer.
        """
        try:
            found = ask(self.world.state.control, {"command": "doctor"}, DOCTOR_S)
        except (ControlError, OSError) as error:
            raise WorldError(f"the doctor does not answer: {error}") from error
        if not isinstance(found, dict):
            raise WorldError("the doctor does not answer: nobody listens")
        return found

    def touched(self) -> None:
        """A finger changes the page's language and back.

        Raises:
            WorldError: the page does not follow.
        """
        stage = self.world.stage

        def title() -> str:
            return str(stage.ask(view=True)["view"]["title"])

        for _ in range(2):
            before = title()
            stage.ask(touch="dock.lang")
            wait_until(lambda was=before: title() != was, FINGER_S, f"the page {before} follows a finger")  # type: ignore[misc]


def _uuid7() -> str:
    """An id as the terminal makes them: time first."""
    number = (int(time.time() * 1000) << 80) | (0x7 << 76) | (0x2 << 62) | int.from_bytes(os.urandom(7), "big")
    return str(uuid.UUID(int=number))
