"""Decisions by rules

Revision: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "rule_text",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rule_text")),
    )
    op.create_table(
        "ruling",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("rules", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_ruling_number")),
        sa.ForeignKeyConstraint(["rules"], ["rule_text.digest"], name=op.f("fk_ruling_rules")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ruling")),
    )


def downgrade() -> None:
    """Go back; why cases were decided as they were is no longer known."""
    op.drop_table("ruling")
    op.drop_table("rule_text")
