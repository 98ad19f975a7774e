"""Pages of returns: lists, filling in, signing, reviewing."""
