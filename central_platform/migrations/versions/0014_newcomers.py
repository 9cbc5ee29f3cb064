"""Device keys, machines that wait for an operator, first use of certificates

Revision: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("terminal", sa.Column("code_key", sa.String(length=256), nullable=True))
    op.add_column("terminal", sa.Column("device_key", sa.String(length=256), nullable=True))
    op.add_column("terminal", sa.Column("key_protection", sa.String(length=16), nullable=True))
    op.add_column("terminal", sa.Column("expected", sa.Text(), nullable=True))
    op.add_column("terminal", sa.Column("ask", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_terminal_device_key"), "terminal", ["device_key"], unique=True)
    op.add_column("certificate", sa.Column("device", sa.String(length=256), nullable=True))
    op.add_column("certificate", sa.Column("used_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "newcomer",
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=256), nullable=False),
        sa.Column("key_protection", sa.String(length=16), nullable=False),
        sa.Column("inventory", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_newcomer_terminal")),
        sa.PrimaryKeyConstraint("terminal", "key", name=op.f("pk_newcomer")),
    )


def downgrade() -> None:
    """Go back; a terminal whose key is in a TPM has to be enrolled again."""
    op.drop_table("newcomer")
    op.drop_column("certificate", "used_at")
    op.drop_column("certificate", "device")
    op.drop_index(op.f("ix_terminal_device_key"), "terminal")
    for name in ("ask", "expected", "key_protection", "device_key", "code_key"):
        op.drop_column("terminal", name)
