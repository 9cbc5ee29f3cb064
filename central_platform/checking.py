"""`packages check`: every package as the platform reads it when it starts, and its clips in sign language."""

from __future__ import annotations

from pathlib import Path

from central_platform.catalogue import PackageError, read_package
from contracts.ids import SERVICE_ID
from contracts.signs import MOST_CLIP, MOST_FOLDER, SIGNS, SignsError, check_clip, read_signs


def check_folder(folder: Path) -> tuple[list[str], int]:
    """Return (findings, number of packages). `folder` holds packages, or is one."""
    single = (folder / "service.json").exists()
    folders = [folder] if single else _entries(folder)
    findings: list[str] = []
    for entry in folders:
        try:
            read_package(entry)
            check_signs(entry / "signs")
        except PackageError as error:
            findings += error.faults
        except SignsError as error:
            findings.append(str(error))
    return findings, len(folders)


def check_signs(folder: Path) -> None:
    """Check the clips in sign language of a package; a package without them is whole.

    Raises:
        SignsError: anything about them is not as docs/signs.md says.
    """
    if not folder.exists():
        return
    try:
        signs = read_signs((folder / SIGNS).read_text(encoding="utf-8"))
        files = {clip.file: (folder / clip.file).read_bytes() for clip in signs.clips.values()}
        for clip in signs.clips.values():
            check_clip(clip, files[clip.file])
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        raise SignsError(f"{folder}: {what}") from error
    if sum(map(len, files.values())) > MOST_FOLDER or any(len(data) > MOST_CLIP for data in files.values()):
        raise SignsError(f"{folder}: the clips weigh too much")


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and SERVICE_ID.fullmatch(entry.name))
