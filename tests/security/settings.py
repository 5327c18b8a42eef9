"""The portal before a judge: as in production, but for what would keep it from looking.

Limits would answer it 429 after seconds, and each try of a form with a password would cost much work.
"""

from __future__ import annotations

from portal.settings import *  # noqa: F403

ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
FIRN_WRITES_A_MINUTE = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
