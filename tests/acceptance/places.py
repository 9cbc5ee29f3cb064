"""The places where a visit could have left something, each looked through for planted markers."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.programs import family
from kiosk_app.lab.world import World
from offline_cache import Keyring
from tests.acceptance.memory import regions
from tests.acceptance.planted import Markers, Place
from tests.offline_cache.plain_pages import decrypted_log, decrypted_pages

STORES = ("store.db", "store.db.building", "store.db.new")
OTHERS_FOLDERS = ("doorstep-", "pytest-of-")
"""Of other worlds and of tests, whose residents may have the same names."""
SPEECH = "drivers.speech.child"
SPOOL = Path("/var/spool")
MEGABYTE = 1 << 20
MOST_HOLDERS = 30
"""Each asks the terminal to go through all its objects."""


def whole(world: World, markers: Markers, since: float) -> list[Place]:
    """Look everywhere. `since` is when the first visit began, as files carry it."""
    pid = world.terminal_pid
    return [
        disk(world, markers),
        log(world, markers),
        *store(world, markers),
        in_files("standard error", sorted(world.folder.glob("*.stderr")), world.folder, markers),
        in_files("print spool", _newer(SPOOL, since), SPOOL, markers),
        temporary(world, markers, since),
        memory_backed(markers, pid),
        platform_logs(world, markers),
        arguments(markers, family(pid)),
        *window(world, markers),
        reachable(world, markers),
        children(markers, [one for one in family(pid) if one != pid]),
    ]


def disk(world: World, markers: Markers) -> Place:
    """The terminal's folder, every file as it lies there."""
    root = world.state.root
    return in_files("terminal's folder", (p for p in root.rglob("*") if p != world.state.log), root, markers)


def log(world: World, markers: Markers) -> Place:
    """The terminal's log."""
    return in_files("terminal's log", [world.state.log], world.state.root, markers)


def store(world: World, markers: Markers) -> list[Place]:
    """The store's pages and the frames of its log, decrypted; free pages are among the pages."""
    key = Keyring(world.state.key).current()
    pages, frames = Place("store, pages decrypted", ""), Place("store, log decrypted", "")
    counted = [0, 0]
    for file in world.state.root.rglob("*.db*"):
        if file.name in STORES:
            for number, place, pieces in (
                (0, pages, list(decrypted_pages(file, key))),
                (1, frames, list(decrypted_log(file, key))),
            ):
                place.hits += Counter({(kind, file.name): n for kind, n in markers.kinds_in(pieces).items()})
                counted[number] += len(pieces)
    pages.looked, frames.looked = f"{counted[0]} pages", f"{counted[1]} frames"
    return [pages, frames]


