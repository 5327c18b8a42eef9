"""What every page of the portal knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    return {"support_email": settings.SUPPORT_EMAIL, "instance": settings.FIRN_INSTANCE}
