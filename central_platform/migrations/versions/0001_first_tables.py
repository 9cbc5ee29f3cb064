"""First tables

Revision: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "catalogue_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_catalogue_version")),
    )
    op.create_table(
        "day_counter",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_counter")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_phone"), ["phone"], unique=False)

    op.create_table(
        "resident",
        sa.Column("id_no", sa.String(length=18), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id_no", name=op.f("pk_resident")),
    )
    op.create_table(
        "slot",
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service", "slot", name=op.f("pk_slot")),
    )
    op.create_table(
        "terminal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("profile_rev", sa.Integer(), nullable=False),
        sa.Column("profile_expires", sa.BigInteger(), nullable=False),
        sa.Column("code_selector", sa.String(length=4), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_expires", sa.BigInteger(), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("code_used_at", sa.BigInteger(), nullable=True),
        sa.Column("public_key", sa.String(length=256), nullable=True),
        sa.Column("inventory", sa.Text(), nullable=True),
        sa.Column("renewed_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
        sa.UniqueConstraint("code_selector", name=op.f("uq_terminal_code_selector")),
        sa.UniqueConstraint("public_key", name=op.f("uq_terminal_public_key")),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("id_no", sa.String(length=18), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("terminal", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_id_no"), ["id_no"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_certificate_terminal")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_terminal"), ["terminal"], unique=False)

    op.create_table(
        "deleted",
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_deleted_terminal")),
        sa.PrimaryKeyConstraint("submission", "terminal", name=op.f("pk_deleted")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_heartbeat_terminal")),
        sa.PrimaryKeyConstraint("terminal", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "phone_challenge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("id_no", sa.String(length=18), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_phone_challenge_terminal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_challenge")),
    )
    with op.batch_alter_table("phone_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_challenge_phone"), ["phone"], unique=False)

    op.create_table(
        "rejection",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("case_key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_rejection_terminal")),
        sa.PrimaryKeyConstraint("id", "terminal", name=op.f("pk_rejection")),
    )
    with op.batch_alter_table("rejection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejection_case_key"), ["case_key"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("case_key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("schema_name", sa.String(length=80), nullable=False),
        sa.Column("captured_at", sa.BigInteger(), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_submission_terminal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("terminal", "seq", name=op.f("uq_submission_terminal_seq")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_case_key"), ["case_key"], unique=False)

    op.create_table(
        "matter",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("service_version", sa.String(length=32), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("id_no", sa.String(length=18), nullable=True),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("provisional", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=True),
        sa.Column("opaque", sa.String(length=32), nullable=False),
        sa.Column("check_code", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_matter_submission")),
        sa.ForeignKeyConstraint(["terminal"], ["terminal.id"], name=op.f("fk_matter_terminal")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_matter")),
        sa.UniqueConstraint("opaque", name=op.f("uq_matter_opaque")),
        sa.UniqueConstraint("submission", name=op.f("uq_matter_submission")),
    )
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_id_no"), ["id_no"], unique=False)

    op.create_table(
        "print_result",
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=36), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_print_result_submission")),
        sa.PrimaryKeyConstraint("submission", name=op.f("pk_print_result")),
    )
    op.create_table(
        "booking",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_booking_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_booking")),
    )
    op.create_table(
        "matter_step",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_matter_step_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_step")),
    )
    with op.batch_alter_table("matter_step", schema=None) as batch_op:
        batch_op.create_index("ix_matter_step_number_at", ["number", "at"], unique=False)

    op.create_table(
        "rating",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["matter.number"], name=op.f("fk_rating_number")),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_rating_submission")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rating")),
        sa.UniqueConstraint("submission", name=op.f("uq_rating_submission")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("rating")
    with op.batch_alter_table("matter_step", schema=None) as batch_op:
        batch_op.drop_index("ix_matter_step_number_at")

    op.drop_table("matter_step")
    op.drop_table("booking")
    op.drop_table("print_result")
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_id_no"))

    op.drop_table("matter")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_case_key"))

    op.drop_table("submission")
    with op.batch_alter_table("rejection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rejection_case_key"))

    op.drop_table("rejection")
    with op.batch_alter_table("phone_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_challenge_phone"))

    op.drop_table("phone_challenge")
    op.drop_table("heartbeat")
    op.drop_table("deleted")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_terminal"))

    op.drop_table("certificate")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_id_no"))

    op.drop_table("token")
    op.drop_table("terminal")
    op.drop_table("slot")
    op.drop_table("resident")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_phone"))

    op.drop_table("message")
    op.drop_table("day_counter")
    op.drop_table("catalogue_version")
