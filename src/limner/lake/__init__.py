"""Facts and snapshots: Delta tables on disk, read as Ibis expressions on DuckDB."""

from limner.lake.lake import Lake, conform

__all__ = ["Lake", "conform"]