def temporary(world: World, markers: Markers, since: float) -> Place:
    """What the terminal left in its own folder for such files, and whatever was written since in those of the machine,
    but for the folders of other worlds and of work trees.
    """
    found = [*world.temporary.rglob("*")]
    found += [
        path
        for root in dict.fromkeys((Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")))
        for path in _newer(root, since)
        if not path.is_relative_to(world.folder)
    ]
    return in_files("temporary files", found, Path("/"), markers)


def memory_backed(markers: Markers, pid: int) -> Place:
    """Shared memory, and files that processes of the terminal hold open without a name."""
    place = in_files("memory-backed files", Path("/dev/shm").rglob("*"), Path("/dev"), markers)
    for one in family(pid):
        for link in _listed(Path(f"/proc/{one}/fd")):
            with contextlib.suppress(OSError):
                target = str(link.readlink())
                if "memfd:" in target or ("(deleted)" in target and link.is_file()):
                    place.hits += _found(markers, link.read_bytes(), "a file without a name")
    return place


def platform_logs(world: World, markers: Markers) -> Place:
    """What the platform writes beside its database."""
    folder = world.platform.folder
    found = [folder / "requests.jsonl", folder / "stderr.txt", *folder.rglob("*.log")]
    return in_files("platform's logs", found, folder, markers)


def arguments(markers: Markers, pids: Iterable[int]) -> Place:
    """Command lines and environments of the terminal's processes."""
    hits: Counter[tuple[str, str]] = Counter()
    count = 0
    for pid in pids:
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                hits += _found(markers, Path(f"/proc/{pid}/{name}").read_bytes(), name)
                count += 1
    return Place("command lines, environments", f"{count} files", hits)


def window(world: World, markers: Markers) -> list[Place]:
    """Texts of the window's items, and of the clipboard."""
    path = world.folder / "window.texts"
    count = int(world.stage.ask(window=str(path))["texts"])
    items, board = Place("window's items", f"{count} texts"), Place("clipboard", "")
    for line in path.read_bytes().split(b"\n\x00"):
        name, _, text = line.partition(b"\t")
        place = board if name == b"clipboard" else items
        place.hits += _found(markers, text, name.decode())
    board.looked = "read"
    path.unlink()
    return [items, board]


def reachable(world: World, markers: Markers, only: frozenset[str] = frozenset()) -> Place:
    """Everything that the terminal's process can still reach; `only` these kinds when any are named."""
    path = world.folder / "reached.texts"
    world.stage.ask(forget=True)
    told = world.stage.ask(reach=str(path))
    place = Place("what the process can reach", f"{told['texts']} texts")
    data = path.read_bytes()
    path.unlink()
    wanted = [(offset, kind) for offset, kind in markers.find(data) if not only or kind in only]
    for number, (offset, kind) in enumerate(wanted):
        holder = str(world.stage.ask(holder=offset)["holder"]) if number < MOST_HOLDERS else "others"
        place.hits[kind, holder] += 1
    for name in told["objects"]:
        if not only:
            place.hits["object", str(name).rpartition(".")[2]] += 1
    world.stage.ask(forget=True)
    return place


def children(markers: Markers, pids: Iterable[int]) -> Place:
    """The memory of the processes that the terminal keeps beside itself, read from outside."""
    place, size = Place("memory of child processes", "only root may look"), 0
    for pid in pids:
        with contextlib.suppress(OSError):
            name = _module(pid)
            for region in regions(pid):
                size += len(region)
                place.hits += _found(markers, region, name)
            place.looked = f"{size // MEGABYTE} MB"
    return place


def speech(world: World) -> frozenset[int]:
    """The processes that speak for the terminal now."""
    return frozenset(pid for pid in family(world.terminal_pid) if _module(pid) == SPEECH)


def lived_on(told: frozenset[int], world: World) -> Place:
    """Processes that were told private words, and still speak."""
    place = Place("processes that spoke in private", f"{len(told)} processes")
    if living := told & speech(world):
        place.hits["process", SPEECH] += len(living)
    return place


def in_files(name: str, paths: Iterable[Path], root: Path, markers: Markers) -> Place:
    """Files as they lie there, their names included."""
    hits: Counter[tuple[str, str]] = Counter()
    count = size = 0
    for path in paths:
        if any(markers.find(os.fsencode(path.name))):
            hits["word", "the name of a file"] += 1
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                count, size = count + 1, size + len(data)
                hits += _found(markers, data, str(path.relative_to(root)))
    return Place(name, f"{count} files, {size // 1024} kB", hits)


def _found(markers: Markers, data: bytes, where: str) -> Counter[tuple[str, str]]:
    return Counter((kind, where) for _, kind in markers.find(data))


def _newer(root: Path, since: float) -> Iterator[Path]:
    for folder, folders, files in os.walk(root, onerror=lambda _: None):
        names = {*folders, *files}
        if ".git" in names or "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = [one for one in folders if not one.startswith(OTHERS_FOLDERS)]
        for name in files:
            path = Path(folder, name)
            with contextlib.suppress(OSError):
                if path.lstat().st_mtime >= since:
                    yield path


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _module(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return ""
    return words[words.index("-m") + 1] if "-m" in words else words[0]
