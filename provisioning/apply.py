"""Put a signed profile into force: from the platform's answer, or from a file or bundle on a USB stick."""

from __future__ import annotations

import zipfile
from pathlib import Path

from contracts import Envelope, canonical
from provisioning.errors import ProfileMalformedError
from provisioning.files import PRIVATE, write_atomic
from provisioning.identity import PROFILE, load_identity
from provisioning.ports import Clock, RandomBytes
from provisioning.profile import MAX_BYTES, SiteProfile, accept_profile, envelope_from_bytes, read_profile


def apply_profile(folder: Path, source: Path | Envelope, clock: Clock, random: RandomBytes) -> SiteProfile:
    """Check a profile and make it the one in force; from a stick or from the wire, the checks are the same.

    Args:
        folder: the terminal's provisioning folder.
        source: a signed envelope; or a file that holds one; or a bundle (folder or zip) with `profile.json` inside.
        clock: tells whether it has expired.
        random: names the temporary file.

    Raises:
        NotEnrolledError: without an identity there is nobody whose signature counts.
        ProfileError: one of its kinds; the profile in force stays.
    """
    identity = load_identity(folder)
    envelope = envelope_from_bytes(read_bundle(source)) if isinstance(source, Path) else source
    profile = accept_profile(envelope, identity.trust, identity.terminal, clock.now(), _current(identity.profile_file))
    write_atomic(identity.profile_file, canonical(envelope), random, PRIVATE)
    return profile


def load_profile(folder: Path) -> SiteProfile:
    """Return the profile in force, expired or not: residents are served meanwhile, doctor warns.

    Raises:
        NotEnrolledError, ProfileError: as their names say.
    """
    identity = load_identity(folder)
    envelope = _current(identity.profile_file)
    if envelope is None:
        raise ProfileMalformedError("missing")
    return read_profile(envelope, identity.trust, identity.terminal)


def read_bundle(source: Path) -> bytes:
    """Return the bytes of the profile in a file, folder or zip; nothing else of a zip is opened.

    Raises:
        ProfileMalformedError: there is none, or it is too large.
    """
    try:
        if source.is_dir():
            source = source / PROFILE
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as bundle, bundle.open(PROFILE) as entry:
                return _capped(entry.read(MAX_BYTES + 1))
        with source.open("rb") as file:
            return _capped(file.read(MAX_BYTES + 1))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ProfileMalformedError(type(error).__name__) from error


def _capped(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise ProfileMalformedError("too large")
    return data


def _current(path: Path) -> Envelope | None:
    return envelope_from_bytes(path.read_bytes()) if path.exists() else None
