"""Listen: importers, the mapping of what columns mean, quarantine and data quality."""
