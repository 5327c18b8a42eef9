"""VARIANT, OBJECT and ARRAY. Examples follow the pages of docs.snowflake.com/en/sql-reference/functions/<name>."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client.sqlcases import check, one_line
from tests.sandbox.conftest import Client

CAR = """PARSE_JSON('{"date":"2017-04-28","dealership":"Valley View","salesperson":{"id":"55","name":"Frank"},
 "customer":[{"name":"Joyce","phone":"1650","address":"SF"}],
 "vehicle":[{"make":"Honda","model":"Civic","price":20275,"extras":["ext warranty","paint protection"]}]}')"""

# docs: user-guide/querying-semistructured
PATHS: list[tuple[str, Any]] = [
    ("V:dealership", '"Valley View"'),
    ("V:dealership::STRING", "Valley View"),
    ("V:salesperson.name::STRING", "Frank"),
    ("V['salesperson']['name']::STRING", "Frank"),
    ("V:vehicle[0].price", "20275"),
    ("V:vehicle[0].price * 2", 40550.0),
    ("V:vehicle[0].price::NUMBER(10,2)", 20275),
    ("V:vehicle[0]:extras[1]::STRING", "paint protection"),
    ("V:nothing", None),
    ("V:salesperson.name.deeper", None),
    ('V:"customer"[0]."name"::STRING', "Joyce"),
    ("GET_PATH(V, 'vehicle[0].make')::STRING", "Honda"),
    ("GET(GET(V, 'vehicle'), 0):make::STRING", "Honda"),
    ("GET_IGNORE_CASE(V, 'DEALERSHIP')::STRING", "Valley View"),
    ("ARRAY_SIZE(V:vehicle)", 1),
    ("ARRAY_SIZE(V:dealership)", None),
    ("V:date::DATE", "date"),
    ("TYPEOF(V:vehicle)", "ARRAY"),
    ("TYPEOF(V:vehicle[0].price)", "INTEGER"),
    ("TYPEOF(V:date)", "VARCHAR"),
    ("IS_OBJECT(V:salesperson) AND NOT IS_ARRAY(V:salesperson)", True),
    ("AS_INTEGER(V:vehicle[0].price)", 20275),
    ("AS_INTEGER(V:date)", None),
    ("V:vehicle[0].price = 20275 AND V:dealership = 'Valley View'", True),
]


@pytest.mark.parametrize(("sql", "value"), PATHS, ids=[sql for sql, _ in PATHS])
def test_a_path_into_a_variant(admin: Client, sql: str, value: Any) -> None:
    found = admin.one(f"SELECT {sql} FROM (SELECT {CAR} AS V)")
    assert str(found) == "2017-04-28" if value == "date" else found == value


