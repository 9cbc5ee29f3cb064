"""The population stub: what other departments already know about a resident, so that nobody types it twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from central_platform.models import Resident
from central_platform.platform import Platform
from central_platform.wire.common import Text
from central_platform.wire.identity import Prefill

SOURCES = {
    "phone": Text(zh="政务服务平台预留手机", en="the mobile number you registered"),
    "addr": Text(zh="户籍登记地址", en="your registered address"),
    "bank": Text(zh="社会保障卡银行账户", en="the bank account of your social security card"),
}
OTHER = Text(zh="政务服务平台已有信息", en="the government service platform")
IDENTITY = frozenset({"id_no", "name", "sex", "birth"})
"""Fields that the card itself tells; they are never prefilled."""


def seed(platform: Platform, record: Mapping[str, Any]) -> None:
    """Store or replace one record; `id_no` is its key."""
    with platform.database.write() as session:
        text = json.dumps(dict(record), ensure_ascii=False)
        session.merge(Resident(id_no=str(record["id_no"]), record=text))


def record(platform: Platform, id_no: str) -> dict[str, Any]:
    """Return the record of a person, empty when unknown."""
    with platform.database.read() as session:
        return record_in(session, id_no)


def record_in(session: Session, id_no: str) -> dict[str, Any]:
    """Return the same within a transaction."""
    row = session.get(Resident, id_no)
    found: dict[str, Any] = json.loads(row.record) if row else {}
    return found


def prefill(platform: Platform, id_no: str, service: str) -> Prefill:
    """Return what is known for a service's form: only fields that its form asks for, each with where it comes from."""
    package = platform.catalogue.packages.get(service)
    if package is None:
        return Prefill(fields={}, sources={})
    asked = package.content["data"].get("properties", {})
    known = {
        name: str(value)
        for name, value in record(platform, id_no).items()
        if name in asked and name not in IDENTITY and isinstance(value, str | int) and value != ""
    }
    return Prefill(fields=known, sources={name: SOURCES.get(name, OTHER) for name in known})
