"""Alarms of the fleet

Revision: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_alarm_terminal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    lasting = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_alarm_lasting", "alarm", ["terminal", "kind"], unique=True, sqlite_where=lasting, postgresql_where=lasting
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_alarm_lasting", table_name="alarm")
    op.drop_table("alarm")
