"""Stages, file formats and COPY INTO; the pages are sql-reference/sql/copy-into-table and copy-into-location."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.client.sqlcases import check, one_line
from tests.sandbox.conftest import Client

Put = Callable[[str, str], Path]
_numbers = itertools.count(1)


@pytest.fixture
def put(admin: Client, database: str, world: Path) -> Put:
    """Writes a file into the folder of an external stage S; the folder is new."""
    folder = world.parent / "stage" / f"s{next(_numbers)}"
    folder.mkdir()
    admin.run(f"CREATE STAGE S URL = 'file://{folder}'")

    def write(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write


def test_a_csv_file_is_loaded_once(admin: Client, put: Put) -> None:
    put("a.csv", "id,name,day\n1,one,2024-01-02\n2,,\n")
    admin.run("CREATE TABLE T (ID INT, NAME VARCHAR, DAY DATE)")
    sql = "COPY INTO T FROM @S FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1)"
    assert admin.table(sql) == [
        {
            "file": "s/a.csv", "status": "LOADED", "rows_parsed": 2, "rows_loaded": 2, "error_limit": 1,
            "errors_seen": 0, "first_error": None, "first_error_line": None, "first_error_character": None,
            "first_error_column_name": None,
        }
    ]  # fmt: skip
    assert admin.rows("SELECT ID, NAME, DAY::VARCHAR FROM T ORDER BY ID") == [(1, "one", "2024-01-02"), (2, None, None)]
    assert admin.rows(sql) == [("Copy executed with 0 files processed.",)]
    assert admin.table(sql + " FORCE = TRUE")[0]["rows_loaded"] == 2
    assert admin.one("SELECT COUNT(*) FROM T") == 4
    admin.run("TRUNCATE TABLE T")
    assert admin.table(sql)[0]["rows_loaded"] == 2


def test_a_changed_file_is_loaded_again(admin: Client, put: Put) -> None:
    admin.run("CREATE TABLE T (A INT)")
    put("a.csv", "1\n")
    admin.run("COPY INTO T FROM @S")
    put("a.csv", "2\n3\n")
    assert admin.table("COPY INTO T FROM @S")[0]["rows_loaded"] == 2
    assert admin.rows("SELECT A FROM T ORDER BY A") == [(1,), (2,), (3,)]


CSV: list[tuple[str, str, list[tuple[str | None, ...]]]] = [
    ("FIELD_DELIMITER = '|'", "a|b\n", [("a", "b")]),
    ("FIELD_DELIMITER = '\\t'", "a\tb\n", [("a", "b")]),
    ("FIELD_OPTIONALLY_ENCLOSED_BY = '\"'", '"a, ""x""","b\nc"\n', [('a, "x"', "b\nc")]),
    ("NULL_IF = ('NA', '')", "NA,b\n", [(None, "b")]),
    ("EMPTY_FIELD_AS_NULL = FALSE", ",b\n", [("", "b")]),
    ("TRIM_SPACE = TRUE", " a , b\n", [("a", "b")]),
    ("SKIP_HEADER = 2", "x,y\nz,w\na,b\n", [("a", "b")]),
    ("SKIP_BLANK_LINES = TRUE", "a,b\n\nc,d\n", [("a", "b"), ("c", "d")]),
    ("ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE", "a\n", [("a", None)]),
    ("COMPRESSION = NONE", "\\N,b\n", [(None, "b")]),
    ("RECORD_DELIMITER = ';'", "a,b;c,d;", [("a", "b"), ("c", "d")]),
]


@pytest.mark.parametrize(("options", "text", "rows"), CSV, ids=[options for options, _, _ in CSV])
def test_an_option_of_csv(admin: Client, put: Put, options: str, text: str, rows: list[tuple[str | None, ...]]) -> None:
    put("a.csv", text)
    admin.run("CREATE TABLE T (A VARCHAR, B VARCHAR)", f"COPY INTO T FROM @S FILE_FORMAT = (TYPE = CSV {options})")
    assert admin.rows("SELECT A, B FROM T ORDER BY A") == rows


def test_columns_are_matched_by_the_names_in_the_header(admin: Client, put: Put) -> None:
    put("a.csv.gz", "b,x,a\n2,9,1\n")
    admin.run(
        "CREATE TABLE T (A INT, B INT, C INT)",
        "COPY INTO T FROM @S FILE_FORMAT = (TYPE = CSV PARSE_HEADER = TRUE) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
    )
    assert admin.rows("SELECT * FROM T") == [(1, 2, None)]


