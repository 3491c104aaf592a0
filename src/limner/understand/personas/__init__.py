"""Personas: groups that the data itself suggests, with names a marketer would use."""
