"""Turns DATABASE_URL, EMAIL_URL and CACHE_URL into the settings that Django wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from portal import env, env_esp

# journal_mode=WAL lets readers go on while one writes; IMMEDIATE takes the write lock at BEGIN, because a
# read transaction that upgrades fails at once with "database is locked", whatever the timeout.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    # SQLite does not queue who waits for the lock: among many writers somebody may go away empty-handed very often.
    "timeout": 60,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
# Of SMTP and of a provider's API. Well below the five minutes after which a mail may be claimed again.
SMTP_TIMEOUT_S = 20


def _split(name: str, value: str, schemes: set[str]) -> tuple[SplitResult, dict[str, str]]:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is what validates it
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise env.wrong(name, value) from error
    if parts.scheme not in schemes:
        raise env.wrong(name, value)
    return parts, query


def database(default_file: Path) -> dict[str, Any]:
    """Django's DATABASES["default"] from DATABASE_URL; makes the directory of a SQLite file."""
    value = env.raw("DATABASE_URL") or f"sqlite:///{default_file}"
    parts, query = _split("DATABASE_URL", value, {"sqlite", "postgres", "postgresql"})
    if parts.scheme == "sqlite":
        return _sqlite(value, parts, default_file.parent.parent)
    name = unquote(parts.path.lstrip("/"))
    if not name or set(query) - {"host", "sslmode", "sslrootcert"}:
        raise env.wrong("DATABASE_URL", value)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def _sqlite(value: str, parts: SplitResult, base: Path) -> dict[str, Any]:
    if parts.netloc or parts.query or not parts.path.strip("/"):
        raise env.wrong("DATABASE_URL", value)
    # sqlite:///relative and sqlite:////absolute, as everywhere: the first slash of the path belongs to the
    # URL.
    file = base / unquote(parts.path[1:])
    file.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def email() -> dict[str, Any]:
    """From EMAIL_URL the EMAIL_* settings, PROVIDER ("" for a server) and ANYMAIL. Port 465 means TLS from
    the first byte unless said otherwise."""
    value = env.text("EMAIL_URL")
    parts, query = _split("EMAIL_URL", value, {"smtp", "anymail"})
    if parts.scheme == "anymail":
        anymail = env_esp.provider(value, parts, query, SMTP_TIMEOUT_S)
        return {
            **_server(SplitResult("", "", "", "", ""), 25, "none"),
            "PROVIDER": parts.netloc,
            "ANYMAIL": anymail,
        }
    port = parts.port or 25
    tls = query.pop("tls", "ssl" if port == 465 else "none")
    if not parts.hostname or query or parts.path.strip("/") or tls not in {"starttls", "ssl", "none"}:
        raise env.wrong("EMAIL_URL", value)
    return {**_server(parts, port, tls), "PROVIDER": "", "ANYMAIL": {}}


def hook_secret() -> str:
    """FIRN_MAIL_HOOK_SECRET, or "" where no webhook is taken."""
    return "" if env.raw("FIRN_MAIL_HOOK_SECRET") is None else env.text("FIRN_MAIL_HOOK_SECRET", r"[^\s:]+:[^\s:]{20,}")


def _server(parts: SplitResult, port: int, tls: str) -> dict[str, Any]:
    return {
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "ssl",
        "EMAIL_TIMEOUT": SMTP_TIMEOUT_S,
    }


def mailbox() -> str:
    """FIRN_IMAP_URL as it is, or "" where no mailbox is read."""
    value = env.raw("FIRN_IMAP_URL")
    if value is None:
        return ""
    parts, query = _split("FIRN_IMAP_URL", value, {"imap", "imaps"})
    if not parts.hostname or not parts.username or query:
        raise env.wrong("FIRN_IMAP_URL", value)
    return value


def caches() -> dict[str, dict[str, Any]]:
    """`default` is shared by all processes (rate limits live in it); `local` is this process's own."""
    shared: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
    }
    value = env.raw("CACHE_URL")
    if value is not None:
        parts, query = _split("CACHE_URL", value, {"redis", "rediss"})
        if not parts.hostname or query:
            raise env.wrong("CACHE_URL", value)
        shared = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": value}
    return {"default": shared, "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
