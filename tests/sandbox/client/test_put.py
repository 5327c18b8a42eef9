"""PUT and GET of internal stages, through the drivers. Sources: docs.snowflake.com/en/sql-reference/sql/put and get."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.sandbox.conftest import Client


@pytest.fixture
def stage(admin: Client, database: str) -> Client:
    admin.run("CREATE STAGE ST", "CREATE TABLE T (A INT, B VARCHAR)")
    return admin


def test_a_file_goes_up_is_loaded_and_comes_back(stage: Client, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("1,a\n2,b\n")
    (row,) = stage.rows(f"PUT file://{file} @ST/in/ AUTO_COMPRESS = FALSE")
    assert (row[0], row[1], row[6]) == ("rows.csv", "rows.csv", "UPLOADED")
    assert [(name, size) for name, size, *_ in stage.rows("LIST @ST")] == [("st/in/rows.csv", 8)]
    assert stage.rows("COPY INTO T FROM @ST/in FILE_FORMAT = (TYPE = CSV)")[0][1] == "LOADED"
    assert stage.rows("SELECT * FROM T ORDER BY A") == [(1, "a"), (2, "b")]
    back = tmp_path / "back"
    back.mkdir()
    stage.rows(f"GET @ST/in file://{back}/")
    assert (back / "rows.csv").read_bytes() == file.read_bytes()
    assert stage.rows("REMOVE @ST/in") == [("st/in/rows.csv", "removed")]
    assert stage.rows("LIST @ST") == []


def test_it_is_zipped_unless_told_not_to_be(stage: Client, tmp_path: Path) -> None:
    file = tmp_path / "two words.csv"
    file.write_text("3,c\n")
    stage.rows(f"PUT 'file://{file}' @~/t{tmp_path.name}")
    ((name, *_),) = stage.rows(f"LIST @~/t{tmp_path.name}")
    assert name == f"t{tmp_path.name}/two words.csv.gz"
    stage.run(f"COPY INTO T FROM @~/t{tmp_path.name} FILE_FORMAT = (TYPE = CSV)")
    assert stage.rows("SELECT * FROM T") == [(3, "c")]
    stage.rows(f"GET @~/t{tmp_path.name} file://{tmp_path}/")
    assert gzip.decompress((tmp_path / "two words.csv.gz").read_bytes()) == b"3,c\n"
    stage.run(f"REMOVE @~/t{tmp_path.name}")


def test_several_files_by_a_pattern(stage: Client, tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"part{n}.csv").write_text(f"{n},x\n")
    assert len(stage.rows(f"PUT file://{tmp_path}/part*.csv @ST")) == 3
    assert [r[0] for r in stage.rows("LIST @ST")] == [f"st/part{n}.csv.gz" for n in range(3)]
    stage.run("COPY INTO T FROM @ST FILE_FORMAT = (TYPE = CSV)")
    assert stage.one("SELECT SUM(A) FROM T") == 3


def test_who_may_not_write_puts_nothing(stage: Client, database: str, svc: Client, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("1,a\n")
    stage.run(
        f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER",
        "GRANT READ ON STAGE ST TO ROLE SHARER",
    )
    svc.refused(f"PUT file://{file} @{database}.PUBLIC.ST", 2003)
    assert stage.rows("LIST @ST") == []


def test_a_file_may_take_the_place_of_another(stage: Client, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    for text in ("1,a\n", "2,bb\n"):
        file.write_text(text)
        stage.rows(f"PUT file://{file} @ST/%2e AUTO_COMPRESS = FALSE OVERWRITE = TRUE")
    assert [(name, size) for name, size, *_ in stage.rows("LIST @ST")] == [("st/%2e/rows.csv", 5)]


def test_what_cannot_be_put_or_got_is_refused(stage: Client, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("1,a\n")
    stage.refused(f"PUT file://{file} @NOWHERE", 2003)
    stage.refused(f"PUT file://{file} @ST/../x", 2)
    stage.refused(f"PUT file://{file} @ST NOPE = 1", 1420)
    stage.refused(f"GET @ST/x {tmp_path}", 1003)
    stage.run("BEGIN", "INSERT INTO T VALUES (1, 'a')", f"PUT file://{file} @ST", "ROLLBACK")
    assert stage.rows("SELECT * FROM T") == []
