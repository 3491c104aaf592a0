"""Division: customers parted by rules, by likeness, towards a target, by membership, over time."""
