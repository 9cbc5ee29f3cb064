"""What residents could not get done

Revision: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "feedback",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("service", sa.String(length=16), nullable=True),
        sa.Column("screen", sa.String(length=24), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_feedback_submission")),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_feedback_terminal")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feedback")),
        sa.UniqueConstraint("submission", name=op.f("uq_feedback_submission")),
    )
    op.create_index(op.f("ix_feedback_answered_at"), "feedback", ["answered_at"])


def downgrade() -> None:
    """Go back; what was said and not answered is lost."""
    op.drop_index(op.f("ix_feedback_answered_at"), table_name="feedback")
    op.drop_table("feedback")
