"""Sign in to a Snowflake account named in connections.toml.

The file's form: docs.snowflake.com/en/developer-guide/python-connector/python-connector-connect, "connections.toml".
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from shares.snowflake.client import ConnectorClient, translate

LOGIN_SECONDS = 15
STATEMENT_SECONDS = 60

# What a section may say. Anything else is refused, so that a typing mistake is not silently ignored.
KNOWN = frozenset(
    """
    account user password private_key_file private_key_file_pwd private_key_path authenticator token token_file_path
    role warehouse database schema host port protocol
    """.split()  # noqa: SIM905 - a list of forty strings reads worse
)


class BadConnection(ValueError):
    """connections.toml cannot be used; the message says which part and what to write."""


def parameters(file: Path, name: str) -> dict[str, Any]:
    """The section `name` of `file`. Relative key paths count from the file's folder. Raises BadConnection."""
    sections = _sections(file, name)
    section = sections.get(name)
    if not isinstance(section, dict):
        there = ", ".join(sorted(key for key, value in sections.items() if isinstance(value, dict))) or "none"
        raise BadConnection(
            f"{file} has no section [{name}]. It has: {there}. "
            "Add the section, or give the provider account one of these as its connection name."
        )
    unknown = sorted(set(section) - KNOWN)
    if unknown:
        raise BadConnection(
            f"[{name}] in {file} has unknown settings: {', '.join(unknown)}. "
            f"Remove or correct them; known are {', '.join(sorted(KNOWN))}."
        )
    for needed, example in (("account", "MYORG-MYACCOUNT"), ("user", "FIRN")):
        if not section.get(needed) or not isinstance(section[needed], str):
            raise BadConnection(f'[{name}] in {file} needs {needed}. Add a line such as {needed} = "{example}".')
    return _with_key(dict(section), file, name)


def _sections(file: Path, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConnection(
            f"[{name}] cannot be looked up: {file} does not exist. "
            "Set SNOWFLAKE_CONNECTIONS_FILE to your connections.toml."
        ) from None
    except UnicodeDecodeError:
        raise BadConnection(f"[{name}] cannot be looked up: {file} is not UTF-8. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadConnection(f"[{name}] cannot be looked up: {file} is not TOML ({error}). Correct it there.") from None
    except OSError as error:
        raise BadConnection(
            f"[{name}] cannot be looked up: {file} cannot be read ({error.strerror}). "
            "Make it a file that Firn's user may read."
        ) from None


def _with_key(section: dict[str, Any], file: Path, name: str) -> dict[str, Any]:
    key = section.pop("private_key_path", None) or section.get("private_key_file")
    if key is None:
        return section
    where = file.parent / Path(str(key)).expanduser()
    if not where.is_file():
        raise BadConnection(f"[{name}] in {file}: the private key {where} does not exist. Correct the path.")
    if where.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        raise BadConnection(f"[{name}] in {file}: others may read the private key {where}. Run chmod 600 on it.")
    section["private_key_file"] = str(where)
    section.setdefault("authenticator", "SNOWFLAKE_JWT")
    return section


def connect(file: Path, name: str, tag: str, *, key: Path | None = None, seconds: int | None = None) -> ConnectorClient:
    """A signed-in session; `tag` becomes its QUERY_TAG, the file `key` stands in for the section's own. A statement
    may take STATEMENT_SECONDS, or `seconds`; or less, where the warehouse says so (the lower of both counts:
    docs.snowflake.com/en/sql-reference/parameters, STATEMENT_TIMEOUT_IN_SECONDS).

    Raises BadConnection or SnowflakeError.

    The connector is imported here and nowhere else: with connector 5 a process that forks after the import hangs.
    """
    section, limit = parameters(file, name), seconds or STATEMENT_SECONDS
    if key is not None:
        section["private_key_file"] = str(key)
    # Only a sign-in by workload identity needs to know in which cloud it runs. The connector asks every one of them for
    # it, at addresses of a cloud's own that keep it waiting where a network drops what it does not know.
    os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    import snowflake.connector as connector

    try:
        connection = connector.connect(
            **section,
            **_settings(connector.__version__, limit),
            application="Firn",
            client_session_keep_alive=False,
            session_parameters={"QUERY_TAG": tag, "STATEMENT_TIMEOUT_IN_SECONDS": limit},
        )
    except Exception as error:
        raise translate(error) from error
    return ConnectorClient(connection)


def _settings(version: str, limit: int) -> dict[str, Any]:
    """Both connector lines wait for ever by default; they name their limits differently. Snowflake's own comes first:
    its answer says what happened."""
    if int(version.split(".", 1)[0]) >= 5:
        return {
            "login_timeout": LOGIN_SECONDS,
            "query_timeout": limit + 5,
            "enable_server_session_keep_alive_auto_detection": False,
            # A session is closed by whoever borrowed it, and else by the pool. Line 5 would look once more whether it
            # is, while Python collects it; and it sets context variables for that, which Python does not survive when
            # another one is just being set (github.com/python/cpython/issues/148891).
            "auto_cleanup": False,
        }
    return {"login_timeout": LOGIN_SECONDS, "network_timeout": limit + 5}
