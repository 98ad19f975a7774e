"""Encryption of what must not lie open in the database: typed text that waits, secrets of second factors."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """A cipher of its own for each purpose, made from SECRET_KEY; older keys in SECRET_KEY_FALLBACKS still read."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{key}".encode()).digest())) for key in keys])
