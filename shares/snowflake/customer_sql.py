"""SQL that a customer copies and runs in their own account. Firn sends none of it.

Statement forms: docs.snowflake.com/en/sql-reference/sql (create-database, create-share, alter-share, grant-privilege).
"""

from __future__ import annotations

from collections.abc import Sequence

from shares.core.names import literal, path, plain


def mount(database: str, provider: str, share: str) -> str:
    """What the consumer runs once (docs.snowflake.com/en/sql-reference/sql/create-database)."""
    return f"CREATE DATABASE {plain(database)} FROM SHARE {path(*provider.split('.'), share)};"


def imported_privileges(database: str, role: str) -> str:
    """What lets a role of the consumer read the mounted database."""
    return f"GRANT IMPORTED PRIVILEGES ON DATABASE {plain(database)} TO ROLE {plain(role)};"


def first_rows(database: str, schema: str, name: str) -> str:
    """A first look at a shared view."""
    return f"SELECT *\nFROM {path(database, schema, name)}\nLIMIT 10;"


def find_share(share: str) -> str:
    """What shows the consumer whether the share reached the account."""
    return f"SHOW SHARES LIKE {literal(share)};"


def read_code(database: str, schema: str, view: str, column: str) -> str:
    """What prints the code that proves an account."""
    return f"SELECT {plain(column)} FROM {path(database, schema, view)};"  # noqa: S608 - quoted


def drop_database(database: str) -> str:
    """What the consumer runs to tidy up."""
    return f"DROP DATABASE {plain(database)};"


def way_back_share(code: str) -> str:
    """What the consumer's own share is called, which proves their account."""
    return plain(f"FIRN_PROOF_{code}")


def way_back(code: str, provider: str) -> str:
    """What the consumer runs to share something of theirs with the provider's account: an empty database will do.

    docs.snowflake.com/en/sql-reference/sql/alter-share: a share needs a database before it takes accounts.
    """
    share, database = way_back_share(code), plain(f"FIRN_PROOF_{code[:6]}")
    return (
        f"CREATE DATABASE {database};\nCREATE SHARE {share};\n"
        f"GRANT USAGE ON DATABASE {database} TO SHARE {share};\n"
        f"ALTER SHARE {share} ADD ACCOUNTS = {path(*provider.split('.'))};"
    )


def rename_database(old: str, new: str) -> str:
    """What makes room for another database under a name that queries know."""
    return f"ALTER DATABASE IF EXISTS {plain(old)} RENAME TO {plain(new)};"


def count_rows(database: str, schema: str, names: Sequence[str]) -> str:
    """Rows of each view, to compare one database with another."""
    counts = (
        f"SELECT {literal(name)} AS NAME, COUNT(*) AS N FROM {path(database, schema, name)}"  # noqa: S608 - quoted
        for name in names
    )
    return "\nUNION ALL ".join(counts) + ";"
