"""Every environment variable that Firn reads; `python -m portal.env_table` prints it as
docs/configuration.md shows it.
"""

from __future__ import annotations

from portal.env_mail import MAIL
from portal.env_variable import Variable

_ROWS = [
    Variable(
        "FIRN_DEBUG",
        default="false",
        allowed="true or false",
        purpose="Developer mode: error pages with source, plain static files. Never in production.",
    ),
    Variable(
        "SECRET_KEY",
        default=None,
        allowed="a random text of 50 characters or more; only with FIRN_DEBUG=true may it be left out",
        purpose="Signs sessions, mail links, jobs and the audit chain. Needed unless FIRN_DEBUG is on.",
        secret=True,
    ),
    Variable(
        "SECRET_KEY_FALLBACKS",
        default=None,
        allowed="earlier keys, separated by commas",
        purpose="Earlier values of SECRET_KEY: what was signed or encrypted under them still counts.",
        secret=True,
    ),
    Variable(
        "DATABASE_URL",
        default=None,
        allowed=(
            "sqlite:////absolute/path or sqlite:///path/in/the/project, or "
            "postgres://user:password@host:port/name (a unix socket's directory as "
            "?host=/run/postgresql)"
        ),
        purpose="The one database. Default: SQLite in var/firn.sqlite3.",
        secret=True,
    ),
    Variable(
        "ALLOWED_HOSTS",
        default=None,
        allowed="host names separated by commas, no scheme and no port",
        purpose="The names that the portal answers to. Default: the host of PUBLIC_BASE_URL.",
    ),
    Variable(
        "PUBLIC_BASE_URL",
        default="http://localhost:8000",
        allowed="http://host or https://host, with an optional port, without a path or a slash at the end",
        purpose=(
            "The address that people use; every link in a mail starts with it. Under another host name Firn takes "
            "itself for a copy and changes nothing in Snowflake until an administrator says that it is the one."
        ),
    ),
    *MAIL,
    Variable(
        "FIRN_INSTANCE",
        default="main",
        allowed="1 to 20 of a-z, 0-9 and -",
        purpose=(
            "Marks what this installation owns in Snowflake: COMMENT = 'firn:<instance>:<id>'. Never change it later."
        ),
    ),
    Variable(
        "SNOWFLAKE_CONNECTIONS_FILE",
        default="~/.snowflake/connections.toml",
        allowed="the path of a connections.toml",
        purpose="Where the provider accounts' connections are described.",
    ),
    Variable(
        "FIRN_CHECK_MINUTES",
        default="15",
        allowed="a whole number from 1 to 1440",
        purpose="All live shares of a provider account are compared with Snowflake this often, in minutes.",
    ),
    Variable(
        "FIRN_PERSONAL_TAGS",
        default="PRIVACY_CATEGORY, SEMANTIC_CATEGORY",
        allowed="names of tags separated by commas",
        purpose=(
            "A column of the lake with one of these tags tells about persons: the catalog marks it, and a share that "
            "shows it unmarked gets an incident. The default is what Snowflake's classification sets."
        ),
    ),
    Variable(
        "FIRN_LIVE_GRANTS",
        default="500",
        allowed="a whole number from 0 to 100000",
        purpose=(
            "In each check, the grants of this many shares are read one by one, those that waited longest first. "
            "With no more shares than this, every kind of drift is seen within one interval."
        ),
    ),
    Variable(
        "FIRN_AUDIT_HOURS",
        default="24",
        allowed="a whole number from 1 to 168",
        purpose="Each share is observed closely, and proved isolated again, at least this often, in hours.",
    ),
    Variable(
        "FIRN_PROOF_TIMEOUT_SECONDS",
        default="300",
        allowed="a whole number from 60 to 900",
        purpose=(
            "How long one statement of the isolation test, or of a row count for the catalog, may take, in seconds. "
            "What is decided about a share meanwhile waits for it. A lower STATEMENT_TIMEOUT_IN_SECONDS of the "
            "warehouse counts instead."
        ),
    ),
    Variable(
        "FIRN_REBIND_HOURS",
        default="72",
        allowed="a whole number from 1 to 720",
        purpose="Hours in which everybody concerned can object before an account is connected to another customer.",
    ),
    Variable(
        "FIRN_GRACE_DAYS",
        default="7",
        allowed="a whole number from 0 to 365",
        purpose="Days between an ended share's suspension and its removal, in which the end can be undone.",
    ),
    Variable(
        "FIRN_ANSWER_HOURS",
        default="48",
        allowed="a whole number from 1 to 2160",
        purpose="Requests should be decided within this many hours; those that wait longer are marked as late.",
    ),
    Variable(
        "FIRN_AUDIT_ANCHOR_TO",
        default=None,
        allowed="addresses separated by commas",
        purpose=(
            "Who gets a line a day that pins down the audit log, to keep where nobody who runs the portal can change "
            "it. Default: nobody."
        ),
    ),
    Variable(
        "FIRN_AUDIT_ANCHOR_URL",
        default=None,
        allowed="https://host/path; http:// is for a receiver on the same machine",
        purpose=(
            "A webhook that gets the same line, as JSON, signed as Standard Webhooks 1.0 says. Needs "
            "FIRN_AUDIT_ANCHOR_SECRET. Default: none."
        ),
        secret=True,
    ),
    Variable(
        "FIRN_AUDIT_ANCHOR_SECRET",
        default=None,
        allowed="a random text of 24 characters or more",
        purpose="Signs what is posted to FIRN_AUDIT_ANCHOR_URL (HMAC-SHA256).",
        secret=True,
    ),
    Variable(
        "FIRN_WORKERS",
        default="3",
        allowed="a whole number from 1 to 64",
        purpose=(
            "Worker processes of `manage.py worker`. Where there are several, one of them always stays free of shares, "
            "so that mails and checks never wait for them."
        ),
    ),
    Variable(
        "FIRN_SHARES_AT_ONCE",
        default="8",
        allowed="a whole number from 1 to 64",
        purpose="Shares that one worker process works on side by side.",
    ),
    Variable(
        "FIRN_LOG_LEVEL",
        default="INFO",
        allowed="DEBUG, INFO, WARNING or ERROR",
        purpose="How much is logged to standard error.",
    ),
    Variable(
        "FIRN_REGIONS_FILE",
        default=None,
        allowed="the path of a CSV file with the columns of shares/core/snowflake_regions.csv",
        purpose=(
            "Snowflake regions that Firn's own table does not have yet; a row of a known region takes its place. "
            "A region of a group other than PUBLIC is refused to customers."
        ),
    ),
    Variable(
        "TRUSTED_PROXY_COUNT",
        default="0",
        allowed="a whole number from 0 to 5",
        purpose="Reverse proxies in front of the portal whose X-Forwarded-For is believed.",
    ),
    Variable(
        "CACHE_URL",
        default=None,
        allowed="redis://host:port/number, or rediss:// for TLS",
        purpose="A shared cache for rate limits. Default: a table of the database.",
        secret=True,
    ),
    Variable(
        "FIRN_REQUIRE_MFA",
        default="true",
        allowed="true or false",
        purpose=(
            "Staff and approvers get no further than the page that sets up a second step of signing in (authenticator "
            "app or passkey) until they have one. Everybody else may have one."
        ),
    ),
    Variable(
        "FIRN_REQUIRE_MFA_OF_CUSTOMERS",
        default="false",
        allowed="true or false",
        purpose="The same of everybody, customers included.",
    ),
    Variable(
        "FIRN_IDLE_MINUTES",
        default="120",
        allowed="a whole number from 5 to 720",
        purpose=(
            "Minutes without a click after which somebody is signed out. Twelve hours after the sign-in they are in "
            "any case."
        ),
    ),
    Variable(
        "FIRN_SAML",
        default="false",
        allowed="true or false",
        purpose=(
            "Lets organizations sign in through a SAML provider; needs the packages of requirements-saml.txt "
            "(docs/sign-in.md)."
        ),
    ),
    Variable(
        "FIRN_WRITES_A_MINUTE",
        default="120",
        allowed="a whole number from 0 to 100000",
        purpose=(
            "How many forms one person, or one address of people not signed in, may send within a minute; beyond that "
            "they get 429 with Retry-After. A mail provider's calls that know its secret do not count. 0: no limit."
        ),
    ),
    Variable(
        "FIRN_REQUEST_DAYS",
        default="30",
        allowed="a whole number from 0 to 365",
        purpose="A request that nobody decides within so many days after its approvers were asked expires. 0: never.",
    ),
    Variable(
        "FIRN_OPEN_REQUESTS",
        default="50",
        allowed="a whole number from 0 to 100000",
        purpose="How many requests of one organization may wait for an answer at the same time. 0: no limit.",
    ),
    Variable(
        "FIRN_HTTPS",
        default=None,
        allowed="true or false",
        purpose=(
            "Secure cookies, HSTS and the redirect to https. Default: on when PUBLIC_BASE_URL is https "
            "and FIRN_DEBUG is off."
        ),
    ),
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
