"""Secrets of people in the database, encrypted under keys made from SECRET_KEY: its copy alone opens nothing."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(purpose: str, text: str) -> str:
    return _keys(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text; InvalidToken for what was sealed for another purpose, or under a SECRET_KEY that is neither the one of
    today nor among SECRET_KEY_FALLBACKS."""
    return _keys(purpose).decrypt(sealed.encode()).decode()


def _keys(purpose: str) -> MultiFernet:
    """Today's seals; each opens."""
    return MultiFernet([_fernet(purpose, str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(purpose: str, secret_key: str) -> Fernet:
    key = hashlib.sha256(f"firn.{purpose}:{secret_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
