"""Reading a photograph from a file: any size, any orientation, and a plain word about what is wrong with it."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

MOST_PIXELS = 200_000_000
DRAFT = (2560, 2560)
"""A JPEG is decoded at the smallest of its built-in sizes that is at least so large: quicker, and nothing is lost."""


class PhotographError(Exception):
    """The file is no photograph that can be read; the text names the file and the cause."""


def read_photograph(path: Path) -> NDArray[np.uint8]:
    """Return (h, w, 3) BGR, upright as its EXIF says.

    Raises:
        PhotographError: it is not there, is no picture, is damaged or far too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; the limit here is ours
            with Image.open(path) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PhotographError(f"{path}: larger than {MOST_PIXELS // 1_000_000} million pixels")
                image.draft("RGB", DRAFT)
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except FileNotFoundError as error:
        raise PhotographError(f"{path}: no such file") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotographError(f"{path}: cannot be read as a picture") from error
    return np.ascontiguousarray(np.asarray(upright, np.uint8)[:, :, ::-1])
