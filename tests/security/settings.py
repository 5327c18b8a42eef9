"""The portal before a judge: as in production, but for what would keep it from looking."""

from __future__ import annotations

from portal.settings import *  # noqa: F403
from tests.security.unlimited import *  # noqa: F403

MIDDLEWARE = [f"tests.security.forgetting.{name}" for name in ("middleware", "without_limit")] + MIDDLEWARE  # noqa: F405
