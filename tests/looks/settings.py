"""Firn's settings as in production, with database and static files in the folder FIRN_LOOKS and fast hashing; with
FIRN_LOOKS_FROZEN in a time that stands still."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ["FIRN_LOOKS"])
os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER}/firn.sqlite3"
os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
# The address for which a browser makes passkeys; the tests that start this world have another one.
os.environ["PUBLIC_BASE_URL"] = "http://localhost"
os.environ.setdefault("EMAIL_URL", "smtp://127.0.0.1:9")
os.environ.setdefault("SUPPORT_EMAIL", "support@skyledger.example")
os.environ.setdefault("FIRN_LOG_LEVEL", "ERROR")
os.environ.setdefault("FIRN_REQUIRE_MFA", "false")

from portal.settings import *  # noqa: E402, F403

STATIC_ROOT = FOLDER / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
if os.environ.get("FIRN_LOOKS_FROZEN"):
    MIDDLEWARE = ["tests.looks.frozen.middleware", *MIDDLEWARE]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
