"""What Alembic runs: the steps, on the connection that `Store.migrate` hands over."""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine

from limner.store.models import Record
from limner.store.record import UtcTime


def _plainly(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """A step must not depend on today's models: our own types are written as what they are."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


connection = context.config.attributes.get("connection")
if connection is None:  # a developer at the `alembic` command
    connection = create_engine(os.environ.get("LIMNER_STORE_URL", "sqlite://")).connect()

context.configure(
    connection=connection,
    target_metadata=Record.metadata,
    render_as_batch=True,
    render_item=_plainly,
)
with context.begin_transaction():
    context.run_migrations()
