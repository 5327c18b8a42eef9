"""The consumer's side of a share."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Open, Shared

Mounted = tuple[Shared, Client, str]
GONE = "Shared database is no longer available for use."


def test_only_who_was_added_can_mount(shared: Shared, log_in: Open) -> None:
    shared.add("CUST.ONE")
    for account in ("EVIL-LAB", "CUST-TWO", "FAR-AWAY", "ACME-SECURE_DATA"):
        stranger = log_in(account)
        text = stranger.refused(f"CREATE DATABASE M FROM SHARE {shared.name}", 2003)
        assert "does not exist or not authorized" in text
        assert stranger.rows(f"SHOW SHARES LIKE '{shared.share}'") == []
        stranger.refused(f"DESC SHARE {shared.name}", 2003)


def test_an_inbound_share_is_listed_before_and_after_it_is_mounted(shared: Shared, log_in: Open) -> None:
    shared.add("CUST.ONE")
    customer = log_in("CUST-ONE")
    (row,) = customer.table(f"SHOW SHARES LIKE '{shared.share}'")
    assert (row["kind"], row["owner_account"], row["database_name"], row["to"]) == ("INBOUND", "ACME.DATA", "", "")
    assert [r["name"] for r in customer.table(f"DESC SHARE {shared.name}")] == ["<DB>", "<DB>.S", "<DB>.S.FLIGHTS"]
    customer.run(f"CREATE DATABASE IN_{shared.share} FROM SHARE {shared.name}")
    (row,) = customer.table(f"SHOW SHARES LIKE '{shared.share}'")
    assert row["database_name"] == f"IN_{shared.share}"


def test_the_customer_reads_its_rows(mounted: Mounted) -> None:
    _, customer, name = mounted
    assert customer.rows(f"SELECT CARRIER, COUNT(*) FROM {name}.S.FLIGHTS GROUP BY 1") == [("UA", 3)]
    (row,) = customer.table(f"SHOW DATABASES LIKE '{name}'")
    assert (row["kind"], row["origin"]) == ("IMPORTED DATABASE", f"ACME.DATA.{name[2:]}")


def test_once_per_account(mounted: Mounted) -> None:
    shared, customer, _ = mounted
    customer.refused(f"CREATE DATABASE AGAIN FROM SHARE {shared.name}", 3034)


def test_the_provider_sees_who_mounted(mounted: Mounted) -> None:
    shared, customer, name = mounted
    (row,) = shared.owner.table(f"SHOW GRANTS OF SHARE {shared.share}")
    assert (row["share"], row["granted_to"], row["account"]) == (shared.name, "ACCOUNT", "CUS20001")
    customer.run(f"DROP DATABASE {name}")
    assert shared.owner.rows(f"SHOW GRANTS OF SHARE {shared.share}") == []


def test_only_what_is_granted_is_there(mounted: Mounted) -> None:
    shared, customer, name = mounted
    shared.owner.run(
        f"CREATE SECURE VIEW {shared.database}.S.SECRET AS SELECT 1 AS A", f"CREATE SCHEMA {shared.database}.T"
    )
    shared.owner.run(f"CREATE TABLE {shared.database}.T.ROWS_ (A INT)")
    customer.refused(f"SELECT * FROM {name}.S.SECRET", 2003)
    customer.refused(f"SELECT * FROM {name}.T.ROWS_", 2003)
    assert [r["name"] for r in customer.table(f"SHOW SCHEMAS IN DATABASE {name}")] == ["INFORMATION_SCHEMA", "S"]
    assert [r["name"] for r in customer.table(f"SHOW VIEWS IN DATABASE {name}")] == ["FLIGHTS"]
    assert customer.rows(f"SELECT TABLE_NAME FROM {name}.INFORMATION_SCHEMA.TABLES") == [("FLIGHTS",)]


def test_a_shared_view_shows_no_text(mounted: Mounted) -> None:
    _, customer, name = mounted
    (row,) = customer.table(f"SHOW VIEWS IN SCHEMA {name}.S")
    assert (row["text"], row["owner"], row["database_name"]) == ("", "", name)
    assert customer.one(f"SELECT VIEW_DEFINITION FROM {name}.INFORMATION_SCHEMA.VIEWS") is None
    assert [r["name"] for r in customer.table(f"DESCRIBE VIEW {name}.S.FLIGHTS")] == ["CARRIER", "FLIGHT", "DEP_DELAY"]


def test_a_mounted_database_is_read_only(mounted: Mounted) -> None:
    shared, customer, name = mounted
    shared.owner.run(f"CREATE TABLE {shared.database}.S.T (A INT)")
    shared.owner.run(f"GRANT SELECT ON TABLE {shared.database}.S.T TO SHARE {shared.share}")
    assert customer.rows(f"SELECT * FROM {name}.S.T") == []
    for sql in (
        f"INSERT INTO {name}.S.T VALUES (1)", f"DELETE FROM {name}.S.T", f"UPDATE {name}.S.T SET A = 1",
        f"TRUNCATE TABLE {name}.S.T", f"CREATE TABLE {name}.S.U (A INT)", f"CREATE SCHEMA {name}.X",
        f"CREATE VIEW {name}.S.V AS SELECT 1 AS A", f"DROP SCHEMA {name}.S", f"DROP TABLE {name}.S.T",
        f"ALTER TABLE {name}.S.T RENAME TO {name}.S.U", f"DROP VIEW {name}.S.FLIGHTS",
    ):  # fmt: skip
        customer.refused(sql, 3038)


def test_shared_rows_cannot_be_shared_on(mounted: Mounted) -> None:
    _, customer, name = mounted
    customer.run("CREATE SHARE ON_WARD")
    customer.refused(f"GRANT USAGE ON DATABASE {name} TO SHARE ON_WARD", 3522)
    customer.run("DROP SHARE ON_WARD")


def test_other_roles_need_imported_privileges(mounted: Mounted, log_in: Open) -> None:
    _, customer, name = mounted
    customer.run("CREATE ROLE IF NOT EXISTS ANALYST", "GRANT ROLE ANALYST TO USER ADMIN")
    analyst = log_in("CUST-ONE", role="ANALYST")
    analyst.refused(f"SELECT * FROM {name}.S.FLIGHTS", 2003)
    customer.refused(f"GRANT USAGE ON DATABASE {name} TO ROLE ANALYST", 3035)
    customer.refused(f"GRANT SELECT ON VIEW {name}.S.FLIGHTS TO ROLE ANALYST", 3035)
    customer.run(f"GRANT IMPORTED PRIVILEGES ON DATABASE {name} TO ROLE ANALYST")
    assert analyst.one(f"SELECT COUNT(*) FROM {name}.S.FLIGHTS") == 3
    customer.run(f"REVOKE IMPORTED PRIVILEGES ON DATABASE {name} FROM ROLE ANALYST")
    analyst.refused(f"SELECT * FROM {name}.S.FLIGHTS", 2003)


def test_a_revoked_object_vanishes_and_comes_back(mounted: Mounted) -> None:
    shared, customer, name = mounted
    read = f"SELECT COUNT(*) FROM {name}.S.FLIGHTS"
    for kind in (f"SELECT ON VIEW {shared.database}.S.FLIGHTS", "REFERENCE_USAGE ON DATABASE LAKE"):
        shared.owner.run(f"REVOKE {kind} FROM SHARE {shared.share}")
        customer.refused(read, 2003 if kind.startswith("SELECT") else 3032)
        shared.owner.run(f"GRANT {kind} TO SHARE {shared.share}")
        assert customer.one(read) == 3


def test_revoking_the_schema_takes_its_objects_along(mounted: Mounted) -> None:
    shared, customer, name = mounted
    shared.owner.run(f"REVOKE USAGE ON SCHEMA {shared.database}.S FROM SHARE {shared.share}")
    customer.refused(f"SELECT COUNT(*) FROM {name}.S.FLIGHTS", 2003)
    assert len(shared.owner.rows(f"SHOW GRANTS TO SHARE {shared.share}")) == 1


def test_removal_breaks_the_mount_for_good(mounted: Mounted) -> None:
    shared, customer, name = mounted
    read = f"SELECT COUNT(*) FROM {name}.S.FLIGHTS"
    shared.owner.run(f"ALTER SHARE {shared.share} REMOVE ACCOUNTS = CUST.ONE")
    assert GONE in customer.refused(read, 3030, "02000")
    shared.add("CUST.ONE")
    assert GONE in customer.refused(read, 3030)
    customer.run(f"DROP DATABASE {name}", f"CREATE DATABASE {name} FROM SHARE {shared.name}")
    assert customer.one(read) == 3


def test_a_dropped_share_breaks_the_mount_even_when_made_again(mounted: Mounted, svc: Client) -> None:
    shared, customer, name = mounted
    svc.run(f"DROP SHARE {shared.share}", f"CREATE SHARE {shared.share}")
    svc.run(f"GRANT USAGE ON DATABASE {shared.database} TO SHARE {shared.share}")
    shared.add("CUST.ONE")
    assert GONE in customer.refused(f"SELECT COUNT(*) FROM {name}.S.FLIGHTS", 3030)
    assert [r["origin"] for r in customer.table(f"SHOW DATABASES LIKE '{name}'")] == ["<revoked>"]
    customer.run(f"DROP DATABASE {name}")


def test_a_view_that_asks_who_asks_is_told_the_customer(mounted: Mounted) -> None:
    shared, customer, name = mounted
    view = f"{shared.database}.S.WHO"
    shared.owner.run(
        f"CREATE SECURE VIEW {view} AS SELECT CURRENT_ACCOUNT() AS A, CURRENT_ROLE() AS R, CURRENT_USER() AS U",
        f"GRANT SELECT ON VIEW {view} TO SHARE {shared.share}",
    )
    assert shared.owner.rows(f"SELECT * FROM {view}") == [("PRV10001", "SHARER", "SVC")]
    assert customer.rows(f"SELECT * FROM {name}.S.WHO") == [("CUS20001", None, None)]


def test_shared_functions_run_over_the_providers_rows(mounted: Mounted) -> None:
    shared, customer, name = mounted
    s = f"{shared.database}.S"
    shared.owner.run(
        f"CREATE SECURE FUNCTION {s}.ON_TIME(M NUMBER) RETURNS NUMBER AS "
        f"'SELECT COUNT(*) FROM {s}.FLIGHTS WHERE DEP_DELAY <= M'",
        f"CREATE SECURE FUNCTION {s}.LIST_() RETURNS TABLE (F NUMBER) AS 'SELECT FLIGHT FROM {s}.FLIGHTS'",
        f"GRANT USAGE ON FUNCTION {s}.ON_TIME(NUMBER) TO SHARE {shared.share}",
    )
    assert customer.one(f"SELECT {name}.S.ON_TIME(2)") == 2
    customer.refused(f"SELECT * FROM TABLE({name}.S.LIST_())", 2140)
    shared.owner.run(f"GRANT USAGE ON FUNCTION {s}.LIST_() TO SHARE {shared.share}")
    assert customer.rows(f"SELECT F FROM TABLE({name}.S.LIST_()) ORDER BY 1") == [(1545,), (1696,), (1714,)]
    functions = [r["name"] for r in customer.table(f"SHOW USER FUNCTIONS IN DATABASE {name}")]
    assert functions == ["LIST_", "ON_TIME"]
    properties = [r["property"] for r in customer.table(f"DESCRIBE FUNCTION {name}.S.ON_TIME(NUMBER)")]
    assert "body" not in properties


def test_new_rows_arrive_at_once(mounted: Mounted, admin: Client) -> None:
    shared, customer, name = mounted
    shared.owner.run(
        f"CREATE TABLE {shared.database}.S.T (A INT)",
        f"GRANT SELECT ON TABLE {shared.database}.S.T TO SHARE {shared.share}",
        f"INSERT INTO {shared.database}.S.T VALUES (1), (2)",
    )
    assert customer.one(f"SELECT COUNT(*) FROM {name}.S.T") == 2


def test_a_customers_own_view_over_shared_rows(mounted: Mounted) -> None:
    _, customer, name = mounted
    customer.run(f"CREATE DATABASE OWN_{name}", f"CREATE VIEW V AS SELECT COUNT(*) AS N FROM {name}.S.FLIGHTS")
    assert customer.one(f"SELECT N FROM OWN_{name}.PUBLIC.V") == 3


def test_a_mounted_database_takes_another_name(mounted: Mounted) -> None:
    _, customer, name = mounted
    customer.run(f"ALTER DATABASE IF EXISTS {name} RENAME TO {name}_OLD")
    assert customer.rows(f"SELECT COUNT(*) FROM {name}_OLD.S.FLIGHTS") == [(3,)]
    customer.run(f"ALTER DATABASE IF EXISTS {name} RENAME TO ANOTHER")
    customer.refused(f"ALTER DATABASE {name} RENAME TO ANOTHER", 2003)
    customer.run(f"ALTER DATABASE {name}_OLD RENAME TO {name}")
