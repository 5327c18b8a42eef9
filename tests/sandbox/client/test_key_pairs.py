"""Named key pairs of users."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server, connect, write_keys


@pytest.fixture
def user(admin: Client, database: str) -> str:
    admin.run(f"CREATE USER NAMED_{database} TYPE = SERVICE DEFAULT_ROLE = PUBLIC")
    return f"NAMED_{database}"


def public(key: Path) -> str:
    return "".join(key.with_suffix(".pub").read_text().splitlines()[1:-1])


def test_a_named_key_pair_signs_in_until_it_is_removed(
    admin: Client, user: str, log_in: Open, tmp_path: Path, server: Server
) -> None:
    key = write_keys(tmp_path, "named")
    admin.run(f"ALTER USER IF EXISTS {user} ADD KEY PAIR FIRST PUBLIC_KEY = '{public(key)}' COMMENT = 'of mine'")
    me = log_in(user=user, private_key_file=str(key), authenticator="SNOWFLAKE_JWT")
    (row,) = me.table("SHOW USER KEY PAIRS")
    assert (row["name"], row["user_name"], row["status"], row["comment"]) == ("FIRST", user, "ACTIVE", "of mine")
    assert row["fingerprint"].startswith("SHA256:")
    described = {one["property"]: one["value"] for one in admin.table(f"DESCRIBE USER {user}")}
    assert described["RSA_PUBLIC_KEY_FP"] == described["RSA_PUBLIC_KEY_2_FP"] == "null"
    admin.run(f"ALTER USER {user} REMOVE KEY PAIR FIRST")
    assert admin.table(f"SHOW USER KEY PAIRS FOR USER {user}") == []
    with pytest.raises(Exception, match="JWT token is invalid"):
        connect(server.port, user=user, private_key_file=str(key), authenticator="SNOWFLAKE_JWT")


def test_a_key_stands_once(admin: Client, user: str, tmp_path: Path) -> None:
    text = public(write_keys(tmp_path, "once"))
    admin.run(f"ALTER USER {user} SET RSA_PUBLIC_KEY = '{text}'")
    admin.refused(f"ALTER USER {user} ADD KEY PAIR AGAIN PUBLIC_KEY = '{text}'", 1008)
    admin.refused(f"ALTER USER {user} ADD KEY PAIR PUBLIC_KEY_1 PUBLIC_KEY = '{text}'", 2002)
    admin.refused(f"ALTER USER {user} ADD KEY PAIR BAD PUBLIC_KEY = 'MIIB'", 1008)
    admin.refused(f"ALTER USER {user} REMOVE KEY PAIR NONE", 2003)
    admin.refused(f"ALTER USER {user} ROTATE KEY PAIR NONE PUBLIC_KEY = '{text}'", 2)


def test_those_of_others_need_a_privilege(admin: Client, svc: Client, user: str, tmp_path: Path) -> None:
    text = public(write_keys(tmp_path, "others"))
    svc.run("SHOW USER KEY PAIRS")
    svc.refused(f"SHOW USER KEY PAIRS FOR USER {user}", 3001)
    svc.refused(f"ALTER USER {user} ADD KEY PAIR K PUBLIC_KEY = '{text}'", 3001)
    admin.run(f"GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER {user} TO ROLE SHARER")
    svc.run(f"ALTER USER {user} ADD KEY PAIR K PUBLIC_KEY = '{text}'")
    assert [row["name"] for row in svc.table(f"SHOW USER KEY PAIRS FOR USER {user}")] == ["K"]
