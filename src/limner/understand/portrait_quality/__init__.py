"""How far the portrait can be trusted: coverage, freshness, drift, and whether it comes true."""
