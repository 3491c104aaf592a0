"""live sources and identities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    op.create_table(
        "identifiers",
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.String(length=330), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("other_sources", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_shadowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("value", "kind"),
    )
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identifiers_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "identity_blocks",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value"),
    )
    op.create_table(
        "identity_links",
        sa.Column("left_value", sa.String(length=300), nullable=False),
        sa.Column("left_kind", sa.String(length=20), nullable=False),
        sa.Column("right_value", sa.String(length=300), nullable=False),
        sa.Column("right_kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("left_value", "left_kind", "right_value", "right_kind"),
    )
    with op.batch_alter_table("identity_links", schema=None) as batch_op:
        batch_op.create_index(
            "identity_links_by_right", ["right_value", "right_kind"], unique=False
        )

    op.create_table(
        "identity_version",
        sa.Column("only", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
    )
    op.execute('INSERT INTO identity_version ("only", version) VALUES (1, 0)')
    op.create_table(
        "identity_log",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.String(length=330), nullable=False),
        sa.Column("other_id", sa.String(length=330), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    with op.batch_alter_table("identity_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_log_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_identity_log_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_identity_log_other_id"), ["other_id"], unique=False)

    op.create_table(
        "identity_reviews",
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("left_kind", sa.String(length=20), nullable=False),
        sa.Column("left_value", sa.String(length=300), nullable=False),
        sa.Column("right_kind", sa.String(length=20), nullable=False),
        sa.Column("right_value", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("review_id"),
    )
    with op.batch_alter_table("identity_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_reviews_status"), ["status"], unique=False)

    op.create_table(
        "pulls",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "sources",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "tracking_plan",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("json_schema", sa.JSON(), nullable=False),
        sa.Column("on_breach", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("source", "event"),
    )
    op.create_table(
        "trust_rules",
        sa.Column("trait", sa.String(length=80), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("trait"),
    )
    op.create_table(
        "write_keys",
        sa.Column("write_key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("write_key"),
    )
    with op.batch_alter_table("write_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_write_keys_source"), ["source"], unique=False)


def downgrade() -> None:
    """Undo the step."""
    with op.batch_alter_table("write_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_write_keys_source"))

    op.drop_table("write_keys")
    op.drop_table("trust_rules")
    op.drop_table("tracking_plan")
    op.drop_table("sources")
    op.drop_table("pulls")
    with op.batch_alter_table("identity_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_reviews_status"))

    op.drop_table("identity_reviews")
    with op.batch_alter_table("identity_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_log_other_id"))
        batch_op.drop_index(batch_op.f("ix_identity_log_customer_id"))
        batch_op.drop_index(batch_op.f("ix_identity_log_at"))

    op.drop_table("identity_log")
    with op.batch_alter_table("identity_links", schema=None) as batch_op:
        batch_op.drop_index("identity_links_by_right")

    op.drop_table("identity_links")
    op.drop_table("identity_version")
    op.drop_table("identity_blocks")
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identifiers_customer_id"))

    op.drop_table("identifiers")
