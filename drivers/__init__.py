"""Devices and their simulators: the only folder that knows bytes on a wire.

The words are in `drivers.device`, the thread that owns a device in `drivers.owner`, the pipes in `drivers.transport`;
each kind of device has a folder of its own.
"""

from drivers.device import (
    Capabilities,
    Command,
    Completion,
    Device,
    DeviceError,
    DeviceEvent,
    DeviceState,
    ErrorKind,
    Listener,
    Paper,
    Report,
    Status,
)

__all__ = [
    "Capabilities",
    "Command",
    "Completion",
    "Device",
    "DeviceError",
    "DeviceEvent",
    "DeviceState",
    "ErrorKind",
    "Listener",
    "Paper",
    "Report",
    "Status",
]
