"""Upper case, lower case, quotes."""

from __future__ import annotations

from tests.sandbox.conftest import Client


def test_unquoted_names_fold_to_upper_case(admin: Client, database: str) -> None:
    admin.run("create table Orders (Id int)", "insert into ORDERS (ID) values (1)")
    assert admin.rows('SELECT "ID" FROM "ORDERS"') == [(1,)]
    assert [row["name"] for row in admin.table("SHOW TABLES")] == ["ORDERS"]


def test_quoted_names_keep_their_case_and_stand_beside_each_other(admin: Client, database: str) -> None:
    admin.run('CREATE TABLE "orders" (A INT)', "CREATE TABLE ORDERS (A INT)", 'INSERT INTO "orders" VALUES (7)')
    assert admin.one('SELECT COUNT(*) FROM "orders"') == 1
    assert admin.one("SELECT COUNT(*) FROM orders") == 0
    admin.refused('SELECT * FROM "Orders"', 2003)


def test_columns_that_differ_in_case_only_are_different_columns(admin: Client, database: str) -> None:
    admin.run('CREATE TABLE T ("a" INT, A INT, "a~B" INT)', "INSERT INTO T VALUES (1, 2, 3)")
    assert admin.rows('SELECT "a", a, "a~B" FROM T') == [(1, 2, 3)]
    admin.refused('SELECT "a~b" FROM T', 904)
    assert [row["name"] for row in admin.table("DESCRIBE TABLE T")] == ["a", "A", "a~B"]


def test_a_quoted_lower_case_reference_does_not_find_an_upper_case_column(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    assert "'a'" in admin.refused('SELECT "a" FROM T', 904)


def test_a_column_of_the_same_name_twice_is_refused(admin: Client, database: str) -> None:
    admin.refused("CREATE TABLE T (A INT, a INT)", 2025, "42S21")


def test_names_with_blanks_dots_and_quotes(admin: Client, database: str) -> None:
    admin.run('CREATE TABLE "my ""odd"".table" ("a.b" INT)', 'INSERT INTO "my ""odd"".table" VALUES (1)')
    assert admin.rows('SELECT "a.b" FROM "my ""odd"".table"') == [(1,)]


def test_comments_inside_strings_are_no_comments(admin: Client) -> None:
    assert admin.rows("SELECT '-- x; /* y */'") == [("-- x; /* y */",)]


def test_a_table_may_be_called_like_the_engines_own(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T1 (A INT)", "INSERT INTO T1 VALUES (5)")
    assert admin.rows("SELECT A FROM T1") == [(5,)]
