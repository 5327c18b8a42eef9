"""Views and secure views."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Open


def test_a_view_answers_with_its_own_column_names(admin: Client, database: str) -> None:
    admin.run("CREATE VIEW V (C COMMENT 'carrier', N) AS SELECT CARRIER, COUNT(*) FROM LAKE.NYC.FLIGHTS GROUP BY 1")
    assert admin.rows("SELECT C, N FROM V ORDER BY N DESC LIMIT 1") == [("UA", 3)]
    assert admin.table("DESCRIBE VIEW V")[0]["comment"] == "carrier"


def test_show_views_has_the_text_as_it_was_sent(admin: Client, database: str) -> None:
    text = f"create or replace secure view {database}.PUBLIC.V\nCOMMENT = 'it''s marked'\nAS\nSELECT  1 AS a -- kept"
    admin.run(text + ";")
    (row,) = admin.table(f"SHOW VIEWS LIKE 'v' IN SCHEMA {database}.PUBLIC")
    assert (row["text"], row["comment"], row["is_secure"]) == (text, "it's marked", "true")
    assert (row["database_name"], row["schema_name"], row["owner"]) == (database, "PUBLIC", "ACCOUNTADMIN")


def test_a_view_reads_names_from_where_it_lives(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T AS SELECT 1 AS A", "CREATE VIEW V AS SELECT A FROM T", "USE SCHEMA LAKE.NYC")
    assert admin.rows(f"SELECT A FROM {database}.PUBLIC.V") == [(1,)]


def test_a_view_of_everything_keeps_the_columns_that_it_had(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "CREATE VIEW V AS SELECT * FROM T", "INSERT INTO T VALUES (1)")
    admin.run("ALTER TABLE T ADD COLUMN SECRET INT DEFAULT 7")
    assert "declared 1 column(s), but view query produces 2" in admin.refused("SELECT * FROM V", 2057)
    admin.refused("SELECT SECRET FROM V", 2057)


def test_a_view_over_a_dropped_table_fails(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "CREATE VIEW V AS SELECT A FROM T", "DROP TABLE T")
    admin.refused("SELECT * FROM V", 2003)


def test_a_view_that_cannot_work_is_not_made(admin: Client, database: str) -> None:
    admin.refused("CREATE VIEW V AS SELECT NOPE FROM LAKE.NYC.FLIGHTS", 904)
    admin.refused("CREATE VIEW V AS SELECT * FROM NO_SUCH_TABLE", 2003)
    admin.refused("CREATE VIEW V (A, B) AS SELECT 1", 2057)
    admin.refused("CREATE VIEW V AS SELECT 1 AS A, 2 AS A", 2025)
    assert admin.rows("SHOW VIEWS") == []


def test_existing_names_are_refused_unless_allowed(admin: Client, database: str) -> None:
    admin.run("CREATE VIEW V AS SELECT 1 AS A")
    admin.refused("CREATE VIEW V AS SELECT 2 AS A", 2002, "42710")
    admin.refused("CREATE TABLE V (A INT)", 2002)
    admin.run("CREATE VIEW IF NOT EXISTS V AS SELECT 2 AS A")
    assert admin.one("SELECT A FROM V") == 1
    admin.run("CREATE OR REPLACE VIEW V AS SELECT 3 AS A")
    assert admin.one("SELECT A FROM V") == 3


def test_replace_and_if_not_exists_do_not_go_together(admin: Client, database: str) -> None:
    admin.refused("CREATE OR REPLACE VIEW IF NOT EXISTS V AS SELECT 1 AS A", 1003)


def test_a_replaced_view_loses_its_grants(admin: Client, database: str) -> None:
    admin.run(
        "CREATE ROLE IF NOT EXISTS READER", "CREATE VIEW V AS SELECT 1 AS A", "GRANT SELECT ON VIEW V TO ROLE READER"
    )
    admin.run("CREATE OR REPLACE VIEW V COPY GRANTS AS SELECT 2 AS A")
    assert "READER" in [row["grantee_name"] for row in admin.table("SHOW GRANTS ON VIEW V")]
    admin.run("CREATE OR REPLACE VIEW V AS SELECT 3 AS A")
    assert "READER" not in [row["grantee_name"] for row in admin.table("SHOW GRANTS ON VIEW V")]


def test_security_comment_and_name_can_be_altered(admin: Client, database: str) -> None:
    admin.run("CREATE VIEW V AS SELECT 1 AS A", "ALTER VIEW V SET SECURE", "ALTER VIEW V SET COMMENT = 'x'")
    admin.run("ALTER VIEW V RENAME TO W")
    (row,) = admin.table("SHOW VIEWS")
    assert (row["name"], row["is_secure"], row["comment"]) == ("W", "true", "x")


def test_the_text_of_a_secure_view_is_for_its_owner(admin: Client, database: str, log_in: Open) -> None:
    admin.run("CREATE SECURE VIEW V AS SELECT 'hidden' AS A", "CREATE ROLE IF NOT EXISTS READER2")
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE READER2", "GRANT USAGE ON SCHEMA PUBLIC TO ROLE READER2")
    admin.run("GRANT SELECT ON VIEW V TO ROLE READER2", "GRANT ROLE READER2 TO USER ADMIN")
    reader = log_in(role="READER2")
    (row,) = reader.table(f"SHOW VIEWS IN DATABASE {database}")
    assert row["text"] == ""
    assert reader.one(f"SELECT VIEW_DEFINITION FROM {database}.INFORMATION_SCHEMA.VIEWS") is None
    assert reader.one(f"SELECT A FROM {database}.PUBLIC.V") == "hidden"


def test_who_asks_is_simulated_in_secure_views_only(admin: Client, database: str) -> None:
    who = "SELECT CURRENT_ACCOUNT() AS A, CURRENT_ACCOUNT_NAME() AS B"
    admin.run(f"CREATE SECURE VIEW S AS {who}", f"CREATE VIEW P AS {who}")
    known, nobody = ("CUS20001", "ONE"), {name: (name, name) for name in ("CUST.ONE", "ONE", "NOBODY")}
    for spelled, seen in {"CUS20001": known, "cus20001": known, **nobody}.items():
        admin.run(f"ALTER SESSION SET SIMULATED_DATA_SHARING_CONSUMER = '{spelled}'")
        assert admin.rows("SELECT * FROM S") == [seen]
        assert admin.rows("SELECT * FROM P") == [("PRV10001", "DATA")]
        assert admin.rows(who) == [("PRV10001", "DATA")]
    admin.run("ALTER SESSION UNSET SIMULATED_DATA_SHARING_CONSUMER")
    assert admin.rows("SELECT * FROM S") == [("PRV10001", "DATA")]


def test_dropping(admin: Client, database: str) -> None:
    admin.run("CREATE VIEW V AS SELECT 1 AS A")
    admin.refused("DROP TABLE V", 2203)
    admin.run("DROP VIEW V", "DROP VIEW IF EXISTS V")
    admin.refused("DROP VIEW V", 2003)


def test_change_tracking_is_kept_and_shown(admin: Client, database: str) -> None:
    admin.run(
        "CREATE VIEW TRACKED CHANGE_TRACKING = TRUE COMMENT = 'c' AS SELECT 1 AS A",
        "CREATE VIEW PLAIN AS SELECT 1 AS A",
    )
    shown = {r["name"]: r["change_tracking"] for r in admin.table(f"SHOW VIEWS IN SCHEMA {database}.PUBLIC")}
    assert shown == {"TRACKED": "ON", "PLAIN": "OFF"}
    admin.run("ALTER VIEW TRACKED SET CHANGE_TRACKING = FALSE", "ALTER VIEW PLAIN SET COMMENT = 'd'")
    rows = admin.table(f"SHOW VIEWS IN SCHEMA {database}.PUBLIC")
    assert {(r["name"], r["change_tracking"], r["comment"]) for r in rows} == {
        ("TRACKED", "OFF", "c"),
        ("PLAIN", "OFF", "d"),
    }
