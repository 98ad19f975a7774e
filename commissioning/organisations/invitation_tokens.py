"""The secret of an invitation's link: made from its reference and the portal's key, so that it is stored nowhere."""

import hashlib

from django.utils.crypto import salted_hmac


def token_of(reference: str) -> str:
    """The secret part of the link, 256 bits."""
    return salted_hmac("portal.invitation", reference, algorithm="sha256").hexdigest()


def fingerprint(token: str) -> str:
    """What the database keeps of the secret."""
    return hashlib.sha256(token.encode()).hexdigest()
