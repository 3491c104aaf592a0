"""What events should look like, agreed beforehand: checking them, and learning it from those seen."""
