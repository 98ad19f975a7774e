"""Reads of returns: one return as it is worked on, its versions, lists."""
