"""GET_DDL: its layout, and that what it says makes the same again."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Open


def test_a_table(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT NOT NULL COMMENT 'it''s', \"b c\" VARCHAR(5) DEFAULT 'x', PRIMARY KEY (A)) "
        "CLUSTER BY (A) COMMENT = 'mark'"
    )
    text = admin.one("SELECT GET_DDL('TABLE', 'T')")
    assert text == (
        "create or replace TABLE T cluster by (A)(\n"
        "\tA NUMBER(38,0) NOT NULL COMMENT 'it''s',\n"
        "\t\"b c\" VARCHAR(5) DEFAULT 'x',\n"
        "\tprimary key (A)\n"
        ")COMMENT='mark'\n;"
    )


def test_a_view_and_a_function(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SECURE VIEW V (A, B COMMENT 'second') COMMENT = 'c' AS SELECT 1, 2",
        "CREATE FUNCTION F(X NUMBER(5, 0)) RETURNS NUMBER(6, 0) COMMENT = 'f' AS 'X + 1'",
    )
    assert admin.one("SELECT GET_DDL('VIEW', 'V', TRUE)") == (
        f"create or replace secure view {database}.PUBLIC.V(\n\tA,\n\tB COMMENT 'second'\n) "
        "COMMENT='c'\nas SELECT 1, 2;"
    )
    assert admin.one("SELECT GET_DDL('FUNCTION', 'F(NUMBER)')") == (
        "CREATE OR REPLACE FUNCTION F(X NUMBER(5,0))\nRETURNS NUMBER(6,0)\nLANGUAGE SQL\nCOMMENT='f'\nAS 'X + 1';"
    )


def test_what_it_says_makes_the_same_again(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SCHEMA S",
        "CREATE MASKING POLICY M AS (V VARCHAR) RETURNS VARCHAR -> '*' || V",
        "CREATE ROW ACCESS POLICY R AS (V VARCHAR) RETURNS BOOLEAN -> V <> 'no'",
        "CREATE TABLE T (A VARCHAR WITH MASKING POLICY M, B VARCHAR, N INT AUTOINCREMENT START 3) "
        "WITH ROW ACCESS POLICY R ON (B)",
        "CREATE TABLE U (A INT, CONSTRAINT K UNIQUE (A))",
        "CREATE VIEW V AS SELECT A FROM T",
    )
    text = admin.one(f"SELECT GET_DDL('SCHEMA', '{database}.S')")
    statements = [s for s in text.split(";\n\n") if s]
    assert len(statements) == 6
    admin.run(*statements)
    assert admin.one(f"SELECT GET_DDL('SCHEMA', '{database}.S')") == text
    admin.run("INSERT INTO T (A, B) VALUES ('x', 'yes'), ('y', 'no')")
    assert admin.rows("SELECT * FROM V") == [("*x",)]
    whole = admin.one(f"SELECT GET_DDL('DATABASE', '{database}')")
    assert whole.startswith(f"create or replace database {database};\n\ncreate or replace schema {database}.PUBLIC;")
    assert f"create or replace TABLE {database}.S.U (" in whole


def test_secrets_stay_with_their_owner(admin: Client, database: str, log_in: Open) -> None:
    admin.run(
        "CREATE SECURE VIEW V AS SELECT 1 AS A",
        f"GRANT USAGE ON DATABASE {database} TO ROLE PUBLIC",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE PUBLIC",
        "GRANT SELECT ON VIEW V TO ROLE PUBLIC",
    )
    stranger = log_in(role="PUBLIC")
    stranger.refused(f"SELECT GET_DDL('VIEW', '{database}.PUBLIC.V')", 3001)
    stranger.refused(f"SELECT GET_DDL('VIEW', '{database}.PUBLIC.NOPE')", 2003)
    stranger.refused(f"SELECT GET_DDL('DATABASE', '{database}')", 3001)
    admin.refused("SELECT GET_DDL('PIPE', 'P')", 2)