def test_files_and_pattern_choose(admin: Client, put: Put) -> None:
    for name in ("a/1.csv", "a/2.csv", "b/3.csv"):
        put(name, f"{name[2]}\n")
    admin.run("CREATE TABLE T (A INT)")
    assert [row["file"] for row in admin.table("COPY INTO T FROM @S/a/ FILES = ('2.csv')")] == ["s/a/2.csv"]
    assert [row["file"] for row in admin.table("COPY INTO T FROM @S PATTERN = 'b/.*[.]csv'")] == ["s/b/3.csv"]
    assert admin.rows("SELECT A FROM T ORDER BY A") == [(2,), (3,)]
    assert [row["name"] for row in admin.table("LIST @S/a")] == ["s/a/1.csv", "s/a/2.csv"]
    admin.refused("COPY INTO T FROM @S FILES = ('none.csv')", 100016)


def test_json_is_loaded_into_a_variant_and_by_a_query(admin: Client, put: Put) -> None:
    put("a.json", '[{"id": 1, "tags": ["x", "y"]}, {"id": 2, "tags": []}]')
    admin.run(
        "CREATE FILE FORMAT J TYPE = JSON STRIP_OUTER_ARRAY = TRUE",
        "CREATE TABLE V (DOC VARIANT)",
        "CREATE TABLE T (ID INT, FIRST VARCHAR, FILE VARCHAR)",
        "COPY INTO V FROM @S FILE_FORMAT = (FORMAT_NAME = 'J')",
        "COPY INTO T FROM (SELECT $1:id, $1:tags[0]::STRING, METADATA$FILENAME FROM @S) "
        "FILE_FORMAT = (FORMAT_NAME = J)",
    )
    assert admin.rows("SELECT DOC:id::INT, ARRAY_SIZE(DOC:tags) FROM V ORDER BY 1") == [(1, 2), (2, 0)]
    assert admin.rows("SELECT * FROM T ORDER BY ID") == [(1, "x", "a.json"), (2, None, "a.json")]
    found = admin.one("SELECT $1 FROM @S (FILE_FORMAT => 'J') T WHERE T.$1:id = 1")
    assert one_line(found) == '{ "id": 1, "tags": [ "x", "y" ] }'


def test_json_is_matched_to_columns(admin: Client, put: Put) -> None:
    put("a.json", '{"ID": 1, "name": "x"}\n{"id": 2}\n')
    admin.run(
        "CREATE TABLE T (ID INT, NAME VARCHAR)",
        "COPY INTO T FROM @S FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
    )
    assert admin.rows("SELECT * FROM T ORDER BY ID") == [(1, "x"), (2, None)]
    admin.refused("COPY INTO T FROM @S FILE_FORMAT = (TYPE = JSON) FORCE = TRUE", 2019)


def test_on_error_decides_what_a_bad_row_does(admin: Client, put: Put) -> None:
    put("a.csv", "1\nbad\n3\n")
    put("b.csv", "4\n")
    admin.run("CREATE TABLE T (A INT)")
    admin.refused("COPY INTO T FROM @S", 100038)
    assert admin.one("SELECT COUNT(*) FROM T") == 0
    rows = admin.table("COPY INTO T FROM @S ON_ERROR = SKIP_FILE")
    assert [(r["file"], r["status"], r["rows_loaded"]) for r in rows] == [
        ("s/a.csv", "LOAD_FAILED", 0), ("s/b.csv", "LOADED", 1),
    ]  # fmt: skip
    (row,) = admin.table("COPY INTO T FROM @S ON_ERROR = CONTINUE")
    assert (row["status"], row["rows_parsed"], row["rows_loaded"], row["errors_seen"]) == ("PARTIALLY_LOADED", 3, 2, 1)
    assert "'bad'" in row["first_error"]
    assert row["first_error_line"] == 2
    assert admin.rows("SELECT A FROM T ORDER BY A") == [(1,), (3,), (4,)]


def test_a_row_of_another_width_and_a_long_text_are_refused(admin: Client, put: Put) -> None:
    put("a.csv", "1,2,3\n")
    admin.run("CREATE TABLE T (A INT, B VARCHAR(2))")
    assert "(3)" in admin.refused("COPY INTO T FROM @S", 100080)
    put("a.csv", "1,long\n")
    admin.refused("COPY INTO T FROM @S", 100078)
    admin.run("COPY INTO T FROM @S TRUNCATECOLUMNS = TRUE")
    assert admin.rows("SELECT * FROM T") == [(1, "lo")]


