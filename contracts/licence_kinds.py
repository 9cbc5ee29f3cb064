"""Electronic licences that may take the place of a paper: the kinds that the register knows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "household_register": {"zh": "户口簿", "en": "Household register"},
    "disability_certificate": {"zh": "残疾人证", "en": "Disability certificate"},
    "low_income_certificate": {"zh": "最低生活保障证", "en": "Minimum living allowance certificate"},
    "lease_filing": {"zh": "房屋租赁登记备案证明", "en": "Certificate of a registered lease"},
    "only_child_certificate": {"zh": "独生子女父母光荣证", "en": "Only-child certificate"},
    "real_estate_certificate": {"zh": "不动产权证书", "en": "Real estate certificate"},
}
"""Kind -> its name. Papers HK, MED, PROOF, LEASE, OCHILD and PREMISES of the catalogue, in this order."""
