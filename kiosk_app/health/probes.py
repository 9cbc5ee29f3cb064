"""Facts that any process of the terminal can find out for itself, without a device and without a library of weight."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

_PLAIN = b"SQLite format 3\0"
_FONT_S = 5.0


def disk_free(folder: Path) -> int | None:
    """Return the bytes free for the terminal in the file system of `folder`; None when the folder is not there."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def store_encrypted(file: Path) -> bool | None:
    """Tell whether a store's file is encrypted, by its first 16 bytes; None when there is no file or nothing in it."""
    try:
        with file.open("rb") as handle:
            head = handle.read(16)
    except OSError:
        return None
    return head != _PLAIN if len(head) == 16 else None


def key_protection(file: Path) -> str | None:
    """Return `file` for a key only its owner reads, `exposed` for one that others can read, None when there is none."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return None
    return "exposed" if mode & 0o077 else "file"


def fonts_present(folders: tuple[Path, ...] = ()) -> bool:
    """Tell whether Chinese fonts are there: shipped in one of `folders`, or known to fontconfig."""
    if any(any(folder.glob(f"*.{end}")) for folder in folders for end in ("otf", "ttf", "ttc")):
        return True
    try:
        found = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, timeout=_FONT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(found.strip())


def voice_present() -> bool:
    """Tell whether the speech engine is installed, without loading it."""
    return importlib.util.find_spec("pyttsx3") is not None and (
        importlib.util.find_spec("espeakng_loader") is not None or shutil.which("espeak-ng") is not None
    )


def audio_present(cards: Path = Path("/proc/asound/cards")) -> bool:
    """Tell whether the kernel has a sound card, or a sound server's socket is there."""
    try:
        listed = cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        listed = ""
    if listed.strip() and "no soundcards" not in listed:
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(runtime) and any((Path(runtime) / name).exists() for name in ("pulse/native", "pipewire-0"))
