"""Named key pairs of Firn's user in a provider account: keys that stand in none of its properties."""

from __future__ import annotations

from shares.snowflake import setup_sql
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

# Under these the keys are listed that are properties.
_PROPERTIES = ("PUBLIC_KEY_1", "PUBLIC_KEY_2")


def named(client: Client, user: str) -> dict[str, str] | None:
    """The names of those that sign in, by fingerprint (`SHA256:…`); None where the account does not tell."""
    try:
        rows = client.run(setup_sql.show_key_pairs(user)).rows
    except SnowflakeError:
        return None
    return {
        f"SHA256:{str(row['fingerprint']).removeprefix('SHA256:')}": str(row["name"])
        for row in rows
        if row["status"] == "ACTIVE" and row["name"] not in _PROPERTIES
    }
