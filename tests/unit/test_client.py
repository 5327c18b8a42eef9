"""One session: rows by lower-case name, one error class whatever the connector raises."""

from __future__ import annotations

from typing import Any

import pytest

from shares.snowflake.client import ConnectorClient, is_connector_error, translate
from shares.snowflake.errors import Policy, SnowflakeError


def connector_error(name: str = "ProgrammingError", **attributes: object) -> Exception:
    base = type("Error", (Exception,), {"__module__": "snowflake.connector.errors"})
    kind = type(name, (base,), {"__module__": "elsewhere"})
    error: Exception = kind(attributes.pop("text", "text"))
    for key, value in attributes.items():
        setattr(error, key, value)
    return error


class Cursor:
    sfqid: str | None = "01-q"

    def __init__(
        self, columns: list[str] | None, rows: list[tuple[Any, ...]], refusal: Exception | None = None
    ) -> None:
        self.description = None if columns is None else [(name, 2, None) for name in columns]
        self.rows, self.refusal = rows, refusal
        self.sent: list[str] = []
        self.closed = False

    def execute(self, sql: str) -> None:
        self.sent.append(sql)
        if self.refusal:
            raise self.refusal

    def fetchall(self) -> list[tuple[Any, ...]]:
        assert self.description, "there is nothing to fetch"
        return self.rows

    def close(self) -> None:
        self.closed = True


class Connection:
    def __init__(self, cursor: Cursor, farewell: Exception | None = None) -> None:
        self._cursor, self.farewell = cursor, farewell
        self.closed = False

    def cursor(self) -> Cursor:
        return self._cursor

    def close(self) -> None:
        self.closed = True
        if self.farewell:
            raise self.farewell


def test_rows_are_read_by_lower_case_name() -> None:
    cursor = Cursor(["NAME", "is_secure"], [("V", "true"), ("W", "false")])
    result = ConnectorClient(Connection(cursor)).run("SHOW VIEWS")
    assert result.rows == ({"name": "V", "is_secure": "true"}, {"name": "W", "is_secure": "false"})
    assert result.query_id == "01-q"
    assert 0 <= result.milliseconds < 60_000
    assert cursor.sent == ["SHOW VIEWS"]
    assert cursor.closed


@pytest.mark.parametrize("columns", [None, []])
def test_a_statement_without_an_answer_has_no_rows(columns: list[str] | None) -> None:
    cursor = Cursor(columns, [])
    cursor.sfqid = None
    result = ConnectorClient(Connection(cursor)).run("X")
    assert (result.rows, result.query_id) == ((), "")


def test_a_row_that_does_not_fit_its_columns_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        ConnectorClient(Connection(Cursor(["A", "B"], [(1,)]))).run("X")


def test_a_refusal_is_translated_and_the_cursor_closed() -> None:
    cursor = Cursor(["A"], [], connector_error(errno=2003, msg="gone", sqlstate="02000", sfqid="q"))
    with pytest.raises(SnowflakeError) as refused:
        ConnectorClient(Connection(cursor)).run("X")
    assert cursor.closed
    found = refused.value
    assert (found.code, found.message, found.sqlstate, found.query_id) == (2003, "gone", "02000", "q")


def test_our_own_mistake_is_not_dressed_up_as_snowflake_s() -> None:
    cursor = Cursor(["A"], [], KeyError("ours"))
    with pytest.raises(KeyError):
        ConnectorClient(Connection(cursor)).run("X")
    assert cursor.closed


@pytest.mark.parametrize("errno", [None, -1, 0, "2003"])
def test_an_error_without_a_number_has_code_nought_and_is_a_bug(errno: object) -> None:
    found = translate(connector_error(errno=errno, text="what", msg=None, sqlstate=None, sfqid=None))
    assert isinstance(found, SnowflakeError)
    assert (found.code, found.message, found.sqlstate, found.query_id) == (0, "what", "", "")
    assert found.policy is Policy.BUG


def test_other_errors_stay_what_they_are() -> None:
    error = ValueError("x")
    assert translate(error) is error


def test_a_connector_s_error_is_known_by_any_of_its_ancestors() -> None:
    assert is_connector_error(connector_error())
    assert not is_connector_error(ValueError())


def test_saying_goodbye_closes_the_session() -> None:
    connection = Connection(Cursor(None, []))
    ConnectorClient(connection).close()
    assert connection.closed


def test_a_farewell_that_snowflake_refuses_is_no_failure() -> None:
    connection = Connection(Cursor(None, []), connector_error())
    ConnectorClient(connection).close()
    assert connection.closed


def test_a_farewell_that_fails_for_our_own_mistake_is_one() -> None:
    with pytest.raises(KeyError):
        ConnectorClient(Connection(Cursor(None, []), KeyError())).close()
