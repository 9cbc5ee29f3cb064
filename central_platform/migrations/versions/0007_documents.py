"""Sealed certificates

Revision: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("opaque", sa.String(length=32), nullable=False),
        sa.Column("check_code", sa.String(length=9), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("warning", sa.Text(), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_document_number")),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_document_terminal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_document_link_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_document_number")),
        sa.UniqueConstraint("opaque", name=op.f("uq_document_opaque")),
    )
    op.create_table(
        "document_content",
        sa.Column("document", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_document_content_document")),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_document_content")),
    )


def downgrade() -> None:
    """Go back; documents that were issued can no longer be fetched or checked."""
    op.drop_table("document_content")
    op.drop_table("document")
