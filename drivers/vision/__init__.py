"""The cameras: faces and codes, or paper, each in a process of its own. Nothing of a face leaves it."""

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
