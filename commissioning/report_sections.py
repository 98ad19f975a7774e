"""Parts of the quarterly report that the common ground gives."""
