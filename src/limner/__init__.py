"""Limner paints a portrait of every customer from what the customer did, and acts on it."""

__version__ = "0.1.0"
