"""Attachments of submissions

Revision: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "blob",
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("whole_at", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_blob_terminal")),
        sa.PrimaryKeyConstraint("terminal", "digest", name=op.f("pk_blob")),
    )
    with op.batch_alter_table("blob", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blob_touched_at"), ["touched_at"], unique=False)
    op.create_table(
        "blob_part",
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("offset", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "digest", "offset", name=op.f("pk_blob_part")),
    )
    op.create_table(
        "blob_claim",
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_blob_claim_submission")),
        sa.PrimaryKeyConstraint("submission", "digest", name=op.f("pk_blob_claim")),
    )
    with op.batch_alter_table("blob_claim", schema=None) as batch_op:
        batch_op.create_index("ix_blob_claim_terminal_digest", ["terminal", "digest"], unique=False)


def downgrade() -> None:
    """Go back; attachments that came are lost."""
    with op.batch_alter_table("blob_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_blob_claim_terminal_digest")
    op.drop_table("blob_claim")
    op.drop_table("blob_part")
    with op.batch_alter_table("blob", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blob_touched_at"))
    op.drop_table("blob")
