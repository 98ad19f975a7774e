"""Tiles that this house gives to the front page."""
