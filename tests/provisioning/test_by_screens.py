"""What the enrolment by screens asks of provisioning: the authority a server shows, and the one that came before."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from kiosk_app.clock import SystemClock
from provisioning import enrol
from provisioning.authority import presented_authority
from provisioning.errors import PlatformUnreachableError, TerminalRevokedError
from provisioning.identity import AUTHORITY, LINK, former_authority, load_identity, lock
from provisioning.platform_http import PlatformHttp
from provisioning.status import trouble
from tests.provisioning.real_platform import running_platform


def test_the_authority_is_shown_before_and_known_after(tmp_path: Path) -> None:
    folder, clock = tmp_path / "provision", SystemClock()
    (tmp_path / "data").mkdir()
    assert former_authority(folder) is None
    with running_platform(tmp_path / "data") as platform:
        assert presented_authority(platform.url, 5.0) == platform.fingerprint
        slip = json.loads(platform.ticket("XC-0901"))
        arguments = (PlatformHttp(clock), slip["url"], slip["code"], slip["ca_fingerprint"], folder, clock)
        enrol(*arguments, secrets.token_bytes)
    assert former_authority(folder) == platform.fingerprint
    assert trouble(folder) is None
    lock(load_identity(folder), secrets.token_bytes)
    assert isinstance(trouble(folder), TerminalRevokedError)
    (folder / LINK / AUTHORITY).write_bytes(b"not a certificate")
    # It was somebody's: whose, nobody can tell, and so no slip fits.
    assert former_authority(folder) == ""


def test_a_server_that_is_not_there_shows_nothing() -> None:
    with pytest.raises(PlatformUnreachableError):
        presented_authority("https://127.0.0.1:1", 1.0)