VALUES: list[tuple[str, str | None, str]] = [
    ('PARSE_JSON(\'{"b": 1, "a": [1, null, "x"]}\')', '{ "a": [ 1, null, "x" ], "b": 1 }', "VARIANT"),
    ("TRY_PARSE_JSON('{bad')", None, "VARIANT"),
    ("OBJECT_CONSTRUCT('a', 1, 'b', 'BBBB', 'c', NULL)", '{ "a": 1, "b": "BBBB" }', "OBJECT"),
    ("OBJECT_CONSTRUCT_KEEP_NULL('key_1', 'one', 'key_2', NULL)", '{ "key_1": "one", "key_2": null }', "OBJECT"),
    ("{'a': 1, 'b': [1, 2]}", '{ "a": 1, "b": [ 1, 2 ] }', "OBJECT"),
    ("ARRAY_CONSTRUCT(10, 20, 30)", "[ 10, 20, 30 ]", "ARRAY"),
    ("ARRAY_CONSTRUCT()", "[]", "ARRAY"),
    ("[1, 'a', TRUE]", '[ 1, "a", true ]', "ARRAY"),
    ('OBJECT_KEYS(PARSE_JSON(\'{"a":1,"b":2}\'))', '[ "a", "b" ]', "ARRAY"),
    ("OBJECT_INSERT(OBJECT_CONSTRUCT('a',1,'b',2),'c',3)", '{ "a": 1, "b": 2, "c": 3 }', "OBJECT"),
    ("OBJECT_INSERT(OBJECT_CONSTRUCT('k1', 100), 'k1', 'new', TRUE)", '{ "k1": "new" }', "OBJECT"),
    ("OBJECT_DELETE(OBJECT_CONSTRUCT('a',1,'b',2,'c',3), 'a', 'b')", '{ "c": 3 }', "OBJECT"),
    ("OBJECT_PICK(OBJECT_CONSTRUCT('a',1,'b',2,'c',3), 'a', 'b')", '{ "a": 1, "b": 2 }', "OBJECT"),
    ("ARRAY_CAT(ARRAY_CONSTRUCT(1, 2), ARRAY_CONSTRUCT(3, 4))", "[ 1, 2, 3, 4 ]", "ARRAY"),
    ("ARRAY_APPEND(ARRAY_CONSTRUCT(1, 2, 3), 'HELLO')", '[ 1, 2, 3, "HELLO" ]', "ARRAY"),
    ("ARRAY_PREPEND(ARRAY_CONSTRUCT(1, 2), 0)", "[ 0, 1, 2 ]", "ARRAY"),
    ("ARRAY_SLICE(ARRAY_CONSTRUCT(0,1,2,3,4,5,6), 0, 2)", "[ 0, 1 ]", "ARRAY"),
    ("ARRAY_SLICE(ARRAY_CONSTRUCT(0,1,2,3,4,5,6), 0, -2)", "[ 0, 1, 2, 3, 4 ]", "ARRAY"),
    ("ARRAY_DISTINCT(['A', 'A', 'B'])", '[ "A", "B" ]', "ARRAY"),
    ("ARRAY_SORT([20, 0, 10])", "[ 0, 10, 20 ]", "ARRAY"),
    ("ARRAY_COMPACT(ARRAY_CONSTRUCT(1, NULL, 2))", "[ 1, 2 ]", "ARRAY"),
    ("ARRAY_INTERSECTION(ARRAY_CONSTRUCT('A', 'B'), ARRAY_CONSTRUCT('B', 'C'))", '[ "B" ]', "ARRAY"),
    ("SPLIT('127.0.0.1', '.')", '[ "127", "0", "0", "1" ]', "ARRAY"),
    ("STRTOK_TO_ARRAY('a.b.c', '.')", '[ "a", "b", "c" ]', "ARRAY"),
    ("TO_ARRAY('snowman')", '[ "snowman" ]', "ARRAY"),
    ("TO_ARRAY([1])", "[ 1 ]", "ARRAY"),
    ("TO_VARIANT('x')", '"x"', "VARIANT"),
    ("1.50::NUMBER(10,2)::VARIANT", "1.5", "VARIANT"),
    ("TO_OBJECT(PARSE_JSON('{\"a\":1}'))", '{ "a": 1 }', "OBJECT"),
]


@pytest.mark.parametrize(("sql", "value", "kind"), VALUES, ids=[sql for sql, _, _ in VALUES])
def test_a_semi_structured_value(admin: Client, sql: str, value: str | None, kind: str) -> None:
    found = admin.one(f"SELECT {sql}")
    assert (one_line(found) if found is not None else None) == value
    check(admin, f"SELECT {sql}", [(found,)], kind)


