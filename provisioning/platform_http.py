"""The `Http` port over the terminal's one HTTP room. Imported by those who talk; the rest of provisioning does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from offline_cache.errors import CaptivePortal, NetworkLost, NotAuthorised, PlatformBusy, Refused
from offline_cache.faces import LockedIdentity
from offline_cache.http.transport import Transport
from provisioning.ports import Clock, Reply

CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """Whom to trust, and whom to be."""

    ca_path: Path | None
    identity: LockedIdentity | None

    @property
    def cert_path(self) -> Path | None:
        return None if self.identity is None else self.identity.cert_path

    @property
    def key_path(self) -> Path | None:
        return None if self.identity is None else self.identity.key_path

    def unlock(self) -> str | None:
        return None if self.identity is None else self.identity.unlock()


class PlatformHttp:
    """One exchange per call, over a connection of its own: certificates change between calls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def post(
        self, url: str, body: Mapping[str, Any], *, authority: Path, identity: LockedIdentity | None, timeout: float
    ) -> Reply:
        """Send `body` and return the answer; see `provisioning.ports.Http`."""
        parts = urlsplit(url)
        transport = Transport(
            f"{parts.scheme}://{parts.netloc}",
            _Shown(authority, identity),
            (min(CONNECT_S, timeout), timeout),
            self._clock,
        )
        try:
            answer = transport.exchange("POST", parts.path, dict(body), with_certificate=identity is not None)
        except CaptivePortal:
            return Reply(200, None)
        except NetworkLost as error:
            raise ConnectionError(str(error)) from error
        except PlatformBusy as error:
            return Reply(error.status if error.status >= 500 else 503, {})
        except (Refused, NotAuthorised) as error:
            return Reply(error.status, {"code": error.code})
        finally:
            transport.close()
        return Reply(answer.status, answer.value)
