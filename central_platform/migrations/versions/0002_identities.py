"""Identities, kinds of credentials, guardians, wrong codes

Revision: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "identity",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_identity_terminal")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_identity")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_expires"), ["expires"], unique=False)

    op.create_table(
        "wrong_code",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("id_no", sa.String(length=18), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    with op.batch_alter_table("wrong_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wrong_code_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_wrong_code_id_no"), ["id_no"], unique=False)

    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=24), server_default="doorstep", nullable=False))

    with op.batch_alter_table("phone_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_challenge_terminal"), ["terminal"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_challenge_id_no"), ["id_no"], unique=False)

    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guardian_id_no", sa.String(length=18), nullable=True))
        batch_op.add_column(sa.Column("guardian_relation", sa.String(length=16), nullable=True))
        batch_op.create_index(batch_op.f("ix_matter_guardian_id_no"), ["guardian_id_no"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_guardian_id_no"))
    # Not in the batch: it would make the table anew, which other tables point to.
    op.drop_column("matter", "guardian_relation")
    op.drop_column("matter", "guardian_id_no")

    with op.batch_alter_table("phone_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_challenge_id_no"))
        batch_op.drop_index(batch_op.f("ix_phone_challenge_terminal"))

    op.drop_column("token", "kind")

    with op.batch_alter_table("wrong_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wrong_code_id_no"))
        batch_op.drop_index(batch_op.f("ix_wrong_code_phone"))

    op.drop_table("wrong_code")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_expires"))

    op.drop_table("identity")
