"""Portraits and memberships kept alive by the worker, event by event and day by day."""
