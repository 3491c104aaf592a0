"""Where accepted events wait, durably and in order, until they are worked on."""