def test_staged_files_are_queried_without_loading(admin: Client, put: Put) -> None:
    put("a.csv", "x,1\ny,2\n")
    check(admin, "SELECT $1, $2::INT + 1, METADATA$FILE_ROW_NUMBER FROM @S ORDER BY 3", [("x", 2, 1), ("y", 3, 2)])
    check(admin, "SELECT T.$1 FROM @S/a.csv T WHERE T.$2 = 2", [("y",)], "VARCHAR")


def test_purge_removes_what_was_loaded(admin: Client, put: Put) -> None:
    path = put("a.csv", "1\n")
    admin.run("CREATE TABLE T (A INT)", "COPY INTO T FROM @S PURGE = TRUE")
    assert not path.exists()


def test_rows_go_to_an_internal_stage_and_come_back(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT, B VARCHAR)",
        "INSERT INTO T VALUES (1, 'x,y'), (2, NULL)",
        "CREATE STAGE I FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = ('nil'))",
    )
    (row,) = admin.table("COPY INTO @I/out/ FROM T")
    assert row["rows_unloaded"] == 2
    assert [r["name"] for r in admin.table("LIST @I")] == ["i/out/data_0_0_0.csv.gz"]
    admin.run("CREATE TABLE U LIKE T", "COPY INTO U FROM @I")
    assert admin.rows("SELECT * FROM U ORDER BY A") == [(1, "x,y"), (2, None)]
    admin.run("COPY INTO @I/j FROM (SELECT OBJECT_CONSTRUCT(*) FROM T) FILE_FORMAT = (TYPE = JSON)")
    assert [r["result"] for r in admin.table("REMOVE @I PATTERN = '.*json.*'")] == ["removed"]
    assert len(admin.table("LS @I")) == 1


def test_stages_and_formats_are_listed_described_and_dropped(admin: Client, put: Put) -> None:
    admin.run("CREATE FILE FORMAT F TYPE = CSV FIELD_DELIMITER = '|' COMMENT = 'pipes'", "CREATE STAGE IF NOT EXISTS S")
    (stage,) = admin.table("SHOW STAGES LIKE 'S'")
    assert (stage["name"], stage["type"], stage["url"][:7]) == ("S", "EXTERNAL", "file://")
    (found,) = admin.table("SHOW FILE FORMATS")
    assert (found["name"], found["type"], found["comment"]) == ("F", "CSV", "pipes")
    described = {row["property"]: row["property_value"] for row in admin.table("DESC FILE FORMAT F")}
    assert (described["TYPE"], described["FIELD_DELIMITER"]) == ("CSV", "|")
    assert any(row["property"] == "URL" for row in admin.table("DESC STAGE S"))
    admin.run("DROP STAGE S", "DROP FILE FORMAT F", "DROP STAGE IF EXISTS S")
    admin.refused("LIST @S", 2003)


REFUSED = [
    ("CREATE STAGE X URL = 's3://bucket/'", 2, "s3"),
    ("CREATE STAGE X URL = 'file:///etc'", 2003, "/etc"),
    ("CREATE STAGE X URL = 'file://{folder}/../..'", 2003, ""),
    ("SELECT $1 FROM @S/../x", 2, ".."),
    ("COPY INTO T FROM @S FILE_FORMAT = (TYPE = AVRO)", 2, "AVRO"),
    ("COPY INTO T FROM @S FILE_FORMAT = (TYPE = CSV WIDGET = 1)", 1420, "WIDGET"),
    ("COPY INTO T FROM @S VALIDATION_MODE = RETURN_ERRORS", 2, "VALIDATION_MODE"),
    ("COPY INTO T FROM @S ON_ERROR = 'SKIP_FILE_3'", 2, "SKIP_FILE_3"),
    ("COPY INTO T FROM @NOPE", 2003, "NOPE"),
    ("COPY INTO NOPE FROM @S", 2003, "NOPE"),
]


@pytest.mark.parametrize(("sql", "code", "named"), REFUSED, ids=[sql for sql, _, _ in REFUSED])
def test_what_a_stage_cannot_do_is_refused_by_name(
    admin: Client, put: Put, world: Path, sql: str, code: int, named: str
) -> None:
    admin.run("CREATE TABLE T (A INT)")
    assert named in admin.refused(sql.format(folder=world.parent / "stage"), code)


def test_another_role_needs_usage(admin: Client, put: Put, svc: Client, database: str) -> None:
    put("a.csv", "1\n")
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER", "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER")
    svc.refused(f"SELECT $1 FROM @{database}.PUBLIC.S", 2003)
