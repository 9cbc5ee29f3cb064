"""The clips in sign language that this terminal has: read once, checked whole, found by service and page.

One folder a service (its id), one named `page` for the terminal's own pages; in each `signs.json` and its clips. A
folder with a fault is left out and told of: a clip that says something else than its page is worse than none.
"""

from __future__ import annotations

from pathlib import Path

from contracts.ids import SERVICE_ID
from contracts.signs import MOST_CLIP, MOST_FOLDER, SIGNS, Signs, SignsError, check_clip, read_signs
from kiosk_app.visit.sign_shelf import OWN, Sign, SignShelf

MOST_JSON = 256 * 1024


def read_shelf(folder: Path) -> tuple[SignShelf, tuple[str, ...]]:
    """Read every folder of clips; returns the shelf and why folders were left out, one line each."""
    found: dict[tuple[str, str], Sign] = {}
    refused = []
    for owner in sorted(folder.iterdir()) if folder.is_dir() else ():
        if owner.name != OWN and not SERVICE_ID.fullmatch(owner.name):
            continue
        try:
            signs = read_folder(owner)
        except SignsError as error:
            refused.append(f"{owner.name}: {error}")
            continue
        for key, clip in signs.clips.items():
            found[owner.name, key] = Sign(str((owner / clip.file).resolve()), clip.text)
    return SignShelf(found), tuple(refused)


def read_folder(folder: Path) -> Signs:
    """Read one folder and check each of its clips.

    Raises:
        SignsError: anything about it is not as it must be.
    """
    signs = read_signs(_read(folder / SIGNS, MOST_JSON).decode("utf-8", "replace"))
    weight = 0
    for file in sorted({clip.file for clip in signs.clips.values()}):
        data = _read(folder / file, MOST_CLIP)
        weight += len(data)
        for clip in signs.clips.values():
            if clip.file == file:
                check_clip(clip, data)
    if weight > MOST_FOLDER:
        raise SignsError(f"the clips weigh more than {MOST_FOLDER // 2**20} MiB")
    return signs


def _read(path: Path, most: int) -> bytes:
    try:
        if path.is_symlink():
            raise SignsError(f"{path.name}: a link, not a file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise SignsError(f"{path.name}: cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise SignsError(f"{path.name}: too large")
    return data
