"""Text: docs.snowflake.com/en/sql-reference/functions-string and functions-regexp."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client.sqlcases import check
from tests.sandbox.conftest import Client

VALUES: list[tuple[str, Any]] = [
    ("'John' ILIKE ANY ('j%', 'x')", True),
    ("'John' LIKE ANY ('j%', 'x')", False),
    ("'John' LIKE ALL ('J%', '%n')", True),
    ("'a' NOT LIKE 'b%'", True),
    ("'Sacramento' RLIKE 'S.*'", True),
    ("'Sacramento' RLIKE 'S'", False),
    ("REGEXP_LIKE('ABC', 'a.*', 'i')", True),
    ("REGEXP_SUBSTR('It was the best of times', 'the\\\\W+(\\\\w+)', 1, 1, 'e', 1)", "best"),
    ("REGEXP_SUBSTR('abc', 'z')", None),
    ("REGEXP_REPLACE('It was the best', '( ){1,}', '')", "Itwasthebest"),
    ("REGEXP_REPLACE('firstname middlename lastname', '(.*) (.*) (.*)', '\\\\3, \\\\1 \\\\2')",
     "lastname, firstname middlename"),
    ("REGEXP_COUNT('It was the best of times, it was the worst', '\\\\bwas\\\\b', 1)", 2),
    ("REGEXP_INSTR('hello world', 'o')", 5),
    ("SPLIT_PART('11.22.33', '.', 2)", "22"),
    ("SPLIT_PART('11.22.33', '.', -1)", "33"),
    ("SPLIT_PART('11.22.33', '.', 9)", ""),
    ("STRTOK('a.b.c', '.', 2)", "b"),
    ("STRTOK('user@snowflake.com', '@.', 3)", "com"),
    ("CONCAT_WS(',', 'one', 'two', 'three')", "one,two,three"),
    ("CONCAT_WS(',', 'one', NULL)", None),
    ("CONCAT('a', 1, NULL)", None),
    ("'a' || 1 || TRUE", "a1true"),
    ("INITCAP('The Quick Gray fox')", "The Quick Gray Fox"),
    ("EDITDISTANCE('Gute nacht', 'Ich weis nicht')", 8),
    ("CHARINDEX('an', 'banana', 3)", 4),
    ("POSITION('an' IN 'banana')", 2),
    ("POSITION('z', 'banana')", 0),
    ("INSERT('abcdef', 3, 2, 'zzz')", "abzzzef"),
    ("SOUNDEX('Marks')", "M620"),
    ("MD5('Snowflake')", "edf1439075a83a447fb8b630ddc9c8de"),
    ("SHA1('Snowflake')", "fda76b0bcc1e87cf259b1d1e3271d76f590fb5dd"),
    ("SHA2('Snowflake')", "1dbd59f661d68b90724f21084396b865497173e4d2714f4d91cf05fa5fc5e18d"),
    ("BASE64_ENCODE('Snowflake')", "U25vd2ZsYWtl"),
    ("BASE64_DECODE_STRING('U25vd2ZsYWtl')", "Snowflake"),
    ("HEX_ENCODE('SNOW')", "534E4F57"),
    ("HEX_DECODE_STRING('534E4F57')", "SNOW"),
    ("TO_BINARY('SNOW', 'UTF-8')", b"SNOW"),
    ("TO_CHAR(X'534E', 'BASE64')", "U04="),
    ("SHA2_BINARY('a')::VARCHAR", "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB"),
    ("SUBSTR('abc', 0, 2)", "ab"),
    ("SUBSTR('abc', -2, 1)", "b"),
    ("LENGTH(123)", 3),
    ("UPPER('a') || LOWER('B')", "Ab"),
    ("LEFT('abc', 2) || RIGHT('abc', 1)", "abc"),
    ("REPLACE('down', 'down', 'up')", "up"),
    ("TRIM('*-a-*', '*-')", "a"),
    ("REVERSE('abc')", "cba"),
    ("TRANSLATE('peach', 'pe', 'bx')", "bxach"),
    ("'abcdef'::VARCHAR(3)", "abc"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_a_text(admin: Client, sql: str, value: Any) -> None:
    check(admin, f"SELECT {sql}", [(value,)])


LISTED: list[tuple[str, Any]] = [
    ("LISTAGG(S, '|') WITHIN GROUP (ORDER BY K DESC)", "a|b|a"),
    ("LISTAGG(DISTINCT S, ',') WITHIN GROUP (ORDER BY S)", "a,b"),
    ("LISTAGG(S) WITHIN GROUP (ORDER BY K)", "aba"),
]


@pytest.mark.parametrize(("sql", "value"), LISTED, ids=[sql for sql, _ in LISTED])
def test_rows_become_one_text(admin: Client, sql: str, value: Any) -> None:
    check(admin, f"SELECT {sql} FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') AS T (K, S)", [(value,)], "VARCHAR")


REFUSED = ["SELECT 'a' COLLATE 'en-ci'", "SELECT SHA2('a', 512)", "SELECT REGEXP_REPLACE('a', 'a', 'b', 2)"]


@pytest.mark.parametrize("sql", REFUSED)
def test_a_text_function_that_is_not_there_is_refused(admin: Client, sql: str) -> None:
    admin.refused(sql, 2)
