"""The settings of the tests: Firn's own, with values that need no environment and with fast hashing."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("PUBLIC_BASE_URL", "http://firn.test")
# Nothing listens there: a test that wants mail to arrive starts a server and says so.
os.environ.setdefault("EMAIL_URL", "smtp://127.0.0.1:9")
os.environ.setdefault("FIRN_LOG_LEVEL", "ERROR")
# Staff and approvers of the tests have no second step; those that are about it say so.
os.environ.setdefault("FIRN_REQUIRE_MFA", "false")
# Tests do in a second what people do in a day.
os.environ.setdefault("FIRN_WRITES_A_MINUTE", "0")
os.environ.setdefault("FIRN_OPEN_REQUESTS", "0")

_scratch = Path(tempfile.mkdtemp(prefix="firn-tests-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_scratch}/firn.sqlite3")

from portal.settings import *  # noqa: E402, F403
from portal.settings import ALLOWED_HOSTS, CACHES, DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not :memory:, so that threads and live servers see what an ordinary installation would.
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
DATABASES["default"]["CONN_MAX_AGE"] = 0

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver", "localhost", "127.0.0.1"]
CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
SNOWFLAKE_CONNECTIONS_FILE = _scratch / "connections.toml"
# Its own and there, because whitenoise warns about a missing one and a bare clone has none.
STATIC_ROOT = _scratch / "staticfiles"
STATIC_ROOT.mkdir()
