"""Rules of shares that bite: bulk grants, recreated objects, editions, and what a consumer's view is told."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Open, Shared


def granted(client: Client, share: str) -> list[tuple[str, str, str]]:
    return [(r["privilege"], r["granted_on"], r["name"]) for r in client.table(f"SHOW GRANTS TO SHARE {share}")]


def test_all_tables_of_a_schema(admin: Client, database: str) -> None:
    share, p = f"S_{database}", f"{database}.PUBLIC"
    admin.run("CREATE TABLE A (X INT)", "CREATE TABLE B (X INT)", f"CREATE SHARE {share}")
    admin.run(f"GRANT USAGE ON DATABASE {database} TO SHARE {share}", f"GRANT USAGE ON SCHEMA {p} TO SHARE {share}")
    admin.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {p} TO SHARE {share}")
    assert granted(admin, share)[2:] == [("SELECT", "TABLE", f"{p}.A"), ("SELECT", "TABLE", f"{p}.B")]
    admin.run("CREATE TABLE C (X INT)")
    assert len(granted(admin, share)) == 4
    admin.run(f"REVOKE SELECT ON ALL TABLES IN SCHEMA {p} FROM SHARE {share}")
    assert len(granted(admin, share)) == 2


def test_all_views_only_into_a_share_that_is_not_for_secure_objects_only(admin: Client, database: str) -> None:
    share, p = f"S_{database}", f"{database}.PUBLIC"
    admin.run("CREATE SECURE VIEW V AS SELECT 1 AS A", "CREATE VIEW W AS SELECT 1 AS A", f"CREATE SHARE {share}")
    admin.run(f"GRANT USAGE ON DATABASE {database} TO SHARE {share}", f"GRANT USAGE ON SCHEMA {p} TO SHARE {share}")
    admin.refused(f"GRANT SELECT ON ALL VIEWS IN SCHEMA {p} TO SHARE {share}", 90838)
    admin.run(f"ALTER SHARE {share} SET SECURE_OBJECTS_ONLY = FALSE")
    admin.run(f"GRANT SELECT ON ALL VIEWS IN SCHEMA {p} TO SHARE {share}")
    assert granted(admin, share)[2:] == [("SELECT", "VIEW", f"{p}.V"), ("SELECT", "VIEW", f"{p}.W")]


def test_a_recreated_object_leaves_the_share(shared: Shared) -> None:
    view = f"{shared.database}.S.FLIGHTS"
    shared.owner.run(f"CREATE OR REPLACE SECURE VIEW {view} COPY GRANTS AS SELECT 1 AS A")
    assert ("SELECT", "VIEW", view) in granted(shared.owner, shared.share)
    shared.owner.run(f"CREATE OR REPLACE SECURE VIEW {view} AS SELECT 2 AS A")
    assert ("SELECT", "VIEW", view) not in granted(shared.owner, shared.share)
    shared.owner.run(f"GRANT SELECT ON VIEW {view} TO SHARE {shared.share}", f"DROP VIEW {view}")
    shared.owner.run(f"CREATE SECURE VIEW {view} AS SELECT 3 AS A")
    assert ("SELECT", "VIEW", view) not in granted(shared.owner, shared.share)


def test_a_replaced_share_is_a_new_one(mounted: tuple[Shared, Client, str]) -> None:
    shared, customer, name = mounted
    shared.owner.run(f"CREATE OR REPLACE SHARE {shared.share}")
    assert granted(shared.owner, shared.share) == []
    customer.refused(f"SELECT * FROM {name}.S.FLIGHTS", 3030, "02000")
    shared.owner.refused(f"CREATE OR REPLACE SHARE IF NOT EXISTS {shared.share}", 1003)


def test_overriding_the_edition_needs_its_privilege(log_in: Open) -> None:
    admin = log_in("ACME-SECURE_DATA")
    admin.run("CREATE ROLE SELLER", "GRANT ROLE SELLER TO USER ADMIN")
    for privilege in ("CREATE SHARE", "MANAGE SHARE TARGET", "CREATE DATABASE", "IMPORT SHARE"):
        admin.run(f"GRANT {privilege} ON ACCOUNT TO ROLE SELLER")
    seller = log_in("ACME-SECURE_DATA", role="SELLER")
    seller.run("CREATE DATABASE SELLS", "CREATE SHARE SELLS_S", "GRANT USAGE ON DATABASE SELLS TO SHARE SELLS_S")
    add = "ALTER SHARE SELLS_S ADD ACCOUNTS = CUST.TWO"
    assert "OVERRIDE SHARE RESTRICTIONS" in seller.refused(add, 3518)
    seller.refused(f"{add} SHARE_RESTRICTIONS = FALSE", 3001, "42501")
    admin.run("GRANT OVERRIDE SHARE RESTRICTIONS ON ACCOUNT TO ROLE SELLER")
    seller.refused(add, 3518)
    seller.run(f"{add} SHARE_RESTRICTIONS = FALSE")


def test_a_view_is_told_which_share_reads_it(mounted: tuple[Shared, Client, str]) -> None:
    shared, customer, name = mounted
    d = shared.database
    shared.owner.run(
        f"CREATE SECURE VIEW {d}.S.ASKS AS SELECT INVOKER_SHARE() AS A",
        f"CREATE SECURE VIEW {d}.S.THROUGH AS SELECT A FROM {d}.S.ASKS",
        f"GRANT SELECT ON VIEW {d}.S.ASKS TO SHARE {shared.share}",
        f"GRANT SELECT ON VIEW {d}.S.THROUGH TO SHARE {shared.share}",
    )
    assert shared.owner.one(f"SELECT A FROM {d}.S.ASKS") is None
    assert customer.one(f"SELECT A FROM {name}.S.ASKS") == shared.share
    assert customer.one(f"SELECT A FROM {name}.S.THROUGH") is None


def test_a_mounted_database_says_what_it_is(mounted: tuple[Shared, Client, str]) -> None:
    shared, customer, name = mounted
    assert [r["name"] for r in customer.table(f"DESC SHARE {shared.name}")] == [name, f"{name}.S", f"{name}.S.FLIGHTS"]
    customer.refused(f"GRANT SELECT ON ALL VIEWS IN SCHEMA {name}.S TO ROLE PUBLIC", 3035)
    customer.refused(f"GRANT SELECT ON FUTURE VIEWS IN DATABASE {name} TO ROLE PUBLIC", 3035)
    customer.refused(f"CREATE DATABASE ROLE {name}.R", 3038)


def test_who_manages_grants_may_fill_anothers_share(shared: Shared, admin: Client) -> None:
    admin.run(f"REVOKE SELECT ON VIEW {shared.database}.S.FLIGHTS FROM SHARE {shared.share}")
    assert len(granted(admin, shared.share)) == 2
    admin.run(f"GRANT SELECT ON VIEW {shared.database}.S.FLIGHTS TO SHARE {shared.share}")
    admin.refused(f"ALTER SHARE {shared.share} SET COMMENT = 'x'", 3001)
