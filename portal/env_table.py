"""Every environment variable that Firn reads; `python -m portal.env_table` prints it as docs/configuration.md shows it."""

from __future__ import annotations

from typing import NamedTuple


class Variable(NamedTuple):
    """`default` None means that there is none; `secret` variables may also come from the file named by NAME_FILE."""

    name: str
    default: str | None
    allowed: str
    purpose: str
    secret: bool = False


_ROWS = [
    Variable("FIRN_DEBUG", "false", "true or false", "Developer mode: error pages with source, plain static files. Never in production."),
    Variable("SECRET_KEY", None, "a random text of 50 characters or more; only with FIRN_DEBUG=true may it be left out", "Signs sessions, mail links, jobs and the audit chain. Needed unless FIRN_DEBUG is on.", secret=True),
    Variable("DATABASE_URL", None, "sqlite:////absolute/path or sqlite:///path/in/the/project, or postgres://user:password@host:port/name (a unix socket's directory as ?host=/run/postgresql)", "The one database. Default: SQLite in var/firn.sqlite3.", secret=True),
    Variable("ALLOWED_HOSTS", None, "host names separated by commas, no scheme and no port", "The names that the portal answers to. Default: the host of PUBLIC_BASE_URL."),
    Variable("PUBLIC_BASE_URL", "http://localhost:8000", "http://host or https://host, with an optional port, without a path or a slash at the end", "The address that people use; every link in a mail starts with it."),
    Variable("EMAIL_URL", "smtp://127.0.0.1:2525", "smtp://user:password@host:port, optionally with ?tls=starttls, ?tls=ssl or ?tls=none", "The SMTP server that takes Firn's mail.", secret=True),
    Variable("DEFAULT_FROM_EMAIL", "Firn <firn@localhost>", "an address, or a name with an address in angle brackets", "The sender of every mail."),
    Variable("SUPPORT_EMAIL", "support@localhost", "an address", "Who people are told to write to when they are stuck."),
    Variable("FIRN_INSTANCE", "main", "1 to 20 of a-z, 0-9 and -", "Marks what this installation owns in Snowflake: COMMENT = 'firn:<instance>:<id>'. Never change it later."),
    Variable("SNOWFLAKE_CONNECTIONS_FILE", "~/.snowflake/connections.toml", "the path of a connections.toml", "Where the provider accounts' connections are described."),
    Variable("FIRN_CHECK_MINUTES", "15", "a whole number from 1 to 1440", "Each live share is compared with Snowflake this often, in minutes."),
    Variable("FIRN_GRACE_DAYS", "7", "a whole number from 0 to 365", "Days between an ended share's suspension and its removal, in which the end can be undone."),
    Variable("FIRN_WORKERS", "2", "a whole number from 1 to 64", "Worker processes of `manage.py worker`."),
    Variable("FIRN_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR", "How much is logged to standard error."),
    Variable("TRUSTED_PROXY_COUNT", "0", "a whole number from 0 to 5", "Reverse proxies in front of the portal whose X-Forwarded-For is believed."),
    Variable("CACHE_URL", None, "redis://host:port/number, or rediss:// for TLS", "A shared cache for rate limits. Default: a table of the database.", secret=True),
    Variable("FIRN_HTTPS", None, "true or false", "Secure cookies, HSTS and the redirect to https. Default: on when PUBLIC_BASE_URL is https and FIRN_DEBUG is off."),
]
VARIABLES: dict[str, Variable] = {row.name: row for row in _ROWS}


def markdown() -> str:
    """The table as Markdown, one row per variable."""
    lines = ["| variable | default | allowed | what it does |", "|---|---|---|---|"]
    for row in _ROWS:
        name = f"`{row.name}`" + (f" or `{row.name}_FILE`" if row.secret else "")
        default = f"`{row.default}`" if row.default is not None else "–"
        lines.append(f"| {name} | {default} | {row.allowed} | {row.purpose} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
