"""What happened to a case, and what is asked of its resident

Revision: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; of the steps that are there already the state is all that is known."""
    op.add_column("matter_step", sa.Column("kind", sa.String(length=16), nullable=True))
    op.add_column("matter_step", sa.Column("detail", sa.Text(), nullable=True))
    op.create_table(
        "supplement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("spare", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("submission", sa.String(length=36), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_supplement_number")),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_supplement_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement")),
        sa.UniqueConstraint("submission", name=op.f("uq_supplement_submission")),
    )
    op.create_index(op.f("ix_supplement_number"), "supplement", ["number"])


def downgrade() -> None:
    """Go back; what was asked and answered is lost."""
    op.drop_index(op.f("ix_supplement_number"), table_name="supplement")
    op.drop_table("supplement")
    op.drop_column("matter_step", "detail")
    op.drop_column("matter_step", "kind")
