"""Secrets that let somebody in, and the digests that are kept of them."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, as text for cookies and addresses."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret. A plain hash is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