SCALARS: list[tuple[str, list[Any], str | None]] = [
    ("SELECT ARRAY_CONTAINS('hello'::VARIANT, ARRAY_CONSTRUCT('hello', 'hi'))", [(True,)], "BOOLEAN"),
    ("SELECT ARRAY_POSITION('hi'::VARIANT, ARRAY_CONSTRUCT('hello', 'hi'))", [(1,)], None),
    ("SELECT ARRAY_TO_STRING(ARRAY_CONSTRUCT('a', 1, TRUE), ', ')", [("a, 1, true",)], "VARCHAR"),
    ("SELECT ARRAY_SIZE(ARRAY_CONSTRUCT(1, 2, 3))", [(3,)], None),
    ("SELECT ARRAYS_OVERLAP(ARRAY_CONSTRUCT('a'), ARRAY_CONSTRUCT('b', 'a'))", [(True,)], "BOOLEAN"),
    ("SELECT PARSE_JSON('null') IS NULL, IS_NULL_VALUE(PARSE_JSON('null')), PARSE_JSON('null')::STRING",
     [(False, True, None)], "BOOLEAN BOOLEAN VARCHAR"),
    ("SELECT TO_JSON(PARSE_JSON('{\"a\": [1, 2]}')), PARSE_JSON('{\"a\": 1}')::STRING",
     [('{"a":[1,2]}', '{"a":1}')], "VARCHAR VARCHAR"),
    ("SELECT PARSE_JSON('true')::BOOLEAN, PARSE_JSON('12.5')::INT, PARSE_JSON('\"12\"')::INT", [(True, 13, 12)], None),
    ("SELECT CHECK_JSON('{}')", [(None,)], "VARCHAR"),
    ("SELECT V AS W, W:a::INT AS A, A + 1 FROM (SELECT PARSE_JSON('{\"a\":1}') AS V)",
     [('{\n  "a": 1\n}', 1, 2)], "VARIANT NUMBER(38,0) NUMBER(38,0)"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows", "types"), SCALARS, ids=[sql for sql, _, _ in SCALARS])
def test_a_scalar_from_a_variant(admin: Client, sql: str, rows: list[Any], types: str | None) -> None:
    check(admin, sql, rows, types)


NESTED = 'PARSE_JSON(\'{"a":1, "b":[77,88], "c": {"d":"X"}}\')'
# docs: sql-reference/functions/flatten, split_to_table
FLATTENED: list[tuple[str, list[Any]]] = [
    (f"SELECT KEY, PATH, INDEX, VALUE FROM TABLE(FLATTEN(INPUT => {NESTED}, PATH => 'b')) F",
     [(None, "b[0]", 0, "77"), (None, "b[1]", 1, "88")]),
    ("SELECT KEY, PATH, INDEX, VALUE FROM TABLE(FLATTEN(INPUT => PARSE_JSON('{\"a\":1, \"b\":\"x\"}'))) F",
     [("a", "a", None, "1"), ("b", "b", None, '"x"')]),
    ("SELECT KEY, PATH, VALUE FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[]'), OUTER => TRUE)) F", [(None, "", None)]),
    ("SELECT * FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[]'))) F", []),
    (f"SELECT KEY, PATH, INDEX FROM TABLE(FLATTEN(INPUT => {NESTED}, "
     "RECURSIVE => TRUE)) F",
     [("a", "a", None), ("b", "b", None), (None, "b[0]", 0), (None, "b[1]", 1), ("c", "c", None), ("d", "c.d", None)]),
    (f"SELECT KEY, PATH FROM TABLE(FLATTEN(INPUT => {NESTED}, "
     "RECURSIVE => TRUE, MODE => 'OBJECT')) F", [("a", "a"), ("b", "b"), ("c", "c"), ("d", "c.d")]),
    ("SELECT P.ID, F.VALUE:type::STRING, F.INDEX FROM (SELECT 1 AS ID, "
     "PARSE_JSON('[{\"type\":\"phone\"},{\"type\":\"mail\"}]') AS C) P, "
     "LATERAL FLATTEN(INPUT => P.C) F ORDER BY F.INDEX",
     [(1, "phone", 0), (1, "mail", 1)]),
    ("SELECT ID, G.VALUE::INT FROM (SELECT 1 AS ID, PARSE_JSON('[[1,2],[3]]') AS C), LATERAL FLATTEN(C) F, "
     "LATERAL FLATTEN(F.VALUE) G ORDER BY 2", [(1, 1), (1, 2), (1, 3)]),
    ("SELECT ID, F.VALUE FROM (SELECT 1 AS ID, PARSE_JSON('[]') AS C) LEFT JOIN LATERAL FLATTEN(C) F ON TRUE",
     [(1, None)]),
    ("SELECT INDEX, VALUE FROM TABLE(SPLIT_TO_TABLE('a.b', '.')) AS T ORDER BY INDEX", [(1, "a"), (2, "b")]),
    ("SELECT COUNT(*) FROM TABLE(STRTOK_SPLIT_TO_TABLE('a.b c', '. '))", [(3,)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows"), FLATTENED, ids=[sql for sql, _ in FLATTENED])
def test_flatten_gives_a_row_for_each_element(admin: Client, sql: str, rows: list[Any]) -> None:
    assert admin.rows(sql) == rows


def test_flatten_numbers_its_input_rows(admin: Client, database: str) -> None:
    """The same array twice is two input rows; each statement counts from one."""
    admin.run("CREATE TABLE T (N INT, A ARRAY, S VARCHAR)")
    admin.run("INSERT INTO T SELECT COLUMN1, PARSE_JSON('[7, 8]'), 'x y' FROM VALUES (1), (2), (3)")
    for relation in ("FLATTEN(A)", "FLATTEN(INPUT => A, RECURSIVE => TRUE)", "SPLIT_TO_TABLE(S, ' ')"):
        sql = f"SELECT N, F.SEQ, COUNT(*) FROM T, LATERAL {relation} F GROUP BY 1, 2 ORDER BY 1"
        found = admin.rows(sql)
        assert [(n, count) for n, _, count in found] == [(1, 2), (2, 2), (3, 2)], relation
        assert sorted(number for _, number, _ in found) == [1, 2, 3], relation
    deep = admin.rows("SELECT F.SEQ, G.SEQ FROM T, LATERAL FLATTEN(A) F, LATERAL FLATTEN(ARRAY_CONSTRUCT(F.VALUE)) G")
    assert len({outer for outer, _ in deep}) == 3
    assert len({inner for _, inner in deep}) == 6


def test_flatten_numbers_its_rows_in_a_transaction_a_view_and_an_insert(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A ARRAY)", "CREATE TABLE R (SEQ INT, V INT)")
    admin.run("INSERT INTO T SELECT PARSE_JSON(COLUMN1) FROM VALUES ('[1]'), ('[1]')")
    admin.run("CREATE VIEW V AS SELECT SEQ, VALUE::INT AS V FROM T, LATERAL FLATTEN(A)")
    admin.run("BEGIN", "INSERT INTO R SELECT SEQ, V FROM V")
    admin.refused("SELECT 1 / 0", 100051)
    admin.run("INSERT INTO R SELECT SEQ, V FROM V", "COMMIT")
    assert admin.rows("SELECT SEQ, V FROM R ORDER BY SEQ") == [(1, 1), (1, 1), (2, 1), (2, 1)]
    admin.run("CREATE TABLE C AS SELECT SEQ FROM T, LATERAL FLATTEN(A)")
    assert admin.one("SELECT COUNT(DISTINCT SEQ) FROM C") == 2


AGGREGATES: list[tuple[str, Any]] = [
    ("ARRAY_AGG(K) WITHIN GROUP (ORDER BY K DESC)", "[ 3, 2, 1 ]"),
    ("ARRAY_AGG(DISTINCT S) WITHIN GROUP (ORDER BY S)", '[ "a", "b" ]'),
    ("ARRAY_AGG(S) WITHIN GROUP (ORDER BY K)", '[ "a", "b", "a" ]'),
    ("OBJECT_AGG(K, S)", '{ "1": "a", "2": "b", "3": "a" }'),
    ("ARRAY_SIZE(ARRAY_UNIQUE_AGG(S))", "2"),
]


@pytest.mark.parametrize(("sql", "value"), AGGREGATES, ids=[sql for sql, _ in AGGREGATES])
def test_rows_become_one_value(admin: Client, sql: str, value: str) -> None:
    assert one_line(str(admin.one(f"SELECT {sql} FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') AS T (K, S)"))) == value


def test_a_variant_column_is_kept_changed_and_described(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (ID INT, V VARIANT, O OBJECT, A ARRAY)",
        "INSERT INTO T SELECT 1, PARSE_JSON('{\"a\": 1}'), OBJECT_CONSTRUCT('k', 2), ARRAY_CONSTRUCT(3)",
        "UPDATE T SET V = OBJECT_INSERT(V, 'b', V:a + 1) WHERE V:a::INT = 1",
    )
    check(admin, "SELECT V:b::INT, O:k::INT, A[0]::INT FROM T", [(2, 2, 3)])
    check(
        admin,
        "SELECT V, O, A FROM T",
        [('{\n  "a": 1,\n  "b": 2\n}', '{\n  "k": 2\n}', "[\n  3\n]")],
        "VARIANT OBJECT ARRAY",
    )
    admin.run("CREATE VIEW W AS SELECT ID / 2 AS H, V:a AS X, O, A || '' AS TXT FROM T")
    assert [row["type"] for row in admin.table("DESCRIBE VIEW W")] == [
        "NUMBER(38,6)", "VARIANT", "OBJECT", "VARCHAR(16777216)",
    ]  # fmt: skip


REFUSED = [
    ("SELECT PARSE_JSON('{bad')", 100069),
    ("SELECT TRANSFORM([1], X -> X + 1)", 2),
    ("SELECT OBJECT_CONSTRUCT('a', 1)::INT", 1065),
    ("SELECT PARSE_JSON('\"x\"')::INT", 100038),
    ("SELECT 'text':a", 1044),
    ("SELECT SF_PARSE('{}')", 2140),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_what_is_no_json_is_refused(admin: Client, sql: str, code: int) -> None:
    admin.refused(sql, code)
