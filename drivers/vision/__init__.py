"""The camera: looks at faces and codes in a process of its own. No picture and no number of a face leaves it."""

from drivers.vision.driver import VisionDevice, as_text
from drivers.vision.messages import (
    PHOTO_BYTES,
    Aim,
    Challenge,
    CheckFace,
    Decision,
    FaceChecked,
    FaceSettings,
    Progress,
    Reason,
    Stage,
)

__all__ = [
    "PHOTO_BYTES",
    "Aim",
    "Challenge",
    "CheckFace",
    "Decision",
    "FaceChecked",
    "FaceSettings",
    "Progress",
    "Reason",
    "Stage",
    "VisionDevice",
    "as_text",
]
