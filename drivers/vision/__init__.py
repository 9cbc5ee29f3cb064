"""The cameras: faces and codes, and paper, each in a process of its own. No picture and no number of a face leaves it."""

from drivers.vision.driver import VisionDevice, as_text
from drivers.vision.messages import (
    PHOTO_BYTES,
    Aim,
    Challenge,
    CheckFace,
    Decision,
    FaceChecked,
    FaceSettings,
    Lie,
    PageTaken,
    Progress,
    Reason,
    ShowPicture,
    Stage,
    TakePage,
)

__all__ = [
    "PHOTO_BYTES",
    "Aim",
    "Challenge",
    "CheckFace",
    "Decision",
    "FaceChecked",
    "FaceSettings",
    "Lie",
    "PageTaken",
    "Progress",
    "Reason",
    "ShowPicture",
    "Stage",
    "TakePage",
    "VisionDevice",
    "as_text",
]
