"""The cookies of a portal behind https."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings

NAMES = ("SESSION_COOKIE", "CSRF_COOKIE")
TOLD = """
import json
from portal import settings as s
names = ("SESSION_COOKIE", "CSRF_COOKIE")
print(json.dumps({n: [getattr(s, n + "_NAME", None), getattr(s, n + "_SECURE")] for n in names}))
"""


def cookies(address: str) -> dict[str, list[object]]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-abcdef",
        "PUBLIC_BASE_URL": address,
    }
    done = subprocess.run(
        [sys.executable, "-c", TOLD], cwd=Path(settings.BASE_DIR), env=environment, capture_output=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_over_https_cookies_are_bound_to_this_host() -> None:
    assert cookies("https://shares.example.com") == {
        "SESSION_COOKIE": ["__Host-firn-session", True],
        "CSRF_COOKIE": ["__Host-firn-csrf", True],
    }


def test_on_the_machine_itself_they_need_no_https() -> None:
    assert cookies("http://localhost:8000") == {"SESSION_COOKIE": [None, False], "CSRF_COOKIE": [None, False]}


def test_they_are_sent_neither_to_scripts_nor_to_other_sites_nor_to_another_path() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    for name in NAMES:
        assert getattr(settings, f"{name}_SAMESITE") == "Lax"
        assert getattr(settings, f"{name}_PATH") == "/"
        assert getattr(settings, f"{name}_DOMAIN") is None
