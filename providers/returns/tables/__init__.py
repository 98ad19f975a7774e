"""Shapes of returns for pages and files."""
