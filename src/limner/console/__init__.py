"""The door for people: the web console, in English and Chinese."""

from limner.console.app import mount, serve

__all__ = ["mount", "serve"]
