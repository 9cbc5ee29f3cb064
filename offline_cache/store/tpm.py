"""The store's key sealed by a TPM 2.0, by the commands of tpm2-tools.

The key is a sealed object under a primary key of the owner hierarchy, which the TPM derives anew each time, and its
policy wants the PCRs of the day it was sealed. What lies on the disk is of use to this TPM only, after this boot only.
The answer travels from the TPM under a salted session, so that a probe on the bus reads nothing.
Source: Trusted Platform Module Library, part 1, sections 19 (sessions), 23 (PCR) and 27.2 (sealed data).
"""

from __future__ import annotations

import base64
import json

from offline_cache.errors import KeyRefused
from offline_cache.tpm_desk import tpm_desk, tpm_missing

PCRS = "sha256:7"
"""PCR 7: whether the machine started with Secure Boot and whose signatures it trusts."""
_ATTRIBUTES = "fixedtpm|fixedparent|noda"
_WHOSE = "the store's key"


class TpmCustody:
    """Seals and unseals by tpm2-tools."""

    name = "tpm"

    def __init__(self, tcti: str | None = None, pcrs: str = PCRS) -> None:
        """Nothing is asked yet.

        Args:
            tcti: how to reach the TPM, as tpm2-tools spell it; None is the kernel's resource manager.
            pcrs: the bank and registers that have to be as they were, such as `sha256:7`.
        """
        self._tcti = tcti
        self._pcrs = pcrs

    def missing(self) -> str | None:
        """Tell why there is no TPM to use."""
        return tpm_missing(self._tcti)

    def seal(self, key: bytes) -> bytes:
        """Return the two halves of the sealed object and its registers, as JSON."""
        with tpm_desk(self._tcti, _WHOSE) as desk:
            desk.run("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-c", "primary")
            # A trial session works the policy out; `tpm2_createpolicy` would leave its own in one of the few slots.
            desk.run("tpm2_startauthsession", "-S", "trial")
            try:
                desk.run("tpm2_policypcr", "-S", "trial", "-l", self._pcrs, "-L", "policy")
            finally:
                desk.attempt("tpm2_flushcontext", "trial")
            halves = ("-u", "public", "-r", "private")
            desk.run("tpm2_create", "-C", "primary", "-L", "policy", "-a", _ATTRIBUTES, "-i-", *halves, data=key)
            sealed = {name: base64.b64encode(desk.read(name)).decode() for name in ("public", "private")}
        return json.dumps({"pcrs": self._pcrs, **sealed}).encode()

    def open(self, sealed: bytes) -> bytes:
        """Return the key, when this is its TPM and the registers are as they were."""
        try:
            record = json.loads(sealed)
            pcrs = str(record["pcrs"])
            halves = {name: base64.b64decode(record[name], validate=True) for name in ("public", "private")}
        except (ValueError, KeyError, TypeError):
            raise KeyRefused("the sealed key is damaged: put the file back from a copy") from None
        with tpm_desk(self._tcti, _WHOSE) as desk:
            for name, data in halves.items():
                desk.write(name, data)
            desk.run("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-c", "primary")
            desk.run("tpm2_load", "-C", "primary", "-u", "public", "-r", "private", "-c", "object")
            desk.run("tpm2_startauthsession", "--policy-session", "--tpmkey-context", "primary", "-S", "session")
            try:
                desk.run("tpm2_sessionconfig", "session", "--enable-encrypt", quiet=False)
                desk.run("tpm2_policypcr", "-S", "session", "-l", pcrs)
                return desk.run("tpm2_unseal", "-p", "session:session", "-c", "object", quiet=False)
            finally:
                desk.attempt("tpm2_flushcontext", "session")
