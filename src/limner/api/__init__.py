"""The door for machines: HTTP, with one JSON shape for every answer that is not what was asked."""

from limner.api.app import build_api
from limner.api.tracking import TrackingApp

__all__ = ["TrackingApp", "build_api"]
