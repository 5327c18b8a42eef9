"""Login by programmatic access token, and users who may not log in."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.client.test_sessions import Raw
from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server, connect, serving, write_keys

_numbers = itertools.count(1)
PAT = "PROGRAMMATIC_ACCESS_TOKEN"
# It stands in a statement and so in the log; the passwords of the world do not.
PASSWORD = "0ther-pa55"


@pytest.fixture
def user(admin: Client) -> str:
    """A user with the roles READER_ROLE and OTHER_ROLE."""
    name = f"TOKEN_USER{next(_numbers)}"
    admin.run(
        "CREATE ROLE IF NOT EXISTS READER_ROLE",
        "CREATE ROLE IF NOT EXISTS OTHER_ROLE",
        f"CREATE USER {name} DEFAULT_ROLE = OTHER_ROLE PASSWORD = '{PASSWORD}'",
        f"GRANT ROLE READER_ROLE TO USER {name}",
        f"GRANT ROLE OTHER_ROLE TO USER {name}",
    )
    return name


def add(client: Client, user: str, more: str = "", name: str = "T") -> str:
    """The secret of a new token."""
    (row,) = client.table(f"ALTER USER {user} ADD PROGRAMMATIC ACCESS TOKEN {name} {more}")
    assert row["token_name"] == name
    return str(row["token_secret"])


def refused(server: Server, user: str, **more: Any) -> int:
    """The code with which the server refuses this login; the connectors wrap it into one of their own."""
    raw = Raw(server)
    data = {"ACCOUNT_NAME": "ACME-DATA", "LOGIN_NAME": user, **more}
    answer = raw.call("/session/v1/login-request", {"data": data})
    assert answer["success"] is False
    return int(answer["code"])


def test_a_token_logs_in(admin: Client, user: str, log_in: Open) -> None:
    client = log_in(user=user, password=None, token=add(admin, user), authenticator=PAT)
    assert client.rows("SELECT CURRENT_USER(), CURRENT_ROLE()") == [(user, "OTHER_ROLE")]
    client.run("USE ROLE READER_ROLE")


def test_a_token_stands_for_a_password(admin: Client, user: str, log_in: Open) -> None:
    assert log_in(user=user, password=add(admin, user)).one("SELECT CURRENT_USER()") == user


def test_a_restricted_token_gives_its_role_only(admin: Client, user: str, log_in: Open, server: Server) -> None:
    secret = add(admin, user, "ROLE_RESTRICTION = 'READER_ROLE'")
    client = log_in(user=user, password=None, token=secret, authenticator=PAT)
    assert client.one("SELECT CURRENT_ROLE()") == "READER_ROLE"
    client.refused("USE ROLE OTHER_ROLE", 3012)
    client.refused("USE SECONDARY ROLES ALL", 3012)
    admin.run(f"REVOKE ROLE READER_ROLE FROM USER {user}")
    assert refused(server, user, AUTHENTICATOR=PAT, TOKEN=secret) == 394400


def test_a_role_that_the_user_has_not_is_no_restriction(admin: Client, user: str) -> None:
    admin.refused(f"ALTER USER {user} ADD PAT T ROLE_RESTRICTION = 'ACCOUNTADMIN'", 3013)


def test_a_service_user_needs_a_restriction(admin: Client, svc: Client) -> None:
    admin.refused("ALTER USER SVC ADD PAT T", 394402)
    svc.run("ALTER USER ADD PAT MINE ROLE_RESTRICTION = 'SHARER'", "ALTER USER REMOVE PAT MINE")


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_token_is_refused(server: Server, user: str, secret: str) -> None:
    assert refused(server, user, AUTHENTICATOR=PAT, TOKEN=secret) == 394400


def test_the_driver_tells_of_a_wrong_token(server: Server, user: str) -> None:
    with pytest.raises(Exception, match="Programmatic access token is invalid"):
        connect(server.port, user=user, password=None, token="wrong", authenticator=PAT)


def test_nobody_uses_anothers_token(admin: Client, user: str, server: Server) -> None:
    assert refused(server, "ADMIN", AUTHENTICATOR=PAT, TOKEN=add(admin, user)) == 394400


def test_a_removed_or_disabled_token_is_refused(admin: Client, user: str, server: Server, log_in: Open) -> None:
    secret = add(admin, user)
    admin.run(f"ALTER USER {user} MODIFY PROGRAMMATIC ACCESS TOKEN T SET DISABLED = TRUE")
    assert refused(server, user, AUTHENTICATOR=PAT, TOKEN=secret) == 394400
    assert refused(server, user, PASSWORD=secret) == 394400
    admin.run(f"ALTER USER {user} MODIFY PAT T UNSET DISABLED")
    log_in(user=user, password=secret)
    admin.run(f"ALTER USER {user} REMOVE PROGRAMMATIC ACCESS TOKEN T")
    assert refused(server, user, AUTHENTICATOR=PAT, TOKEN=secret) == 394400
    admin.refused(f"ALTER USER {user} REMOVE PAT T", 2003)


def test_rotation_gives_a_new_secret_and_keeps_the_old_one_for_a_while(
    admin: Client, user: str, log_in: Open, server: Server
) -> None:
    old = add(admin, user)
    (row,) = admin.table(f"ALTER USER {user} ROTATE PAT T")
    assert (row["token_name"], row["token_secret"] != old) == ("T", True)
    for secret in (old, row["token_secret"]):
        log_in(user=user, password=secret)
    listed = {r["name"]: (r["status"], r["rotated_to"]) for r in admin.table(f"SHOW USER PATS FOR USER {user}")}
    assert listed == {"T": ("ACTIVE", None), row["rotated_token_name"]: ("ACTIVE", "T")}
    (last,) = admin.table(f"ALTER USER {user} ROTATE PAT T EXPIRE_ROTATED_TOKEN_AFTER_HOURS = 0")
    assert refused(server, user, AUTHENTICATOR=PAT, TOKEN=row["token_secret"]) == 394400
    log_in(user=user, password=last["token_secret"])


def test_tokens_are_listed_without_their_secrets(admin: Client, user: str) -> None:
    secret = add(admin, user, "ROLE_RESTRICTION = 'READER_ROLE' DAYS_TO_EXPIRY = 30 COMMENT = 'for tests'")
    (row,) = admin.table(f"SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER {user}")
    assert list(row) == [
        "name", "user_name", "role_restriction", "expires_at", "status", "comment", "created_on", "created_by",
        "mins_to_bypass_network_policy_requirement", "rotated_to",
    ]  # fmt: skip
    assert (row["name"], row["user_name"], row["role_restriction"]) == ("T", user, "READER_ROLE")
    assert (row["status"], row["comment"], row["created_by"]) == ("ACTIVE", "for tests", "ADMIN")
    assert (row["expires_at"] - row["created_on"]).days == 30
    assert secret not in str(admin.rows(f"DESCRIBE USER {user}"))


@pytest.mark.parametrize(
    ("more", "code"), [("DAYS_TO_EXPIRY = 0", 1008), ("DAYS_TO_EXPIRY = 366", 1008), ("COLOUR = 'x'", 1420)]
)
def test_a_bad_property_is_refused(admin: Client, user: str, more: str, code: int) -> None:
    admin.refused(f"ALTER USER {user} ADD PAT T {more}", code)


def test_a_user_has_fifteen_tokens_at_most(admin: Client, user: str) -> None:
    for number in range(15):
        add(admin, user, name=f"T{number}")
    admin.refused(f"ALTER USER {user} ADD PAT T15", 394403)
    admin.refused(f"ALTER USER {user} ADD PAT T1", 2002)
    admin.run(f"ALTER USER {user} ADD PAT IF NOT EXISTS T1")


def test_one_makes_ones_own_token_but_not_in_a_session_of_a_token(user: str, log_in: Open) -> None:
    client = log_in(user=user, password=PASSWORD)
    (row,) = client.table("ALTER USER ADD PROGRAMMATIC ACCESS TOKEN OWN")
    by_token = log_in(user=user, password=row["token_secret"])
    by_token.refused("ALTER USER ADD PAT MORE", 394401)
    client.refused("ALTER USER ADMIN ADD PAT THEIRS", 3001)


# --- other ways in
def test_a_disabled_user_cannot_log_in(admin: Client, user: str, server: Server) -> None:
    secret = add(admin, user)
    admin.run(f"ALTER USER {user} SET DISABLED = TRUE")
    assert refused(server, user, PASSWORD=PASSWORD) == 390101
    assert refused(server, user, AUTHENTICATOR=PAT, TOKEN=secret) == 390101


def test_oauth_is_refused(server: Server) -> None:
    assert refused(server, "ADMIN", AUTHENTICATOR="OAUTH", TOKEN="abc") == 390303


def test_an_unknown_way_is_refused(server: Server) -> None:
    assert refused(server, "ADMIN", AUTHENTICATOR="EXTERNALBROWSER") == 390190


def test_the_second_key_of_a_user_logs_in(
    admin: Client, user: str, log_in: Open, tmp_path: Path, server: Server
) -> None:
    old, new = write_keys(tmp_path, "old"), write_keys(tmp_path, "new")
    for key, column in ((old, "RSA_PUBLIC_KEY"), (new, "RSA_PUBLIC_KEY_2")):
        admin.run(f"ALTER USER {user} SET {column} = '{key.with_suffix('.pub').read_text()}'")
    for key in (old, new):
        log_in(user=user, private_key_file=str(key), authenticator="SNOWFLAKE_JWT")
    admin.run(f"ALTER USER {user} UNSET RSA_PUBLIC_KEY")
    log_in(user=user, private_key_file=str(new), authenticator="SNOWFLAKE_JWT")
    with pytest.raises(Exception, match="JWT token is invalid"):
        connect(server.port, user=user, private_key_file=str(old), authenticator="SNOWFLAKE_JWT")


def test_a_token_in_the_world_file(tmp_path: Path) -> None:
    world = tmp_path / "world.toml"
    world.write_text(
        '[[account]]\norganization = "ACME"\nname = "DATA"\nlocator = "PRV1"\nregion = "AWS_US_EAST_1"\n'
        '[[account.user]]\nname = "ROBOT"\ntype = "SERVICE"\ntoken = "from-the-file"\ndefault_role = "SYSADMIN"\n'
    )
    with serving(world) as server:
        connection = connect(server.port, user="ROBOT", password=None, token="from-the-file", authenticator=PAT)
        client = Client(connection)
        assert client.rows("SELECT CURRENT_USER(), CURRENT_ROLE()") == [("ROBOT", "SYSADMIN")]
        connection.close()
