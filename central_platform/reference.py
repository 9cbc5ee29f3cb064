"""Everything that is published, gathered into one file for terminals that cannot be reached."""

from __future__ import annotations

from collections.abc import Iterable

from central_platform.platform import Platform
from contracts import reference_bundle
from contracts.clips import REFERENCE
from contracts.signatures import Envelope


def bundle(platform: Platform, terminals: Iterable[str] = (), *, clips: bool = True) -> bytes:
    """Return the bytes of a reference bundle (contracts/reference_bundle.py).

    Args:
        platform: whose documents.
        terminals: whose site profiles go along.
        clips: whether the baked speech does.

    Raises:
        LookupError: there is no such terminal.
    """
    _, index = platform.signed_index()
    documents: dict[str, Envelope] = {reference_bundle.INDEX: index}
    for package in platform.catalogue.packages.values():
        documents[f"service/{package.id}"] = platform.authority.sign(dict(package.content))
    if clips:
        for owner in (REFERENCE, *platform.catalogue.packages):
            if platform.catalogue.clips(owner) is not None:
                documents[f"voice/{owner}"] = platform.signed_voice(owner)[1]
    for terminal in terminals:
        documents[f"profile/{terminal}"] = platform.signed_profile(terminal)[1]
    return reference_bundle.pack(documents, platform.catalogue_version, platform.authority.sign)
