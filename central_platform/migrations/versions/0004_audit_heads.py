"""Heads of the terminals' audit chains, and alarms about them

Revision: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_life",
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("life", sa.Integer(), nullable=False),
        sa.Column("begin", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_audit_life_terminal")),
        sa.PrimaryKeyConstraint("terminal", name=op.f("pk_audit_life")),
    )
    op.create_table(
        "audit_head",
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("life", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=72), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_audit_head_terminal")),
        sa.PrimaryKeyConstraint("terminal", "life", "seq", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_alarm",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.String(length=72), nullable=True),
        sa.Column("known_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("healed_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_audit_alarm_terminal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_alarm")),
    )
    with op.batch_alter_table("audit_alarm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_alarm_terminal"), ["terminal"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("audit_alarm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_alarm_terminal"))

    op.drop_table("audit_alarm")
    op.drop_table("audit_head")
    op.drop_table("audit_life")
