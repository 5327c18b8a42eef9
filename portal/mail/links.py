"""Links in mails: always from PUBLIC_BASE_URL, never from a request, whose Host header a stranger may
choose.
"""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """The public address of a path that starts with one slash."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a path of this site: {path!r}")
    return f"{settings.PUBLIC_BASE_URL}{path}"
