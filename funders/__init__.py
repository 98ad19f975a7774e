"""The money in: the pooled fund and what its partners contribute."""
