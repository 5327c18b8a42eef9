"""`snow sql`: key pair, JSON, several statements, files, errors."""

from __future__ import annotations

from pathlib import Path

from tests.clients.cli.conftest import Ask, Snow, plain


def test_a_key_pair_and_json(ask: Ask) -> None:
    sql = "SELECT CURRENT_ACCOUNT_NAME() AS A, CURRENT_USER() AS U, CURRENT_ROLE() AS R, 1.5 AS N, NULL AS X"
    # A NUMBER with decimals is text in the command's JSON.
    assert ask("sql", "-q", sql, "-c", "service") == [{"A": "DATA", "U": "SVC", "R": "SHARER", "N": "1.5", "X": None}]


def test_a_temporary_connection(ask: Ask, world: Path, config: Path) -> None:
    port = config.read_text().partition("port = ")[2].splitlines()[0]
    given = ["--temporary-connection", "--account", "ACME-DATA", "--user", "SVC", "--host", "127.0.0.1", "--port", port]
    key = [
        "--protocol",
        "http",
        "--authenticator",
        "SNOWFLAKE_JWT",
        "--private-key-file",
        str(world.parent / "svc.pem"),
    ]
    assert ask("sql", "-q", "SELECT CURRENT_USER() AS U", *given, *key) == [{"U": "SVC"}]


def test_several_statements_of_one_query(ask: Ask, database: str) -> None:
    table = f"{database}.PUBLIC.T"
    answers = ask(
        "sql",
        "-q",
        f"CREATE TABLE {table} (N INT, S VARCHAR); INSERT INTO {table} VALUES (1, 'a;b'), (2, NULL);"
        f" SELECT * FROM {table} ORDER BY N -- the last one",
    )
    assert answers == [
        [{"status": "Table T successfully created."}],
        [{"number of rows inserted": 2}],
        [{"N": 1, "S": "a;b"}, {"N": 2, "S": None}],
    ]


def test_a_file_of_statements_with_variables(ask: Ask, database: str, tmp_path: Path) -> None:
    script = tmp_path / "script.sql"
    script.write_text("USE DATABASE <% database %>;\nCREATE SCHEMA S1; -- one\nSELECT CURRENT_SCHEMA() AS S;\n")
    answers = ask("sql", "-f", str(script), "-D", f"database={database}")
    assert answers[-1] == [{"S": "S1"}]


def test_statements_from_standard_input(ask: Ask) -> None:
    assert ask("sql", "-i", stdin="SELECT 41 + 1 AS N") == [{"N": 42}]


def test_a_transaction_over_statements(ask: Ask, database: str) -> None:
    table = f"{database}.PUBLIC.T"
    undone = f"BEGIN; INSERT INTO {table} VALUES (1); ROLLBACK"
    answers = ask("sql", "-q", f"CREATE TABLE {table} (N INT); {undone}; SELECT COUNT(*) AS N FROM {table}")
    assert answers[-1] == [{"N": 0}]


def test_an_error_is_told_and_ends_the_query(snow: Snow, ask: Ask, database: str) -> None:
    done = snow("sql", "-q", f"USE DATABASE {database}; SELECT * FROM NO_SUCH; CREATE SCHEMA NEVER")
    assert done.returncode == 1
    assert "002003 (42S02)" in plain(done)
    assert f"Object '{database}.PUBLIC.NO_SUCH' does not exist or not authorized." in plain(done)
    assert ask("sql", "-q", f"SHOW SCHEMAS LIKE 'NEVER' IN DATABASE {database}") == []


def test_csv_and_table_output(snow: Snow) -> None:
    csv = snow("sql", "-q", "SELECT 1 AS A, 'x' AS B", "--format", "csv")
    assert csv.stdout.split() == ["A,B", "1,x"]
    table = snow("sql", "-q", "SELECT 1 AS A, 'x' AS B")
    assert "| A | B |" in table.stdout
    assert "| 1 | x |" in table.stdout
