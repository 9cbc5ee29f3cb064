"""Papers of cases

Revision: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "matter_material",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("given", sa.String(length=8), nullable=False),
        sa.Column("pages", sa.Text(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_matter_material_number")),
        sa.PrimaryKeyConstraint("number", "code", name=op.f("pk_matter_material")),
    )


def downgrade() -> None:
    """Go back; which page belongs to which paper stays in the bodies of the items alone."""
    op.drop_table("matter_material")
