"""Talks by text with staff of the hotline

Revision: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "chat",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("request", sa.String(length=36), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=True),
        sa.Column("step", sa.String(length=24), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_chat_terminal")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chat")),
        sa.UniqueConstraint("hash", name=op.f("uq_chat_hash")),
        sa.UniqueConstraint("terminal", "request", name=op.f("uq_chat_terminal_request")),
    )
    with op.batch_alter_table("chat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_closed_at"), ["closed_at"], unique=False)

    op.create_table(
        "chat_message",
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("who", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat"], ["chat.number"], name=op.f("fk_chat_message_chat")),
        sa.PrimaryKeyConstraint("chat", "seq", name=op.f("pk_chat_message")),
        sa.UniqueConstraint("chat", "key", name=op.f("uq_chat_message_chat_key")),
    )
    op.create_table(
        "chat_staff",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chat_staff")),
        sa.UniqueConstraint("hash", name=op.f("uq_chat_staff_hash")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("chat_staff")
    op.drop_table("chat_message")
    with op.batch_alter_table("chat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_closed_at"))
        batch_op.drop_index(batch_op.f("ix_chat_opened_at"))

    op.drop_table("chat")
