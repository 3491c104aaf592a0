"""The store's tables as they came to be, one numbered step a file.

A step is added with `alembic revision --autogenerate --rev-id 0002 -m "why"` and never changed
after a release.
"""

from __future__ import annotations

from pathlib import Path

DIRECTORY = Path(__file__).parent

# The newest step, known without importing Alembic: the number its file name begins with.
HEAD = max(file.name[:4] for file in (DIRECTORY / "versions").glob("[0-9]*.py"))
