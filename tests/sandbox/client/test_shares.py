"""The provider's side of a share: order, rules, and what SHOW says."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open, Shared
from tests.sandbox.serving import POOL


def shown(client: Client, share: str) -> dict[str, object]:
    (row,) = client.table(f"SHOW SHARES LIKE '{share}'")
    return row


def test_status_texts(svc: Client) -> None:
    assert svc.rows("CREATE SHARE STATUS_S") == [("Share STATUS_S successfully created.",)]
    assert svc.rows("ALTER SHARE STATUS_S SET COMMENT = 'x'") == [("Statement executed successfully.",)]
    assert svc.rows("DROP SHARE STATUS_S") == [("STATUS_S successfully dropped.",)]


def test_create_share(svc: Client) -> None:
    svc.run("CREATE SHARE TWICE COMMENT = $$hi$$")
    svc.refused("CREATE SHARE TWICE", 2002, "42710")
    svc.run("CREATE SHARE IF NOT EXISTS TWICE")
    svc.run("CREATE OR ALTER SHARE TWICE COMMENT = 'new'")
    assert shown(svc, "TWICE")["comment"] == "new"
    svc.refused("CREATE SHARE X SHARE_RESTRICTIONS = FALSE", 1420)


def test_the_container_comes_before_its_content(svc: Client) -> None:
    svc.run(
        "CREATE DATABASE ORD",
        "CREATE SCHEMA ORD.S",
        "CREATE SECURE VIEW ORD.S.V AS SELECT 1 AS A",
        "CREATE SHARE ORD_S",
    )
    assert "does not currently have a database" in svc.refused("GRANT USAGE ON SCHEMA ORD.S TO SHARE ORD_S", 3519)
    svc.refused("GRANT SELECT ON VIEW ORD.S.V TO SHARE ORD_S", 3519)
    svc.refused("ALTER SHARE ORD_S ADD ACCOUNTS = CUST.ONE", 3519)
    svc.refused("GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE ORD_S", 500130, "22000")
    svc.run("GRANT USAGE ON DATABASE ORD TO SHARE ORD_S")
    svc.refused("GRANT SELECT ON VIEW ORD.S.V TO SHARE ORD_S", 3521)
    svc.run("GRANT USAGE ON SCHEMA ORD.S TO SHARE ORD_S", "GRANT SELECT ON VIEW ORD.S.V TO SHARE ORD_S")
    svc.run("GRANT SELECT ON VIEW ORD.S.V TO SHARE ORD_S")
    assert len(svc.rows("SHOW GRANTS TO SHARE ORD_S")) == 3


def test_one_database_per_share(shared: Shared) -> None:
    assert "'LAKE'" in shared.owner.refused(f"GRANT USAGE ON DATABASE LAKE TO SHARE {shared.share}", 3033, "0A000")
    shared.owner.refused(f"GRANT USAGE ON SCHEMA LAKE.NYC TO SHARE {shared.share}", 3033)
    shared.owner.refused(f"GRANT SELECT ON TABLE LAKE.NYC.PLANES TO SHARE {shared.share}", 3033)


def test_only_secure_views_and_functions(shared: Shared) -> None:
    svc, out = shared.owner, f"{shared.database}.S"
    svc.run(f"CREATE VIEW {out}.PLAIN AS SELECT 1 AS A", f"CREATE FUNCTION {out}.F() RETURNS NUMBER AS '1'")
    assert "secure_objects_only" in svc.refused(f"GRANT SELECT ON VIEW {out}.PLAIN TO SHARE {shared.share}", 90838)
    svc.refused(f"GRANT USAGE ON FUNCTION {out}.F() TO SHARE {shared.share}", 90838)
    svc.run(f"ALTER SHARE {shared.share} SET SECURE_OBJECTS_ONLY = FALSE")
    svc.run(f"GRANT SELECT ON VIEW {out}.PLAIN TO SHARE {shared.share}")
    svc.refused(f"ALTER SHARE {shared.share} SET SECURE_OBJECTS_ONLY = TRUE", 3520)


def test_a_view_over_another_database_needs_reference_usage_first(svc: Client) -> None:
    svc.run("CREATE DATABASE REF", "CREATE SCHEMA REF.S", "CREATE SHARE REF_S")
    svc.run(
        "CREATE SECURE VIEW REF.S.V AS SELECT SEATS FROM LAKE.NYC.PLANES",
        "CREATE SECURE VIEW REF.S.W AS SELECT * FROM REF.S.V",
    )
    svc.run("GRANT USAGE ON DATABASE REF TO SHARE REF_S", "GRANT USAGE ON SCHEMA REF.S TO SHARE REF_S")
    for view in "VW":
        svc.refused(f"GRANT SELECT ON VIEW REF.S.{view} TO SHARE REF_S", 3032)
    svc.run("GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE REF_S")
    for view in "VW":
        svc.run(f"GRANT SELECT ON VIEW REF.S.{view} TO SHARE REF_S")
    assert "REFERENCE_USAGE" not in [row["privilege"] for row in svc.table("SHOW GRANTS TO SHARE REF_S")]


def test_a_function_may_not_read_another_database_itself(shared: Shared) -> None:
    svc, out = shared.owner, f"{shared.database}.S"
    svc.run(f"CREATE SECURE FUNCTION {out}.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM LAKE.NYC.PLANES'")
    svc.run(f"CREATE SECURE FUNCTION {out}.G() RETURNS NUMBER AS 'SELECT COUNT(*) FROM {out}.FLIGHTS'")
    svc.refused(f"GRANT USAGE ON FUNCTION {out}.F() TO SHARE {shared.share}", 3032)
    svc.refused(f"GRANT USAGE ON FUNCTION {out}.G TO SHARE {shared.share}", 90208)
    svc.run(f"GRANT USAGE ON FUNCTION {out}.G() TO SHARE {shared.share}")


def test_show_grants_to_share(shared: Shared) -> None:
    svc, d = shared.owner, shared.database
    svc.run(f"CREATE SECURE FUNCTION {d}.S.F(X NUMBER) RETURNS NUMBER AS 'X'")
    svc.run(f"GRANT USAGE ON FUNCTION {d}.S.F(NUMBER) TO SHARE {shared.share}")
    with svc.connection.cursor() as cursor:
        cursor.execute(f"SHOW GRANTS TO SHARE {shared.share}")
        names = [column[0] for column in cursor.description]
    assert names == [
        "created_on",
        "privilege",
        "granted_on",
        "name",
        "granted_to",
        "grantee_name",
        "grant_option",
        "granted_by",
    ]
    rows = svc.table(f"SHOW GRANTS TO SHARE {shared.share}")
    assert [(r["privilege"], r["granted_on"], r["name"]) for r in rows] == [
        ("USAGE", "DATABASE", d),
        ("USAGE", "SCHEMA", f"{d}.S"),
        ("SELECT", "VIEW", f"{d}.S.FLIGHTS"),
        ("USAGE", "FUNCTION", f'{d}.S."F(X NUMBER):NUMBER(38,0)"'),
    ]
    assert {(r["granted_to"], r["grantee_name"]) for r in rows} == {("SHARE", shared.name)}


def test_several_privileges_in_one_statement(svc: Client) -> None:
    svc.run(
        "CREATE DATABASE MANY", "CREATE SHARE MANY_S", "GRANT USAGE, REFERENCE_USAGE ON DATABASE MANY TO SHARE MANY_S"
    )
    assert [r["privilege"] for r in svc.table("SHOW GRANTS TO SHARE MANY_S")] == ["USAGE"]


def test_all_tables_but_not_all_views(shared: Shared) -> None:
    svc, d = shared.owner, shared.database
    svc.run(f"CREATE TABLE {d}.S.A (X INT)", f"CREATE TABLE {d}.S.B (X INT)")
    svc.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {d}.S TO SHARE {shared.share}")
    names = [r["name"] for r in svc.table(f"SHOW GRANTS TO SHARE {shared.share}") if r["granted_on"] == "TABLE"]
    assert names == [f"{d}.S.A", f"{d}.S.B"]
    svc.refused(f"GRANT SELECT ON ALL VIEWS IN SCHEMA {d}.S TO SHARE {shared.share}", 90838)


def test_revoking_what_was_not_granted_is_no_error(shared: Shared) -> None:
    for _ in range(2):
        shared.owner.run(f"REVOKE SELECT ON VIEW {shared.database}.S.FLIGHTS FROM SHARE {shared.share}")


def test_a_replaced_view_leaves_the_share_unless_grants_are_copied(shared: Shared) -> None:
    svc, view = shared.owner, f"{shared.database}.S.FLIGHTS"
    svc.run(f"CREATE OR REPLACE SECURE VIEW {view} COPY GRANTS AS SELECT CARRIER FROM LAKE.NYC.FLIGHTS")
    assert len(svc.rows(f"SHOW GRANTS TO SHARE {shared.share}")) == 3
    svc.run(f"CREATE OR REPLACE SECURE VIEW {view} AS SELECT CARRIER FROM LAKE.NYC.FLIGHTS")
    assert len(svc.rows(f"SHOW GRANTS TO SHARE {shared.share}")) == 2


# --- accounts
def test_adding_and_removing_are_idempotent(shared: Shared) -> None:
    for _ in range(2):
        shared.add("CUST.ONE", '"CUST"."TWO"')
    assert shown(shared.owner, shared.share)["to"] == "CUST.ONE, CUST.TWO"
    for _ in range(2):
        shared.owner.run(f"ALTER SHARE {shared.share} REMOVE ACCOUNTS = CUST.ONE")
    assert shown(shared.owner, shared.share)["to"] == "CUST.TWO"


def test_a_locator_of_the_same_region_will_do(shared: Shared) -> None:
    shared.add("CUS20001")
    assert shown(shared.owner, shared.share)["to"] == "CUST.ONE"
    shared.owner.refused(f"ALTER SHARE {shared.share} ADD ACCOUNTS = FAR30001", 3516)


@pytest.mark.parametrize("name", ["FAR.AWAY", "NO.BODY", "ACME.DATA", "CUST"])
def test_who_cannot_be_added_is_named(shared: Shared, name: str) -> None:
    text = shared.owner.refused(f"ALTER SHARE {shared.share} ADD ACCOUNTS = CUST.ONE, {name}", 3516)
    assert f"Following accounts cannot be added to this share: {name}." in text
    assert shown(shared.owner, shared.share)["to"] == ""


def test_at_most_ten_accounts_a_statement_and_three_are_shown(shared: Shared) -> None:
    names = [f"POOL.{name}" for name in POOL]
    for verb in ("ADD", "REMOVE"):
        sql = f"ALTER SHARE {shared.share} {verb} ACCOUNTS = {', '.join(names[:11])}"
        shared.owner.refused(sql, 3517, "0A000")
    shared.add(*names[:3])
    assert shown(shared.owner, shared.share)["to"] == "POOL.P1, POOL.P2, POOL.P3"
    shared.add(*names[3:])
    assert shown(shared.owner, shared.share)["to"] == "POOL.P1, POOL.P2, POOL.P3, ... (12 TOTAL)"


def test_set_accounts_replaces(shared: Shared) -> None:
    shared.add("CUST.ONE")
    shared.owner.run(f"ALTER SHARE {shared.share} SET ACCOUNTS = CUST.TWO COMMENT = 'new'")
    assert (shown(shared.owner, shared.share)["to"], shown(shared.owner, shared.share)["comment"]) == (
        "CUST.TWO",
        "new",
    )
    shared.owner.refused(
        f"ALTER SHARE {shared.share} SET ACCOUNTS = CUST.ONE SHARE_RESTRICTIONS = FALSE", 1420, "22023"
    )


def test_business_critical_does_not_share_downwards(log_in: Open) -> None:
    admin = log_in("ACME-SECURE_DATA")
    admin.run("CREATE DATABASE B", "CREATE SHARE BC_S", "GRANT USAGE ON DATABASE B TO SHARE BC_S")
    assert "lower edition" in admin.refused("ALTER SHARE BC_S ADD ACCOUNTS = CUST.ONE", 3518)
    admin.run("ALTER SHARE BC_S ADD ACCOUNTS = CUST.ONE SHARE_RESTRICTIONS = FALSE")
    assert shown(admin, "BC_S")["to"] == "CUST.ONE"


# --- rights
def test_account_changes_need_manage_share_target_and_ownership(admin: Client, shared: Shared, log_in: Open) -> None:
    admin.refused(f"ALTER SHARE {shared.share} ADD ACCOUNTS = CUST.ONE", 3001, "42501")
    admin.run("REVOKE MANAGE SHARE TARGET ON ACCOUNT FROM ROLE SHARER")
    try:
        shared.owner.refused(f"ALTER SHARE {shared.share} ADD ACCOUNTS = CUST.ONE", 3001)
        shared.owner.refused(f"ALTER SHARE {shared.share} REMOVE ACCOUNTS = CUST.ONE", 3001)
    finally:
        admin.run("GRANT MANAGE SHARE TARGET ON ACCOUNT TO ROLE SHARER")
    shared.add("CUST.ONE")


def test_show_shares_is_empty_without_import_share(admin: Client, shared: Shared) -> None:
    admin.run("REVOKE IMPORT SHARE ON ACCOUNT FROM ROLE SHARER")
    try:
        assert shared.owner.rows("SHOW SHARES") == []
    finally:
        admin.run("GRANT IMPORT SHARE ON ACCOUNT TO ROLE SHARER")
    assert shown(shared.owner, shared.share)["kind"] == "OUTBOUND"


def test_a_role_sees_its_own_shares_only(admin: Client, shared: Shared, log_in: Open) -> None:
    admin.run("CREATE SHARE OF_ADMIN")
    assert shared.owner.rows("SHOW SHARES LIKE 'OF_ADMIN'") == []
    assert shown(admin, shared.share)["owner"] == "SHARER"


def test_what_one_may_not_pass_on_cannot_be_shared(admin: Client, shared: Shared, database: str) -> None:
    reference = f"GRANT REFERENCE_USAGE ON DATABASE {database} TO SHARE {shared.share}"
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER WITH GRANT OPTION")
    shared.owner.refused(reference, 3001)
    admin.run(f"GRANT REFERENCE_USAGE ON DATABASE {database} TO ROLE SHARER")
    shared.owner.refused(reference, 3001)
    admin.run(f"GRANT REFERENCE_USAGE ON DATABASE {database} TO ROLE SHARER WITH GRANT OPTION")
    shared.owner.run(reference)


def test_describe_share_is_for_accountadmin(admin: Client, shared: Shared) -> None:
    shared.owner.refused(f"DESC SHARE {shared.share}", 3001)
    rows = [(r["kind"], r["name"]) for r in admin.table(f"DESCRIBE SHARE {shared.share}")]
    d = shared.database
    assert rows == [("DATABASE", d), ("SCHEMA", f"{d}.S"), ("VIEW", f"{d}.S.FLIGHTS")]


# --- what SHOW SHARES says
def test_show_shares_columns_and_values(shared: Shared) -> None:
    row = shown(shared.owner, shared.share)
    names = "created_on kind owner_account name database_name to owner comment listing_global_name secure_objects_only"
    assert list(row) == names.split()
    assert (row["owner_account"], row["database_name"], row["owner"]) == ("ACME.DATA", shared.database, "SHARER")
    assert (row["comment"], row["secure_objects_only"]) == ("mark", "true")


def test_show_shares_like_starts_with_and_pages(svc: Client) -> None:
    svc.run(*[f"CREATE SHARE PAGE_{n}" for n in "ABC"], "CREATE SHARE PAGEXD")
    names = [r["name"] for r in svc.table("SHOW SHARES LIKE 'page_%'")]
    assert names == ["PAGEXD", "PAGE_A", "PAGE_B", "PAGE_C"]
    assert [r["name"] for r in svc.table("SHOW SHARES STARTS WITH 'PAGE_' LIMIT 2")] == ["PAGE_A", "PAGE_B"]
    assert [r["name"] for r in svc.table("SHOW SHARES STARTS WITH 'PAGE_' LIMIT 2 FROM 'PAGE_B'")] == ["PAGE_C"]
    assert svc.rows("SHOW SHARES STARTS WITH 'page'") == []


def test_a_missing_share_is_said_to_be_missing(svc: Client) -> None:
    for sql in ("SHOW GRANTS TO SHARE GHOST", "DROP SHARE GHOST", "ALTER SHARE GHOST SET COMMENT = ''"):
        assert "Share 'GHOST' does not exist or not authorized" in svc.refused(sql, 2003)
    svc.run("DROP SHARE IF EXISTS GHOST", "ALTER SHARE IF EXISTS GHOST SET COMMENT = ''")


def test_a_shared_database_cannot_be_dropped(shared: Shared) -> None:
    assert f"'{shared.share}'" in shared.owner.refused(f"DROP DATABASE {shared.database}", 3037)
    shared.owner.run(f"DROP SHARE {shared.share}", f"DROP DATABASE {shared.database}")
