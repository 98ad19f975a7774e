"""Parts of the quarterly report that this house gives."""
