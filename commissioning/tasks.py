"""Background work of the common ground: each task fetches, calls one action, returns."""
