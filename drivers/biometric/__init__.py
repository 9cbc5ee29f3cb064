"""Voiceprint, palm and iris modules behind an adapter of their vendor: a reference goes in, a verdict comes out."""

from drivers.biometric.driver import BiometricModule
from drivers.biometric.messages import SUBJECT_BYTES, Compare, Compared, Decision, Modality, Prompt

__all__ = ["SUBJECT_BYTES", "BiometricModule", "Compare", "Compared", "Decision", "Modality", "Prompt"]
