"""Every sentence of the console in English and Chinese: one file per area of pages."""
