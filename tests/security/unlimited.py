"""Limits would answer a judge 429 after seconds, and each try of a form with a password would cost much work."""

from __future__ import annotations

from typing import Any

ACCOUNT_RATE_LIMITS: Any = False
MFA_RATE_LIMITS: Any = False
FIRN_WRITES_A_MINUTE = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
