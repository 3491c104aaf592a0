"""Segments: groups of customers that a campaign can be planned for."""
