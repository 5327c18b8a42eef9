"""What every page of the portal knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from portal.pages import theme


def shell(request: HttpRequest) -> dict[str, object]:
    chosen = theme.chosen(request)
    return {
        "support_email": settings.SUPPORT_EMAIL,
        "instance": settings.FIRN_INSTANCE,
        "theme": chosen,
        "color_scheme": theme.SCHEMES[chosen],
    }
