"""The platform that terminals sync with; it also owns the service packages. The two houses meet only on the wire.

`Platform.open(Settings(...))` opens everything in a data folder, `create_app(platform)` is the ASGI application,
`central-platform serve` runs it with TLS. Names are loaded when they are first asked for, so that commands start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from central_platform.app import create_app
    from central_platform.platform import Platform
    from central_platform.settings import Settings

__version__ = "0.1.0"
__all__ = ["Platform", "Settings", "create_app"]

_HOMES = {
    "Platform": "central_platform.platform",
    "Settings": "central_platform.settings",
    "create_app": "central_platform.app",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
