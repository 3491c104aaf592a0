"""The door for operators: the `limner` command."""

from limner.cli.main import main

__all__ = ["main"]
