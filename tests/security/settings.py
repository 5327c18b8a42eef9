"""The portal before a judge: as in production, but for the limits that would answer every judge 429 after seconds."""

from __future__ import annotations

from portal.settings import *  # noqa: F403

ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
FIRN_WRITES_A_MINUTE = 0
