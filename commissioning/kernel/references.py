"""Short references that people can read out on the telephone and that say nothing of order or number."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O 1 I L U


def new_reference(prefix: str, length: int = 8) -> str:
    """A random reference such as `CB-7K3M9QXD`: 30 ** 8, about 656 thousand million, for each prefix."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
