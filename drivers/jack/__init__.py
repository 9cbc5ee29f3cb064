"""The headphone jack of a sound card: whether something is plugged in, as the kernel's own jack detection says."""

from drivers.jack.address import jack
from drivers.jack.driver import KIND, PLUGGED, HeadphoneJack

__all__ = ["KIND", "PLUGGED", "HeadphoneJack", "jack"]
