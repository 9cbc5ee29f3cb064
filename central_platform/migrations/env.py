"""Alembic's entry: runs migrations on the connection that `central_platform.schema` hands in."""

from __future__ import annotations

from alembic import context

from central_platform.models import Base
from central_platform.payments import models as payment_models

# Its tables belong to the same metadata as all others.
assert payment_models.PaymentOrder.metadata is Base.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
