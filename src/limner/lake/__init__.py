"""Facts and snapshots: Delta tables on disk, read as Ibis expressions on DuckDB."""

from limner.lake.lake import Lake
from limner.lake.shape import conform

__all__ = ["Lake", "conform"]
