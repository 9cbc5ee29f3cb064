"""Facts that any process on the machine can find out for itself, without a device and without opening the store."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.health.checks import Facts, Refusal
from offline_cache import read_protection
from provisioning import NotEnrolledError, ProfileError, ProvisioningError, check_home, load_identity, load_profile
from provisioning.errors import TerminalRevokedError
from provisioning.inventory import hardware

_PLAIN = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the machine tells of itself; another place is for tests and the laboratory.

    `fonts` is looked into instead of the shipped folders, `fontconfig` a configuration instead of the system's.
    """

    swaps: Path = Path("/proc/swaps")
    blocks: Path = Path("/sys/block")
    fonts: Path | None = None
    fontconfig: Path | None = None


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


def open_swap(swaps: Path = Path("/proc/swaps"), blocks: Path = Path("/sys/block")) -> tuple[str, ...] | None:
    """Return the swap devices and files that are not encrypted; None when the kernel does not say.

    Compressed memory (zram) is no disk; a device of dm-crypt is encrypted (proc(5), Linux ABI: dm/uuid).
    """
    try:
        rows = swaps.read_text("utf-8", errors="replace").splitlines()[1:]
    except OSError:
        return None
    return tuple(row.split()[0] for row in rows if row.strip() and not _closed(Path(row.split()[0]), blocks))


def _closed(device: Path, blocks: Path) -> bool:
    name = device.resolve().name
    if name.startswith("zram"):
        return True
    try:
        return (blocks / name / "dm" / "uuid").read_text("ascii").startswith("CRYPT-")
    except (OSError, ValueError):
        return False


def fonts_present(folders: tuple[Path, ...] = (), fontconfig: Path | None = None) -> bool:
    """Tell whether Chinese fonts are there: shipped in one of `folders`, or known to fontconfig."""
    environment = {**os.environ, **({"FONTCONFIG_FILE": str(fontconfig)} if fontconfig else {})}
    if any(any(folder.glob(f"*.{end}")) for folder in folders for end in ("otf", "ttf", "ttc")):
        return True
    try:
        found = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, timeout=_FONT_S, check=False, env=environment
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


def gather(
    identity_folder: Path,
    store_file: Path,
    key_file: Path,
    font_folders: tuple[Path, ...] = (),
    *,
    at_home: bool = True,
    machine: Machine | None = None,
) -> Facts:
    """Return what the disk and the machine tell; outbox, catalogue and clock skew are added by who knows them.

    With `at_home` the identity has to be that of this machine.
    """
    where = machine or Machine()
    begin = end = profile = refused = None
    no_profile = ""
    # What cannot be loaded stays None, and its check says so.
    try:
        identity = load_identity(identity_folder)
        begin, end = identity.certificate.not_valid_before_utc, identity.certificate.not_valid_after_utc
        if identity.revoked:
            raise TerminalRevokedError
        if at_home:
            check_home(identity, hardware())
    except NotEnrolledError:
        refused = None
    except ProvisioningError as error:
        refused = Refusal(error.code, error.cause, error.remedy)
    try:
        profile = load_profile(identity_folder)
    except ProfileError as error:
        no_profile = error.code
    except ProvisioningError:
        # Without an identity there is none to judge it by, and the certificate's check says why.
        profile = None
    return Facts(
        store_encrypted=store_encrypted(store_file),
        store_key=read_protection(key_file),
        disk_free=disk_free(store_file.parent),
        certificate_from=begin,
        certificate_until=end,
        identity_refused=refused,
        profile_expires=None if profile is None else profile.expires,
        profile_refused=no_profile,
        screen=None if profile is None else profile.screen,
        fonts=fonts_present((where.fonts,) if where.fonts else font_folders, where.fontconfig),
        voice=voice_present(),
        audio=audio_present(),
        open_swap=open_swap(where.swaps, where.blocks),
    )
