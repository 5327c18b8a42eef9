"""Secrets in statements stand in no log."""

from __future__ import annotations

import pytest

from sandbox.hiding import hidden
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server

COVERED = [
    ("CREATE USER U PASSWORD = 'tiger' COMMENT = 'a'", "CREATE USER U PASSWORD = '********' COMMENT = 'a'"),
    ("ALTER USER U SET PASSWORD='it''s tiger\\' s', DISABLED = TRUE",
     "ALTER USER U SET PASSWORD='********', DISABLED = TRUE"),
    ("ALTER USER U SET password = $$tiger's$$", "ALTER USER U SET password = '********'"),
    ("CREATE MANAGED ACCOUNT R ADMIN_PASSWORD = 'tiger', TYPE = READER",
     "CREATE MANAGED ACCOUNT R ADMIN_PASSWORD = '********', TYPE = READER"),
    ("EXECUTE IMMEDIATE 'ALTER USER U SET PASSWORD = ''tiger'''",
     "EXECUTE IMMEDIATE 'ALTER USER U SET PASSWORD = '********''"),
    ("CREATE STAGE S CREDENTIALS = (AWS_KEY_ID = 'k' AWS_SECRET_KEY = 'tiger' AWS_TOKEN='tiger')",
     "CREATE STAGE S CREDENTIALS = (AWS_KEY_ID = 'k' AWS_SECRET_KEY = '********' AWS_TOKEN='********')"),
    ("ALTER USER U SET RSA_PUBLIC_KEY = 'MIIB', MUST_CHANGE_PASSWORD = FALSE", None),
    ("SELECT 'PASSWORD', PASSWORD FROM T WHERE A = 'x'", None),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "shown"), COVERED, ids=[sql[:50] for sql, _ in COVERED])
def test_a_secret_is_covered_and_nothing_else(sql: str, shown: str | None) -> None:
    assert hidden(sql) == (shown or sql)
    assert "tiger" not in hidden(sql)


def test_no_log_tells_a_password(server: Server, admin: Client) -> None:
    with server.control.armed("latency", sql="HIDDEN_ONE", options={"milliseconds": 1}):
        admin.run("CREATE USER HIDDEN_ONE PASSWORD = 'a tiger in the log'")
    admin.refused("ALTER USER HIDDEN_NONE SET PASSWORD = 'a tiger in the log'", 2003)
    admin.run("DROP USER HIDDEN_ONE")
    history = "SELECT QUERY_TEXT FROM TABLE(LAKE.INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE QUERY_TEXT LIKE '%HIDDEN_%'"
    told = [
        *(entry["sql"] for entry in server.control.log() if "HIDDEN_" in entry["sql"]),
        *(struck["sql"] for struck in server.control.fired() if "HIDDEN_" in struck["sql"]),
        *(text for (text,) in admin.rows(history)),
    ]
    assert len(told) >= 7
    assert sum("PASSWORD = '********'" in text for text in told) >= 5
    assert not any("tiger" in text for text in told)
