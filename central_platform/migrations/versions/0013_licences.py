"""Licences in the place of papers

Revision: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "licence_held",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_licence_held_number")),
        sa.PrimaryKeyConstraint("number", "code", name=op.f("pk_licence_held")),
    )
    op.create_table(
        "licence_copy",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_licence_copy_number")),
        sa.PrimaryKeyConstraint("number", "code", name=op.f("pk_licence_copy")),
    )


def downgrade() -> None:
    """Go back; that a licence took the place of a paper stays, its copy does not."""
    op.drop_table("licence_copy")
    op.drop_table("licence_held")
