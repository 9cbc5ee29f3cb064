"""Payments

Revision: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "payment_order",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("bill", sa.String(length=64), nullable=True),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("provider_no", sa.String(length=64), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("case_number", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_payment_order_terminal")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_payment_order")),
        sa.UniqueConstraint("submission", name=op.f("uq_payment_order_submission")),
    )
    with op.batch_alter_table("payment_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_order_next_at"), ["next_at"], unique=False)
        batch_op.create_index("ix_payment_order_terminal_created_at", ["terminal", "created_at"], unique=False)
    delivered = sa.text("state = 'delivered'")
    op.create_index(
        "ix_payment_order_bill_delivered",
        "payment_order",
        ["bill"],
        unique=True,
        sqlite_where=delivered,
        postgresql_where=delivered,
    )
    op.create_table(
        "payment_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["payment_order.number"], name=op.f("fk_payment_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_entry")),
    )
    with op.batch_alter_table("payment_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_entry_number"), ["number"], unique=False)


def downgrade() -> None:
    """Go back; what was paid is no longer known here."""
    op.drop_table("payment_entry")
    op.drop_table("payment_order")
