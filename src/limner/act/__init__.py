"""Act: campaigns, what they say, and the one way out by which messages leave."""
