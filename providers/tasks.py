"""Background work of this house: each task fetches, calls one action, returns."""
