"""Operational state: SQLAlchemy models and migrations, on SQLite or PostgreSQL."""

from limner.store.store import Store

__all__ = ["Store"]
