"""The door for machines: HTTP, with one JSON shape for every answer that is not what was asked."""

from limner.api.app import build_api

__all__ = ["build_api"]
