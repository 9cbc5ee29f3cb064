"""Who is calling: the peer certificate, handed from the TLS connection to the application in `scope["state"]`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

PEER = "peer_certificate"
"""Key in the connection state: the certificate in DER, or None. TLS has verified its chain and dates."""
ABORT = "abort_connection"
"""Key in the connection state: closes the connection at once, without an answer."""


class PeerProtocol(H11Protocol):
    """HTTP/1.1 that shows the application the peer certificate, which uvicorn keeps to itself."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the certificate once per connection."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        abort: Callable[[], None] = transport.abort
        certificate = tls.getpeercert(binary_form=True) if tls is not None else None
        state: dict[str, Any] = {**self.app_state, PEER: certificate, ABORT: abort}
        self.app_state = state

    def shutdown(self) -> None:
        """End an idle connection at once: a TLS farewell would wait half a minute for a terminal that has gone."""
        super().shutdown()
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
