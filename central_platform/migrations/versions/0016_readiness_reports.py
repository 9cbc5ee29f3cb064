"""What the self-tests of terminals found

Revision: 0016
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "readiness_report",
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=256), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_readiness_report_submission")),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_readiness_report_terminal")),
        sa.PrimaryKeyConstraint("submission", name=op.f("pk_readiness_report")),
    )
    op.create_index(op.f("ix_readiness_report_terminal"), "readiness_report", ["terminal"])


def downgrade() -> None:
    """Go back; the reports stay among the submissions."""
    op.drop_index(op.f("ix_readiness_report_terminal"), table_name="readiness_report")
    op.drop_table("readiness_report")
