"""The small world that the looks show, before a judge."""

from __future__ import annotations

from tests.looks.settings import *  # noqa: F403
from tests.security.unlimited import *  # noqa: F403

MIDDLEWARE = [f"tests.security.forgetting.{name}" for name in ("middleware", "without_limit")] + MIDDLEWARE  # noqa: F405
