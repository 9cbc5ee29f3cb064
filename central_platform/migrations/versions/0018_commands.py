"""Commands to terminals

Revision: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "terminal_command",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("submission", sa.String(length=36), nullable=True),
        sa.Column("doubts", sa.Text(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_terminal_command_terminal")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_terminal_command")),
        sa.UniqueConstraint("id", name=op.f("uq_terminal_command_id")),
    )
    op.create_index(op.f("ix_terminal_command_terminal"), "terminal_command", ["terminal"])


def downgrade() -> None:
    """Go back; what was asked and not yet done is forgotten."""
    op.drop_index(op.f("ix_terminal_command_terminal"), "terminal_command")
    op.drop_table("terminal_command")
