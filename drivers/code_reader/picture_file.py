"""A picture file as grey pixels: any kind that Pillow or OpenCV reads, up to 50 megapixels, the right way up.

The size is read from the file's head before anything is unpacked: a small file can claim a huge picture.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as PillowImage

    Grey = NDArray[np.uint8]

MOST_PIXELS = 52_000_000
"""Telephones of 50 megapixels save a little more than 50 million."""
MOST_BYTES = 256 * 1024 * 1024
EMPTY = 2.0
"""Standard deviation below which a picture shows nothing."""


class PictureError(ValueError):
    """The file is not a picture that can be read. The text says why in a few words; its name is left to the caller."""


def load_grey(path: Path | str) -> Grey:
    """Return the picture (h, w): turned as its EXIF data say, laid on white where transparent, 16 bits brought to 8.

    Raises:
        PictureError: missing, damaged, too large, or no picture.
    """
    try:
        size = Path(path).stat().st_size
        if size > MOST_BYTES:
            raise PictureError(f"larger than {MOST_BYTES // 1024 // 1024} MB")
        raw = Path(path).read_bytes()
    except OSError as error:
        raise PictureError(error.strerror or "cannot be read") from error
    return _with_pillow(raw)


def _with_pillow(raw: bytes) -> Grey:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Pillow warns below our own limit, and about harmless oddities of metadata.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(raw)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PictureError(f"{image.width} x {image.height} is more than 50 megapixels")
                return _grey(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        return _with_opencv(raw)
    except Image.DecompressionBombError as error:
        raise PictureError("more than 50 megapixels") from error
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError, LookupError, TypeError) as error:
        # Pillow's readers raise all of these for damaged files.
        raise PictureError(f"damaged ({type(error).__name__})") from error


def _with_opencv(raw: bytes) -> Grey:
    """What Pillow does not know, such as colour TIFF of 16 bits."""
    import cv2
    import numpy as np

    # Its decoders would write about a damaged file to standard error, where we write one line of our own.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        read = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_GRAYSCALE) if raw else None
    except cv2.error as error:
        raise PictureError("not a picture") from error
    if read is None:
        raise PictureError("not a picture")
    if read.size > MOST_PIXELS:
        raise PictureError("more than 50 megapixels")
    return np.asarray(read, np.uint8)


def _grey(image: PillowImage) -> Grey:
    import numpy as np

    if image.mode.startswith(("I", "F")):
        return _stretched(np.asarray(image, np.float32))
    if image.has_transparency_data:
        return _laid_on_paper(image.convert("RGBA"))
    return np.asarray(image.convert("L"), np.uint8)


def _stretched(values: NDArray[np.float32]) -> Grey:
    """Bring 16 bits and floats to 8: cameras of 12 bits use a sixteenth of the range."""
    import numpy as np

    finite = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    return ((finite - low) * (255.0 / (high - low)) if high > low else finite * 0).astype(np.uint8)


def _laid_on_paper(image: PillowImage) -> Grey:
    """Lay it on white, or on black when that leaves nothing to see (a white code for dark pages)."""
    import numpy as np
    from PIL import Image

    def on(shade: int) -> Grey:
        sheet = Image.new("RGBA", image.size, (shade, shade, shade, 255))
        return np.asarray(Image.alpha_composite(sheet, image).convert("L"), np.uint8)

    white = on(255)
    return white if float(white.std()) >= EMPTY else on(0)
