"""Tiles that the common ground gives to the front page."""
