"""Behaviour: what customers do, taken together."""
