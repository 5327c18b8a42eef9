"""How many queries each page takes, in a process of its own: pages as JSON on standard input, numbers as JSON out."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402


def count(path: str, cookie: str, *, fragment: bool) -> int:
    """Of a second visit, once caches are warm."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0], headers={"hx-request": "true"} if fragment else {})
    name, _, value = cookie.partition("=")
    client.cookies[name] = value
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


if __name__ == "__main__":
    told = json.load(sys.stdin)
    print(json.dumps([count(path, cookie, fragment=fragment) for path, cookie, fragment in told]))
